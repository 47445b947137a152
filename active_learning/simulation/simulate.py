"""A simulation from folders to results: pool, plan, calibration, cells, report."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from active_learning.simulation.effort import MEASURES, Measure
from active_learning.simulation.places import Places
from active_learning.simulation.plan import Arm, Plan, check_numbers, needs_of, refuse_other
from active_learning.simulation.pool import Inputs, Pool, make_pool
from active_learning.simulation.running import Tell, cells_there, lines_of, run_lines
from active_learning.simulation.writing import write_results
from datasets.features import FEATURES
from modeling.errors import UserError
from modeling.registry import propose
from modeling.runs import publish
from modeling.snapshots.folders import Progress
from modeling.tasks import TASKS
from modeling.training.config import TrainConfig, make_config

SECONDS_PER_ROUND = 60.0
NO_VALIDATION = {"validation": 0.0}
"""Nothing is spared for early stopping: all strategies take the same steps on all they picked."""


@dataclass(frozen=True)
class Request:
    """What is asked for.

    Attributes:
        inputs: Folders of frames and labels.
        out: Where everything goes; what is there is gone on with.
        arms: Strategies by the label under which they are reported.
        start: Who picks the first set.
        training: Arguments of `modeling.training.config.make_config` beside snapshot and budget.
        steps: Optimizer steps a round; None to measure them.
        seconds_per_round: What to measure them for, 60 by default.
        seeds: Seeds 0 to this less one.
        jobs: Processes at once; 0 for none.
        effort: Name of the measure that results are plotted over.
        table_only: Whether to write the results of what is there and run nothing.
    """

    inputs: Inputs
    out: Path
    arms: Mapping[str, Arm]
    start: Arm
    training: Mapping[str, Any]
    init: int = 8
    step: int = 8
    rounds: int = 6
    seeds: int = 5
    steps: int | None = None
    seconds_per_round: float | None = None
    cap_per_cut: int | None = None
    warm_start: bool = False
    ensemble: int = 3
    full_steps_factor: float = 1.0
    threads: int = 1
    device: str = "cpu"
    jobs: int = 1
    effort: str = "border"
    table_only: bool = False
    command: str = ""


@dataclass(frozen=True)
class Voice:
    """How a simulation tells how it goes: a line, a wrapped loop, and cells done out of all."""

    say: Callable[[str], None] = lambda text: None
    progress: Progress = lambda items, total, text: items
    cells: Callable[[int], Tell] = field(default=lambda total: lambda done: None)


def simulate(request: Request, voice: Voice | None = None) -> tuple[Path, dict[str, str]]:
    """Make the cells that are not there and write ``curves.json``, ``report.md`` and ``curves.png``.

    Returns:
        The report, and why lines of cells failed, by their names.

    Raises:
        UserError: ``simulation_differs``, ``simulation_locked``, ``bad_budget``, ``pool_empty``, or what reading the
            folders raises.
        KeyboardInterrupt: After results of what is there were written.
    """
    voice = voice or Voice()
    check_request(request)
    places = Places(request.out)
    with places.lock():
        pool = _pool(request, places, voice)
        plan = _plan(request, places, pool, voice)
        lines = lines_of(list(request.arms.values()), range(request.seeds), request.rounds)
        failed: dict[str, str] = {}
        try:
            if not request.table_only:
                _features(request, places, pool, voice)
                tell = voice.cells(sum(len(line.spots) for line in lines))
                tell(cells_there(places, lines))
                failed = run_lines(places, lines, request.jobs, tell)
        finally:
            report = write_results(places, plan, request)
        return report, failed


def check_request(request: Request) -> None:
    """Refuse what is wrong with any pool.

    Raises:
        UserError: ``bad_budget``, ``unknown_effort``, ``no_scores``, or what `make_config` raises.
    """
    measure_named(request.effort)
    refuse_scored(request.start)
    _training(request, "", None)
    least = {
        "init": 1,
        "step": 1,
        "rounds": 1,
        "seeds": 1,
        "jobs": 0,
        "threads": 1,
        "cap_per_cut": 1,
        "ensemble": 2,
    }
    for name, low in least.items():
        value = getattr(request, name)
        if value is not None and value < low:
            raise UserError(f"--{name.replace('_', '-')} is at least {low}, not {value}.", code="bad_budget")
    if request.full_steps_factor <= 0:
        raise UserError("--full-steps-factor must be above zero.", code="bad_budget")
    if request.steps is not None and request.seconds_per_round is not None:
        raise UserError("A round is given in --steps or in --seconds-per-round, not both.", code="bad_budget")


def refuse_scored(start: Arm) -> None:
    """Refuse a first set by what no model has scored yet.

    Raises:
        UserError: ``no_scores``.
    """
    needs = needs_of(start)
    if needs.scores or needs.classes or not set(needs.features) <= set(FEATURES):
        message = (
            f"--start {start.strategy} needs a model's scores, and the first set comes before any model."
        )
        raise UserError(message, code="no_scores", remedy="Take one that needs none, such as kmeans.")


def measure_named(name: str) -> Measure:
    """The measure of effort of that name.

    Raises:
        UserError: ``unknown_effort``.
    """
    if name not in MEASURES:
        raise UserError(
            f"There is no effort {name!r}.", code="unknown_effort", remedy=propose(name, MEASURES)
        )
    return MEASURES[name]


# --- the pool ---


def _pool(request: Request, places: Places, voice: Voice) -> Pool:
    """The pool that is there, or a new one; what was left out is said each time."""
    kind = TASKS.get(str(request.training["task"])).kind
    if places.plan() is None:
        _make_pool(request, places, voice)
    pool = Pool.open(places.pool, kind)
    pool.refuse_empty()
    told = left_out_of(places)
    for reason in told.get("left_out", []):
        voice.say(reason)
    bare = told.get("unlabelled", 0) + sum(kind not in row.labels for row in pool.snapshot.frames())
    if bare:
        voice.say(f"{bare:,} frames have no {kind} label and are left out.")
    for note in pool.snapshot.notes:
        voice.say(note)
    held_out = f"{len(pool.held_out):,} held out in {len(pool.held_out_cuts):,} cuts"
    voice.say(f"{len(pool):,} frames to pick from in {len(set(pool.cuts.tolist())):,} cuts, {held_out}.")
    return pool


def _make_pool(request: Request, places: Places, voice: Voice) -> None:
    """Make it anew where it is not there, not whole or of other inputs; nothing stands on it before there is a plan."""
    inputs = request.inputs.fingerprint()
    if left_out_of(places).get("inputs") == inputs:
        return
    for stale in (places.pool, places.out / "features"):
        shutil.rmtree(stale, ignore_errors=True)
    _, left_out = make_pool(request.inputs, places.pool, voice.progress)
    found = {"inputs": inputs, "unlabelled": len(left_out.unlabelled), "left_out": left_out.reasons}
    publish(places.out / "pool.json", json.dumps(found, ensure_ascii=False).encode() + b"\n")


def left_out_of(places: Places) -> dict[str, Any]:
    """``inputs``, their hash, ``unlabelled``, a number, and ``left_out``, a sentence each; empty before a pool."""
    try:
        return dict(json.loads((places.out / "pool.json").read_text("utf-8")))
    except FileNotFoundError:
        return {}


def _features(request: Request, places: Places, pool: Pool, voice: Voice) -> None:
    """Compute what needs no model before processes ask for it side by side."""
    arms = [request.start, *request.arms.values()]
    names = {name for arm in arms for name in needs_of(arm).features if name in FEATURES}
    for name in sorted(names):
        pool.feature(name, places.out / "features", voice.progress)


# --- the plan ---


def _plan(request: Request, places: Places, pool: Pool, voice: Voice) -> Plan:
    """The plan of the folder if it is the same, else a new one with its steps measured."""
    stored = places.plan()
    plan = _asked(request, pool, stored)
    if stored is not None:
        refuse_other(plan, stored, str(places.out))
    check_numbers(plan, len(pool), request.rounds)
    if not plan.steps:
        plan = _measured(request, plan, places, pool, voice)
    publish(places.plan_file, plan.spelled())
    return plan


def _asked(request: Request, pool: Pool, stored: Plan | None) -> Plan:
    steps, seconds = request.steps, request.seconds_per_round
    if stored is not None and _same_budget(request, stored):
        steps, seconds = stored.steps, stored.seconds_per_round
    elif steps is None:
        seconds = seconds or SECONDS_PER_ROUND
    return Plan(
        training=_training(request, pool.snapshot.id, steps),
        seconds_per_round=seconds,
        init=request.init,
        step=request.step,
        start=request.start,
        cap_per_cut=request.cap_per_cut,
        warm_start=request.warm_start,
        ensemble=request.ensemble,
        full_steps_factor=request.full_steps_factor,
        threads=request.threads,
        device=request.device,
        size=request.inputs.size,
        inputs=request.inputs.fingerprint(),
    )


def _same_budget(request: Request, stored: Plan) -> bool:
    """Whether what is asked for is what the steps of the folder were measured for, or nothing is asked for."""
    if request.steps is not None:
        return request.steps == stored.steps
    return request.seconds_per_round in (None, stored.seconds_per_round)


def _training(request: Request, snapshot: str, steps: int | None) -> TrainConfig:
    given = dict(request.training)
    settings = dict(given.pop("settings", None) or {})
    settings["recipe"] = {**NO_VALIDATION, **settings.get("recipe", {})}
    given["recipe"] = given.get("recipe") or TASKS.get(str(given["task"])).simulated or None
    config = make_config(snapshot=snapshot, settings=settings, steps=steps, seed=0, **given)
    if config.way.predicted:
        message = "A simulation trains one model: it cannot stand on another's predictions."
        raise UserError(message, code="stands_on_nothing", remedy="Leave out that way of the task.")
    return config.model_copy(update={"seconds": None})


def _measured(request: Request, plan: Plan, places: Places, pool: Pool, voice: Voice) -> Plan:
    from active_learning.simulation.calibration import calibrated_steps

    seconds = plan.seconds_per_round or SECONDS_PER_ROUND
    voice.say(f"Measuring how many steps {seconds:g} seconds are ...")
    largest = request.init + request.rounds * request.step
    steps = calibrated_steps(
        plan.training,
        pool.part({row.key for row in pool.rows[:: max(1, len(pool) // largest)][:largest]}),
        places.out / "calibration",
        seconds=seconds,
        threads=plan.threads,
        device=plan.device,
    )
    voice.say(f"Every round of every strategy takes {steps:,} optimizer steps.")
    return plan.model_copy(update={"training": plan.training.model_copy(update={"steps": steps})})
