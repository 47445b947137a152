"""Predictions that no longer change from round to round (Bloodgood and Vijay-Shanker 2009)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from active_learning.stopping.base import Floats, History, StoppingRule, Verdict, unknown
from modeling.registry import Params


class StabilizedParams(Params):
    """Parameters of ``stabilized``; the paper's own are its defaults."""

    agreement: float = Field(
        0.99, gt=0, le=1, description="Mean kappa from which on predictions count as stable"
    )
    rounds: int = Field(3, ge=1, le=50, description="Over how many successive pairs of rounds the mean goes")


def kappa(counts: NDArray[np.number]) -> Floats:
    """Cohen's kappa: (..., C, C) pixels by the one's class (rows) and the other's (columns) to (...).

    Agreement beyond what the two would have by chance: 1 for all alike, 0 for none beyond chance. Where both say one
    class only, and the same, chance alone explains it; nothing has changed, so it is 1. NaN for no pixels.
    """
    total = counts.sum((-1, -2)).astype(np.float64)
    with np.errstate(divide="ignore", invalid="ignore"):
        observed = np.trace(counts, axis1=-2, axis2=-1) / total
        expected = (counts.sum(-1) * (counts.sum(-2) / total[..., None])).sum(-1) / total
        return np.where(
            expected < 1, (observed - expected) / (1 - expected), np.where(total > 0, 1.0, np.nan)
        )


def _stabilized(history: History, params: StabilizedParams) -> Verdict:
    known = history.agreements[1:, 0]
    last = known[-params.rounds :]
    if len(last) < params.rounds or np.isnan(last).any():
        have = int((~np.isnan(known)).sum())
        return unknown(
            f"Takes {params.rounds} successive pairs of rounds whose predictions were compared; there are {have}."
        )
    mean = float(last.mean())
    text = f"Predictions of successive rounds agree with a kappa of {mean:.3f} on average over {_pairs(params.rounds)}"
    stable = mean >= params.agreement
    return Verdict(stable, f"{text}: {'at least' if stable else 'below'} {params.agreement:g}.")


def _pairs(count: int) -> str:
    return "the last pair" if count == 1 else f"the last {count} pairs"


STABILIZED = StoppingRule(
    "stabilized",
    "Successive models predict the same of the held-out frames, whether right or wrong.",
    _stabilized,
    StabilizedParams,
)
