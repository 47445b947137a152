"""Freeze a pool's accepted labels into a snapshot, each with how its frame was selected."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from django.db.models import QuerySet

from active_learning.models import SelectionItem
from active_learning.services.space import FREEZE_BYTES, require_space
from annotation.models import AcceptedLabel
from annotation.permissions import require_in_pool
from annotation.selectors import accepted_labels
from annotation.selectors.profiles import added_entries
from core.jobs import JobContext, enqueue
from core.models import Job, Role, User
from datasets.models import Pool, Snapshot, Split
from datasets.services.publishing import production_of
from datasets.services.snapshots import FrozenLabel, snapshot_freeze
from modeling.errors import UserError
from modeling.labels import get_kind
from modeling.tasks import TASKS, Task


def freeze_start(*, pool: Pool, kind: str, user: User) -> Job:
    """Queue `freeze_run`: a version of the pool's accepted labels without a round.

    Raises:
        PermissionDenied: Unless the user leads all of the pool's productions.
        UserError: ``unknown_kind`` or ``no_labels``.
    """
    from active_learning.jobs import labels_freeze_job

    require_in_pool(user, pool, Role.LEAD)
    return enqueue(labels_freeze_job, **job_options(pool, kind, user))


def job_options(pool: Pool, kind: str, user: User | None) -> dict[str, Any]:
    """What `enqueue` and `run_inline` are told about freezing a pool's labels.

    Raises:
        UserError: ``unknown_kind`` or ``no_labels``.
    """
    get_kind(kind)
    if not AcceptedLabel.objects.filter(kind=kind, frame__memberships__pool=pool).exists():
        raise _no_labels(pool, kind)
    return {
        "title": f"Freeze {kind} labels of {pool.name}",
        "actor": user,
        "production": production_of(pool),
        "subject": pool,
        "pool_id": pool.pk,
        "kind": kind,
        "user_id": user and user.pk,
    }


def freeze_run(*, pool: Pool, kind: str, user: User | None, context: JobContext) -> dict[str, Any]:
    """Freeze a pool's accepted labels with those that training could use beside them; the job is then about the
    snapshot, so that its page leads there.

    Returns:
        The snapshot's id and how many labels it has to train on and to be judged by.

    Raises:
        UserError: As `labels_freeze`.
    """
    tick = ticker(context)
    snapshot = labels_freeze(pool=pool, kind=kind, user=user, beside=_beside(kind), tick=tick)
    with context.fenced():
        context.now_about(snapshot)
    count = snapshot.counts["labels"].get(kind, {})  # none where all lie in the gap beside a held-out block
    labels = {"labels to train": count.get("train", 0), "labels held-out": count.get("test", 0)}
    return {"snapshot": snapshot.pk, **labels}


def labels_freeze(
    *,
    pool: Pool,
    kind: str,
    user: User | None,
    beside: Iterable[str] = (),
    tick: Callable[[int, int], None] = lambda done, total: None,
) -> Snapshot:
    """Freeze what is accepted now; the same labels give the same snapshot.

    Args:
        pool: Whose frames.
        kind: Which of their labels.
        user: Who asked, None for the command line.
        beside: Further kinds, whose accepted labels of those same frames are frozen too (see `kinds_beside`).
        tick: Told before each frame how many of how many are frozen; may raise to end it.

    Raises:
        UserError: ``no_labels`` without any, ``no_space``, or what the snapshot writer raises.
    """
    require_space(FREEZE_BYTES, "Freezing a snapshot")
    labels = list(_labels(pool, kind))
    if not labels:
        raise _no_labels(pool, kind)
    frames = {label.frame_id for label in labels}
    for other in beside:
        labels += [label for label in _labels(pool, other) if label.frame_id in frames]
    kinds = sorted({label.kind for label in labels})
    entries = {name: added_entries(pool, name) for name in kinds}
    return snapshot_freeze(pool=pool, kinds=kinds, labels=labels, user=user, entries=entries, tick=tick)


def ticker(context: JobContext) -> Callable[[int, int], None]:
    """What tells a job's progress how many frames are frozen."""

    def tick(done: int, total: int) -> None:
        context.progress(done, total, f"Freezing: {done} of {total} frames")

    return tick


def kinds_beside(task: Task) -> list[str]:
    """Label kinds beside its target that a task's training can use, whatever its parameters."""
    return sorted({task.cut_by, *task.beside} - {task.kind, ""})


def _beside(kind: str) -> list[str]:
    """Label kinds that any training on labels of this kind can use."""
    return sorted({other for task in TASKS if task.kind == kind for other in kinds_beside(task)})


def _no_labels(pool: Pool, kind: str) -> UserError:
    return UserError(
        f"No {kind} label of {pool.name} is accepted yet.",
        code="no_labels",
        remedy="Draw and accept some frames, or import labels.",
    )


def _labels(pool: Pool, kind: str) -> Iterator[FrozenLabel]:
    selected = _selected(pool, kind)
    for row in accepted_labels(pool, kind):
        chosen = selected.get(row.frame_id)
        yield FrozenLabel(row.frame_id, kind, row.label_sha256, row.origin, chosen, row.seconds)


def require_training_label(pool: Pool, kind: str) -> None:
    """Raise a ``UserError`` (``no_labels``) unless at least one accepted label may train."""
    if training_labels(pool, kind) == 0:
        raise UserError(
            f"No training frame of {pool.name} has an accepted {kind} label yet.",
            code="no_labels",
            remedy="Draw and accept some of the queued frames, or import labels.",
        )


def training_labels(pool: Pool, kind: str) -> int:
    """Number of accepted labels on training frames."""
    return labels_to_train(pool, kind).count()


def labels_to_train(pool: Pool, kind: str) -> QuerySet[AcceptedLabel]:
    """Accepted labels on training frames."""
    labels = AcceptedLabel.objects.filter(kind=kind, frame__memberships__pool=pool)
    return labels.filter(frame__cut__split=Split.TRAIN)


def _selected(pool: Pool, kind: str) -> dict[int, dict[str, Any]]:
    """How each frame was selected to draw this kind, by frame id: its latest confirmed selection."""
    return dict(_selection_rows(pool, kind))


def _selection_rows(pool: Pool, kind: str) -> Iterator[tuple[int, dict[str, Any]]]:
    items = SelectionItem.objects.filter(selection__pool=pool, assignment__kind=kind).order_by("selection_id")
    for item in items.select_related("selection__round"):
        selection = item.selection
        yield (
            item.frame_id,
            {
                "strategy": "held_out" if item.held_out else selection.strategy,
                "round": selection.round.number if selection.round else None,
                "inclusion_probability": item.inclusion_probability,
                "control_arm": item.control_arm,
                "weight": item.weight,
            },
        )
