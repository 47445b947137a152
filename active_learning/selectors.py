"""Questions the pages and the API ask about rounds, selections and model versions."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count

from active_learning.curve import Point, points_of
from active_learning.models import ModelVersion, Round, RoundState, Selection, SelectionState
from active_learning.services.freezing import training_labels
from active_learning.services.standing import stood_on, task_beneath
from active_learning.services.versions import version_in_use
from annotation.models import Assignment, AssignmentState
from core.models import Job, JobState, Role, User
from core.permissions import has_role
from core.words import counted
from datasets.models import Pool
from modeling.headline import Headline
from modeling.labels import get_kind
from modeling.runs import RunFolder
from modeling.tasks import TASKS, Task

RUNNING = (RoundState.FROZEN, RoundState.TRAINING, RoundState.EVALUATED, RoundState.SCORED)
STAGES = (
    (RoundState.OPEN, "Select"),
    (RoundState.LABELING, "Label"),
    (RoundState.FROZEN, "Freeze"),
    (RoundState.TRAINING, "Train"),
    (RoundState.EVALUATED, "Evaluate"),
    (RoundState.SCORED, "Score"),
    (RoundState.CLOSED, "Select next"),
)


@dataclass(frozen=True, slots=True)
class Beneath:
    """The model versions that a round may stand on: whose, their numbers, newest first, and the one in use."""

    task: str
    numbers: tuple[int, ...]
    in_use: int | None


@dataclass(frozen=True, slots=True)
class NextAction:
    """The one thing to do now: a word for the page, a sentence, and numbers in it."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Waiting:
    """Frames of a pool and kind in people's hands."""

    to_draw: int
    to_review: int


def latest_round(pool: Pool, task: str) -> Round | None:
    """The unfinished round, else the newest."""
    rounds = Round.objects.of(pool, task)
    return rounds.unfinished().first() or rounds.order_by("-number").first()


def job_of(round_: Round) -> Job | None:
    """The round's job, if it has one."""
    return Job.objects.filter(pk=round_.job_id).first() if round_.job_id else None


def drafting(pool: Pool, task: str) -> Job | None:
    """The job that makes drafts for the newest confirmed selection, while it waits or runs."""
    confirmed = Selection.objects.of(pool, task).filter(state=SelectionState.CONFIRMED).first()
    if confirmed is None:
        return None
    return Job.objects.about(confirmed).filter(state__in=[JobState.QUEUED, JobState.RUNNING]).first()


def waiting(pool: Pool, kind: str) -> Waiting:
    """How many frames wait to be drawn and to be reviewed."""
    live = Assignment.objects.live().filter(pool=pool, kind=kind)
    counts = dict(live.order_by().values_list("state").annotate(count=Count("pk")))
    submitted = counts.pop(AssignmentState.SUBMITTED, 0)
    return Waiting(sum(counts.values()), submitted)


def is_running(round_: Round, job: Job | None) -> bool:
    """Whether the round's job runs or waits for a worker."""
    live = job is not None and job.state in (JobState.QUEUED, JobState.RUNNING)
    return live and round_.state not in (RoundState.CLOSED, RoundState.CANCELLED, RoundState.FAILED)


def next_action(pool: Pool, task: str) -> NextAction:
    """Say what comes next in this pool: add frames, select, import, label, start, watch, retry or confirm.

    Frames are selected for what people draw; of any other kind labels are imported.
    """
    if not pool.frame_count:
        return NextAction("add", "There are no frames in it yet.")
    round_ = latest_round(pool, task)
    proposal = Selection.objects.of(pool, task).filter(state=SelectionState.PROPOSED).first()
    if round_ is None or round_.state in (RoundState.CLOSED, RoundState.CANCELLED):
        if proposal is not None:
            return NextAction("confirm", "A selection waits to be looked at and confirmed.")
        return _first_action(pool, TASKS.get(task).kind, again=round_ is not None)
    if is_running(round_, job_of(round_)):
        return NextAction("watch", f"Round {round_.number} is running.")
    if round_.state == RoundState.FAILED:
        return NextAction("retry", round_.failure_text or "The round failed.")
    return _while_labelling(pool, TASKS.get(task).kind)


def _first_action(pool: Pool, kind: str, *, again: bool) -> NextAction:
    if get_kind(kind).drawable:
        return NextAction("select", f"Select the {'next ' if again else ''}frames to label.")
    if labels := training_labels(pool, kind):
        return NextAction("start", _accepted(labels))
    return NextAction("import", f"{kind.capitalize()} is imported; drawing it in the editor comes later.")


