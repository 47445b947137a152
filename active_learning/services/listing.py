"""Lists of frames for the modeling process: JSON lines with a frame's file and the labels that a task sees of it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from active_learning.models import Round
from active_learning.services.config import RoundConfig, task_params
from annotation.models import AcceptedLabel
from annotation.selectors.profiles import kinds_of
from core.blobs import blob_path
from modeling.tasks import TASKS

_CHUNK = 500


class Shown(NamedTuple):
    """A frame and the blob of it that is shown to the model."""

    frame_id: int
    production_id: int
    blob: str


def labels_seen(round_: Round) -> list[str]:
    """Label kinds that a started round's model is shown beside the frame."""
    params = task_params(RoundConfig.model_validate(round_.config))
    way = TASKS.get(round_.task).way_of(params)
    return [way.kind] if way.drawn and way.kind else []


def listing(frames: Iterable[Shown], kinds: Iterable[str] = ()) -> Iterator[str]:
    """JSON lines ``{"id", "file"}``, in order; where kinds are named, with ``labels`` (kind to path of the accepted
    label) and ``entries`` (kind to the palette entries that the production added), as `modeling score` reads them.
    """
    kinds, rest = tuple(kinds), iter(frames)
    while chunk := list(islice(rest, _CHUNK)):
        for row in _rows(chunk, kinds):
            yield f"{json.dumps(row)}\n"


def _rows(frames: Sequence[Shown], kinds: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    labels = {kind: _accepted(frames, kind) for kind in kinds}
    entries = {kind: _added(frames, kind) for kind in kinds}
    for frame in frames:
        row: dict[str, Any] = {"id": frame.frame_id, "file": str(blob_path(frame.blob))}
        drawn = [kind for kind in kinds if frame.frame_id in labels[kind]]
        if drawn:
            row["labels"] = {kind: str(blob_path(labels[kind][frame.frame_id])) for kind in drawn}
            row["entries"] = {kind: entries[kind][frame.production_id] for kind in drawn}
        yield row


def _accepted(frames: Sequence[Shown], kind: str) -> dict[int, str]:
    """Blob of each frame's accepted label."""
    rows = AcceptedLabel.objects.filter(kind=kind, frame_id__in=[frame.frame_id for frame in frames])
    return dict(rows.values_list("frame_id", "revision__label"))


def _added(frames: Sequence[Shown], kind: str) -> dict[int, list[dict[str, Any]]]:
    """Palette entries that each frame's production added."""
    found = kinds_of({frame.production_id for frame in frames}, kind)
    return {pk: [entry._asdict() for entry in label_kind.added] for pk, label_kind in found.items()}
