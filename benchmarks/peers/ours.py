"""The peers' inputs through our scorers' formulas and strategies."""

from __future__ import annotations

import time

import numpy as np
import torch
from numpy.typing import NDArray

from active_learning.strategies import STRATEGIES, PoolView
from benchmarks.peers.inputs import Inputs
from modeling.inference.decisions import pixel_entropy
from modeling.scorers.repeated import disagreement


def rank_ours(inputs: Inputs) -> dict[str, NDArray[np.float64]]:
    """Rows picked by ``random``, ``entropy``, ``bald`` and ``kcenter``, best first, and seconds as ``NAME_seconds``."""
    scorers = {"entropy": _entropy, "bald": _bald}
    found: dict[str, NDArray[np.float64]] = {}
    for name in ("random", "entropy", "bald", "kcenter"):
        start = time.perf_counter()
        scores = {name: scorers[name](inputs.draws)} if name in scorers else {}
        picks = STRATEGIES[name].select(
            _view(inputs, scores), budget=inputs.budget, rng=np.random.default_rng(0)
        )
        found[name] = np.array([pick.frame_id for pick in picks])
        found[f"{name}_seconds"] = np.array(time.perf_counter() - start)
    return found


def _view(inputs: Inputs, scores: dict[str, NDArray[np.float64]]) -> PoolView:
    """Labelled rows count for core-set alone: the peers' rankings by score are over all rows."""
    frames = len(inputs.points)
    labelled = np.zeros(frames, bool)
    labelled[[] if scores else inputs.labelled] = True
    zeros = np.zeros(frames, np.int64)
    return PoolView(
        np.arange(frames), zeros, zeros, labelled, features={"edges": inputs.points}, scores=scores
    )


def _logits(draws: NDArray[np.float64]) -> torch.Tensor:
    """(N, C, P, 1) of (N, C, P): a frame's pixels as a picture one pixel wide."""
    return torch.from_numpy(np.log(draws))[..., None]


def _entropy(draws: NDArray[np.float64]) -> NDArray[np.float64]:
    return pixel_entropy(_logits(draws.mean(-1))).mean((1, 2)).numpy()


def _bald(draws: NDArray[np.float64]) -> NDArray[np.float64]:
    passes = (_logits(draws[..., number]) for number in range(draws.shape[-1]))
    return disagreement(passes).mean((1, 2)).numpy()