def _accepted(labels: int) -> str:
    return f"{counted(labels, 'training label is', 'training labels are')} accepted."


def _while_labelling(pool: Pool, kind: str) -> NextAction:
    left, labels = waiting(pool, kind), training_labels(pool, kind)
    if left.to_draw:
        return NextAction("label", f"{counted(left.to_draw, 'frame')} to label.")
    if left.to_review:
        return NextAction("review", f"{counted(left.to_review, 'frame')} to review.")
    if labels:
        return NextAction("start", _accepted(labels))
    return _first_action(pool, kind, again=False)


def stages(round_: Round | None, job: Job | None) -> list[dict[str, str]]:
    """The stepper: each stage with ``done``, ``now``, ``failed`` or nothing."""
    names = [state for state, _ in STAGES]
    if round_ is None:
        return [{"label": label, "mark": "now" if i == 0 else ""} for i, (_, label) in enumerate(STAGES)]
    stopped = round_.state in (RoundState.FAILED, RoundState.CANCELLED)
    at = names.index(_stage(round_, job, stopped))
    return [{"label": label, "mark": _mark(i, at, stopped)} for i, (_, label) in enumerate(STAGES)]


def _stage(round_: Round, job: Job | None, stopped: bool) -> RoundState:
    """The stage under way: a state names what is done, so mostly the one behind it."""
    state = RoundState((round_.retry_from or RoundState.OPEN) if stopped else round_.state)
    if state in (RoundState.OPEN, RoundState.LABELING):
        started = job is not None and (stopped or is_running(round_, job))
        return RoundState.FROZEN if started else state
    if state == RoundState.TRAINING:
        evaluating = job is not None and job.progress_text.lower().startswith("evaluat")
        return RoundState.EVALUATED if evaluating else RoundState.TRAINING
    behind = {RoundState.FROZEN: RoundState.TRAINING, RoundState.EVALUATED: RoundState.SCORED}
    return behind.get(state, state)


def _mark(stage: int, at: int, stopped: bool) -> str:
    if stage < at:
        return "done"
    if stage > at:
        return ""
    return "failed" if stopped else "now"


def learning_curve(pool: Pool, task: str) -> list[dict[str, Any]]:
    """A point a finished round: ``round``, training ``labels``, ``hours`` worked until it started, and the ``headline``
    as `as_json` spells it.
    """
    return curve_of(points_of(pool, task))


def curve_of(points: Iterable[Point]) -> list[dict[str, Any]]:
    """The points as `learning_curve` gives them."""
    return [
        {
            "round": point.round.number,
            "labels": point.labels,
            "hours": round(point.hours, 4),
            "headline": as_json(point.headline),
        }
        for point in points
    ]


def as_json(headline: Headline | None) -> dict[str, Any] | None:
    """``name``, ``title`` (the name for people), ``value``, ``interval``, ``frame_mean``; None where not evaluated."""
    return None if headline is None else {**asdict(headline), "title": headline.title}


def run_of(round_: Round) -> RunFolder | None:
    """The round's run folder, once it has one."""
    return RunFolder(Path(settings.SAKKAN_DATA) / round_.run_folder) if round_.run_folder else None


def sees_all(user: User, pool: Pool) -> bool:
    """Whether the user has a role in every production of the pool: its runs show frames of all."""
    return has_role(user, pool.productions.values_list("pk", flat=True), Role.VIEWER)


def versions(pool: Pool, task: str) -> list[dict[str, Any]]:
    """Model versions, newest first, each with whether it drafts now and the version it stands on."""
    used = version_in_use(pool, task)
    rows = ModelVersion.objects.of(pool, task).select_related("round").order_by("-number")
    others = {
        (row.task, row.number): row for row in ModelVersion.objects.filter(pool=pool).exclude(task=task)
    }
    return [
        {
            "version": row,
            "in_use": used is not None and row.pk == used.pk,
            "stands_on": others.get(stood_on(row.round) or ("", 0)),
        }
        for row in rows
    ]


def beneath(pool: Pool, task: Task) -> Beneath | None:
    """The versions that a round of the task may stand on, None where it sees no other task's predictions."""
    other = task_beneath(task)
    if other is None:
        return None
    used = version_in_use(pool, other.name)
    numbers = ModelVersion.objects.of(pool, other.name).order_by("-number").values_list("number", flat=True)
    return Beneath(other.name, tuple(numbers), used.number if used else None)
