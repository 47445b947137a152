"""What became of a cut, as a file: ``cut.json`` lists every region of every drawing with its entry, or why it is open.

A person who corrects the entries there (or a page that does) can hand the sheet back as reference: a region is found
again by a point inside it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict, Field

from modeling.errors import UserError
from modeling.paint.graph import Graph
from modeling.paint.matching import BOOK_FILL
from modeling.paint.models import ColorModels
from modeling.paint.regions import NONE, Regions
from modeling.paint.sampling import BACKGROUND, FIRST, SPECK, UNPAINTED, Values
from modeling.paint.transfer import REASONS, Open, Result
from modeling.registry import propose, validated
from modeling.runs import publish

FORMAT = "sakkan painted cut"
VERSION = 1
NO_CEL = "background"
"""What a region outside the cel is called in place of an entry; no entry has a name without a tone."""


class SheetRegion(BaseModel):
    """A region: ``at`` a point inside it, ``entry`` its entry, `NO_CEL` or None while it is open."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    at: tuple[int, int]
    area: int = Field(ge=1)
    entry: str | None
    chance: float = Field(ge=0, le=1)
    reason: str | None = None
    candidates: tuple[str, ...] = ()
    source: str = ""


class SheetDrawing(BaseModel):
    """A drawing and the drawings its colours came from, none for a reference."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    key: str
    sources: tuple[str, ...]
    regions: tuple[SheetRegion, ...]

    @property
    def open(self) -> tuple[SheetRegion, ...]:
        """Regions that are not painted."""
        return tuple(region for region in self.regions if region.entry is None)


class Sheet(BaseModel):
    """All drawings of a cut, in order; ``gap`` is what its regions were found with."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal["sakkan painted cut"] = "sakkan painted cut"
    version: Literal[1] = 1
    gap: int = Field(ge=0)
    model: str
    drawings: tuple[SheetDrawing, ...]

    def drawing(self, key: str) -> SheetDrawing:
        """The drawing of that key.

        Raises:
            UserError: ``unknown_drawing``, proposing the nearest spelling.
        """
        for drawing in self.drawings:
            if drawing.key == key:
                return drawing
        keys = [drawing.key for drawing in self.drawings]
        message = f"The sheet has no drawing {key!r}."
        raise UserError(message, code="unknown_drawing", remedy=propose(key, keys))


def describe(
    result: Result, key: str, models: ColorModels, mixed: Mapping[int, tuple[int, ...]] | None = None
) -> SheetDrawing:
    """One result as it stands in the sheet; what a book covers is left out.

    Args:
        result: Of `modeling.paint.transfer`.
        key: What the drawing is called.
        models: Its entries.
        mixed: Of a reference, see `modeling.paint.sampling.Sampled`.
    """
    points = inner_points(result.graph.regions)
    left = {found.region: found for found in result.left}
    left |= {
        region: Open(region, "mixed", values)
        for region, values in (mixed or {}).items()
        if region not in left
    }
    regions = [
        _region(result, number, points[number].tolist(), left.get(number), models)
        for number in np.argsort(-result.graph.regions.areas, kind="stable").tolist()
        if result.graph.regions.fills[number] != BOOK_FILL
    ]
    return SheetDrawing(key=key, sources=result.sources, regions=tuple(regions))


def _region(
    result: Result, number: int, at: list[int], left: Open | None, models: ColorModels
) -> SheetRegion:
    value = int(result.values[number])
    return SheetRegion(
        at=(at[0], at[1]),
        area=int(result.graph.regions.areas[number]),
        entry=None if value == UNPAINTED else entry_name(value, models),
        chance=round(float(np.clip(result.chances[number], 0, 1)), 3),
        reason=left.reason if left else None,
        candidates=tuple(entry_name(v, models) for v in left.candidates if v != UNPAINTED) if left else (),
        source=left.source if left else "",
    )


def entry_name(value: int, models: ColorModels) -> str:
    """Name of a stored value."""
    return NO_CEL if value == BACKGROUND else models.names[value - FIRST]


