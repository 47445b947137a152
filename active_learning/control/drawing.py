"""Draw the control picks of a batch, before and whatever the strategy picks. Pure NumPy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from active_learning.strategies import Pick, PoolView
from active_learning.strategies.weights import weigh

MOST = 0.5
"""Largest share of a batch that may be control picks."""
_STREAM = 0x636F6E74
"""Keeps this chance apart from the strategy's, whose picks must not depend on it."""


def control_count(budget: int, share: float) -> int:
    """How many of ``budget`` picks are control picks: the nearest whole number, never all of them.

    >>> [control_count(budget, 0.1) for budget in (1, 4, 5, 16)]
    [0, 0, 1, 2]
    """
    return max(0, min(int(budget * share + 0.5), budget - 1))


def chance_of(seed: int) -> np.random.Generator:
    """The control arm's own source of chance under a selection's seed."""
    return np.random.default_rng([seed, _STREAM])


def control_picks(view: PoolView, count: int, rng: np.random.Generator) -> list[Pick]:
    """Draw candidates without replacement, each with the same chance, which every pick carries; its weight is 1.

    Neither cap nor scores play a part: whatever they did to the draw would be missing from what it stands for.

    Args:
        view: The pool.
        count: How many, at most all candidates.
        rng: Source of chance.
    """
    rows = view.candidates
    count = min(count, len(rows))
    if not count:
        return []
    taken = rng.choice(rows, count, replace=False)
    reason = f"Control pick: by plain chance, one of {len(rows):,} frames, whatever the strategy"
    picks = [Pick(frame, None, reason, count / len(rows)) for frame in view.frame_ids[taken].tolist()]
    return weigh(picks, len(rows))


def left_to_strategy(view: PoolView, control: Sequence[Pick]) -> PoolView:
    """The view in which the control picks count as waiting for a label."""
    if not control:
        return view
    drawn = np.isin(view.frame_ids, [pick.frame_id for pick in control])
    return replace(view, labelled=view.labelled | drawn)


def given_control(picks: Sequence[Pick], control: int, candidates: int) -> list[Pick]:
    """The strategy's picks with their whole chance: first not to be a control pick, then to be taken.

    Args:
        picks: Of the strategy, among what the control picks left.
        control: How many control picks there were.
        candidates: Among how many frames.
    """
    spared = 1 - control / candidates if candidates else 1.0
    return [
        pick if pick.probability is None else replace(pick, probability=pick.probability * spared)
        for pick in picks
    ]


def mixed(
    picks: Sequence[Pick], control: Sequence[Pick], rng: np.random.Generator
) -> list[tuple[Pick, bool]]:
    """(pick, whether it is a control pick) in the order to draw them: the strategy's keep theirs, the others fall in
    anywhere, so that neither arm meets people earlier or later than the other.
    """
    total = len(picks) + len(control)
    places = set(rng.choice(total, len(control), replace=False).tolist()) if control else set()
    ours, theirs = iter(control), iter(picks)
    return [(next(ours), True) if place in places else (next(theirs), False) for place in range(total)]
