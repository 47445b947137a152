"""What the benchmark makes of strokes, of stored masks and of curves."""

from __future__ import annotations

import numpy as np
from editor.chart import median_curve, svg
from editor.effort import ARMS
from editor.side_by_side import SIZE, compared, discs, scripted


def test_what_is_half_transparent_is_counted() -> None:
    expected = np.zeros((4, 4), np.uint8)
    expected[:2] = 1
    alpha = 255 * expected
    alpha[2] = 100
    alpha[1] = 127
    assert compared(alpha, expected) == {"drawn": 8, "half_transparent": 8, "different_at_half": 4}


def test_a_disc_of_two_pixels_along_a_line() -> None:
    drawn = discs((6, 12), [np.asarray([(3.0, 3.0), (8.0, 3.0)])], 2)
    assert drawn[2:4, 2:9].all()
    assert drawn.sum() == 14


def test_scripted_strokes_paint_most_of_a_mask_and_nothing_else() -> None:
    truth = np.zeros((400, 600), np.uint8)
    truth[60:340, 80:500] = 1
    drawn = discs(truth.shape, scripted(truth), SIZE)
    assert (drawn & (1 - truth)).sum() < 0.01 * truth.sum()
    assert (drawn & truth).sum() > 0.9 * truth.sum()


def test_curves_hold_between_actions_and_after_the_last() -> None:
    assert median_curve([[(0, 0.0), (2, 1.0)], [(0, 0.5), (1, 0.5), (3, 0.9)]]) == [
        (0, 0.25),
        (1, 0.25),
        (2, 0.75),
        (3, 0.95),
    ]


def test_the_picture_has_a_line_an_arm() -> None:
    frames = [{arm: {"curve": [(0, 0.0), (5, 0.96)]} for arm in ARMS}]
    assert svg({"sample": {"frames": frames}}).count("<polyline") == len(ARMS)
