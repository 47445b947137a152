"""What came of an experiment, read from its run folders (torch-free)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from modeling.errors import UserError
from modeling.experiments.config import Metric, Variant, flat
from modeling.experiments.joining import Rows, joined
from modeling.experiments.places import Places, Trial, notes_of
from modeling.experiments.spreads import difference, spread
from modeling.registry import propose
from modeling.tasks import TASKS

SCHEMA = 1
SEEN = ("train_frames", "held_out_frames", "held_out_cuts", "steps")
"""Counts of a report that stand beside its figures."""


def default_metrics(task: str) -> list[Metric]:
    """The task's headline, pixel accuracy, mean IoU unless that is the headline, and seconds of training."""
    headline = TASKS.get(task).headline
    metrics = [Metric(path="headline.value", text=headline), Metric(path="pixel_accuracy")]
    if headline != "mean_iou":
        metrics.append(Metric(path="mean_iou"))
    return [*metrics, Metric(path="seconds", lower_is_better=True)]


def metrics_of(places: Places) -> list[Metric]:
    """The metrics the file names, else the default ones."""
    named = places.experiment.metrics
    found = [Metric(path=metric) if isinstance(metric, str) else metric for metric in named]
    return found or default_metrics(places.experiment.task)


def look_up(report: Mapping[str, Any], path: str) -> float | str:
    """The number at a path of a report, or why there is none.

    Args:
        report: Of a run.
        path: Keys joined by dots; a row of a list by its ``name``, else its number.
    """
    value: Any = report
    for part in path.split("."):
        inner = _inner(value)
        if part not in inner:
            reason = report.get("not_evaluated") if value is report or value is None else None
            return str(reason or f"the report has no {path}. {propose(part, inner) if inner else ''}".strip())
        value = inner[part]
    if isinstance(value, bool) or not isinstance(value, int | float):
        reason = report.get("not_evaluated") or f"{path} has no value here"
        return str(reason if value is None else f"{path} is no number")
    return float(value)


def _inner(value: Any) -> dict[str, Any]:
    if isinstance(value, Mapping):
        return dict(value)
    if not isinstance(value, list):
        return {}
    named = {str(row["name"]): row for row in value if isinstance(row, Mapping) and "name" in row}
    return named or {str(number): row for number, row in enumerate(value)}


# --- rows ---


@dataclass(frozen=True, slots=True)
class _Finished:
    """A finished run: what was asked, what came of it, and on which machine."""

    seed: int
    config: dict[str, Any]
    report: dict[str, Any]
    environment: dict[str, Any]
    notes: dict[str, Any]


def results(
    places: Places, seeds: Sequence[int], about: Mapping[str, Any], known: Sequence[Rows] = ()
) -> dict[str, Any]:
    """Everything a table shows, as plain values.

    Args:
        places: The experiment and its folders.
        seeds: Which seeds to show.
        about: What stands beside it: ``file``, ``command``.
        known: Rows by name of earlier results of this experiment, for the seeds that were not run here.
    """
    metrics = metrics_of(places)
    rows = [_row(places, variant, seeds, metrics) for variant in places.experiment.all_variants()]
    for earlier in known:
        rows = [joined(row, earlier[row["name"]], seeds) if row["name"] in earlier else row for row in rows]
    by_name = {row["name"]: row for row in rows}
    for row in rows:
        row["differences"] = _differences(row, by_name.get(row["baseline"] or ""), metrics)
    experiment = places.experiment
    return {
        "schema": SCHEMA,
        "title": experiment.title,
        "source": experiment.source,
        "notes": experiment.notes,
        **about,
        "seeds": list(seeds),
        "metrics": [metric.model_dump() for metric in metrics],
        "variants": rows,
    }


def _row(places: Places, variant: Variant, seeds: Sequence[int], metrics: list[Metric]) -> dict[str, Any]:
    finished, reasons = _runs(places, variant, seeds)
    return {
        "name": variant.name,
        "text": variant.text,
        "status": _status(variant, finished, reasons, seeds),
        "reason": variant.reason if variant.not_run and not finished else None,
        "failed": {str(seed): reason for seed, reason in reasons.items()},
        "baseline": variant.baseline or None,
        **_asked(variant, places.experiment.task),
        "n": len(finished),
        "metrics": {metric.path: _metric(metric, finished) for metric in metrics},
        **{name: _all(run.report.get(name) for run in finished) for name in SEEN},
        "images_per_second": spread(
            {run.seed: images_per_second(run.report, run.config) for run in finished}
        ),
        "encoder_weights": _all(run.environment.get("encoder_weights") for run in finished),
        "machines": _all(_machine(run) for run in finished),
        "commits": _all(run.notes.get("commit") for run in finished),
        "dates": _all(run.notes.get("date") for run in finished),
        "versions": _all(_versions(run.environment) for run in finished),
        "snapshots": _all(run.config.get("snapshot") for run in finished),
        "published": dict(variant.published),
    }


