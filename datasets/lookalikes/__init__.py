"""Frames that show the same drawing over the same plate in different cuts: bank cuts, openings, recaps, mirrored reuse.

Pure arrays: `candidates` names pairs whose edges lie alike, `likeness` looks at their pixels. Figures seen are in
`benchmarks/RESULTS.md`; `datasets.services.lookalikes` puts it to use when a snapshot is frozen.
"""

from datasets.lookalikes.candidates import Candidates, candidates
from datasets.lookalikes.likeness import LOOK_SHAPE, Likeness, likeness, look_of, may_be_alike

__all__ = ["LOOK_SHAPE", "Candidates", "Likeness", "candidates", "likeness", "look_of", "may_be_alike"]
