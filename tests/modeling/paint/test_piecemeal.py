"""A cut painted a drawing at a time is the cut painted at once, in whatever order and however often it breaks off."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.paint.evidence import Painted
from modeling.paint.piecemeal import Piecemeal, Plan
from modeling.paint.sampling import sample
from modeling.paint.transfer import paint_cut
from tests.modeling.paint.drawn import graph_of
from tests.modeling.studio.cels import cel, douga

XS = (6, 10, 14, 18, 22, 22, 30)
"""Where the drawings lie; the third is painted, and two are the same."""
KEYS = [str(n) for n in range(len(XS))]


def plan(folder: Path, drawings: Sequence[NDArray[np.uint8]], places: Sequence[int] = (2,)) -> Plan:
    """A cut of these drawings."""

    def read(key: str) -> NDArray[np.uint8]:
        if not drawings[int(key)].size:
            raise UserError(f"{key} is broken.", code="broken")
        return drawings[int(key)]

    references = {place: partial(cel, XS[place]) for place in places}
    return Plan(KEYS, references, read, folder / "sheets", folder / "models.json")


@pytest.fixture
def drawings() -> list[NDArray[np.uint8]]:
    found = [douga(x) for x in XS]
    found[6] = douga(XS[6], merged=True)
    return found


def at_once(drawings: Sequence[NDArray[np.uint8]], places: Sequence[int]) -> list[list[int]]:
    """Stored values of all regions, by `paint_cut`."""
    references, models = {}, None
    for place in places:
        graph = graph_of(drawings[place])
        found = sample(cel(XS[place]), drawings[place], graph, known=models)
        references[place], models = Painted(KEYS[place], graph, found.values), found.models
    made = paint_cut([lambda one=one: one for one in drawings], references, names=KEYS)  # type: ignore[misc]
    return [one.values.tolist() for one in sorted(made, key=lambda one: one.index)]


@pytest.mark.parametrize("places", [(2,), (0,), (1, 4)])
@pytest.mark.parametrize("order", [range(7), (6, 0, 3, 2, 5, 1, 4)])
def test_it_is_the_cut_painted_at_once(
    places: Sequence[int], order: Sequence[int], drawings: Any, tmp_path: Path
) -> None:
    work = Piecemeal(plan(tmp_path, drawings, places))
    found = {place: work.paint(place).painted.values.tolist() for place in order}
    assert [found[place] for place in range(7)] == at_once(drawings, places)
    assert work.models.names == ("part 1/base", "part 2/base", "line/line")


def test_opened_anew_for_every_drawing_it_is_the_same(drawings: Any, tmp_path: Path) -> None:
    whole, parts = Piecemeal(plan(tmp_path / "a", drawings)), tmp_path / "b"
    for place in (4, 5, 6, 0, 1, 2, 3):
        once, again = whole.paint(place), Piecemeal(plan(parts, drawings)).paint(place)
        assert again.drawing == once.drawing
        assert np.array_equal(again.painted.values, once.painted.values)
    names = sorted(path.name for path in (parts / "sheets").iterdir())
    assert names == [f"{key}.regions.json" for key in KEYS]
    assert all(
        (tmp_path / "a/sheets" / name).read_bytes() == (parts / "sheets" / name).read_bytes()
        for name in names
    )


def test_memory_is_freed_and_read_again(drawings: Any, tmp_path: Path) -> None:
    work = Piecemeal(plan(tmp_path, drawings))
    before = work.paint(4).drawing
    work.forget()
    assert work.paint(4).drawing == before


def test_a_broken_drawing_is_told_and_passed_over(drawings: Any, tmp_path: Path) -> None:
    drawings[3] = np.zeros((0, 0), np.uint8)
    drawings[1] = douga(10)[:, :90]
    work = Piecemeal(plan(tmp_path, drawings))
    assert work.paint(4).drawing.sources == ("2",)
    assert work.paint(5).drawing.sources == ("4",)
    assert work.paint(0).drawing.sources == ("2",)
    with pytest.raises(UserError, match="3 is broken"):
        work.paint(3)
    with pytest.raises(UserError, match="1 is 90x72, its reference 2 96x72"):
        work.paint(1)


def test_a_reference_that_cannot_serve_is_refused_and_the_others_do(drawings: Any, tmp_path: Path) -> None:
    bad = plan(tmp_path, drawings, (0, 2))
    blank = Plan(**{**{name: getattr(bad, name) for name in Plan.__slots__}, "references": {
        0: lambda: np.zeros((72, 96, 4), np.uint8), 2: bad.references[2],
    }})  # fmt: skip
    work = Piecemeal(blank)
    assert "has no paint" in str(work.refused[0])
    assert work.paint(0).drawing.sources == ("1", "2")
    with pytest.raises(UserError, match="The painted picture of 0 has no paint"):
        Piecemeal(Plan(KEYS, {0: blank.references[0]}, bad.read, bad.folder, bad.models))
