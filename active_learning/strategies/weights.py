"""Importance weights: chances of inclusion, and means that are right although the sample was not even.

A frame picked with chance p stands for 1 / p frames (Horvitz and Thompson 1952). Where frames are taken in the order of
independent random keys, the chance of each beyond the threshold that the other keys leave is known, and dividing by
it is unbiased (priority sampling: Duffield, Lund and Thorup 2007; Gumbel top-k: Kool, van Hoof and Welling 2019).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from active_learning.strategies.base import Call, Floats, Ints, Pick
from active_learning.strategies.ranking import highest, occurrence


def horvitz_thompson(values: Floats, probabilities: Floats, population: int) -> float:
    """Unbiased estimate of the population's mean.

    Args:
        values: (K,) what was measured on the picks.
        probabilities: (K,) their chances of inclusion, in (0, 1].
        population: Frames that had a chance.

    Raises:
        ValueError: A probability outside (0, 1], or lengths that differ.
    """
    return float(np.sum(values / _checked(values, probabilities)) / population)


def hajek(values: Floats, probabilities: Floats) -> float:
    """Estimate of the population's mean by a ratio: slightly biased, mostly nearer, and needs no population.

    Args:
        values: (K,) what was measured on the picks, K >= 1.
        probabilities: (K,) their chances of inclusion, in (0, 1].

    Raises:
        ValueError: A probability outside (0, 1], or lengths that differ.
    """
    inverse = 1 / _checked(values, probabilities)
    return float(np.sum(values * inverse) / np.sum(inverse))


def _checked(values: Floats, probabilities: Floats) -> NDArray[np.float64]:
    chances = np.asarray(probabilities, np.float64)
    if chances.shape != np.shape(values) or not ((chances > 0) & (chances <= 1)).all():
        raise ValueError("one probability in (0, 1] a value")
    return chances


def weigh(picks: Sequence[Pick], population: int) -> list[Pick]:
    """Fill in ``weight`` = K / (population x probability): 1 under even sampling, the mean of K values x weights is
    Horvitz and Thompson's.

    Args:
        picks: K picks; those without a probability stay without a weight.
        population: Frames that had a chance.
    """
    return [
        pick
        if pick.probability is None
        else replace(pick, weight=len(picks) / (population * pick.probability))
        for pick in picks
    ]


def take_by_keys(keys: NDArray[np.float64], cuts: Ints, call: Call) -> tuple[Ints, NDArray[np.float64]]:
    """Take the largest keys within budget and cap, each with the threshold that the other keys left it.

    A frame is in if and only if its key is above the best key that is turned away in its cut (its cut being full)
    and above the best that is turned away for the budget. Both depend on other frames alone.

    Args:
        keys: (M,) random keys; -inf is never taken.
        cuts: (M,) cut of each.
        call: Budget and cap.

    Returns:
        (K,) indices, largest key first, and their (K,) thresholds, -inf where nothing could have kept them out.
    """
    cap = len(keys) if call.cap_per_cut is None else call.cap_per_cut
    order = highest(keys, call.budget + 1 if call.cap_per_cut is None else None)
    order = order[keys[order] > -np.inf]
    nth = occurrence(cuts[order])
    allowed = order[nth < cap]
    taken, rest = allowed[: call.budget], allowed[call.budget :]
    floor = keys[rest[0]] if len(rest) else -np.inf
    turned_away = order[nth == cap]
    of_cut = dict(zip(cuts[turned_away].tolist(), keys[turned_away].tolist(), strict=True))
    return taken, np.array([max(floor, of_cut.get(cut, -np.inf)) for cut in cuts[taken].tolist()])


def gumbel_chance(strengths: NDArray[np.float64], thresholds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Chance that strength + standard Gumbel noise exceeds a threshold: 1 - exp(-exp(strength - threshold)), (K,)."""
    with np.errstate(over="ignore"):
        return -np.expm1(-np.exp(strengths - thresholds))
