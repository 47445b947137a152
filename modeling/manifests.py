"""The one manifest of ingest, produce, simulate and snapshot: a CSV with a line a frame.

Columns are ``frame, mask, cut, production, time_s, split, group, licence, rights`` in any order; only ``frame``
must be there, other columns are ignored. Paths are relative, with forward slashes.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from modeling.errors import UserError
from modeling.matching import key_of
from modeling.splits import SPLIT_WORDS, Split

COLUMNS = ("frame", "mask", "cut", "production", "time_s", "split", "group", "licence", "rights")


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One frame. Empty cells are empty strings or None; ``line`` is its line in the file, from 1."""

    line: int
    frame: str
    mask: str = ""
    cut: str = ""
    production: str = ""
    time_s: float | None = None
    split: Split | None = None
    group: str = ""
    licence: str = ""
    rights: str = ""

    @property
    def key(self) -> str:
        """Relative path without suffix."""
        return key_of(self.frame)


@dataclass(frozen=True, slots=True)
class Manifest:
    """Rows in the order of the file, each frame once."""

    path: Path
    rows: tuple[ManifestRow, ...]

    def locate(self, file: str, *roots: Path, within: Path | None = None) -> Path | None:
        """Find a row's file: beside the manifest, else below one of ``roots``; None where it is not.

        ``within`` refuses what lies outside that folder, for manifests that came by upload.
        """
        for root in (self.path.parent, *roots):
            path = root / file
            if path.is_file() and (within is None or path.resolve().is_relative_to(within.resolve())):
                return path
        return None


def read_manifest(path: str | Path) -> Manifest:
    """Read a manifest.

    Raises:
        UserError: ``manifest_missing``, ``manifest_unreadable`` or ``manifest_row``, naming file and line.
    """
    path = Path(path)
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True, delimiter=",")
    rows: list[ManifestRow] = []
    columns: list[str] | None = None
    while (cells := _next(reader, path)) is not None:
        if not any(cell.strip() for cell in cells):
            continue
        if columns is None:
            columns = _columns(cells, path, reader.line_num)
        else:
            rows.append(_row(cells, columns, path, reader.line_num))
    if columns is None:
        raise _broken(path, 1, "it is empty", code="manifest_unreadable")
    _refuse_doubles(rows, path)
    return Manifest(path, tuple(rows))


def _text(path: Path) -> str:
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be opened: {error.strerror}.", code="manifest_missing") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _broken(path, line, "it is not UTF-8", code="manifest_unreadable") from None


def _next(reader: Iterator[list[str]], path: Path) -> list[str] | None:
    try:
        return next(reader, None)
    except csv.Error as error:
        line = getattr(reader, "line_num", 0)
        raise _broken(path, line, str(error), code="manifest_unreadable") from None


def _columns(cells: list[str], path: Path, line: int) -> list[str]:
    columns = [cell.strip().lower() for cell in cells]
    if "frame" not in columns:
        raise _broken(path, line, "it has no column 'frame'", code="manifest_unreadable")
    double = next((name for name in COLUMNS if columns.count(name) > 1), None)
    if double:
        raise _broken(path, line, f"it has the column {double!r} twice", code="manifest_unreadable")
    return columns


def _row(cells: list[str], columns: list[str], path: Path, line: int) -> ManifestRow:
    if len(cells) > len(columns):
        raise _broken(path, line, f"{len(cells)} cells under {len(columns)} columns")
    found = {name: cell.strip() for name, cell in zip(columns, cells, strict=False) if name in COLUMNS}
    if not found["frame"]:
        raise _broken(path, line, "no frame is named")
    return ManifestRow(
        line=line,
        frame=_path(found["frame"]),
        mask=_path(found.get("mask", "")),
        cut=found.get("cut", ""),
        production=found.get("production", ""),
        time_s=_time(found.get("time_s", ""), path, line),
        split=_split(found.get("split", ""), path, line),
        group=found.get("group", ""),
        licence=found.get("licence", ""),
        rights=found.get("rights", ""),
    )


def _path(cell: str) -> str:
    return str(PurePosixPath(cell.replace("\\", "/"))) if cell else ""


def _time(cell: str, path: Path, line: int) -> float | None:
    if not cell:
        return None
    try:
        value = float(cell)
    except ValueError:
        value = math.nan
    if not math.isfinite(value):
        raise _broken(path, line, f"time_s {cell!r} is no number of seconds")
    return value


def _split(cell: str, path: Path, line: int) -> Split | None:
    if not cell:
        return None
    try:
        return SPLIT_WORDS[cell.lower().replace("-", "_").replace(" ", "_")]
    except KeyError:
        raise _broken(path, line, f"split {cell!r} is neither train nor test") from None


def _refuse_doubles(rows: list[ManifestRow], path: Path) -> None:
    seen: dict[str, int] = {}
    for row in rows:
        if row.frame in seen:
            raise _broken(path, row.line, f"{row.frame} stands in line {seen[row.frame]} already")
        seen[row.frame] = row.line


def _broken(path: Path, line: int, what: str, *, code: str = "manifest_row") -> UserError:
    return UserError(f"{path}, line {line}: {what}.", code=code, remedy="Mend that line.")
