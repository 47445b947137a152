"""What came of a simulation as plain values: curves, areas, goals reached, differences, and what is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from active_learning.simulation import intervals as iv
from active_learning.simulation.curves import Floats, first_reach
from active_learning.simulation.places import FULL, START, Spot
from active_learning.simulation.study import Curves, Study

SCHEMA = 1
LEVELS = (90, 95, 98)
"""Percent of the full pool's quality that a strategy is asked to reach."""
YARDSTICKS = ("random", "stratified_random")
"""Strategies that others are set beside, where they were run."""


def results(study: Study, about: Mapping[str, Any]) -> dict[str, Any]:
    """Everything that report and picture show.

    Args:
        study: Cells and what was asked for.
        about: What stands beside it: ``pool``, ``command``, ``machine``, ``commit``.
    """
    task = study.plan.task
    found = {
        "schema": SCHEMA,
        "task": task.name,
        "headline": task.headline,
        **about,
        "plan": study.plan.model_dump(mode="json"),
        "seeds": list(study.seeds),
        "rounds": study.rounds,
        "effort": {"name": study.measure.name, "text": study.measure.text},
        "held_out_cuts": len(study.cuts),
        "full": _full(study),
        "strategies": {label: _strategy(study, label) for label in study.curves},
        "penalty": _penalty(study),
        "missing": _missing(study),
    }
    return {name: plain(value) for name, value in found.items()}


