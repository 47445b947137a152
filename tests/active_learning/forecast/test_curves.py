"""Curves made by hand, and what is said of how they go on."""

from __future__ import annotations

import numpy as np
import pytest

from active_learning.forecast import Curves, backtest, curves_through, fit_many
from active_learning.forecast.power_law import RATES

FRAMES = np.array([1.0, 4, 9, 16, 25])
ROOT = 0.9 - 0.4 / np.sqrt(FRAMES)
"""0.5, 0.7, 0.767, 0.8, 0.82."""


def rng() -> np.random.Generator:
    return np.random.default_rng(0)


def one_curve(a: float, b: float, c: float) -> Curves:
    law = np.array([a, b, c])
    return Curves(law, law[None], np.zeros(1), np.zeros(1), 1.0)


def test_a_curve_of_the_law_is_found_again() -> None:
    rate = RATES[30]
    ((a, b, c),) = fit_many(FRAMES, (0.9 - 0.4 * FRAMES**-rate)[None])
    assert (a, b, c) == pytest.approx((0.9, 0.4, rate))


def test_what_falls_is_a_flat_line() -> None:
    ((a, b, _),) = fit_many(FRAMES, np.array([[0.5, 0.4, 0.5, 0.4, 0.45]]))
    assert (a, b) == pytest.approx((0.45, 0))


def test_nothing_comes_to_more_than_the_best() -> None:
    # 1.2 - 0.7 / sqrt(n): the free ceiling would lie above 1
    ((a, _, _),) = fit_many(FRAMES, (1.2 - 0.7 / np.sqrt(FRAMES))[None])
    assert a == 1.0


def test_each_row_is_fitted_for_itself() -> None:
    quality = np.stack([ROOT, ROOT / 2, 1 - 1 / FRAMES])
    both = fit_many(FRAMES, quality)
    assert np.allclose(both, np.concatenate([fit_many(FRAMES, row[None]) for row in quality]))


def test_a_round_lies_on_its_curve_where_nothing_scatters() -> None:
    assert one_curve(0.9, 0.4, 0.5).at(np.array([16.0, 100.0])).tolist() == [pytest.approx([0.8, 0.86])] * 3


def test_the_frames_to_a_target_are_where_the_curve_comes_to_it() -> None:
    curve = one_curve(0.9, 0.4, 0.5)
    assert curve.until(0.8) == pytest.approx([16])  # (0.4 / 0.1) ** 2
    assert curve.until(0.9) == np.inf
    assert curve.until(0.95) == np.inf


def test_three_rounds_or_two_places_tell_nothing() -> None:
    assert curves_through(FRAMES[:3], ROOT[:3], rng()) is None
    assert curves_through(np.array([4.0, 4, 8, 8]), ROOT[:4], rng()) is None
    assert curves_through(FRAMES[:4], ROOT[:4], rng()) is not None


def test_few_scattered_rounds_say_less_than_many() -> None:
    def width(rounds: int) -> float:
        frames = np.arange(1.0, rounds + 1)
        off = np.where(np.arange(rounds) % 2, 0.02, -0.02)
        curves = curves_through(frames, 0.9 - 0.4 / frames + off, rng())
        assert curves is not None
        low, middle, high = curves.at(np.array([20.0]))[:, 0]
        assert 0 <= low < middle < high <= 1
        return float(high - low)

    assert width(12) < width(5)


def test_the_past_is_foretold_from_what_came_before_it() -> None:
    quality = ROOT.copy()
    (trial,) = backtest(FRAMES, quality, rng())
    assert (trial.index, trial.truth) == (4, pytest.approx(0.82))
    assert trial.inside
    assert trial.middle == pytest.approx(0.82, abs=0.01)
    quality[4] = 0.2
    (trial,) = backtest(FRAMES, quality, rng())
    assert not trial.inside
    assert backtest(FRAMES[:4], quality[:4], rng()) == []


def test_intervals_hold_about_as_many_rounds_as_they_say() -> None:
    chance, held = rng(), 0
    frames = 8.0 * np.arange(1, 8)
    for _ in range(60):
        quality = chance.uniform(0.7, 0.9) - 2 * frames ** -chance.uniform(0.7, 1.2)
        measured = quality + 0.01 * chance.standard_normal(7)
        curves = curves_through(frames[:6], measured[:6], chance)
        assert curves is not None
        low, _, high = curves.at(frames[6:])[:, 0]
        held += bool(low <= measured[6] <= high)
    assert held >= 52  # 57 on average; fewer than 52 once in a hundred
