"""A judgement: what a run predicts of a snapshot's held-out frames, kept with its counts (torch-free).

A folder: ``frames.jsonl`` (a line a frame, `JudgedFrame`), ``labels/<key>.png`` (what was predicted),
``drafts/<key>.png`` (as a person would get it, where that differs), ``previews/``, and ``report.json``, which is there
once all is done.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, ValidationError

from modeling.comparing import Pairs
from modeling.errors import UserError
from modeling.labelio import read_label
from modeling.labels import LabelKind
from modeling.runs import RunFolder, publish

FOLDER = "judged"
"""Where a run keeps its judgements, each in a folder named as the snapshot."""
FRAMES = "frames.jsonl"


class JudgedFrame(BaseModel):
    """One held-out frame: ``sha256`` of its picture and of its true label, and its counts (`modeling.counting`).

    Of classes these are the (C, C) confusion, truth by row.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    cut: str
    production: str
    sha256: str
    label_sha256: str
    counts: list[list[int]] | list[list[float]]

    @property
    def drawn_with(self) -> str:
        """What it is drawn with in intervals: its cut, else itself."""
        return f"{self.production}/{self.cut or self.key}"


class Judgement:
    """A judgement's folder, which need not exist yet."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    @classmethod
    def of(cls, run: RunFolder, snapshot_id: str) -> Judgement:
        """The run's judgement of that snapshot, inside the run folder."""
        return cls(run.path / FOLDER / snapshot_id)

    @property
    def done(self) -> bool:
        """Whether all frames are judged."""
        return (self.path / "report.json").is_file()

    def report(self) -> dict[str, Any] | None:
        """As a run's own; None until it is done."""
        return RunFolder(self.path).report()

    def frames(self) -> list[JudgedFrame]:
        """All frames, in the order of the snapshot.

        Raises:
            UserError: ``judgement_damaged``.
        """
        try:
            lines = (self.path / FRAMES).read_bytes().splitlines()
            return [JudgedFrame.model_validate_json(line) for line in lines]
        except (FileNotFoundError, ValidationError):
            message = f"{self.path / FRAMES} cannot be read."
            raise UserError(
                message, code="judgement_damaged", remedy="Remove the folder and judge again."
            ) from None

    def label_file(self, key: str) -> Path:
        """Where the prediction of a frame lies."""
        return self.path / "labels" / f"{key}.png"

    def draft_file(self, key: str) -> Path:
        """Where the prediction lies as a person would get it; it need not exist."""
        return self.path / "drafts" / f"{key}.png"

    def classes(self, key: str, kind: LabelKind) -> NDArray[np.uint8]:
        """(H, W) uint8 classes that were predicted of a frame."""
        return kind.to_classes(read_label(self.label_file(key), kind))

    def prediction(self, key: str, kind: LabelKind) -> NDArray[Any]:
        """(H, W) what was predicted of a frame, as `modeling.labels.LabelKind.truth_of` gives it."""
        return kind.truth_of(read_label(self.label_file(key), kind))

    def publish(self, frames: Sequence[JudgedFrame], report: dict[str, Any]) -> Path:
        """Write lines, then the report, which makes it done; without frames there is nothing to judge by, and none."""
        if frames:
            text = "".join(frame.model_dump_json() + "\n" for frame in frames)
            publish(self.path / FRAMES, text.encode())
            RunFolder(self.path).publish_json("report.json", report)
        return self.path / "report.json"


@dataclass(frozen=True, slots=True)
class Joined:
    """Frames that two models can be compared on, as (old, new), and how many cannot, by reason.

    Reasons: ``only_old``, ``only_new`` (the other has not judged the frame), ``label_changed`` (judged against
    different labels), ``trained_on`` (one of them was trained on it).
    """

    frames: tuple[tuple[JudgedFrame, JudgedFrame], ...]
    left_out: dict[str, int]

    def pairs(self) -> Pairs:
        """Their cuts and counts."""
        old, new = zip(*self.frames, strict=True)
        return Pairs([frame.drawn_with for frame in old], _stacked(old), _stacked(new))


def join(old: Sequence[JudgedFrame], new: Sequence[JudgedFrame], trained: Collection[str] = ()) -> Joined:
    """Find the frames that both have judged against the same label.

    Args:
        old: Of one model.
        new: Of the other.
        trained: SHA-256 of pictures that either was trained on: there it would only remember.
    """
    others = {(frame.key, frame.sha256): frame for frame in new}
    left_out: Counter[str] = Counter()
    found = []
    for frame in old:
        other = others.pop((frame.key, frame.sha256), None)
        reason = _unfit(frame, other, trained)
        if reason is None and other is not None:
            found.append((frame, other))
        elif reason:
            left_out[reason] += 1
    left_out["only_new"] += len(others)
    return Joined(tuple(found), {name: count for name, count in left_out.items() if count})


def _unfit(frame: JudgedFrame, other: JudgedFrame | None, trained: Collection[str]) -> str | None:
    if other is None:
        return "only_old"
    if frame.sha256 in trained:
        return "trained_on"
    return None if frame.label_sha256 == other.label_sha256 else "label_changed"


def _stacked(frames: Sequence[JudgedFrame]) -> NDArray[Any]:
    return np.array([frame.counts for frame in frames])