def plain(value: Any) -> Any:
    """The same with None for every number that JSON cannot say."""
    if isinstance(value, Mapping):
        return {name: plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [plain(inner) for inner in value]
    return None if isinstance(value, float) and not np.isfinite(value) else value


def _figure(
    values: Floats, drawn: Floats, seeds: Sequence[int], scale: Floats | None = None
) -> dict[str, Any]:
    """Mean over seeds, 95 % interval over seeds and cuts, and the value of each seed.

    Args:
        values: (S,) by seed.
        drawn: (draws, S) over draws of cuts.
        seeds: Their seeds.
        scale: (draws, S) what the mean of a draw is divided by the mean of; draws in which that is zero are left out.
    """
    picks = iv.seed_picks(len(seeds))
    picked = iv.over_seeds(drawn, picks)
    if scale is not None:
        with np.errstate(divide="ignore", invalid="ignore"):
            picked = picked / iv.over_seeds(scale, picks)
        picked = picked[np.isfinite(picked)]
    return {
        "mean": float(values.mean()),
        "interval": iv.percentiles(picked),
        "sd": float(values.std(ddof=1)) if len(seeds) > 1 else None,
        "values": {str(seed): float(value) for seed, value in zip(seeds, values, strict=True)},
    }


def _full(study: Study) -> dict[str, Any] | None:
    """Of the trainings on the whole pool."""
    if not study.fulls:
        return None
    first = next(iter(study.fulls.values()))
    values = {str(seed): cell.value for seed, cell in study.fulls.items()}
    known = [value for value in values.values() if value is not None]
    mean = float(np.mean(known)) if known else None
    return {"frames": first.labels, "steps": first.steps, "mean": mean, "values": values}


def _strategy(study: Study, label: str) -> dict[str, Any]:
    line = study.curves[label]
    return {
        "strategy": line.arm.strategy,
        "params": line.arm.params,
        "seeds": line.seeds,
        "rounds": _rounds(line),
        "aubc": _figure(*line.aubc, line.seeds, line.drawn_full / line.scale),
        "final": _figure(*line.final, line.seeds),
        "needed": {str(level): _needed(line, level) for level in LEVELS},
        "seconds": _seconds(study, line),
        "differences": {
            other: _differences(line, study.curves[other], len(study.cuts))
            for other in YARDSTICKS
            if other in study.curves and study.curves[other].arm != line.arm
        },
    }


def _rounds(line: Curves) -> list[dict[str, Any]]:
    """The curve: frames, effort and quality a round."""
    return [
        {
            "round": number,
            "labels": float(line.labels[:, number].mean()),
            "effort": float(line.efforts[:, number].mean()),
            **_figure(line.values[:, number], line.drawn[:, :, number], line.seeds),
        }
        for number in range(line.values.shape[1])
    ]


def _needed(line: Curves, level: int) -> dict[str, Any]:
    """Frames and effort at which the mean curve reaches a share of the full pool's quality; None where it does not."""
    labels, efforts = line.labels.mean(0), line.efforts.mean(0)
    goal = line.full.mean() * level / 100
    reached = first_reach(labels, line.values.mean(0), goal)
    picks = iv.seed_picks(len(line.seeds))
    curves, goals = iv.over_seeds(line.drawn, picks), iv.over_seeds(line.drawn_full, picks) * level / 100
    drawn = np.array([first_reach(labels, *pair) for pair in zip(curves, goals, strict=True)])
    each = [first_reach(*one) for one in zip(line.labels, line.values, line.full * level / 100, strict=True)]
    return {
        "labels": _or_none(reached),
        "effort": _or_none(first_reach(efforts, line.values.mean(0), goal)),
        "interval": [_or_none(bound) for bound in iv.percentiles(drawn) or (np.nan, np.nan)],
        "seeds_reaching": int(np.isfinite(each).sum()),
    }


def _or_none(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _seconds(study: Study, line: Curves) -> dict[str, float]:
    """Mean seconds a round by what was done."""
    cells = [cell for seed in line.seeds for cell in study.cells(line.arm, seed)[1:]]
    names = sorted({name for cell in cells for name in cell.seconds})
    return {name: float(np.mean([cell.seconds.get(name, 0.0) for cell in cells])) for name in names}


def _differences(line: Curves, other: Curves, cuts: int) -> dict[str, Any]:
    """Of one strategy to another over the seeds both have: areas over frames and over effort, and the last round."""
    shared = [seed for seed in line.seeds if seed in other.seeds]
    if not shared:
        return {}
    ours, theirs = line.of(shared), other.of(shared)
    low = np.maximum(ours.efforts[:, 0], theirs.efforts[:, 0])
    high = np.minimum(ours.efforts[:, -1], theirs.efforts[:, -1])
    pairs = {
        "aubc": (ours.aubc, theirs.aubc),
        "aubc_effort": (ours.area(ours.efforts, low, high), theirs.area(theirs.efforts, low, high)),
        "final": (ours.final, theirs.final),
    }
    found = {name: iv.difference(one[0], two[0], one[1], two[1], cuts) for name, (one, two) in pairs.items()}
    return {**found, "saves_labels": _saves(found)}


def _saves(found: Mapping[str, Any]) -> bool:
    """Whether it may be said to save labels: better over frames, and over the effort they took."""
    return all(found[name]["verdict"] == "better" for name in ("aubc", "aubc_effort"))


def _penalty(study: Study) -> dict[str, Any]:
    """Who beats whom in which share of the rounds; the first set, which all share, left out."""
    labels = list(study.curves)
    values = [np.full((len(study.seeds), study.rounds), np.nan) for _ in labels]
    for rows, line in zip(values, study.curves.values(), strict=True):
        for seed, of_seed in zip(line.seeds, line.values, strict=True):
            rows[list(study.seeds).index(seed)] = of_seed[1:]
    matrix = iv.penalties(values)
    return {
        "strategies": labels,
        "matrix": matrix.tolist(),
        "lost": matrix.mean(0).tolist() if labels else [],
    }


def _missing(study: Study) -> list[dict[str, Any]]:
    """Lines of cells that are not whole, and why where something failed."""
    lines = [(START, seed, seed in study.starts) for seed in study.seeds]
    lines += [(FULL, seed, seed in study.fulls) for seed in study.seeds]
    for arm in {arm.folder: arm for arm in study.arms.values()}.values():
        lines += [(arm.folder, seed, len(study.cells(arm, seed)) == study.rounds + 1) for seed in study.seeds]
    return [
        {"line": kind, "seed": seed, "reason": study.places.failure(Spot(seed, kind))}
        for kind, seed, whole in lines
        if not whole
    ]
