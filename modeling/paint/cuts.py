"""A cut's folder: dougas in, painted drawings, stored values and the sheet out; and the same again in another model."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from modeling.errors import UserError
from modeling.images import encode_png, encode_rgba
from modeling.matching import key_of, list_images
from modeling.paint.drawings import read_drawing, read_painted
from modeling.paint.evidence import Painted
from modeling.paint.graph import make_graph
from modeling.paint.models import ColorModels, read_models, write_models
from modeling.paint.regions import Classes, find_regions
from modeling.paint.rendering import (
    decode_values,
    encode_values,
    ink_value,
    preview,
    render,
    value_map,
)
from modeling.paint.sampling import sample
from modeling.paint.sheets import Sheet, SheetDrawing, describe, read_sheet, values_of, write_sheet
from modeling.paint.transfer import Policy, Result, paint_cut
from modeling.registry import propose
from modeling.runs import publish

PAINTED, VALUES, PREVIEWS = "painted", "values", "previews"
"""Folders of a painted cut: RGBA pictures, 16-bit stored values, pictures in which open regions are hatched."""
SHEET, MODELS = "cut.json", "models.json"
OnDrawing = Callable[[SheetDrawing], None]


@dataclass(frozen=True, slots=True)
class CutRequest:
    """What is to be painted.

    Attributes:
        folder: Dougas or line art, in the order of their names.
        references: Painted picture, or ``cut.json`` with corrected entries, by key (path without suffix) of its douga.
        out: Folder to write.
        known: Entries that exist; colours of the references that they lack become further ones.
        model: Model that painted pictures are in and that is painted in, the first by default.
        policy: How careful to be.
        tolerance, paper: See `modeling.paint.sampling.sample` and `modeling.paint.drawings.read_painted`.
        previews: Whether to write pictures for looking at, too.
    """

    folder: Path
    references: Mapping[str, Path]
    out: Path
    known: ColorModels | None = None
    model: str | None = None
    policy: Policy = field(default_factory=Policy)
    tolerance: int = 0
    paper: str | None = None
    previews: bool = False


def paint_folder(request: CutRequest, on_drawing: OnDrawing | None = None) -> Sheet:
    """Paint a cut and write its folder.

    Raises:
        UserError: ``unknown_drawing`` for a reference without douga, ``paint_reference``, ``paint_size``, or what
            reading raises.
    """
    files = list_images(request.folder, without=[request.out])
    keys = [key_of(file) for file in files]
    places = {_place(key, keys): path for key, path in request.references.items()}
    drawings = [partial(read_drawing, request.folder / file) for file in files]
    references, mixed, models = {}, {}, request.known
    for place, path in sorted(places.items()):
        found = _reference(request, drawings[place](), keys[place], path, models)
        references[place], mixed[place], models = found
    described: dict[int, SheetDrawing] = {}
    for result in paint_cut(drawings, references, names=keys, policy=request.policy):
        assert models is not None
        described[result.index] = describe(result, keys[result.index], models, mixed.get(result.index))
        _write(request, keys[result.index], result, models)
        if on_drawing:
            on_drawing(described[result.index])
    assert models is not None
    sheet = Sheet(
        gap=request.policy.gap,
        model=models.check_model(request.model),
        drawings=tuple(described[place] for place in sorted(described)),
    )
    write_models(request.out / MODELS, models)
    write_sheet(request.out / SHEET, sheet)
    return sheet


def repaint(folder: Path, models: ColorModels, out: Path, model: str | None = None) -> Iterator[str]:
    """Paint a cut of `paint_folder` again in another model, yielding each key written.

    Args:
        folder: What `paint_folder` wrote.
        models: Entries in the order of the folder's own ``models.json``; colours may differ.
        out: Folder for the pictures.
        model: Which model, the first by default.

    Raises:
        UserError: ``unknown_model``, ``paint_values``.
    """
    models.check_model(model)
    own = read_models(folder / MODELS)
    if models.names[: len(own.names)] != own.names:
        raise UserError(
            f"The colour models have other entries than {folder / MODELS}, or in another order.",
            code="paint_values",
            remedy=f"Start from {MODELS} of the cut: add the model there.",
        )
    for drawing in read_sheet(folder / SHEET).drawings:
        file = folder / VALUES / f"{drawing.key}.png"
        stored = decode_values(file.read_bytes(), file.name)
        publish(out / f"{drawing.key}.png", encode_rgba(render(stored, models, model)))
        yield drawing.key


def _place(key: str, keys: list[str]) -> int:
    if key in keys:
        return keys.index(key)
    message = f"There is no douga {key!r}."
    raise UserError(message, code="unknown_drawing", remedy=propose(key, keys))


def _reference(
    request: CutRequest, classes: Classes, key: str, path: Path, known: ColorModels | None
) -> tuple[Painted, Mapping[int, tuple[int, ...]], ColorModels]:
    """A reference's regions with their values, what else lies in them, and the entries with those it adds."""
    graph = make_graph(classes, find_regions(classes, gap=request.policy.gap))
    if path.suffix.lower() == ".json":
        if known is None:
            message = f"{path.name} names entries, and no colour models were given."
            raise UserError(message, code="paint_reference", remedy=f"Give the {MODELS} beside it.")
        return Painted(key, graph, values_of(read_sheet(path).drawing(key), graph, known)), {}, known
    painted = read_painted(path, paper=request.paper)
    found = sample(painted, classes, graph, known=known, model=request.model, tolerance=request.tolerance)
    return Painted(key, graph, found.values), found.mixed, found.models


def _write(request: CutRequest, key: str, result: Result, models: ColorModels) -> None:
    stored = value_map(result.values, result.classes, result.graph, ink_value(models))
    publish(request.out / VALUES / f"{key}.png", encode_values(stored))
    publish(request.out / PAINTED / f"{key}.png", encode_rgba(render(stored, models, request.model)))
    if request.previews:
        shown = preview(stored, result.classes, models, request.model)
        publish(request.out / PREVIEWS / f"{key}.png", encode_png(shown))