def values_of(drawing: SheetDrawing, graph: Graph, models: ColorModels) -> Values:
    """Stored values of a drawing's regions from its sheet; regions that it does not name stay open.

    Raises:
        UserError: ``unknown_entry`` for an entry that the models lack; ``sheet_point`` for a point in no region.
    """
    values = np.full(len(graph), UNPAINTED, np.uint16)
    values[graph.regions.fills == BOOK_FILL] = BACKGROUND
    height, width = graph.regions.labels.shape
    for row in drawing.regions:
        x, y = row.at
        number = graph.regions.labels[y, x] if 0 <= x < width and 0 <= y < height else NONE
        if number == NONE:
            message = f"{drawing.key}: there is no region at {x}, {y}."
            raise UserError(message, code="sheet_point", remedy="The douga is another than the sheet's.")
        if row.entry is not None:
            values[number] = BACKGROUND if row.entry == NO_CEL else FIRST + models.index_of(row.entry)
    return values


def inner_points(regions: Regions) -> NDArray[np.int32]:
    """(N, 2) x, y of a pixel of each region, far from its border."""
    from scipy.ndimage import find_objects

    free = regions.labels != NONE
    padded = np.pad(free, 1).view(np.uint8)
    depth = cv2.distanceTransform(padded, cv2.DIST_L2, 3)[1:-1, 1:-1]
    points = np.zeros((len(regions), 2), np.int32)
    for number, (rows, columns) in enumerate(find_objects(regions.labels + 1)):
        inside = np.where(regions.labels[rows, columns] == number, depth[rows, columns], -1)
        y, x = np.unravel_index(int(inside.argmax()), inside.shape)
        points[number] = columns.start + x, rows.start + y
    return points


def read_sheet(path: str | Path) -> Sheet:
    """Read a file of `write_sheet`.

    Raises:
        UserError: ``sheet_unreadable`` or ``bad_parameter``, naming file and field.
    """
    path = Path(path)
    try:
        values: Any = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError):
        values = None
    if not isinstance(values, dict) or (values.get("format"), values.get("version")) != (FORMAT, VERSION):
        raise UserError(
            f"{path.name} is no sheet of a painted cut of version {VERSION}.",
            code="sheet_unreadable",
            remedy="Give the cut.json that `python -m modeling paint cut` wrote.",
        )
    return validated(Sheet, values, path.name)


def write_sheet(path: str | Path, sheet: Sheet) -> None:
    """Write the JSON file, a region a line; a reader sees all of it or none."""
    head = sheet.model_dump(exclude={"drawings"})
    drawings = ",\n".join(_drawing_text(drawing) for drawing in sheet.drawings)
    text = json.dumps(head, ensure_ascii=False)[:-1] + ', "drawings": [\n' + drawings + "\n]}\n"
    publish(Path(path), text.encode())


def _drawing_text(drawing: SheetDrawing) -> str:
    head = json.dumps(drawing.model_dump(exclude={"regions"}), ensure_ascii=False)[:-1]
    rows = (
        json.dumps(row.model_dump(exclude_defaults=True) | {"entry": row.entry}, ensure_ascii=False)
        for row in drawing.regions
    )
    return head + ', "regions": [\n ' + ",\n ".join(rows) + "\n]}"


def tell(drawing: SheetDrawing, most: int = 12) -> list[str]:
    """Lines for a person, each beginning with the drawing's key: `told_of`."""
    return [f"{drawing.key}: {line}" for line in told_of(drawing, most)]


def told_of(drawing: SheetDrawing, most: int = 12) -> list[str]:
    """Open regions of `SPECK` pixels and more, up to ``most``, and how many others there are; a line each."""
    large = [row for row in drawing.regions if row.reason and row.area >= SPECK]
    lines = [_told(row) for row in large[:most]]
    if len(large) > most:
        lines.append(f"{len(large) - most} more regions")
    if specks := sum(row.area < SPECK for row in drawing.open):
        lines.append(f"{specks} specks below {SPECK} px")
    return lines


def _told(row: SheetRegion) -> str:
    why = REASONS.get(row.reason or "", "left open")
    where = f"region of {row.area} px at {row.at[0]}, {row.at[1]}: {why}"
    names = f": {' or '.join(row.candidates)}" if row.candidates else ""
    return f"{where}{names}" + (f" (after {row.source})" if row.source else "")


def tally(drawings: Mapping[str, SheetDrawing]) -> dict[str, int]:
    """Regions of `SPECK` pixels and more: how many, painted, and open by reason."""
    rows = [row for drawing in drawings.values() for row in drawing.regions if row.area >= SPECK]
    counts = {"segments": len(rows), "painted": sum(row.entry is not None for row in rows)}
    for reason in REASONS:
        counts[reason] = sum(row.entry is None and row.reason == reason for row in rows)
    return counts
