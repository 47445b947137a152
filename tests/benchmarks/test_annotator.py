"""The benchmark's scripted annotator: its hand, its brush, its clicks and its drafts, on small arrays."""

from __future__ import annotations

import numpy as np
import pytest
from editor.brushwork import Room, next_stroke, rows
from editor.draft import drafted, drafted_by_areas, iou
from editor.hand import STEP, TOP_SPEED, deviation, length_of, reach, resampled, shaken
from editor.regionwork import Gains, best_stretch, next_drag, next_loop

SHAPE = (200, 300)


def box(y0: int, y1: int, x0: int, x1: int) -> np.ndarray:
    """A map of one box."""
    out = np.zeros(SHAPE, np.uint8)
    out[y0:y1, x0:x1] = 1
    return out


def halves() -> np.ndarray:
    """Regions: 1 left of column 150, 2 right of it, 3 a box on the border of both."""
    labels = np.ones(SHAPE, np.int32)
    labels[:, 150:] = 2
    labels[80:120, 130:170] = 3
    return labels


def test_a_narrow_way_is_followed_slowly_and_steadily() -> None:
    assert reach(6, 1.5) == pytest.approx(1.5 * 6 / 0.08)
    assert reach(1e6, 2.0) == 2 * TOP_SPEED
    assert deviation(6) < deviation(16)


def test_the_hand_wanders_as_far_as_its_tunnel_says() -> None:
    way = resampled([(0.0, 0.0), (8000.0, 0.0)])
    off = shaken(way, 16.0, np.random.default_rng(0)) - way
    assert off[:, 1].std() == pytest.approx(deviation(16.0), rel=0.2)
    assert np.abs(np.diff(off[:, 1])).max() < STEP


def test_resampling_keeps_both_ends_and_the_length() -> None:
    way = resampled([(0.0, 0.0), (100.0, 0.0), (100.0, 50.0)])
    assert way[0].tolist() == [0, 0]
    assert way[-1].tolist() == [100, 50]
    assert length_of(way) == pytest.approx(150, abs=STEP)


def test_a_stroke_gains_what_is_wanted_and_loses_what_it_spoils() -> None:
    room = Room(box(50, 100, 0, 300), np.zeros(SHAPE, np.uint8), erases=False)
    inside = np.asarray([(50.0, 75.0), (250.0, 75.0)])
    border = np.asarray([(50.0, 50.0), (250.0, 50.0)])
    assert room.gain(inside, 20) > 200 * 19
    assert abs(room.gain(border, 20)) < 200 * 3


def test_the_frames_edge_is_no_border() -> None:
    assert Room(box(0, 200, 0, 150), np.zeros(SHAPE, np.uint8), erases=False).depth[0, 0] > 100


def test_the_brush_goes_where_most_is_missing() -> None:
    truth = box(20, 180, 20, 120) | box(90, 100, 200, 210)
    stroke = next_stroke(truth, np.zeros(SHAPE, np.uint8), 24, False)
    assert stroke is not None
    assert not stroke.erases
    assert stroke.points[:, 0].max() < 120
    assert stroke.gain > 0


def test_too_much_is_erased_and_a_finished_map_left_alone() -> None:
    truth = box(50, 100, 50, 100)
    stroke = next_stroke(truth, truth | box(120, 180, 150, 280), 24, False)
    assert stroke is not None
    assert stroke.erases
    assert next_stroke(truth, truth, 24, False) is None


def test_choosing_anew_costs_an_action_each() -> None:
    stroke = next_stroke(box(50, 100, 50, 100), np.zeros(SHAPE, np.uint8), 24, True)
    assert stroke is not None
    assert stroke.actions(stroke.size, stroke.erases) == 1
    assert stroke.actions(stroke.size + 1, not stroke.erases) == 3


def test_hatching_turns_at_the_ends_of_rows_that_meet() -> None:
    area = box(0, 30, 10, 60).astype(bool)
    area[40:60, 100:200] = True
    points = rows(area, 10)
    assert points[:, 0].tolist() == [10, 59, 59, 10, 10, 59]
    assert points[:, 1].max() < 30


def test_a_drag_takes_the_regions_that_gain_and_stops_before_one_that_costs() -> None:
    labels = halves()
    truth = (labels != 2).astype(np.uint8)
    room = Room(truth, np.zeros(SHAPE, np.uint8), erases=False)
    way = resampled([(10.0, 100.0), (290.0, 100.0)])
    drag = best_stretch(way, 50.0, Gains(labels, room, set()), False, 1.5)
    assert drag.gain == truth.sum()
    assert 130 <= drag.points[-1, 0] < 170


def test_a_region_that_is_only_half_wanted_is_weighed() -> None:
    labels = halves()
    truth = box(0, 200, 0, 100)
    drag = next_drag(truth, np.zeros(SHAPE, np.uint8), labels, set())
    assert drag is not None
    assert drag.gain == truth.sum() - ((labels == 1) & (truth == 0)).sum()


def test_distrusted_regions_are_left_to_the_brush() -> None:
    labels = halves()
    truth = (labels == 1).astype(np.uint8)
    assert next_drag(truth, np.zeros(SHAPE, np.uint8), labels, set()) is not None
    assert next_drag(truth, np.zeros(SHAPE, np.uint8), labels, {1}) is None


def test_what_is_too_much_is_taken_away_by_region() -> None:
    labels = halves()
    drag = next_drag((labels == 1).astype(np.uint8), np.ones(SHAPE, np.uint8), labels, set())
    assert drag is not None
    assert drag.erases


def test_a_loop_goes_round_what_the_hand_gets_round() -> None:
    truth = box(40, 160, 60, 230)
    loop = next_loop(truth, np.zeros(SHAPE, np.uint8))
    assert loop is not None
    assert loop.points[:, 0].min() < 60
    assert loop.points[:, 0].max() > 230
    assert 0 < loop.gain < truth.sum()
    assert next_loop(truth, truth) is None


def test_scattered_spots_are_passed_in_one_drag_that_keeps_off_the_border() -> None:
    truth = box(60, 140, 20, 280)
    labels = truth.astype(np.int32)
    for number, x in enumerate((40, 140, 240), 2):
        labels[90:110, x : x + 20] = number
    mask = truth & (labels == 1)
    drag = next_drag(truth, mask, labels, set())
    assert drag is not None
    assert drag.gain == 3 * 20 * 20
    assert drag.points[:, 1].min() >= 60 + drag.width


def test_a_draft_of_lumps_has_the_iou_asked_for() -> None:
    truth = box(40, 160, 60, 240)
    draft = drafted(truth, np.random.default_rng(1))
    assert iou(truth, draft) == pytest.approx(0.9, abs=0.005)
    assert ((truth == 1) & (draft == 0)).any()
    assert ((truth == 0) & (draft == 1)).any()


def test_a_draft_of_areas_is_wrong_by_whole_areas_alone() -> None:
    rgb = np.full((*SHAPE, 3), 240, np.uint8)
    rgb[40:160, 60:240] = (200, 30, 30)
    rgb[60:80, 80:130] = (20, 20, 200)
    truth = box(40, 160, 60, 240)
    draft = drafted_by_areas(truth, rgb, np.random.default_rng(0), target=0.9)
    wrong = draft != truth
    assert wrong.sum() == pytest.approx(20 * 50, abs=80)
    assert wrong[65:75, 90:120].all()


def test_empty_against_empty_agrees() -> None:
    nothing = np.zeros(SHAPE, np.uint8)
    assert iou(nothing, nothing) == 1.0
