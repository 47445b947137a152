"""Score frames by how unsure a run is: mean entropy of the pixels' classes in nats (Kugler 2020, 4.1)."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.inference.decisions import pixel_entropy
from modeling.inference.predictor import Predictor
from modeling.inference.reading import Read, batched, read_ahead

BATCH = {"cpu": 2, "mps": 8, "cuda": 16}


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list of files: whose, and where."""

    id: str | int
    file: Path


def read_list(path: str | Path) -> list[Listed]:
    """Read JSON lines ``{"id": ..., "file": ...}``; further fields are ignored.

    Raises:
        UserError: ``bad_list``, naming the line.
    """
    rows = []
    for number, line in enumerate(Path(path).read_text("utf-8").splitlines(), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            rows.append(Listed(row["id"], Path(row["file"])))
        except (ValueError, KeyError, TypeError):
            message = f'{path}, line {number}: not a JSON object with "id" and "file".'
            raise UserError(message, code="bad_list") from None
    return rows


def mean_entropies(
    predictor: Predictor, files: Iterable[Listed]
) -> Iterator[tuple[Read[str | int], float | None]]:
    """Each frame with the mean entropy of its pixels at working size; None with an error in ``Read``."""
    frames = read_ahead(((item.id, item.file) for item in files), predictor.reduced)
    for group in batched(frames, BATCH[predictor.device.type]):
        readable = [item.rgb for item in group if item.rgb is not None]
        values: list[float | None] = [None] * len(group)
        if readable:
            values = _mean_entropies(predictor, readable)
        yield from zip(group, values, strict=True)


def _mean_entropies(predictor: Predictor, frames: list[NDArray[np.uint8]]) -> list[float | None]:
    """Of frames of one size, at working size; native ones tile by tile."""
    if not predictor.side:
        return [float(predictor.entropy(rgb).mean()) for rgb in frames]
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
                on_error(item.key, item.error)
                continue
            stream.write(json.dumps({"id": item.key, "entropy": round(value, 7)}) + "\n")
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
