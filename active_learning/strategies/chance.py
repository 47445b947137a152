"""By chance, every frame alike: the yardstick for all others."""

from __future__ import annotations

from active_learning.strategies.base import Call, Pick, PoolView, Strategy, StrategyParams
from active_learning.strategies.weights import take_by_keys, weigh


def _random(view: PoolView, call: Call, params: StrategyParams) -> list[Pick]:
    rows = view.candidates
    taken, thresholds = take_by_keys(call.rng.random(len(rows)), view.cuts[rows], call)
    if call.cap_per_cut is None:
        chances = [min(1.0, call.budget / len(rows))] * len(taken)
    else:
        # With a cap a frame's chance depends on its neighbours in the cut: what is known is that beyond its threshold.
        chances = [1 - max(0.0, float(threshold)) for threshold in thresholds]
    reason = f"By chance, one of {len(rows):,} frames"
    frames = view.frame_ids[rows[taken]].tolist()
    picks = [Pick(frame, None, reason, chance) for frame, chance in zip(frames, chances, strict=True)]
    return weigh(picks, len(rows))


RANDOM = Strategy("random", "Every frame alike: the yardstick for all others.", _random, "chance")
