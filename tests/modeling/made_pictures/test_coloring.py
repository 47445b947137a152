"""Line drawings, hints, segments and their colours, worked out by hand on small arrays."""

from __future__ import annotations

import numpy as np
import pytest

from modeling.coloring.drawings import dotted, ink_of, on_paper, painted, random_dots
from modeling.coloring.segments import (
    flattened,
    judged_segments,
    majority_colors,
    right_segments,
    segments_of,
)
from modeling.coloring.subject import Colors
from modeling.snapshots import Snapshot, write_snapshot
from tests.modeling.made_pictures.conftest import BLUE, PLATE, RED, SIDE, box, source

WHITE = (255, 255, 255)


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def halves(left: tuple[int, int, int], right: tuple[int, int, int], line: int = 255):
    """(4, 9, 3) picture and (4, 9) ink: a line of one pixel between two flat halves of 16 pixels."""
    ink = np.zeros((4, 9), np.uint8)
    ink[:, 4] = line
    rgb = np.empty((4, 9, 3), np.uint8)
    rgb[:, :5], rgb[:, 5:] = left, right
    return rgb, ink


# --- drawings ---


def test_ink_is_the_visible_line_alone_where_a_douga_is_drawn() -> None:
    classes = np.array([[0, 1, 2, 8, 255, 1]], np.uint8)
    found = ink_of(np.zeros((1, 6, 3), np.uint8), {"douga": classes})
    assert found.tolist() == [[0, 255, 0, 0, 0, 255]]


def test_ink_that_is_given_goes_before_a_douga() -> None:
    given = np.array([[7, 9]], np.uint8)
    assert ink_of(np.zeros((1, 2, 3), np.uint8), {"ink": given, "douga": np.ones((1, 2), np.uint8)}) is given


def test_lines_are_found_on_the_cel_only() -> None:
    rgb, cel, lines = box(0)
    rgb[2, :] = 0  # a line of the plate
    found = ink_of(rgb, {"cel": cel})
    assert not found[cel == 0].any()
    assert (found[lines == 1] > 128).mean() > 0.9
    assert ink_of(rgb, {})[2].any()


def test_paper_is_white_and_ink_black() -> None:
    assert on_paper(np.array([[0, 255, 55]], np.uint8)).tolist() == [[[255] * 3, [0] * 3, [200] * 3]]


def test_the_background_is_paper_and_what_is_undecided_stays() -> None:
    rgb = np.full((1, 3, 3), 9, np.uint8)
    assert painted(rgb, np.array([[0, 1, 255]])).tolist() == [[[255] * 3, [9] * 3, [9] * 3]]


def test_dots_have_the_colour_below_their_middle() -> None:
    rgb, _ = halves(RED, BLUE)
    dots = dotted(rgb, np.array([[1, 1], [2, 7]]), 0)
    assert dots[1, 1].tolist() == [*RED, 255]
    assert dots[2, 7].tolist() == [*BLUE, 255]
    assert (dots[..., 3] > 0).sum() == 2


def test_random_dots_lie_on_the_cel_and_are_no_more_than_asked() -> None:
    rgb, cel = np.full((9, 9, 3), 5, np.uint8), np.zeros((9, 9), np.uint8)
    cel[4, 4] = 1
    drawn = (random_dots(rgb, cel, 3, 0, np.random.default_rng(i))[..., 3] for i in range(40))
    assert {int((dots > 0).sum()) for dots in drawn} == {0, 1}  # one pixel of cel holds one dot
    assert not random_dots(rgb, np.zeros_like(cel), 3, 0, rng()).any()


# --- segments ---


def test_lines_part_segments_and_diagonals_do_not_join_them() -> None:
    ink = np.array([[0, 255, 0], [255, 0, 0], [127, 128, 0]], np.uint8)
    assert segments_of(ink).tolist() == [[0, -1, 1], [-1, 1, 1], [2, -1, 1]]


def test_a_segment_takes_the_colour_that_most_of_it_has() -> None:
    rgb = np.array([[[16, 0, 0], [18, 0, 0], [20, 0, 0], [90, 0, 0], [91, 0, 0], [240, 9, 9]]], np.uint8)
    segments = np.array([[0, 0, 0, 0, 0, 2]], np.int32)
    # 16, 18 and 20 are one of sixteen steps of red, 90 and 91 another; nothing is numbered 1
    assert majority_colors(rgb, segments).tolist() == [[18, 0, 0], [255] * 3, [240, 9, 9]]


def test_colours_of_which_there_are_as_many_go_by_the_darkest_red() -> None:
    rgb = np.array([[[200, 0, 0], [40, 0, 0]]], np.uint8)
    assert majority_colors(rgb, np.zeros((1, 2), np.int32)).tolist() == [[40, 0, 0]]


def test_flattening_removes_what_bleeds_and_draws_the_line_over_it() -> None:
    rgb, ink = halves(RED, BLUE)
    rgb[0, 3] = BLUE
    flat = flattened(rgb, ink)
    assert (flat[:, :4] == RED).all()
    assert (flat[:, 5:] == BLUE).all()
    assert (flat[:, 4] == 0).all()