def _runs(places: Places, variant: Variant, seeds: Sequence[int]) -> tuple[list[_Finished], dict[int, str]]:
    """Finished runs, and why there is none for the seeds where one failed."""
    finished, reasons = [], {}
    for seed in seeds:
        trial = Trial(variant, seed)
        reason = _trouble(places, trial)
        if reason:
            reasons[seed] = reason
        elif places.folder(trial).done:
            finished.append(_finished(places, trial))
    return finished, reasons


def _trouble(places: Places, trial: Trial) -> str:
    """Why nothing came of a run that was tried; empty when something did, or it was not tried.

    A finished run whose snapshot is not at hand cannot be compared with the file: it counts.
    """
    run = places.folder(trial)
    if not run.done:
        return str(notes_of(run).get("failed", ""))
    try:
        return places.outdated(trial)
    except UserError:
        return ""


def _finished(places: Places, trial: Trial) -> _Finished:
    run = places.folder(trial)
    stored = run.config() or {}
    environment = stored.pop("environment", {})
    return _Finished(trial.seed, stored, run.report() or {}, environment, notes_of(run))


def _status(
    variant: Variant, finished: list[_Finished], reasons: Mapping[int, str], seeds: Sequence[int]
) -> str:
    if len(finished) == len(seeds):
        return "done"
    if reasons:
        return "failed" if not finished else "partly failed"
    if finished:
        return "in part"
    return "not run" if variant.not_run else "to come"


def _asked(variant: Variant, task: str) -> dict[str, Any]:
    """What the variant asks for, the task's own choices filled in."""
    spec = TASKS.get(str(variant.task)) if str(variant.task) in TASKS else None
    chosen = {
        noun: getattr(variant, noun) or getattr(spec, noun, None) for noun in ("network", "loss", "recipe")
    }
    return {
        "task": variant.task,
        "other_task": variant.task != task,
        "snapshot": variant.snapshot,
        **chosen,
        "settings": flat(variant.settings),
        "budget": {"steps": variant.steps, "seconds": variant.seconds},
        **variant.model_dump(include={"from_", "stands_on", "hard_by"}, by_alias=True),
    }


def _metric(metric: Metric, finished: Iterable[_Finished]) -> dict[str, Any]:
    """Its spread over the runs, and ``absent``: why a run lacks it."""
    found = {run.seed: look_up(run.report, metric.path) for run in finished}
    numbers = {seed: value for seed, value in found.items() if isinstance(value, float)}
    return {**spread(numbers), "absent": _all(value for value in found.values() if isinstance(value, str))}


def _differences(
    row: Mapping[str, Any], base: Mapping[str, Any] | None, metrics: Iterable[Metric]
) -> dict[str, Any]:
    if base is None or base["name"] == row["name"] or base["task"] != row["task"]:
        return {}
    pairs = {metric: (row["metrics"][metric.path], base["metrics"][metric.path]) for metric in metrics}
    return {
        metric.path: difference(ours["values"], theirs["values"], metric.lower_is_better)
        for metric, (ours, theirs) in pairs.items()
        if ours["values"].keys() & theirs["values"].keys()
    }


def images_per_second(report: Mapping[str, Any], config: Mapping[str, Any]) -> float:
    """Training examples a second of training, start-up and evaluation left out; 0 where no time was taken."""
    seconds = float(report.get("seconds") or 0.0)
    return float(report.get("steps", 0) * config["recipe_params"]["batch"] / seconds) if seconds else 0.0


def _machine(run: _Finished) -> str:
    """One line: processor, cores, threads, trainings at once, and the GPU where it was one."""
    threads, jobs = run.environment.get("threads"), run.notes.get("jobs")
    words = [
        str(run.notes.get("processor") or run.environment.get("device_name", "unknown")),
        f"{run.notes.get('cores', '?')} cores",
        f"{threads} thread{'s' * (threads != 1)} a training",
        f"{jobs} at once" if jobs else "",
    ]
    if str(run.environment.get("device", "")).startswith("cuda"):
        words.insert(0, str(run.environment["device_name"]))
    return ", ".join(word for word in words if word)


def _versions(environment: Mapping[str, Any]) -> str:
    versions = environment.get("versions", {})
    named = [f"{name} {versions[name]}" for name in ("torch", "timm") if name in versions]
    return ", ".join([f"Python {environment.get('python', '?')}", *named])


def _all(values: Iterable[Any]) -> list[Any]:
    """The different values, in the order in which they came, without None."""
    return list(dict.fromkeys(value for value in values if value is not None))
