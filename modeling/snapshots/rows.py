"""What stands in ``snapshot.json`` and in a line of ``frames.jsonl``."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, SerializerFunctionWrapHandler, model_serializer

from modeling.splits import Split

SCHEMA = 1
Origin = Literal["person", "oracle", "import", "draft unchanged"]


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class SelectionRow(_Row):
    """How a frame came to be labelled. ``round`` counts from 1; ``inclusion_probability`` lies in (0, 1].

    ``weight`` is how many frames it stands for, 1 as under even sampling; left out where it is unknown.
    """

    strategy: str
    round: int | None = None
    inclusion_probability: float | None = None
    control_arm: bool = False
    weight: float | None = Field(None, gt=0)

    @model_serializer(mode="wrap")
    def _written(self, write: SerializerFunctionWrapHandler) -> dict[str, Any]:
        """Without a weight it is what it was before there were any, and so is the snapshot's id."""
        content: dict[str, Any] = write(self)
        return content if self.weight is not None else {k: v for k, v in content.items() if k != "weight"}


class LabelRow(_Row):
    """A label file (PNG as `modeling.labelio` writes it, relative to the folder) and where it came from."""

    file: str
    sha256: str
    origin: Origin
    selection: SelectionRow | None = None


class FrameRow(_Row):
    """One line of ``frames.jsonl``. Width and height in pixels after rotation, ``time_s`` in seconds."""

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
    """``snapshot.json``. ``entries`` are the added palette entries by kind and production; left out without any."""

    schema_version: int = SCHEMA
    counts: Counts
    kinds: tuple[str, ...]
    parent: str | None = None
    frames_sha256: str
    notes: tuple[str, ...] = ()
    entries: dict[str, dict[str, tuple[EntryRow, ...]]] = {}
    created: datetime

    @property
    def id(self) -> str:
        """SHA-256 (hex) of the canonical JSON without the date."""
        content = self.content()
        del content["created"]
        text = json.dumps(content, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
        return hashlib.sha256(text.encode()).hexdigest()

    def content(self) -> dict[str, Any]:
        """What is written, as JSON; without entries it is what it was before there were any."""
        return self.model_dump(mode="json", exclude=None if self.entries else {"entries"})