def test_grey_ink_darkens_what_lies_below_it() -> None:
    rgb, ink = halves((200, 100, 50), (200, 100, 50), line=51)
    assert flattened(rgb, ink)[0, 4].tolist() == [160, 80, 40]


def test_a_sheet_of_nothing_but_ink_stays_as_it_is() -> None:
    rgb = np.full((2, 2, 3), 3, np.uint8)
    assert flattened(rgb, np.full((2, 2), 255, np.uint8)) is rgb


def test_segments_are_right_when_the_colours_look_alike() -> None:
    truth, ink = halves(RED, BLUE)
    near, _ = halves((205, 63, 42), BLUE)
    other, _ = halves(BLUE, BLUE)
    segments = segments_of(ink)
    assert right_segments(truth, near, segments) == (2, 2)
    assert right_segments(truth, other, segments) == (2, 1)
    assert right_segments(truth, truth, np.full_like(segments, -1)) == (0, 0)


def test_specks_and_what_lies_off_the_cel_are_not_judged() -> None:
    segments = np.full((6, 10), -1, np.int32)
    segments[0, :9] = 0  # a pixel too few
    segments[1] = 1
    segments[2] = 2
    segments[3] = 3
    counted = np.zeros((6, 10), bool)
    counted[0] = counted[1] = True
    counted[2, :5] = True  # half is not more than half
    assert set(np.unique(judged_segments(segments, counted))) == {-1, 1}


# --- the subject ---


def test_a_pair_is_the_drawing_and_the_cel_on_white() -> None:
    rgb, cel, lines = box(0)
    cel = cel.copy()
    cel[10, 10] = 255
    shown, truth = Colors().pair(np.dstack([rgb, lines * np.uint8(255)]), cel, rng())
    assert (shown == np.where(lines, 0, 255)[..., None]).all()
    assert (truth[cel == 0] == [*WHITE, 255]).all()
    assert truth[20, 12].tolist() == [*RED, 255]
    assert truth[10, 10, 3] == 0


def test_hints_lie_behind_the_drawing(boxes: Snapshot) -> None:
    rgb, cel, _ = box(0)
    row = boxes.frames("train")[0]
    subject = Colors(dots=4, reference=True, registered=False)
    layers = subject.layers(boxes, row, rgb)
    assert layers.shape == (SIDE, SIDE, 4)
    shown, _ = subject.pair(np.dstack([rgb, layers]), cel, rng())
    assert shown.shape == (SIDE, SIDE, 10)
    dotted_here = shown[..., 6] == 255
    assert (shown[dotted_here][:, 3:6] != PLATE).any(1).all()
    other, other_cel, _ = box(1)
    np.testing.assert_array_equal(shown[..., 7:], painted(other, other_cel))


def test_the_painted_frame_that_is_shown_is_judged_too(boxes: Snapshot) -> None:
    rgb, row = box(4)[0], boxes.frames("test")[0]
    others = Colors(reference=True).truth(boxes, row, rgb).others
    np.testing.assert_array_equal(others["reference"], painted(*box(5)[:2]))
    np.testing.assert_array_equal(
        others["registered"], Colors(reference=True).asked(boxes, row, rgb)[1]["reference"]
    )
    assert Colors().truth(boxes, row, rgb).others == {}


def test_without_hints_at_hand_their_channels_are_blank() -> None:
    seen = Colors(dots=4, reference=True).seen(box(0)[0], {"douga": box(0)[2]})
    assert not seen[..., 3:7].any()
    assert (seen[..., 7:] == 255).all()


def test_the_last_of_a_cut_refers_to_the_one_before_and_who_is_alone_to_nothing(tmp_path) -> None:
    sources = [source(tmp_path, 0, cut="a"), source(tmp_path, 1, cut="a"), source(tmp_path, 2, cut="b")]
    frozen = write_snapshot(tmp_path / "snapshots", sources)
    subject = Colors(reference=True, registered=False)
    found = [subject.asked(frozen, row, box(i)[0])[1] for i, row in enumerate(frozen.frames())]
    np.testing.assert_array_equal(found[1]["reference"], painted(*box(0)[:2]))
    assert (found[2]["reference"] == 255).all()


@pytest.mark.parametrize("lines", ["douga", "extracted"])
def test_what_is_true_counts_the_cel_and_its_segments(boxes: Snapshot, lines: str) -> None:
    rgb, cel, drawn = box(4)
    row = boxes.frames("test")[0]
    truth = Colors(lines).truth(boxes, row, rgb)
    np.testing.assert_array_equal(truth.counted, cel == 1)
    np.testing.assert_array_equal(truth.rgb, painted(rgb, cel))
    assert len(np.unique(truth.segments)) == 3  # none, left and right
    if lines == "douga":
        assert (truth.shown == np.where(drawn, 0, 255)[..., None]).all()
