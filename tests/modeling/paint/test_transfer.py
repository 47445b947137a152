"""Regions that move, merge, split, vanish and appear; told apart by neighbours; several references."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.paint.evidence import Painted
from modeling.paint.matching import balanced, match_regions
from modeling.paint.sampling import UNPAINTED
from modeling.paint.transfer import Policy, Result, paint_cut, paint_drawing
from tests.modeling.paint.drawn import at, boxes, graph_of, painted

SIZE = (72, 96)
Classes = NDArray[np.uint8]


def value(result: Result, x: int, y: int) -> int:
    """Stored value of the region at a place."""
    return int(result.values[at(result.graph, x, y)])


def reason(result: Result, x: int, y: int) -> str:
    """Why the region at a place is open."""
    return next(left.reason for left in result.left if left.region == at(result.graph, x, y))


def test_eight_by_eight() -> None:
    first, second = boxes((8, 8), (0, 0, 4, 4)), boxes((8, 8), (2, 3, 6, 7))
    result = paint_drawing(second, [painted(first, {(2, 2): 1})])
    assert (value(result, 5, 4), value(result, 0, 0)) == (1, 0)
    assert result.left == ()


def test_regions_that_moved_keep_their_entries() -> None:
    first = boxes(SIZE, (10, 10, 40, 30), (10, 30, 40, 60), (50, 20, 60, 28))
    second = boxes(SIZE, (14, 18, 44, 38), (14, 38, 44, 68), (54, 28, 64, 36))
    result = paint_drawing(second, [painted(first, {(20, 20): 1, (45, 20): 2, (24, 55): 3})])
    assert [value(result, *place) for place in ((28, 30), (50, 30), (32, 60), (90, 5))] == [1, 2, 3, 0]
    assert result.left == ()
    assert result.chances.min() > 0.7


def test_two_equal_shapes_are_told_apart_by_their_neighbours() -> None:
    """Two equal squares cross; only what each hangs on (a wide box, a tall box) tells which is which."""
    first = boxes((120, 160), (20, 20, 30, 30), (30, 20, 38, 70), (20, 100, 30, 110), (30, 100, 80, 108))
    second = boxes((120, 160), (20, 90, 30, 100), (30, 90, 38, 140), (20, 40, 30, 50), (30, 40, 80, 48))
    result = paint_drawing(
        second,
        [painted(first, {(25, 25): 1, (40, 34): 2, (105, 25): 3, (104, 50): 4})],
        policy=Policy(least=0.5),
    )
    assert [value(result, *place) for place in ((120, 34), (44, 50))] == [2, 4]
    assert value(result, 95, 25) in (1, UNPAINTED)
    assert value(result, 45, 25) in (3, UNPAINTED)
    guess = {left.region: left.candidates[0] for left in result.left if left.candidates}
    assert guess.get(at(result.graph, 95, 25), 1) == 1


def test_neighbours_raise_the_chance_of_the_right_one() -> None:
    first = graph_of(boxes((60, 160), (20, 20, 30, 30), (30, 20, 38, 60), (20, 100, 30, 110)))
    second = graph_of(boxes((60, 160), (20, 60, 30, 70), (30, 60, 38, 100), (20, 140, 30, 150)))
    match = match_regions(first, second)
    hung, free = at(first, 25, 25), at(first, 105, 25)
    assert match.chances[hung, at(second, 65, 25)] > match.chances[free, at(second, 65, 25)]
    assert match.chances[free, at(second, 145, 25)] > match.chances[hung, at(second, 145, 25)]


def test_merged_regions_of_two_entries_stay_open_and_are_listed() -> None:
    first = boxes(SIZE, (10, 10, 40, 40), (10, 40, 40, 70))
    second = boxes(SIZE, (10, 10, 40, 70))
    result = paint_drawing(second, [painted(first, {(20, 20): 1, (50, 20): 2})])
    assert value(result, 40, 20) == UNPAINTED
    [left] = result.left
    assert (left.reason, sorted(left.candidates), left.source) == ("merged", [1, 2], "first")
    assert value(result, 2, 2) == 0


def test_a_line_left_open_is_found_though_the_region_behind_it_is_small() -> None:
    first = boxes((140, 180), (50, 60, 80, 100), (50, 100, 80, 130))
    second = first.copy()
    second[80, 75:78] = 0
    result = paint_drawing(second, [painted(first, {(70, 60): 1, (110, 60): 2})])
    assert value(result, 70, 60) == value(result, 5, 5) == UNPAINTED
    assert (result.left[0].reason, result.left[0].candidates) == ("merged", (0, 1))
    assert value(result, 110, 60) in (2, UNPAINTED)


def test_merged_regions_of_one_entry_are_no_riddle() -> None:
    first = boxes(SIZE, (10, 10, 40, 44), (10, 44, 40, 70))
    result = paint_drawing(boxes(SIZE, (10, 10, 40, 70)), [painted(first, {(20, 20): 1, (50, 20): 1})])
    assert value(result, 40, 20) == 1 or reason(result, 40, 20) != "merged"


def test_pieces_of_a_split_region_stay_open_unless_asked_for() -> None:
    first = boxes(SIZE, (10, 10, 40, 70))
    second = boxes(SIZE, (10, 10, 40, 40), (10, 40, 40, 70))
    source = painted(first, {(20, 20): 5})
    result = paint_drawing(second, [source])
    for x in (20, 50):
        assert value(result, x, 20) == UNPAINTED
        assert reason(result, x, 20) == "split"
    assert {left.candidates for left in result.left} == {(5,)}
    bold = paint_drawing(second, [source], policy=Policy(splits=True))
    assert (value(bold, 20, 20), value(bold, 50, 20), bold.left) == (5, 5, ())


def test_a_sliver_cut_off_does_not_keep_the_rest_from_its_entry() -> None:
    first = boxes(SIZE, (10, 10, 60, 70))
    second = boxes(SIZE, (10, 10, 60, 64), (10, 64, 60, 70))
    result = paint_drawing(second, [painted(first, {(20, 20): 1})])
    assert value(result, 30, 30) == 1
    assert value(result, 67, 30) == UNPAINTED


def test_a_region_that_vanished_takes_nothing_and_a_new_one_stays_open() -> None:
    first = boxes(SIZE, (10, 10, 40, 40), (50, 60, 60, 80))
    second = boxes(SIZE, (10, 10, 40, 40), (6, 70, 30, 78))
    result = paint_drawing(second, [painted(first, {(20, 20): 1, (70, 55): 2})])
    assert (value(result, 20, 20), value(result, 2, 2)) == (1, 0)
    assert value(result, 74, 15) == UNPAINTED
    assert reason(result, 74, 15) in ("new", "unsure")


def test_what_a_book_covers_is_no_cel_and_not_listed() -> None:
    first = boxes(SIZE, (10, 10, 40, 40))
    second = first.copy()
    second[50:60, 50:60] = 9
    result = paint_drawing(second, [painted(first, {(20, 20): 1})])
    assert (value(result, 20, 20), value(result, 55, 55)) == (1, 0)
    assert result.left == ()


def walk(step: int) -> Classes:
    """A figure of three regions, moved."""
    x = 6 + 5 * step
    return boxes(SIZE, (8, x, 24, x + 16), (24, x, 50, x + 16), (50, x, 60, x + 16))


VALUES = {(14, 15): 1, (14, 35): 2, (14, 55): 3}


def run(drawings: list[Classes], references: dict[int, Painted], **more: object) -> list[Result]:
    """Results in the order of the cut."""
    found = paint_cut([lambda classes=d: classes for d in drawings], references, **more)  # type: ignore[misc,arg-type]
    return sorted(found, key=lambda result: result.index)


def test_colours_go_through_a_cut_and_name_where_they_came_from() -> None:
    results = run([walk(step) for step in range(8)], {0: painted(walk(0), VALUES, "drawing 0")})
    for step, result in enumerate(results):
        places = [(14 + 5 * step, y) for y in (15, 35, 55)]
        assert [value(result, *place) for place in places] == [1, 2, 3]
        assert result.left == ()
    assert [result.sources for result in results[:3]] == [(), ("drawing 0",), ("drawing 1", "drawing 0")]


def test_a_drawing_between_two_references_hears_both() -> None:
    references = {
        0: painted(walk(0), VALUES, "a"),
        4: painted(walk(4), {(34, y): v for (_, y), v in VALUES.items()}, "b"),
    }
    results = run([walk(step) for step in range(6)], references)
    assert set(results[1].sources) == {"a", "b"}
    assert set(results[5].sources) == {"b"}
    assert [value(results[2], 24, y) for y in (15, 35, 55)] == [1, 2, 3]


def test_references_that_contradict_each_other_leave_the_region_open() -> None:
    one = painted(walk(0), VALUES, "a")
    other = painted(walk(2), {(24, 15): 7, (24, 35): 2, (24, 55): 3}, "b")
    result = run([walk(0), walk(1), walk(2)], {0: one, 2: other})[1]
    assert (value(result, 19, 15), reason(result, 19, 15)) == (UNPAINTED, "ambiguous")
    assert {left.candidates for left in result.left} in ({(1, 7)}, {(7, 1)})
    assert [value(result, 19, y) for y in (35, 55)] == [2, 3]


def test_a_drawing_that_comes_back_is_painted_as_before() -> None:
    results = run([walk(0), walk(1), walk(0)], {0: painted(walk(0), VALUES, "drawing 0")})
    assert results[2].sources == ("drawing 0",)
    assert np.array_equal(results[2].values, results[0].values)


def test_what_was_open_before_stays_open_for_that_reason() -> None:
    source = painted(walk(0), VALUES)
    source.values[at(source.graph, 14, 35)] = UNPAINTED
    result = paint_drawing(walk(1), [source])
    assert (value(result, 19, 35), reason(result, 19, 35)) == (UNPAINTED, "pending")
    assert [value(result, 19, y) for y in (15, 55)] == [1, 3]


@pytest.mark.parametrize(
    ("references", "drawings", "code"),
    [({}, 2, "paint_reference"), ({5: walk(0)}, 2, "paint_reference"), ({0: walk(0)[:40]}, 2, "paint_size")],
)
def test_errors(references: dict[int, Classes], drawings: int, code: str) -> None:
    sources = {place: painted(classes, {}) for place, classes in references.items()}
    cut = [references.get(0, walk(0)), *(walk(step) for step in range(1, drawings))]
    with pytest.raises(UserError) as caught:
        run(cut, sources, names=["a", "b"])
    assert caught.value.code == code


def test_balanced_rows_and_columns_leave_room_for_what_has_no_counterpart() -> None:
    chances = balanced(np.array([[3, 0, 0], [0, 3, 0]], np.float32), 0.2, 1.0)
    assert chances.argmax(0)[:2].tolist() == [0, 1]
    assert chances[0, 0] > 0.9
    assert chances[:, 2].sum() < 0.05
    assert (chances.sum(0) <= 1 + 1e-3).all()
    assert (chances.sum(1) <= 1 + 1e-3).all()
    even = balanced(np.zeros((2, 2), np.float32), 1.0, 0.0)
    assert np.allclose(even, even[0, 0])
