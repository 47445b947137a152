"""The frames with the highest score: a number a frame from the last model, higher where it is less sure."""

from __future__ import annotations

import numpy as np

from active_learning.strategies.base import Call, Needs, Pick, PoolView, Strategy, StrategyParams
from active_learning.strategies.ranking import highest, known, take


def by_score(name: str, text: str, what: str) -> Strategy:
    """A strategy that takes the highest of the score of its name first.

    Args:
        name: Of strategy and score.
        text: Line for the form.
        what: Names the number in reasons.
    """

    def pick(view: PoolView, call: Call, params: StrategyParams) -> list[Pick]:
        scores = view.scores[name]
        rows = known(view.candidates, scores)
        order = rows[highest(scores[rows], call.budget if call.cap_per_cut is None else None)]
        taken = take(order, view.cuts, call)
        places = np.flatnonzero(np.isin(order, taken)) + 1
        return [
            Pick(
                int(view.frame_ids[row]),
                float(scores[row]),
                f"Unsure: {what} {scores[row]:.3f}, rank {place:,} of {len(rows):,} scored",
            )
            for row, place in zip(taken, places, strict=True)
        ]

    return Strategy(name, text, pick, "uncertainty", requires=Needs(scores=(name,)))


BY_SCORE = (
    by_score(
        "entropy",
        "Highest mean entropy of the pixels first (Kugler 2020, 4.1).",
        "mean entropy in nats",
    ),
    by_score(
        "calibrated_entropy",
        "The same with probabilities that validation frames have set right (Guo et al. 2017).",
        "calibrated mean entropy in nats",
    ),
    by_score(
        "margin",
        "Likeliest and second class closest together first (Scheffer et al. 2001).",
        "1 - mean margin",
    ),
    by_score(
        "least_confidence",
        "Lowest probability of the likeliest class first (Lewis and Gale 1994).",
        "1 - mean confidence",
    ),
    by_score(
        "boundary_entropy",
        "Highest mean entropy along the borders that the model drew first: where people correct.",
        "mean entropy along borders in nats",
    ),
    by_score(
        "bald",
        "Most disagreement between passes with dropout first (Houlsby et al. 2011; Gal et al. 2017).",
        "mutual information in nats",
    ),
    by_score(
        "ensemble",
        "Most disagreement between models of several trainings first (Beluch et al. 2018).",
        "mutual information in nats",
    ),
    by_score(
        "flip",
        "Prediction and that of the mirrored frame differ most first (EquAL: Golestaneh and Kitani 2020).",
        "divergence from the mirrored frame in nats",
    ),
    by_score(
        "proposals",
        "Proposals of a picture's colours differ most first.",
        "standard deviation of the proposals",
    ),
)
"""One strategy a score."""
