"""The peers' inputs through our scorers' formulas and strategies."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import torch
from numpy.typing import NDArray

from active_learning.strategies import STRATEGIES, PoolView
from benchmarks.peers.inputs import Inputs, fastest
from modeling.inference.decisions import pixel_entropy
from modeling.scorers.repeated import disagreement

Scores = Callable[[], NDArray[np.floating]]


def rank_ours(inputs: Inputs) -> dict[str, NDArray[np.float64]]:
    """Rows picked, best first, and the fewest seconds of three tries as ``NAME_seconds``.

    Scores count in the seconds, by the formulas of `modeling.scorers`: from logits in planes, where the peers start
    from probabilities; one thread in both. ``entropy`` is the mean over a frame's pixels, ``entropy_whole`` that of its
    mean prediction.
    """
    torch.set_num_threads(1)
    passes = [_logits(inputs.draws[..., number]) for number in range(inputs.draws.shape[-1])]
    mean = _logits(inputs.draws.mean(-1))
    whole = _logits(inputs.draws.mean((2, 3), dtype=np.float64)[..., None])
    ways: dict[str, tuple[str, Scores | None]] = {
        "random": ("random", None),
        "entropy": ("entropy", lambda: pixel_entropy(mean)[0].mean(1).numpy()),
        "entropy_whole": ("entropy", lambda: pixel_entropy(whole)[0].mean(1).numpy()),
        "bald": ("bald", lambda: disagreement(passes)[0].mean(1).numpy()),
        "kcenter": ("kcenter", None),
    }
    found: dict[str, NDArray[np.float64]] = {}
    for key, (name, scores) in ways.items():
        view = _View(inputs, name)
        found[key], seconds = fastest(lambda view=view, scores=scores: view.rank(scores))  # type: ignore[misc]
        found[f"{key}_seconds"] = np.array(seconds)
    return found


class _View:
    """The inputs as a pool for one strategy."""

    def __init__(self, inputs: Inputs, name: str) -> None:
        self.inputs, self.strategy = inputs, STRATEGIES[name]
        self.ids, self.zeros = np.arange(len(inputs.points)), np.zeros(len(inputs.points), np.int64)
        self.labelled = np.zeros(len(inputs.points), bool)
        # The peers' rankings by score are over all rows.
        self.labelled[inputs.labelled if self.strategy.needs().features else []] = True

    def rank(self, scores: Scores | None) -> NDArray[np.float64]:
        """Score, look at the pool, pick."""
        view = PoolView(
            *(self.ids, self.zeros, self.zeros, self.labelled),
            features=dict.fromkeys(self.strategy.needs().features, self.inputs.points),
            scores={} if scores is None else {self.strategy.name: scores()},
        )
        rng = np.random.default_rng(0)
        return np.array(
            [pick.frame_id for pick in self.strategy.select(view, budget=self.inputs.budget, rng=rng)]
        )


def _logits(probabilities: NDArray[np.floating]) -> torch.Tensor:
    """(1, C, N, P) of (N, C, P): planes of pixels as a network gives them, a frame a row."""
    planes = np.ascontiguousarray(np.log(probabilities).transpose(1, 0, 2))
    return torch.from_numpy(planes)[None]
