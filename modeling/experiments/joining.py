"""Results of one experiment measured in several places, another machine or day, in one table (torch-free)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from modeling.errors import UserError
from modeling.experiments.spreads import spread

Rows = Mapping[str, Mapping[str, Any]]
"""Rows of results by the variant's name."""
ASKED = (
    "task",
    "network",
    "loss",
    "recipe",
    "settings",
    "budget",
    "from",
    "stands_on",
    "hard_by",
    "snapshots",
)
"""What two rows must have asked for alike to be of one variant."""
LISTS = (
    "train_frames",
    "held_out_frames",
    "held_out_cuts",
    "steps",
    "encoder_weights",
    "machines",
    "commits",
    "dates",
    "versions",
)


def read_known(path: Path) -> Rows:
    """Rows by name of a ``results.json`` that an experiment wrote.

    Raises:
        UserError: ``bad_results`` when it is none.
    """
    try:
        return {row["name"]: row for row in json.loads(path.read_text())["variants"]}
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise UserError(
            f"{path.name} holds no results of an experiment: {error}.",
            code="bad_results",
            remedy="Give a results.json that `python -m modeling experiment` wrote.",
        ) from error


def joined(row: dict[str, Any], known: Mapping[str, Any], seeds: Sequence[int]) -> dict[str, Any]:
    """The row with the seeds that it lacks and ``known`` has; runs that lie here count before those told of.

    A row that asked for something else, or saw another snapshot, adds nothing; ``not_joined`` then says in what.

    Args:
        row: Of this experiment, as `results.results` makes it.
        known: The row of that name from earlier results.
        seeds: Which seeds to show.
    """
    lacking = {str(seed) for seed in seeds} - row["images_per_second"]["values"].keys()
    adds = lacking & known["images_per_second"]["values"].keys()
    if not adds:
        return row
    if apart := _differs(row, known):
        return {**row, "not_joined": apart}
    told = {key: list(dict.fromkeys([*row[key], *known[key]])) for key in LISTS}
    metrics = {
        path: _metric(found, known["metrics"].get(path), adds) for path, found in row["metrics"].items()
    }
    rates = _metric(row["images_per_second"], known["images_per_second"], adds)
    count = len(rates["values"])
    status = "done" if count == len(seeds) else "in part"
    failed = {seed: reason for seed, reason in row["failed"].items() if seed not in adds}
    return {
        **row,
        **told,
        "snapshots": row["snapshots"] or known["snapshots"],
        "metrics": metrics,
        "images_per_second": rates,
        "n": count,
        "failed": failed,
        "status": "partly failed" if failed else status,
        "reason": None,
    }


def _differs(row: Mapping[str, Any], known: Mapping[str, Any]) -> list[str]:
    """What the two asked for differently; without a run of its own a row takes the other's snapshot."""
    keys = ASKED if row["snapshots"] else ASKED[:-1]
    return [key for key in keys if row[key] != known.get(key)]


def _metric(ours: Mapping[str, Any], theirs: Mapping[str, Any] | None, adds: set[str]) -> dict[str, Any]:
    values = {**ours["values"], **{seed: v for seed, v in (theirs or ours)["values"].items() if seed in adds}}
    found = spread({int(seed): values[seed] for seed in sorted(values, key=int)})
    absent = [*ours.get("absent", []), *(theirs or {}).get("absent", [])]
    return {**found, "absent": list(dict.fromkeys(absent))} if "absent" in ours else found
