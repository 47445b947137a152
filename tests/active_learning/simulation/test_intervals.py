"""How sure simulated figures are, worked out by hand or on draws of which the truth is known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from active_learning.simulation.curves import ious
from active_learning.simulation.intervals import (
    Error,
    cut_times,
    difference,
    error_of,
    over_cuts,
    over_seeds,
    penalties,
    percentiles,
    seed_picks,
)


def flat(values: np.ndarray, draws: int = 50) -> np.ndarray:
    """(draws, S) of values that every draw of cuts leaves as they are."""
    return np.repeat(values[None], draws, 0)


def test_a_difference_over_seeds_alone_is_students() -> None:
    ours, theirs = np.array([0.5, 0.6, 0.7, 0.6]), np.array([0.4, 0.4, 0.5, 0.6])
    found = difference(ours, theirs, flat(ours), flat(theirs), cuts=1)
    # differences 0.1, 0.2, 0.2, 0.0: mean 0.125, sd sqrt(0.0275 / 3), error half of it
    error = (0.0275 / 3) ** 0.5 / 2
    assert found["mean"] == pytest.approx(0.125)
    assert found["interval"] == pytest.approx([0.125 - 3.18245 * error, 0.125 + 3.18245 * error], abs=1e-5)
    assert found["interval_over_seeds"] == pytest.approx(found["interval"])
    assert found["verdict"] == "undecided"


def test_the_resolvable_effect_is_the_two_quantiles_times_the_error() -> None:
    error = Error(seeds=0.03, cuts=0.04, freedom=1e9)
    assert error.whole == pytest.approx(0.05)
    assert error.resolvable == pytest.approx((1.959964 + 0.841621) * 0.05, rel=1e-5)


def test_the_resolvable_effect_is_found_four_times_in_five() -> None:
    seeds, sd = 5, 0.1
    error = Error(sd / seeds**0.5, 0.0, seeds - 1)
    rng = np.random.default_rng(0)
    drawn = rng.normal(error.resolvable, sd, (20_000, seeds))
    found = stats.ttest_1samp(drawn, 0, axis=1).pvalue < 0.05
    assert found.mean() == pytest.approx(0.8, abs=0.04)


def test_degrees_of_freedom_lie_between_those_of_the_parts() -> None:
    rng = np.random.default_rng(0)
    values = np.array([0.1, 0.2, 0.3])
    found = error_of(values, flat(values, 2000) + rng.normal(0, 0.05774, (2000, 1)), cuts=11)
    assert found is not None
    # both parts about 0.0577: (2a)^2 / (a^2 / 2 + a^2 / 10) = 6.67
    assert found.seeds == pytest.approx(0.1 / 3**0.5)
    assert found.freedom == pytest.approx(6.67, abs=0.4)


@pytest.mark.parametrize(("shift", "verdict"), [(0.1, "better"), (-0.1, "worse"), (0.0, "undecided")])
def test_only_an_interval_on_one_side_of_zero_decides(shift: float, verdict: str) -> None:
    ours = np.array([0.5, 0.51, 0.49]) + shift
    theirs = np.array([0.5, 0.505, 0.495])
    assert difference(ours, theirs, flat(ours), flat(theirs), cuts=1)["verdict"] == verdict


def test_one_seed_decides_nothing() -> None:
    one, other = np.array([0.9]), np.array([0.1])
    found = difference(one, other, flat(one), flat(other), cuts=9)
    assert (found["verdict"], found["interval"], found["resolvable"]) == ("undecided", None, None)


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_what_is_no_number_decides_nothing() -> None:
    ours, theirs = np.array([np.inf, 1.0]), np.array([1.0, 1.0])
    assert difference(ours, theirs, flat(ours), flat(theirs), cuts=1)["verdict"] == "undecided"


def test_beating_in_half_of_the_rounds_is_half_a_penalty() -> None:
    strong = np.array([[0.50, 0.9], [0.51, 0.9], [0.49, 0.8]])
    weak = np.array([[0.50, 0.5], [0.49, 0.6], [0.51, 0.5]])
    # round 1: differences 0, 0.02, -0.02; round 2: 0.4, 0.3, 0.3, t = 0.333 / 0.0333 = 10 > 4.303
    assert penalties([strong, weak]).tolist() == [[0, 0.5], [0, 0]]


def test_a_seed_that_one_of_two_lacks_is_left_out() -> None:
    whole = np.array([[0.9], [0.9], [0.0]])
    part = np.array([[0.1], [0.2], [np.nan]])
    assert penalties([whole, part])[0, 1] == 1


def test_drawn_cuts_are_pooled_before_they_are_judged() -> None:
    # cut 0: 4 hits, 4 missed; cut 1: all 8 hit. Twice cut 1: 1; one of each: 12 / 16
    counts = np.array([[[[[8, 0], [4, 4]], [[8, 0], [0, 8]]]]])
    assert counts.shape == (1, 1, 2, 2, 2)
    times = np.array([[0, 2], [1, 1]])
    assert over_cuts(counts, times, ious)[:, 0, 0].tolist() == [1.0, 0.75]


def test_draws_of_cuts_are_as_many_cuts_as_there_are() -> None:
    times = cut_times(7, draws=20)
    assert times.shape == (20, 7)
    assert set(times.sum(1).tolist()) == {7}


def test_the_bootstrapped_interval_holds_the_truth_about_as_often_as_it_says() -> None:
    rng = np.random.default_rng(1)
    held = 0
    for _ in range(100):
        values = rng.normal(0.5, 0.1, 30)
        low, high = percentiles(over_seeds(flat(values, 500), seed_picks(30, 500))) or (0, 0)
        held += low <= 0.5 <= high
    assert 0.87 <= held / 100 <= 0.99


def test_percentiles_of_goals_that_are_not_reached_are_infinite() -> None:
    drawn = np.array([10.0] * 90 + [np.inf] * 10)
    assert percentiles(drawn) == [10.0, np.inf]
    assert percentiles(np.array([1.0, np.nan])) is None
