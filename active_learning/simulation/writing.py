"""Publishing a simulation's results: ``curves.json``, ``report.md`` and ``curves.png``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from active_learning.simulation.effort import MEASURES
from active_learning.simulation.picture import picture
from active_learning.simulation.places import Places
from active_learning.simulation.plan import Plan
from active_learning.simulation.pool import Pool
from active_learning.simulation.report import report
from active_learning.simulation.results import results
from active_learning.simulation.study import Study
from modeling.experiments.machine import commit, cores, processor
from modeling.runs import publish

if TYPE_CHECKING:
    from active_learning.simulation.simulate import Request


def write_results(places: Places, plan: Plan, request: Request) -> Path:
    """Write what is there so far into the simulation's folder; returns the report."""
    measure = MEASURES[request.effort]
    study = Study(places, plan, request.arms, range(request.seeds), request.rounds, measure)
    found = results(study, _about(places, plan, request))
    publish(
        places.out / "curves.json",
        json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False).encode() + b"\n",
    )
    publish(places.out / "curves.png", picture(found))
    return publish(places.out / "report.md", report(found).encode())


def _about(places: Places, plan: Plan, request: Request) -> dict[str, Any]:
    pool = Pool.open(places.pool, plan.task.kind)
    return {
        "command": request.command,
        "machine": f"{processor()}, {cores()} cores, {request.jobs or 1} at once on {plan.threads} threads each",
        "commit": commit(),
        "pool": {
            "frames": len(pool),
            "cuts": len(set(pool.cuts.tolist())),
            "held_out_frames": len(pool.held_out),
            "held_out_cuts": len(pool.held_out_cuts),
            "notes": list(pool.snapshot.notes),
        },
    }
