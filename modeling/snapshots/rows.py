"""What stands in ``snapshot.json`` and in a line of ``frames.jsonl``."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from modeling.splits import Split

SCHEMA = 1
Origin = Literal["person", "oracle", "import", "draft unchanged"]


class _Row(BaseModel):
    """``later`` names fields that rows did not have at first: left out while they say nothing, so that older
    snapshots keep their ids."""

    model_config = ConfigDict(extra="forbid", frozen=True)
    later: ClassVar[frozenset[str]] = frozenset()

    @model_serializer(mode="wrap")
    def _written(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        content: dict[str, Any] = write(self)
        return {name: value for name, value in content.items() if value or name not in self.later}


class SelectionRow(_Row):
    """How a frame came to be labelled. ``round`` counts from 1; ``inclusion_probability`` lies in (0, 1].

    ``weight`` is how many frames it stands for, 1 as under even sampling; left out where it is unknown.
    """

    later = frozenset({"weight"})

    strategy: str
    round: int | None = None
    inclusion_probability: float | None = None
    control_arm: bool = False
    weight: float | None = Field(None, gt=0)


class HoldRow(_Row):
    """The video's pictures, counted from 0, that show this drawing: ``first`` to ``last``, at ``fps`` a second."""

    first: int
    last: int
    fps: float | None = None


class LabelRow(_Row):
    """A label file (PNG as `modeling.labelio` writes it, relative to the folder) and where it came from.

    ``seconds`` is how long people worked on it, 0 where nobody measured that.
    """

    later = frozenset({"seconds"})

    file: str
    sha256: str
    origin: Origin
    selection: SelectionRow | None = None
    seconds: float = 0


class FrameRow(_Row):
    """One line of ``frames.jsonl``. Width and height in pixels after rotation, ``time_s`` in seconds.

    ``rights`` names who holds the rights in the frame, empty where nobody said; ``hold`` is None of single images.
    """

    later = frozenset({"rights", "hold"})

    key: str
    file: str
    sha256: str
    width: int
    height: int
    production: str = ""
    cut: str = ""
    time_s: float | None = None
    split: Split = "train"
    licence: str = ""
    source: str = ""
    rights: str = ""
    hold: HoldRow | None = None
    labels: dict[str, LabelRow] = {}


class EntryRow(_Row):
    """A palette entry that a production added to a kind: stored value, RRGGBB, class index and name."""

    value: int
    color: str
    class_index: int
    name: str = ""


class SplitCounts(_Row):
    """Frames by split."""

    train: int = 0
    test: int = 0


class Counts(_Row):
    """What a snapshot holds; ``labels`` by kind."""

    frames: SplitCounts
    cuts: SplitCounts
    labels: dict[str, SplitCounts]


class Header(_Row):
    """``snapshot.json``. ``entries`` are the added palette entries by kind and production; left out without any.

    ``created`` is left out of exports: the same snapshot gives the same bytes whenever and wherever it was frozen.
    """

    later = frozenset({"entries", "created"})

    schema_version: int = SCHEMA
    counts: Counts
    kinds: tuple[str, ...]
    parent: str | None = None
    frames_sha256: str
    notes: tuple[str, ...] = ()
    entries: dict[str, dict[str, tuple[EntryRow, ...]]] = {}
    created: datetime | None = None

    @property
    def id(self) -> str:
        """SHA-256 (hex) of the canonical JSON without the date."""
        content = self.content()
        content.pop("created", None)
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def content(self) -> dict[str, Any]:
        """What is written, as JSON."""
        return self.model_dump(mode="json")
