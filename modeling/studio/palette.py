"""The step on all drawings of a cut: each takes the named colours of the one that is painted."""

from __future__ import annotations

from functools import partial

from modeling.errors import UserError
from modeling.images import encode_png, encode_rgba
from modeling.labels import DOUGA
from modeling.paint.drawings import Rgba, draw_painted, read_drawing, read_painted
from modeling.paint.models import ColorModels
from modeling.paint.palettes import parse_palette, repainted
from modeling.paint.piecemeal import MODELS, Entered, Piecemeal, Plan
from modeling.paint.regions import Classes
from modeling.paint.rendering import ink_value, preview, render, value_map
from modeling.paint.sampling import SPECK
from modeling.paint.sheets import SheetDrawing, told_of
from modeling.paint.transfer import Policy
from modeling.studio.cuts import ANY, Cut, cuts_of
from modeling.studio.palette_params import COLORS, REPAINT, PaletteParams
from modeling.studio.sheet import Series, Sheet
from modeling.studio.steps import Left, Output


class PaletteStep:
    """Makes the painted pictures of a series. A cut is opened when the first of its pictures is asked for.

    Raises:
        UserError: ``no_reference`` when no picture of the series is painted.
    """

    def __init__(self, series: Series, params: PaletteParams) -> None:
        self._series, self._params = series, params
        cuts = cuts_of(series.files, params.painted)
        if not any(cut.painted for cut in cuts):
            raise _no_reference("None of the pictures", next(iter(series.files), "0001"), params.painted)
        self._of: dict[str, tuple[Cut, int]] = {}
        for cut in cuts:
            self._of |= {picture: (cut, place) for place, picture in cut.painted.items()}
            self._of |= {key: (cut, place) for place, key in enumerate(cut.keys)}
        self._open: dict[str, Piecemeal] = {}
        self._now: Sheet | None = None

    def __call__(self, sheet: Sheet) -> Output:
        """A picture's file: RGBA, what is open and what is no cel transparent; and what is open.

        Raises:
            UserError: ``no_reference`` for a picture of a cut without one, or what reading and painting raise.
        """
        self._now = sheet
        cut, place = self._of[sheet.key]
        if not cut.painted:
            of = f"None of the pictures in {cut.folder}" if cut.folder else "None of the pictures beside it"
            raise _no_reference(of, sheet.key, self._params.painted)
        work = self._opened(cut)
        if place in work.refused and cut.painted[place] == sheet.key:
            raise work.refused[place]
        found = work.paint(place)
        if cut.keys[place] != sheet.key:  # what is left open is told of the drawing
            return Output(self._picture(found, work.models))
        told = told_of(found.drawing)
        told += [
            f"{color} is the colour of several entries; {name} was taken"
            for color, name in work.shared.get(place, {}).items()
        ]
        return Output(self._picture(found, work.models), left_of(found.drawing, told))

    def _opened(self, cut: Cut) -> Piecemeal:
        for folder, other in self._open.items():
            if folder != cut.folder:
                other.forget()
        if cut.folder not in self._open:
            self._open[cut.folder] = Piecemeal(self._plan(cut))
        return self._open[cut.folder]

    def _plan(self, cut: Cut) -> Plan:
        params, given = self._params, self._params.models
        own = {key for key in cut.painted.values() if key in cut.keys}
        return Plan(
            keys=cut.keys,
            references={place: partial(self._painted, key) for place, key in cut.painted.items()},
            read=lambda key: self._classes(key, key in own),
            folder=self._series.folder,
            models=self._series.folder / cut.folder / MODELS,
            known=parse_palette(given, COLORS) if given else None,
            tolerance=params.tolerance,
            policy=Policy(params.least, params.splits, params.gap),
        )

    def _painted(self, key: str) -> Rgba:
        return read_painted(self._series.files[key], paper=self._params.paper or None)

    def _classes(self, key: str, painted: bool) -> Classes:
        """What is drawn of a picture; of one that is painted itself, what its paint tells."""
        if self._params.lines == "douga":
            now = self._now if self._now and self._now.key == key else self._series.sheet(key)
            return DOUGA.to_classes(now.label("douga"))
        return draw_painted(self._painted(key)) if painted else read_drawing(self._series.files[key])

    def _picture(self, found: Entered, models: ColorModels) -> bytes:
        stored = value_map(found.painted.values, found.classes, found.painted.graph, ink_value(models))
        models, model = painted_in(models, self._params)
        if self._params.show == "marked":
            return encode_png(preview(stored, found.classes, models, model))
        return encode_rgba(render(stored, models, model))


def painted_in(models: ColorModels, params: PaletteParams) -> tuple[ColorModels, str]:
    """The entries with the colours that they are repainted in, and the model that results are in.

    Raises:
        UserError: ``unknown_entry`` for a colour of an entry that there is not, ``unknown_model``.
    """
    if not params.repaint:
        return models, models.check_model(params.paint_in or None)
    others = parse_palette(params.repaint, REPAINT)
    return repainted(models, others), repainted(models, others).check_model(
        params.paint_in or others.models[0]
    )


def left_of(drawing: SheetDrawing, told: list[str]) -> Left | None:
    """What is left for a person, None if nothing is."""
    if not told:
        return None
    count, specks = len(drawing.open), sum(row.area < SPECK for row in drawing.open)
    small = f", {specks} of them below {SPECK} px" if specks else ""
    verb = "is" if count == 1 else "are"
    text = f"{count} of {len(drawing.regions)} regions {verb} left unpainted{small}."
    return Left(count, text if count else "All regions are painted.", tuple(told))


def _no_reference(whose: str, key: str, painted: str) -> UserError:
    name = key.rpartition("/")[2]
    wanted = painted.replace(ANY, name)
    how = (
        f"Add the painted picture of a drawing, called {wanted} beside {name}"
        if ANY in painted
        else f"Add {wanted}, painted"
    )
    return UserError(
        f"{whose} is painted, so that there are no colours to take.",
        code="no_reference",
        remedy=f"{how}, or say in `painted` what it is called.",
    )
