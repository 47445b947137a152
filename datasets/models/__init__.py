"""Productions, sources, cuts, frames, pools, uploads, ingests, snapshots, exports, look-alikes."""

from datasets.models.differences import Difference
from datasets.models.frames import Cut, Frame, Production, Source, Split
from datasets.models.ingests import Ingest, IngestItem, Upload
from datasets.models.lookalikes import LookAlike, Stays
from datasets.models.pools import Pool, PoolFrame
from datasets.models.snapshots import Export, Snapshot
from datasets.models.tallies import LabelTally

__all__ = [
    "Cut",
    "Difference",
    "Export",
    "Frame",
    "Ingest",
    "IngestItem",
    "LabelTally",
    "LookAlike",
    "Pool",
    "PoolFrame",
    "Production",
    "Snapshot",
    "Source",
    "Split",
    "Stays",
    "Upload",
]
