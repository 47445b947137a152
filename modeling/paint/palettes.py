"""Colour models from and to what other programs keep: GIMP palettes (.gpl), spreadsheets (.csv), our JSON.

A .gpl is one model: each line ``R G B  name``, the name read as ``character/part/tone`` (GIMP, Krita, Inkscape and
MyPaint write it). A .csv has the columns character, part, tone (all but part may be missing), and every further column
is a model of that name with ``RRGGBB`` in its cells.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping
from pathlib import Path

from modeling.errors import UserError
from modeling.paint.models import (
    ColorModels,
    make_models,
    parse_models,
    parse_name,
    read_models,
    write_models,
)
from modeling.runs import publish

SUFFIXES = (".json", ".gpl", ".csv")
_FIELDS = ("character", "part", "tone")
_COLOR_LINE = re.compile(r"\s*(\d{1,3})\s+(\d{1,3})\s+(\d{1,3})(?:\s+(.*?))?\s*$")


def read_palette(path: str | Path, *, model: str = "") -> ColorModels:
    """Read a .json, .gpl or .csv file.

    Args:
        path: The file.
        model: What the model of a .gpl is called, by default its file's name without suffix.

    Raises:
        UserError: ``palette_suffix``, ``palette_unreadable`` or one of `read_models`.
    """
    path = Path(path)
    suffix = _suffix(path)
    if suffix == ".json":
        return read_models(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise UserError(
            f"{path.name} is no UTF-8 text.", code="palette_unreadable", remedy="Save it as UTF-8."
        ) from None
    name = path.name
    return _from_gpl(text, name, model or path.stem) if suffix == ".gpl" else _from_csv(text, name)


def parse_palette(text: str, name: str) -> ColorModels:
    """Read the text of a .json, .gpl or .csv file, told apart by how it begins.

    Args:
        text: All of it; the model of a .gpl is called as its line ``Name:`` says, ``day`` without one.
        name: What the text is called in errors.

    Raises:
        UserError: ``palette_unreadable`` or one of `read_models`.
    """
    text = text.removeprefix("\ufeff").lstrip()
    if text.startswith("{"):
        return parse_models(text, name)
    if not text.startswith("GIMP Palette"):
        return _from_csv(text, name)
    titled = re.search(r"^Name:[ \t]*(\S[^\n]*?)\s*$", text, re.MULTILINE)
    return _from_gpl(text, name, titled[1] if titled else "day")


def write_palette(path: str | Path, models: ColorModels, *, model: str | None = None) -> None:
    """Write a .json, .gpl or .csv file; a .gpl holds one model, the first by default.

    Raises:
        UserError: ``palette_suffix`` or ``unknown_model``.
    """
    path = Path(path)
    suffix = _suffix(path)
    if suffix == ".json":
        write_models(path, models)
    elif suffix == ".gpl":
        publish(path, _to_gpl(models, models.check_model(model)).encode())
    else:
        publish(path, _to_csv(models).encode())


def colors_of(models: ColorModels, model: str | None = None) -> Mapping[str, str]:
    """``RRGGBB`` of each entry name in a model, the first by default."""
    name = models.check_model(model)
    return {entry.name: entry.colors[name] for entry in models.entries}


def repainted(models: ColorModels, others: ColorModels) -> ColorModels:
    """Entries with the models of other ones, whose entries are named alike; what these lack keeps its colour.

    Args:
        models: The entries.
        others: Further models of them, or models that replace theirs of the same name.

    Raises:
        UserError: ``unknown_entry`` for an entry of ``others`` that there is not.
    """
    first = models.check_model(None)
    for name in others.models:
        like = name if name in models.models else first
        models = models.with_model(name, colors_of(others, name), like=like)
    return models


def _suffix(path: Path) -> str:
    suffix = path.suffix.lower()
    if suffix not in SUFFIXES:
        message = f"{path.name} is no kind of palette known here."
        raise UserError(message, code="palette_suffix", remedy=f"Known: {', '.join(SUFFIXES)}.")
    return suffix


def _from_gpl(text: str, file: str, model: str) -> ColorModels:
    lines = text.splitlines()
    if not lines or not lines[0].startswith("GIMP Palette"):
        raise UserError(f"{file} does not begin with 'GIMP Palette'.", code="palette_unreadable")
    rows: list[dict[str, object]] = []
    for number, line in enumerate(lines[1:], 2):
        if not line.strip() or line.startswith(("#", "Name:", "Columns:")):
            continue
        found = _COLOR_LINE.match(line)
        if not found or any(int(value) > 255 for value in found.groups()[:3]):
            raise UserError(f"{file}, line {number} is no colour.", code="palette_unreadable")
        color = "".join(f"{int(value):02X}" for value in found.groups()[:3])
        name = (found[4] or "").strip()
        untitled = not name or name == "Untitled"
        words = parse_name(f"colour {len(rows) + 1}" if untitled else name)
        rows.append({**words, "colors": {model: color}})
    return make_models([model], rows, file)


def _to_gpl(models: ColorModels, model: str) -> str:
    lines = ["GIMP Palette", f"Name: {model}", "Columns: 0", "#"]
    for entry, color in zip(models.entries, models.colors(model).tolist(), strict=True):
        red, green, blue = color
        lines.append(f"{red:3d} {green:3d} {blue:3d}\t{entry.name}")
    return "\n".join(lines) + "\n"


def _from_csv(text: str, file: str) -> ColorModels:
    reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
    columns = [name.strip() for name in reader.fieldnames or ()]
    names = [name for name in columns if name and name not in _FIELDS]
    if "part" not in columns or not names:
        raise UserError(
            f"{file} has no column part, or none with colours.",
            code="palette_unreadable",
            remedy="Columns are character, part, tone, and one a model, such as day.",
        )
    reader.fieldnames = columns
    try:
        rows = [_csv_row(cells, names) for cells in reader if any(cells.values())]
    except csv.Error as error:
        raise UserError(f"{file}: {error}.", code="palette_unreadable") from None
    return make_models(names, rows, file)


def _csv_row(cells: Mapping[str, str | None], names: list[str]) -> dict[str, object]:
    fields = {field: (cells.get(field) or "").strip() for field in _FIELDS}
    colors = {name: (cells.get(name) or "").strip() for name in names}
    return fields | {"tone": fields["tone"] or "base", "colors": colors}


def _to_csv(models: ColorModels) -> str:
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow([*_FIELDS, *models.models])
    for entry in models.entries:
        row = (entry.character, entry.part, entry.tone)
        writer.writerow([*row, *(entry.colors[model] for model in models.models)])
    return file.getvalue()
