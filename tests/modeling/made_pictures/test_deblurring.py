"""Blurs by hand, what is shown and true of a frame, and what needs no learning."""

from __future__ import annotations

import math

import numpy as np
import pytest

from modeling.deblurring.blurs import blurred, convolved, disc_kernel, motion_kernel, woven
from modeling.deblurring.classical import CLASSICAL, unsharp, wiener
from modeling.deblurring.subject import Sharp
from modeling.snapshots import Snapshot
from tests.modeling.made_pictures.conftest import SIDE, box


def step(width: int = 24) -> np.ndarray:
    """(12, width, 3): grey, and brighter from the middle on."""
    rgb = np.full((12, width, 3), 80, np.uint8)
    rgb[:, width // 2 :] = 180
    return rgb


def test_a_motion_of_three_pixels_is_the_mean_of_three() -> None:
    kernel = motion_kernel(3, 0.0)
    assert kernel.shape == (3, 3)
    assert kernel.sum() == pytest.approx(1)
    assert not kernel[[0, 2]].any()
    assert (kernel[1] > 0.2).all()
    np.testing.assert_allclose(motion_kernel(3, math.pi / 2), kernel.T, atol=1e-6)
    assert motion_kernel(1, 0.3).tolist() == [[1]]


def test_a_disc_is_round_and_adds_up_to_one() -> None:
    kernel = disc_kernel(1)
    # the middle and its four neighbours lie half inside its edge, the corners at 1.41 less
    raw = np.clip(1.5 - np.hypot(*np.mgrid[-1:2, -1:2]), 0, 1)
    np.testing.assert_allclose(kernel, raw / raw.sum(), rtol=1e-5)
    assert kernel[1, 1] > kernel[0, 1] > kernel[0, 0] > 0


def test_blur_leaves_flat_colours_and_the_mean() -> None:
    flat = np.full((8, 8, 3), (10, 20, 30), np.uint8)
    np.testing.assert_array_equal(convolved(flat, disc_kernel(2)), flat)
    assert convolved(step(), motion_kernel(5, 0)).mean() == pytest.approx(step().mean(), abs=0.5)


def test_weaving_moves_every_second_line() -> None:
    rgb = np.arange(6, dtype=np.uint8)[None, :, None].repeat(4, 0).repeat(3, 2)
    right, left = woven(rgb, 2)[..., 0], woven(rgb, -1)[..., 0]
    assert right.tolist() == [[0, 1, 2, 3, 4, 5], [0, 0, 0, 1, 2, 3]] * 2
    assert left.tolist() == [[0, 1, 2, 3, 4, 5], [1, 2, 3, 4, 5, 5]] * 2


def test_a_blur_is_drawn_from_all_three_and_depends_on_the_generator_alone() -> None:
    rgb = box(0)[0]
    found = [blurred(rgb, 9, np.random.default_rng(i)) for i in range(30)]
    np.testing.assert_array_equal(found[3], blurred(rgb, 9, np.random.default_rng(3)))
    combed = [np.array_equal(one[::2], rgb[::2]) for one in found]
    assert 0 < sum(combed) < 30


def test_sharpening_makes_an_edge_steeper_and_leaves_flat_colours() -> None:
    blurry = convolved(step(), disc_kernel(1.5)).astype(int)
    for name, make in CLASSICAL.items():
        made = make(blurry.astype(np.uint8)).astype(int)
        assert np.abs(np.diff(made[6, :, 0])).max() > np.abs(np.diff(blurry[6, :, 0])).max(), name
        assert made.shape == blurry.shape
    flat = np.full((20, 30, 3), 77, np.uint8)
    np.testing.assert_array_equal(unsharp(flat), flat)
    assert np.abs(wiener(flat).astype(int) - 77).max() <= 4  # its balance takes a little of everything


def test_the_deconvolved_picture_comes_nearer_to_the_sharp_one() -> None:
    sharp = box(0)[0]
    blurry = convolved(sharp, disc_kernel(1.5))
    off = [np.square(one.astype(float) - sharp).mean() for one in (wiener(blurry), blurry)]
    assert off[0] < off[1]


def test_a_pair_is_a_blurred_and_a_sharp_crop() -> None:
    rgb, cel, _ = box(0)
    cel = cel.copy()
    cel[0, 0] = 255
    pairs = [Sharp().pair(rgb, cel, np.random.default_rng(i)) for i in range(30)]
    for _, truth in pairs:
        np.testing.assert_array_equal(truth[..., :3], rgb)
        assert truth[0, 0, 3] == 0
        assert (truth[1:, :, 3] == 255).all()
    left_sharp = [np.array_equal(shown, rgb) for shown, _ in pairs]
    assert 0 < sum(left_sharp) < 15


def test_a_held_out_frame_is_always_blurred_the_same_way(boxes: Snapshot) -> None:
    rows, rgb = boxes.frames("test"), box(4)[0]
    one, other = Sharp().truth(boxes, rows[0], rgb), Sharp().truth(boxes, rows[0], rgb)
    np.testing.assert_array_equal(one.shown, other.shown)
    assert not np.array_equal(one.shown, Sharp().asked(boxes, rows[1], rgb)[0])
    assert one.counted.all()
    assert one.rgb.shape == (SIDE, SIDE, 3)
