"""Strategies as they are named, and plans that are compared."""

from __future__ import annotations

import pytest

from active_learning.simulation.plan import Arm, Plan, check_numbers, parse_arms, refuse_other
from active_learning.strategies import STRATEGIES, Strategy
from modeling.errors import UserError
from modeling.training.config import make_config


def resolve(name: str, scored: bool) -> Strategy:
    """``default`` as a site may have it."""
    return STRATEGIES[{"default": "entropy" if scored else "kmeans"}.get(name, name)]


def plan(**changed: object) -> Plan:
    """A plan of ten frames."""
    values = {
        "training": make_config(task="cel", snapshot="x", steps=5),
        "init": 2,
        "step": 2,
        "start": Arm(strategy="random"),
        "size": (64, 48),
        "inputs": "hash",
    }
    return Plan(**{**values, **changed})


def test_strategies_keep_the_words_they_were_asked_for_by() -> None:
    arms = parse_arms("default, kugler:confident_share=0.25", resolve)
    assert list(arms) == ["default", "kugler:confident_share=0.25"]
    assert arms["default"] == Arm(strategy="entropy")
    assert arms["kugler:confident_share=0.25"].folder == "kugler,confident_share=0.25"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (" , ", "no strategy"),
        ("kugler:confident_share", "is no parameter"),
        ("kugler:confident_share=7", "confident_share"),
        ("random:x=1", "random: x"),
    ],
)
def test_what_cannot_be_meant_is_refused(text: str, said: str) -> None:
    with pytest.raises(UserError, match=said):
        parse_arms(text, resolve)


def test_a_folder_of_another_plan_is_refused_by_the_names_of_what_differs() -> None:
    other = plan(init=3, training=make_config(task="cel", snapshot="x", steps=6, network="tiny"))
    with pytest.raises(UserError, match="another init, network, network_params, steps"):
        refuse_other(plan(), other, "out")
    refuse_other(plan(), Plan.model_validate_json(plan().spelled()), "out")


def test_a_budget_over_the_pool_is_refused() -> None:
    check_numbers(plan(), 10, rounds=4)
    with pytest.raises(UserError, match="2 \\+ 5 x 2 are 12"):
        check_numbers(plan(), 10, rounds=5)
