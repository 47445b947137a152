"""The same inputs through Baal and scikit-activeml give the same rankings where the definitions agree."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.peers.inputs import NOT_BUILT, Inputs, ask_peers, make_inputs, python
from benchmarks.peers.ours import rank_ours


@pytest.fixture(scope="module")
def both() -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    interpreter = python()
    if interpreter is None:
        pytest.skip(NOT_BUILT)
    inputs = make_inputs(600)
    return rank_ours(inputs), ask_peers(interpreter, inputs)


def test_rankings_by_entropy_and_disagreement_are_baals(both) -> None:
    ours, theirs = both
    assert ours["entropy"].tolist() == theirs["baal_entropy"].tolist()
    assert ours["bald"].tolist() == theirs["baal_bald"].tolist()


def test_entropy_of_the_mean_prediction_is_scikit_activemls(both) -> None:
    # It knows one distribution a sample.
    ours, theirs = both
    assert ours["entropy_whole"].tolist() == theirs["skactiveml_entropy"].tolist()


def test_core_set_is_scikit_activemls(both) -> None:
    ours, theirs = both
    assert ours["kcenter"].tolist() == theirs["skactiveml_coreset"].tolist()


def test_random_is_a_draw_without_replacement_in_all(both) -> None:
    # Each draws from a generator of its own: nothing else can agree.
    for picks in (both[0]["random"], both[1]["baal_random"], both[1]["skactiveml_random"]):
        assert len(set(picks.tolist())) == 50
        assert 150 < np.mean(picks) < 450


def test_rankings_are_worth_comparing() -> None:
    inputs: Inputs = make_inputs(600)
    ours = rank_ours(inputs)
    assert len(set(ours["entropy"]) & set(ours["bald"])) < 40, "the two scores must not rank alike"
