"""Score frames by how unsure a run is: mean entropy of the pixels' classes in nats (Kugler 2020, 4.1)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.inference.decisions import pixel_entropy
from modeling.inference.predictor import Predictor
from modeling.inference.reading import Read, batched, read_ahead
from modeling.labelio import read_label
from modeling.labels import Entry, get_kind

BATCH = {"cpu": 2, "mps": 8, "cuda": 16}


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list of files: whose, where, and the label files that people drew of it by kind.

    ``entries`` are the palette entries that its production added, by kind, as `modeling.labels.Entry` takes them.
    """

    id: str | int
    file: Path
    labels: Mapping[str, Path] = field(default_factory=dict, hash=False)
    entries: Mapping[str, list[dict[str, Any]]] = field(default_factory=dict, hash=False)

    def drawn(self) -> dict[str, NDArray[np.uint8]]:
        """(H, W) uint8 classes of its labels by kind.

        Raises:
            UserError: ``label_...``, of a file that cannot be read.
        """
        kinds = {
            kind: get_kind(kind).extended(Entry(**entry) for entry in self.entries.get(kind, ()))
            for kind in self.labels
        }
        return {
            kind: kinds[kind].to_classes(read_label(path, kinds[kind])) for kind, path in self.labels.items()
        }


def read_list(path: str | Path) -> list[Listed]:
    """Read JSON lines ``{"id": ..., "file": ..., "labels": {KIND: PATH}, "entries": {KIND: [...]}}``, see `Listed`.

    ``labels`` and ``entries`` may be left out; further fields are ignored.

    Raises:
        UserError: ``bad_list``, naming the line.
    """
    rows = []
    for number, line in enumerate(Path(path).read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            labels = {kind: Path(file) for kind, file in row.get("labels", {}).items()}
            rows.append(Listed(row["id"], Path(row["file"]), labels, row.get("entries", {})))
        except (ValueError, KeyError, TypeError, AttributeError):
            message = f'{path}, line {number}: not a JSON object with "id" and "file".'
            raise UserError(message, code="bad_list") from None
    return rows


def mean_entropies(
    predictor: Predictor, files: Iterable[Listed]
) -> Iterator[tuple[Read[Listed], float | None]]:
    """Each frame with the mean entropy of its pixels at working size; None with an error in ``Read``."""
    if not predictor.side or predictor.way.kind:
        for item in read_ahead((file, file.file) for file in files):
            yield _mean_entropy(predictor, item)
        return
    frames = read_ahead(((file, file.file) for file in files), predictor.reduced)
    for group in batched(frames, BATCH[predictor.device.type]):
        readable = [item.rgb for item in group if item.rgb is not None]
        values: list[float | None] = [None] * len(group)
        if readable:
            values = _mean_entropies(predictor, readable)
        yield from zip(group, values, strict=True)


def _mean_entropy(predictor: Predictor, item: Read[Listed]) -> tuple[Read[Listed], float | None]:
    """Of one frame that is not stacked with others: at native pixels, or with a mask of its own."""
    if item.rgb is None:
        return item, None
    try:
        return item, float(predictor.entropy(item.rgb, item.key.drawn()).mean())
    except UserError as error:
        return replace(item, rgb=None, error=str(error)), None


def _mean_entropies(predictor: Predictor, frames: list[NDArray[np.uint8]]) -> list[float | None]:
    """Of frames of one size, at working size."""
    means: list[float | None] = pixel_entropy(predictor.batch_logits(np.stack(frames))).mean((1, 2)).tolist()
    return means


@dataclass(frozen=True, slots=True)
class Scored:
    """How far scoring came."""

    done: int
    total: int
    errors: int


def score(
    predictor: Predictor,
    files: list[Listed],
    out: Path,
    *,
    seconds: float | None = None,
    on_done: Callable[[int, int], None] = lambda done, total: None,
    on_error: Callable[[str | int, str], None] = lambda key, message: None,
) -> Scored:
    """Append ``{"id", "entropy"}`` to ``out`` frame by frame in the order of ``files``; what is there stays.

    Args:
        predictor: The run.
        files: In the order to score.
        out: JSON lines; a torn last line is cut off.
        seconds: When to stop, None never.
        on_done: Called with frames done and their total.
        on_error: Called with the id and message of a file that cannot be read; the rest goes on.
    """
    known, errors = _resume(out), 0
    done, deadline = len(known), time.monotonic() + (seconds or float("inf"))
    with out.open("a", encoding="utf-8") as stream:
        for item, value in mean_entropies(predictor, (file for file in files if file.id not in known)):
            if value is None:
                errors += 1
                on_error(item.key.id, item.error)
                continue
            stream.write(json.dumps({"id": item.key.id, "entropy": round(value, 7)}) + "\n")
            stream.flush()
            done += 1
            on_done(done, len(files))
            if time.monotonic() > deadline:
                break
    return Scored(done, len(files), errors)


def _resume(out: Path) -> set[str | int]:
    """Ids scored already; whatever follows the last line break is cut off."""
    out.parent.mkdir(parents=True, exist_ok=True)
    data = out.read_bytes() if out.exists() else b""
    whole = data[: data.rfind(b"\n") + 1]
    if len(whole) < len(data):
        out.write_bytes(whole)
    return {json.loads(line)["id"] for line in whole.splitlines() if line}
