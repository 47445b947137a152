"""Edges moved to the frame's, against linear functions of colour fitted window by window."""

from __future__ import annotations

import numpy as np
import pytest

from modeling.inference.edges import FLATNESS, SIDE, coefficients, guided


def fitted_at(guide: np.ndarray, values: np.ndarray, top: int, left: int, radius: int) -> np.ndarray:
    """Slopes and offset by least squares with a ridge of ``FLATNESS`` in one window."""
    window = slice(top - radius, top + radius + 1), slice(left - radius, left + radius + 1)
    colours, wanted = guide[window].reshape(-1, 3).astype(float), values[window].ravel().astype(float)
    spread = np.cov(colours.T, bias=True) + FLATNESS * np.eye(3)
    together = ((colours - colours.mean(0)) * (wanted - wanted.mean())[:, None]).mean(0)
    slope = np.linalg.solve(spread, together)
    return np.append(slope, wanted.mean() - slope @ colours.mean(0))


def test_coefficients_are_the_mean_of_those_of_the_windows_around() -> None:
    rng = np.random.default_rng(0)
    guide, values = rng.random((9, 11, 3), np.float32), rng.normal(0, 3, (9, 11)).astype(np.float32)
    slope, offset = coefficients(guide, values, 1)
    around = [fitted_at(guide, values, top, left, 1) for top in (3, 4, 5) for left in (4, 5, 6)]
    assert [*slope[4, 5], offset[4, 5]] == pytest.approx(np.mean(around, 0).tolist(), abs=1e-4)


def test_a_blurred_edge_that_is_off_moves_to_the_colours_edge() -> None:
    rgb = np.full((40, 64, 3), (200, 180, 90), np.uint8)
    rgb[:, 30:] = (40, 60, 160)
    coarse = np.clip((np.arange(64) - 34) / 8, -1, 1).astype(np.float32)  # crosses 0 four pixels too late
    refined = guided(rgb, np.tile(coarse, (40, 1)), 0.25)
    assert np.array_equal(refined > 0, np.tile(np.arange(64) >= 30, (40, 1)))


def test_what_has_no_edge_keeps_its_values() -> None:
    flat = np.full((30, 50, 3), 90, np.uint8)
    ramp = np.linspace(-4, 4, 50, dtype=np.float32)
    refined = guided(flat, np.tile(ramp, (30, 1)), 0.05)
    assert np.abs(refined[:, 10:-10] - ramp[10:-10]).max() < 0.2


def test_the_result_has_the_frames_size_whatever_the_prediction_has() -> None:
    rng = np.random.default_rng(1)
    rgb = rng.integers(0, 256, (3 * SIDE // 2, 2 * SIDE, 3), np.uint8)
    refined = guided(rgb, np.full((7, 9), 2.5, np.float32), 0.0625)
    assert refined.shape == rgb.shape[:2]
    assert refined.dtype == np.float32
    assert np.abs(refined - 2.5).max() < 1e-3


@pytest.mark.parametrize("shape", [(1, 1), (1, 20), (20, 1), (2, 3)])
def test_the_smallest_frames_are_frames_too(shape: tuple[int, int]) -> None:
    rgb = np.random.default_rng(2).integers(0, 256, (*shape, 3), np.uint8)
    assert np.isfinite(guided(rgb, np.ones(shape, np.float32), 0.0625)).all()
