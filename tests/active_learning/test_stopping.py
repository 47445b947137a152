"""Stopping rules on histories of a few rounds, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from active_learning.stopping import RULES, History, Verdict
from active_learning.stopping.stabilized import kappa

NAN = float("nan")


def history(**more: object) -> History:
    """Three rounds of 8, 16 and 24 labels after 0, 1 and 3 hours; 0.70, 0.78, 0.79."""
    given: dict[str, object] = {
        "rounds": np.array([1, 2, 3]),
        "labels": np.array([8.0, 16, 24]),
        "hours": np.array([0.0, 1, 3]),
        "values": np.array([0.70, 0.78, 0.79]),
        "to_last": np.array([[0.09, 0.02, 0.16], [0.01, -0.01, 0.03], [0, 0, 0]]),
        "agreements": np.array([[NAN] * 3, [0.95, 0.9, 0.97], [0.985, 0.98, 0.99]]),
        "labels_now": 30,
        "hours_now": 3.5,
    }
    return History(**{**given, **more})  # type: ignore[arg-type]


def judge(name: str, seen: History, **params: object) -> Verdict:
    """What a rule says with these parameters."""
    return RULES[name].judge(seen, RULES[name].params(**params))


@pytest.mark.parametrize(
    ("params", "stop", "text"),
    [
        ({"frames": 30}, True, "30 of 30 frames are labelled."),
        ({"frames": 40}, False, "30 of 40 frames are labelled."),
        ({"frames": 40, "hours": 3.5}, True, "30 of 40 frames are labelled, 3.5 of 3.5 hours are worked."),
    ],
)
def test_a_budget_is_spent_by_either_limit(params: dict[str, float], stop: bool, text: str) -> None:
    assert judge("budget", history(), **params) == Verdict(stop, text)


def test_without_a_limit_there_is_no_budget() -> None:
    assert not judge("budget", history()).known


def test_a_plateau_excludes_a_gain_that_is_worth_it() -> None:
    proposed = judge("plateau", history(), rounds=1, worth=0.04)
    assert proposed.stop
    assert "+0.010 in the last round, 95 % interval −0.010 to +0.030" in proposed.text
    still_open = judge("plateau", history(), rounds=1, worth=0.02)
    assert (still_open.stop, still_open.known) == (False, False)
    gaining = judge("plateau", history(), rounds=2)
    assert (gaining.stop, gaining.known) == (False, True)


def test_a_plateau_takes_rounds_and_an_interval() -> None:
    assert judge("plateau", history(), rounds=3).text == "Takes 4 evaluated rounds; there are 3."
    few = history(to_last=np.array([[0.1, NAN, NAN], [0.0, NAN, NAN], [0, NAN, NAN]]))
    assert "fewer than three held-out cuts" in judge("plateau", few, rounds=1).text


def test_gain_an_hour_is_that_of_the_work_between() -> None:
    """+0.01 in the two hours between rounds 2 and 3: 0.005 an hour, -0.005 to 0.015."""
    told = judge("gain_per_hour", history(), rounds=1, least=0.02)
    assert told.stop
    assert told.text.startswith("+0.005 an hour in the last round, 95 % interval −0.005 to +0.015")
    assert not judge("gain_per_hour", history(), rounds=1, least=0.01).known
    assert not judge("gain_per_hour", history(hours=np.zeros(3)), rounds=1).known


def test_stable_predictions_are_the_mean_of_the_last_pairs() -> None:
    assert judge("stabilized", history(), rounds=2, agreement=0.96).stop  # (0.95 + 0.985) / 2 = 0.9675
    assert not judge("stabilized", history(), rounds=2, agreement=0.97).stop
    assert judge("stabilized", history(), rounds=3).text.endswith("there are 2.")


def test_kappa_by_hand() -> None:
    """Observed (40 + 40) / 100, by chance 0.5: 0.3 of 0.5."""
    assert kappa(np.array([[40, 10], [10, 40]])) == pytest.approx(0.6)
    assert kappa(np.array([[7, 0], [0, 0]])) == 1
    assert kappa(np.array([[25, 25], [25, 25]])) == pytest.approx(0)
    assert np.isnan(kappa(np.zeros((2, 2))))
