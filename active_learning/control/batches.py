"""A batch: the control picks, then what the strategy takes of the rest, in the order to draw them. Pure NumPy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from active_learning.control.drawing import (
    chance_of,
    control_count,
    control_picks,
    given_control,
    left_to_strategy,
    mixed,
)
from active_learning.control.standing import Seen, scores_of, seen_in
from active_learning.strategies import Pick, PoolView, Strategy, StrategyParams


@dataclass(frozen=True, slots=True)
class Wish:
    """How much to pick: ``control_share`` of the ``budget`` by plain chance, the rest by the strategy."""

    budget: int
    cap_per_cut: int | None = None
    seed: int = 0
    control_share: float = 0.0


@dataclass(frozen=True, slots=True)
class Batch:
    """(pick, whether it is a control pick) in the order to draw them.

    ``by_strategy`` of them are the strategy's; ``candidates`` frames had a chance; ``seen`` is the score that the
    strategy saw, if any, and ``scores`` it of each pick that has it.
    """

    picks: list[tuple[Pick, bool]]
    by_strategy: int
    candidates: int
    seen: Seen | None
    scores: Mapping[int, float]

    def rank_of(self, pick: Pick) -> int | None:
        """Its place among the candidates by that score, 1 for the highest."""
        score = self.scores.get(pick.frame_id)
        return None if self.seen is None or score is None else self.seen.place(score)


def batch_of(view: PoolView, strategy: Strategy, params: StrategyParams, wish: Wish) -> Batch:
    """Draw the control picks first, by a chance of their own, so that nothing the strategy does can bend them.

    Without control picks the strategy gives what it gives alone under the same seed.
    """
    rng, candidates = chance_of(wish.seed), len(view) - int(view.labelled.sum())
    count = control_count(min(wish.budget, candidates), wish.control_share)
    control = control_picks(view, count, rng)
    picks = strategy.select(
        left_to_strategy(view, control),
        budget=wish.budget - len(control),
        rng=np.random.default_rng(wish.seed),
        cap_per_cut=wish.cap_per_cut,
        params=params,
    )
    picks = given_control(picks, len(control), candidates)
    seen = seen_in(view)
    batch = mixed(picks, control, rng)
    scores = scores_of(view, seen.name, [pick.frame_id for pick, _ in batch]) if seen else {}
    return Batch(batch, len(picks), candidates, seen, scores)
