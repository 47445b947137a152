"""Where a frame lies in a painting of another size."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from modeling.errors import UserError
from modeling.images import read_rgb
from modeling.labels import IGNORE
from modeling.painted.registration import Registration, find_frame, from_box, same_size

HEIGHT, WIDTH = 270, 480


def scene(seed: int) -> tuple[np.ndarray, np.ndarray]:
    """(frame over a soft plate, painting of its lines on white), both (HEIGHT, WIDTH, 3) uint8."""
    rng = np.random.default_rng(seed)
    plate = cv2.resize(
        rng.integers(60, 200, (9, 16, 3), np.uint8), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC
    )
    painting = np.full((HEIGHT, WIDTH, 3), 255, np.uint8)
    for _ in range(9):
        centre = int(rng.integers(60, WIDTH - 60)), int(rng.integers(50, HEIGHT - 50))
        axes = int(rng.integers(15, 60)), int(rng.integers(15, 50))
        angle = int(rng.integers(0, 180))
        cv2.ellipse(plate, centre, axes, angle, 0, 360, rng.integers(0, 255, 3).tolist(), -1)
        for picture in (plate, painting):
            cv2.ellipse(picture, centre, axes, angle, 0, 360, (0, 0, 0), 2)
    return plate, painting


def scaled(picture: np.ndarray, factor: float) -> np.ndarray:
    how = cv2.INTER_AREA if factor < 1 else cv2.INTER_LINEAR
    return cv2.resize(picture, None, fx=factor, fy=factor, interpolation=how)


def margins(picture: np.ndarray, left: int, top: int, right: int, bottom: int) -> np.ndarray:
    return cv2.copyMakeBorder(picture, top, bottom, left, right, cv2.BORDER_CONSTANT, value=(255, 255, 255))


@pytest.mark.parametrize(
    ("change", "scale", "left", "top", "how"),
    [
        (lambda p: scaled(p, 2.0), 2.0, 0, 0, "scaled"),
        (lambda p: scaled(p, 0.6), 0.6, 0, 0, "scaled"),
        (lambda p: margins(p, 60, 40, 20, 30), 1.0, 60, 40, "shifted"),
        (lambda p: p[20:-30, 40:-25], 1.0, -40, -20, "shifted"),
        (lambda p: margins(scaled(p, 1.5), 90, 60, 40, 80), 1.5, 90, 60, "matched"),
    ],
    ids=["twice as large", "smaller", "margins", "cropped", "larger with margins"],
)
def test_a_frame_is_found_by_its_edges(change, scale: float, left: float, top: float, how: str) -> None:
    frame, painting = scene(3)
    found = find_frame(change(painting), frame, "a.png")
    assert found.how == how
    assert found.scale_x == pytest.approx(scale, rel=0.004)
    corner = np.array([found.left - left, found.top - top]) / scale
    opposite = corner + np.array([found.scale_x - scale, found.scale_y - scale]) * (WIDTH, HEIGHT) / scale
    assert np.abs([corner, opposite]).max() <= 1.5, "in pixels of the frame"
    assert found.score is not None


def test_another_drawing_is_refused_with_both_sizes_and_the_remedy() -> None:
    frame, _ = scene(3)
    _, painting = scene(4)
    with pytest.raises(UserError, match="384x216, its frame 480x270") as caught:
        find_frame(scaled(painting, 0.8), frame, "a.png")
    assert caught.value.code == "painting_size"
    assert "template" in caught.value.remedy


def test_an_empty_painting_is_refused() -> None:
    with pytest.raises(UserError, match="agree nowhere"):
        find_frame(np.full((100, 200, 3), 255, np.uint8), scene(3)[0], "a.png")


@pytest.mark.sample
def test_a_studios_pencil_is_found_on_the_painted_frame(sample: Path) -> None:
    folder = sample / "real_douga"
    frame = read_rgb(folder / "color" / "dwanko_01_over_sky.png")
    lines = read_rgb(folder / "lines" / "dwanko_01.png")
    found = find_frame(margins(scaled(lines, 1.25), 130, 90, 60, 40), frame, "dwanko_01.png")
    assert found.scale_x == pytest.approx(1.25, rel=0.002)
    assert (found.left, found.top) == (pytest.approx(130, abs=2), pytest.approx(90, abs=2))


# --- applying it ---


def test_values_are_taken_by_nearest_and_outside_is_ignored() -> None:
    values = np.array([[1, 2], [3, 4]], np.uint8)
    doubled = Registration(0.5, 0.5, 0, 0, "scaled").apply(values, (4, 4))
    assert doubled.tolist() == [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]
    moved = Registration(1, 1, -1, 0, "shifted").apply(values, (2, 3))
    assert moved.tolist() == [[IGNORE, 1, 2], [IGNORE, 3, 4]]
    np.testing.assert_array_equal(same_size().apply(values, (2, 2)), values)


def test_what_is_shown_lies_where_it_is_taken() -> None:
    rgb = np.random.default_rng(0).integers(0, 255, (30, 40, 3), np.uint8)
    shift = Registration(1, 1, 3, 2, "shifted")
    shown = shift.inverse(rgb, (20, 20))
    taken = np.dstack([shift.apply(rgb[..., channel], (20, 20)) for channel in range(3)])
    np.testing.assert_array_equal(shown, taken)


def test_a_box_that_the_file_tells_is_taken_and_a_stretched_one_refused() -> None:
    found = from_box(10, -5, 960, 540, (270, 480))
    assert (found.scale_x, found.left, found.top, found.how) == (2, 10, -5, "template")
    assert from_box(0, 0, 333, 187, (270, 480)).how == "template"
    with pytest.raises(UserError, match="stretched"):
        from_box(0, 0, 960, 700, (270, 480))
