"""Scores on disk: one JSON line a frame, vectors in raw files beside it (torch-free, for the site too).

Beside ``scores.jsonl`` with ``{"id", NAME: number or null}`` a line lies ``scores.NAME.f16`` for each vector: D
little-endian float16 a frame, row i of line i. ``scores.meta.json`` names the scorers with ``outputs``, ``params`` and
``size`` (D). Rows are appended, a frame's vectors before its line, so that a killed writer leaves at most a torn end.
Files from before there were several scorers have no meta file: their lines are read all the same.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path
from typing import IO, Any, Literal, Self

import numpy as np
from numpy.typing import NDArray

from modeling.runs import publish

HALF = np.dtype("<f2")
FIRST = "entropy"
"""What files without a meta file hold."""


@dataclass(frozen=True, slots=True)
class Column:
    """One scorer as it was asked; ``size`` is the length of its vectors, 0 until one is known or for a number."""

    name: str
    outputs: Literal["scalar", "vector"] = "scalar"
    params: dict[str, Any] = field(default_factory=dict)
    size: int = 0

    @property
    def bytes(self) -> int:
        """Of a frame in its file of vectors."""
        return self.size * HALF.itemsize

    def sized(self, value: Any) -> Column:
        """The column with the length of this value."""
        size = len(value) if self.outputs == "vector" else 0
        return Column(self.name, self.outputs, self.params, size)


def meta_path(out: Path) -> Path:
    """``OUT.meta.json`` beside ``OUT.jsonl``."""
    return out.with_suffix(".meta.json")


def vector_path(out: Path, name: str) -> Path:
    """``OUT.NAME.f16`` beside ``OUT.jsonl``."""
    return out.with_suffix(f".{name}.f16")


def columns_of(out: Path) -> tuple[list[Column], float]:
    """The scorers of a scores file, and the temperature they were taken at."""
    try:
        meta = json.loads(meta_path(out).read_text("utf-8"))
    except FileNotFoundError:
        return [Column(FIRST)], 1.0
    return [Column(**row) for row in meta["scorers"]], meta["temperature"]


class ScoreWriter:
    """Appends frames to a scores file, behind those that are whole in it; a context manager.

    Args:
        out: ``OUT.jsonl``.
        asked: Scorers, sizes unknown. Where the file holds others, or the same otherwise asked, it is begun anew.
        temperature: Of the run.
    """

    def __init__(self, out: Path, asked: Sequence[Column], temperature: float = 1.0) -> None:
        self.out, self.temperature = out, temperature
        self.columns, self.sized = list(asked), False
        out.parent.mkdir(parents=True, exist_ok=True)
        self.known = self._resumed()
        self._open = ExitStack()

    def __enter__(self) -> Self:
        self._lines: IO[bytes] = self._open.enter_context(self.out.open("ab"))
        self._vectors: dict[str, IO[bytes]] = {}
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def write(self, key: str | int, scores: Mapping[str, float | NDArray[np.floating[Any]]]) -> None:
        """Append a frame: a number or a (D,) vector for each scorer; vectors beyond float16 are cut to its range."""
        if not self.sized:
            self._size(scores)
        for column in self.columns:
            if column.outputs == "vector":
                self._file(column.name).write(_half(scores[column.name]).tobytes())
        numbers = {c.name: _number(scores[c.name]) for c in self.columns if c.outputs == "scalar"}
        self._lines.write(json.dumps({"id": key, **numbers}).encode() + b"\n")
        self._lines.flush()
        self.known.add(key)

    def _file(self, name: str) -> IO[bytes]:
        if name not in self._vectors:
            path = vector_path(self.out, name)
            # unbuffered: the vectors of a line must not come after it
            self._vectors[name] = self._open.enter_context(path.open("ab", buffering=0))
        return self._vectors[name]

    def _size(self, scores: Mapping[str, Any]) -> None:
        """Say how long the vectors are, once the first frame tells."""
        self.columns, self.sized = [column.sized(scores[column.name]) for column in self.columns], True
        meta = {"temperature": self.temperature, "scorers": [asdict(column) for column in self.columns]}
        publish(meta_path(self.out), json.dumps(meta, indent=2).encode() + b"\n")

    def _resumed(self) -> set[str | int]:
        """Ids of the frames that are whole; what is behind them is cut off, or everything where others were asked."""
        found, temperature = columns_of(self.out)
        same = [(c.name, c.params) for c in found] == [(c.name, c.params) for c in self.columns]
        if not same or temperature != self.temperature:
            self._begin_anew(found)
            return set()
        if meta_path(self.out).is_file():
            self.columns, self.sized = found, True
        whole = _whole_rows(self.out, self.columns)
        keys, end = _keys(self.out, whole)
        _cut(self.out, end)
        for column in self.columns:
            _cut(vector_path(self.out, column.name), len(keys) * column.bytes)
        return set(keys)

    def _begin_anew(self, found: Sequence[Column]) -> None:
        """Forget the rows first: a meta file without rows promises nothing."""
        self.out.unlink(missing_ok=True)
        for column in found:
            vector_path(self.out, column.name).unlink(missing_ok=True)
        meta_path(self.out).unlink(missing_ok=True)


def _half(vector: Any) -> NDArray[np.float16]:
    most = np.finfo(HALF).max
    return np.clip(vector, -most, most).astype(HALF)


def _number(value: Any) -> float | None:
    return round(float(value), 7) if math.isfinite(value) else None


def _whole_rows(out: Path, columns: Sequence[Column]) -> int | None:
    """How many rows the files of vectors hold, the shortest; None without any."""
    paths = {vector_path(out, column.name): column.bytes for column in columns if column.bytes}
    return min(
        (path.stat().st_size // row if path.is_file() else 0 for path, row in paths.items()), default=None
    )


def _keys(out: Path, most: int | None) -> tuple[list[str | int], int]:
    """Ids of the first whole lines, at most so many, and where they end, in bytes."""
    keys: list[str | int] = []
    end = 0
    for line in islice(_lines(out), most):
        keys.append(json.loads(line)["id"])
        end += len(line)
    return keys, end


def _lines(out: Path) -> Iterator[bytes]:
    """Whole lines; a torn last one is left out."""
    if not out.is_file():
        return
    with out.open("rb") as stream:
        for line in stream:
            if line.endswith(b"\n"):
                yield line


def _cut(path: Path, end: int) -> None:
    if path.is_file() and path.stat().st_size > end:
        with path.open("r+b") as stream:
            stream.truncate(end)


@dataclass(frozen=True, slots=True)
class ScoreRows:
    """Some frames of a scores file, in order.

    Attributes:
        ids: As the list of files named them.
        numbers: (N,) float64 a scalar scorer, NaN where undefined.
        vectors: (N, D) float16 a vector scorer.
    """

    ids: list[Any]
    numbers: dict[str, NDArray[np.float64]]
    vectors: dict[str, NDArray[np.float16]]


def read_scores(out: Path, batch: int = 2000) -> Iterator[ScoreRows]:
    """Read a scores file ``batch`` frames at a time; nothing where there is none, nothing of a torn end."""
    columns, _ = columns_of(out)
    scalars = [column.name for column in columns if column.outputs == "scalar"]
    vectors = [column for column in columns if column.bytes]
    whole = islice(_lines(out), _whole_rows(out, columns))
    with ExitStack() as stack:
        files = {
            c.name: stack.enter_context(vector_path(out, c.name).open("rb")) for c in vectors if out.is_file()
        }
        while lines := [json.loads(line) for line in islice(whole, batch)]:
            yield ScoreRows(
                [row["id"] for row in lines],
                {name: _numbers([row.get(name) for row in lines]) for name in scalars},
                {c.name: _rows(files[c.name], c, len(lines)) for c in vectors},
            )


def _numbers(values: Sequence[float | None]) -> NDArray[np.float64]:
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _rows(stream: IO[bytes], column: Column, count: int) -> NDArray[np.float16]:
    return np.frombuffer(stream.read(count * column.bytes), HALF).reshape(count, column.size)
