"""Background blur, on pictures whose right answer is plain."""

from __future__ import annotations

import numpy as np
import pytest

from modeling.depth.blur import SHAPES, Lens, background_blur
from modeling.errors import UserError

H, W = 40, 60
RED, BLUE = (230, 20, 20), (20, 40, 200)


def scene(cel_depth: float = 0.9, plate_depth: float = 0.1) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A red cel, 20 px wide, in the middle of a blue plate: picture, depth, mask."""
    cel = np.zeros((H, W), np.uint8)
    cel[:, 20:40] = 1
    rgb = np.where(cel[..., None] == 1, RED, BLUE).astype(np.uint8)
    return rgb, np.where(cel == 1, cel_depth, plate_depth), cel


@pytest.mark.parametrize("shape", SHAPES)
def test_a_point_of_light_keeps_its_energy_and_is_as_wide_as_its_radius(shape: str) -> None:
    for radius in (1.0, 3.4, 8.0):
        kernel = SHAPES[shape](radius)
        assert kernel.sum() == pytest.approx(1, abs=1e-5)
        np.testing.assert_allclose(kernel, kernel[::-1], atol=1e-7)
        np.testing.assert_allclose(kernel, kernel[:, ::-1], atol=1e-7)
        reach = len(kernel) // 2
        assert reach >= radius


def test_a_hexagon_is_narrower_across_its_flats() -> None:
    kernel = SHAPES["hexagon"](10.0) > 0
    row, column = kernel[10].sum(), kernel[:, 10].sum()
    assert {int(row), int(column)} == {19, 21}


def test_what_is_in_focus_stays_pixel_for_pixel() -> None:
    rng = np.random.default_rng(0)
    rgb = rng.integers(0, 256, (H, W, 3), dtype=np.uint8)
    np.testing.assert_array_equal(background_blur(rgb, np.full((H, W), 0.5), Lens(0.5, 0.2)), rgb)
    depth = np.where(np.arange(W) < 30, 0.5, 0.1)[None].repeat(H, 0)
    blurred = background_blur(rgb, depth, Lens(0.5, 0.2))
    np.testing.assert_array_equal(blurred[:, :30], rgb[:, :30])
    assert (blurred[:, 30:] != rgb[:, 30:]).mean() > 0.9


def test_one_colour_stays_that_colour_at_any_depth() -> None:
    rgb = np.full((H, W, 3), (13, 120, 250), np.uint8)
    depth = np.random.default_rng(1).random((H, W))
    np.testing.assert_array_equal(background_blur(rgb, depth, Lens(0.4, 0.1)), rgb)


def test_a_sharp_cel_has_no_halo() -> None:
    rgb, depth, cel = scene()
    np.testing.assert_array_equal(background_blur(rgb, depth, Lens(None, 0.15), cel), rgb)
    grain = np.random.default_rng(2).integers(-15, 15, (H, W, 1))
    noisy = np.where(cel[..., None] == 1, rgb, np.clip(rgb + grain, 0, 255)).astype(np.uint8)
    blurred = background_blur(noisy, depth, Lens(None, 0.15), cel)
    np.testing.assert_array_equal(blurred[cel == 1], rgb[cel == 1])
    plate = blurred[cel == 0].astype(int)
    assert np.abs(plate[:, 0] - BLUE[0]).max() <= 15  # none of the cel's red
    assert plate[:, 2].std() < 0.4 * noisy[cel == 0][:, 2].std()


def test_a_cel_out_of_focus_spreads_over_a_sharp_plate_and_opens_no_hole() -> None:
    rgb, depth, cel = scene()
    blurred = background_blur(rgb, depth, Lens(0.1, 0.1), cel)
    radius = 0.1 * W * 0.8
    np.testing.assert_array_equal(blurred[:, : int(20 - radius - 1)], rgb[:, : int(20 - radius - 1)])
    row = blurred[20].astype(int)
    assert (np.diff(row[10:30, 0]) >= 0).all()  # from blue to red without a dark seam
    assert (row.sum(-1)[10:50] >= min(sum(RED), sum(BLUE)) - 3).all()
    assert tuple(row[30]) == RED


def test_without_a_cel_the_nearest_is_sharp() -> None:
    rgb, depth, _ = scene()
    blurred = background_blur(rgb, depth, Lens(None, 0.1))
    np.testing.assert_array_equal(blurred, rgb)


def test_bright_points_are_blurred_in_linear_light() -> None:
    rgb, depth = np.zeros((41, 41, 3), np.uint8), np.full((41, 41), 0.1)
    rgb[20, 20] = 255
    lit = background_blur(rgb, depth, Lens(0.6, 4 / 41 / 0.5))
    area = int((lit[..., 0] > 0).sum())
    assert area == pytest.approx(np.pi * 4.5**2, rel=0.2)
    # a share of 1 / area of all light is stored far brighter than 255 / area
    assert lit[20, 20, 0] > 2 * 255 / area


def test_an_unknown_shape_is_named() -> None:
    rgb, depth, _ = scene()
    with pytest.raises(UserError, match="Did you mean 'hexagon'"):
        background_blur(rgb, depth, Lens(shape="hexagn"))
