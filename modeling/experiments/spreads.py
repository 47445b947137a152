"""Means, spreads and paired differences of figures by seed (torch-free)."""

from __future__ import annotations

import statistics
from collections.abc import Mapping
from typing import Any


def spread(values: Mapping[int, float]) -> dict[str, Any]:
    """Values by seed, ``n``, ``mean``, ``sd`` (of the sample; None below two), ``min`` and ``max``."""
    numbers = list(values.values())
    found: dict[str, Any] = {
        "values": {str(seed): value for seed, value in values.items()},
        "n": len(numbers),
    }
    if not numbers:
        return {**found, **dict.fromkeys(("mean", "sd", "min", "max"))}
    sd = statistics.stdev(numbers) if len(numbers) > 1 else None
    return {**found, "mean": statistics.fmean(numbers), "sd": sd, "min": min(numbers), "max": max(numbers)}


def difference(
    ours: Mapping[str, float], theirs: Mapping[str, float], lower_is_better: bool = False
) -> dict[str, Any]:
    """Differences seed by seed, over the seeds both have.

    ``ratio`` is of the means over those seeds, None where the other's is 0. ``verdict`` is ``undecided`` with less
    than two seeds, where the differences are of both signs, or where their mean is within their standard deviation;
    else ``better`` or ``worse``.

    Args:
        ours: Values by seed.
        theirs: Values of the baseline by seed.
        lower_is_better: Whether less is better.
    """
    shared = [seed for seed in ours if seed in theirs]
    found = spread({int(seed): ours[seed] - theirs[seed] for seed in shared})
    base = statistics.fmean(theirs[seed] for seed in shared) if shared else 0.0
    ratio = statistics.fmean(ours[seed] for seed in shared) / base if base else None
    return {**found, "ratio": ratio, "verdict": _verdict(found, lower_is_better)}


def _verdict(found: Mapping[str, Any], lower_is_better: bool) -> str:
    if found["sd"] is None or found["min"] <= 0 <= found["max"] or abs(found["mean"]) <= found["sd"]:
        return "undecided"
    return "better" if (found["mean"] > 0) != lower_is_better else "worse"
