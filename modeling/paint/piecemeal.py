"""A cut painted a drawing at a time, in any order: what is known of each lies on the disk, so that work goes on later.

It does what `modeling.paint.transfer.paint_cut` does, asked for one drawing instead of all: those between it and its
reference are painted first, outwards. A drawing's sheet is written as soon as it is painted, and read back instead of
painting again: whoever asks in another order, or after a break, gets the same.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from modeling.errors import UserError
from modeling.paint.drawings import Rgba
from modeling.paint.evidence import Painted
from modeling.paint.graph import make_graph
from modeling.paint.models import ColorModels, write_models
from modeling.paint.regions import Classes, find_regions
from modeling.paint.sampling import BACKGROUND, UNPAINTED, sample
from modeling.paint.sheets import Sheet, SheetDrawing, describe, read_sheet, values_of, write_sheet
from modeling.paint.transfer import (
    Policy,
    Result,
    check_size,
    nearest_references,
    paint_drawing,
    reference_result,
)

REGIONS, MODELS = ".regions.json", "models.json"
"""Behind a drawing's key, its sheet; and what a cut's entries are called."""
KEPT = 6
"""Drawings in memory: the last one, the references beside it, and some more."""


@dataclass(frozen=True, slots=True)
class Plan:
    """A cut that is to be painted.

    Attributes:
        keys: Its drawings in order.
        references: By place of a drawing what reads its painted picture; at least one.
        read: (H, W) uint8 classes of the drawing of a key.
        folder: Where the sheet of each drawing is kept, ``KEY.regions.json``.
        models: File that the entries are written to.
        known: Entries that exist; colours of the references that they lack become further ones.
        tolerance: See `modeling.paint.sampling.sample`.
        policy: How careful to be.
    """

    keys: Sequence[str]
    references: Mapping[int, Callable[[], Rgba]]
    read: Callable[[str], Classes]
    folder: Path
    models: Path
    known: ColorModels | None = None
    tolerance: int = 0
    policy: Policy = field(default_factory=Policy)


@dataclass(frozen=True, slots=True)
class Entered:
    """A drawing whose regions have entries: (H, W) uint8 classes, stored values, and what is told of each region."""

    classes: Classes
    painted: Painted
    drawing: SheetDrawing


class Piecemeal:
    """A cut on its way. Opening it reads all references, each time anew.

    Attributes:
        models: The entries, with those that the references brought.
        refused: Why a reference cannot serve, by its place.
        shared: Of a reference, by its place, colours that several known entries have, with the entry that was taken.

    Raises:
        UserError: The first reference's fault when none can serve.
    """

    def __init__(self, plan: Plan) -> None:
        self._plan = plan
        self._memory: OrderedDict[int, Entered] = OrderedDict()
        self.refused: dict[int, UserError] = {}
        self.shared: dict[int, Mapping[str, str]] = {}
        self.models = self._opened()
        self._starts = sorted(set(plan.references) - set(self.refused))

    def paint(self, place: int) -> Entered:
        """The drawing at a place of the cut, painted; one whose reference was refused is painted like the others.

        Raises:
            UserError: What reading it raises, or ``paint_size``.
        """
        found = self._known(place)
        if found is not None:
            return found
        start, others = nearest_references(place, self._starts)
        step = 1 if place > start else -1
        last = next(at for at in range(place - step, start - step, -step) if self._is_known(at))
        for at in range(last + step, place, step):
            try:
                self._follow(at, last, (start, *others))
                last = at
            except UserError:  # told in its own turn; the cut goes on from the last good drawing
                continue
        return self._follow(place, last, (start, *others))

    def forget(self) -> None:
        """Free the memory; what is known is read again when it is asked for."""
        self._memory.clear()

    # --- the references ---

    def _opened(self) -> ColorModels:
        models = self._plan.known
        for place, painted in sorted(self._plan.references.items()):
            try:
                models = self._take(place, painted(), models)
            except UserError as error:
                self.refused[place] = error
        if models is None or len(self.refused) == len(self._plan.references):
            raise next(iter(self.refused.values()))
        write_models(self._plan.models, models)
        return models

    def _take(self, place: int, painted: Rgba, known: ColorModels | None) -> ColorModels:
        """Read what a reference was painted with; return the entries with those that it adds."""
        key = self._plan.keys[place]
        classes = self._plan.read(key)
        graph = make_graph(classes, find_regions(classes, gap=self._plan.policy.gap))
        found = sample(painted, classes, graph, known=known, tolerance=self._plan.tolerance)
        if np.isin(found.values, (UNPAINTED, BACKGROUND)).all():
            message = f"The painted picture of {key} has no paint in its regions."
            raise UserError(
                message, code="paint_reference", remedy="Paint it, flat, within the lines of its drawing."
            )
        if found.shared:
            self.shared[place] = found.shared
        result = reference_result(place, classes, Painted(key, graph, found.values))
        self._keep(place, result, describe(result, key, found.models, found.mixed), found.models)
        return found.models

    # --- the others ---

    def _follow(self, place: int, last: int, references: Sequence[int]) -> Entered:
        """Paint a drawing from the last one and the references; one that is the same as any of these is taken over."""
        key = self._plan.keys[place]
        sources = [self._entered(at) for at in dict.fromkeys((last, *references))]
        classes = self._plan.read(key)
        check_size(classes, sources[-1].painted, key)
        for source in sources:
            if np.array_equal(classes, source.classes):
                return self._written(place, _taken_over(source, key))
        result = paint_drawing(classes, [source.painted for source in sources], policy=self._plan.policy)
        return self._keep(place, result, describe(result, key, self.models), self.models)

    def _keep(self, place: int, result: Result, drawing: SheetDrawing, models: ColorModels) -> Entered:
        painted = Painted(drawing.key, result.graph, result.values)
        return self._written(place, Entered(result.classes, painted, drawing), models)

    # --- what is known ---

    def _file(self, place: int) -> Path:
        return self._plan.folder / f"{self._plan.keys[place]}{REGIONS}"

    def _is_known(self, place: int) -> bool:
        return place in self._memory or self._file(place).is_file()

    def _known(self, place: int) -> Entered | None:
        return self._entered(place) if self._is_known(place) else None

    def _entered(self, place: int) -> Entered:
        """A known drawing, from memory or from the disk."""
        if place not in self._memory:
            self._remember(place, self._read(place))
        self._memory.move_to_end(place)
        return self._memory[place]

    def _read(self, place: int) -> Entered:
        key = self._plan.keys[place]
        drawing = read_sheet(self._file(place)).drawing(key)
        classes = self._plan.read(key)
        graph = make_graph(classes, find_regions(classes, gap=self._plan.policy.gap))
        return Entered(classes, Painted(key, graph, values_of(drawing, graph, self.models)), drawing)

    def _written(self, place: int, entered: Entered, models: ColorModels | None = None) -> Entered:
        named = (models or self.models).check_model(None)
        sheet = Sheet(gap=self._plan.policy.gap, model=named, drawings=(entered.drawing,))
        write_sheet(self._file(place), sheet)
        return self._remember(place, entered)

    def _remember(self, place: int, entered: Entered) -> Entered:
        self._memory[place] = entered
        while len(self._memory) > KEPT:
            self._memory.popitem(last=False)
        return entered


def _taken_over(source: Entered, key: str) -> Entered:
    """The same drawing, called otherwise."""
    drawing = source.drawing.model_copy(update={"key": key, "sources": (source.drawing.key,)})
    return Entered(source.classes, Painted(key, source.painted.graph, source.painted.values), drawing)
