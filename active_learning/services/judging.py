"""Judge model versions on the newest held-out labels, so that any two can be set beside each other."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from active_learning.comparisons import judgement_of, newest_judge, run_of_version
from active_learning.models import ModelVersion
from active_learning.services.space import FREEZE_BYTES, require_space
from annotation.permissions import require_in_pool
from core import audit
from core.errors import ConflictError
from core.jobs import JobContext, enqueue
from core.models import Job, Role, User
from core.processes import run_modeling
from datasets.models import Snapshot
from datasets.services.snapshots import snapshot_folder
from modeling.tasks import TASKS


def judging(old: ModelVersion, new: ModelVersion) -> Job | None:
    """The newest job that judges these two, whether it waits, runs or has ended."""
    return Job.objects.about(new).filter(title=_title(old, new)).first()


@transaction.atomic
def versions_judge_start(*, old: ModelVersion, new: ModelVersion, user: User | None) -> Job:
    """Queue a job that judges both on the newest snapshot with held-out labels; the one under way is returned.

    Raises:
        UserError: ``no_space``, or ``no_held_out_labels`` where no snapshot has any.
        ConflictError: ``already_judged``, or ``same_version``.
        PermissionDenied: The user is no lead of every production in the pool.
    """
    from active_learning.jobs import versions_judge

    if user is not None:
        require_in_pool(user, new.pool, Role.LEAD)
    snapshot = _snapshot_for(old, new)
    under_way = judging(old, new)
    if under_way is not None and not under_way.is_finished:
        return under_way
    require_space(FREEZE_BYTES, "Judging held-out frames")
    audit.record(
        "model_version.judge", subject=new, actor=user, number=new.number, against=old.number, on=snapshot.pk
    )
    return enqueue(
        versions_judge,
        title=_title(old, new),
        actor=user,
        production=new.pool.productions.first(),
        subject=new,
        version_ids=[old.pk, new.pk],
        snapshot_id=snapshot.pk,
    )


def _title(old: ModelVersion, new: ModelVersion) -> str:
    """Of the job; it also tells which two versions a job is about."""
    return f"Compare {new.task} versions {old.number} and {new.number} of {new.pool.name}"[:200]


def _snapshot_for(old: ModelVersion, new: ModelVersion) -> Snapshot:
    if old.pk == new.pk:
        raise ConflictError("A version is compared with another one.", code="same_version")
    task = TASKS.get(new.task)
    snapshot = newest_judge(new.pool, task)
    if snapshot is None:
        raise ConflictError(
            f"No snapshot of {new.pool.name} has held-out {task.kind} labels.",
            code="no_held_out_labels",
            remedy="Draw and accept some of the held-out frames, then train or freeze a snapshot.",
        )
    if all(judgement_of(version, snapshot.pk).done for version in (old, new)):
        raise ConflictError(
            f"Versions {old.number} and {new.number} are judged on the newest held-out labels already.",
            code="already_judged",
        )
    return snapshot


def versions_judge_all(
    *, versions: Sequence[ModelVersion], snapshot: Snapshot, context: JobContext
) -> dict[str, Any]:
    """Judge each version that has not judged the snapshot yet; a killed job goes on where it was."""
    for version in versions:
        judgement = judgement_of(version, snapshot.pk)
        if judgement.done:
            continue
        context.log(f"Version {version.number} on snapshot {snapshot}.")
        args = [
            "evaluate",
            str(run_of_version(version).path),
            str(snapshot_folder(snapshot)),
            str(judgement.path),
        ]
        run_modeling(args, context=context, on_event=_progress_to(context, version))
    return {"versions": [version.number for version in versions], "snapshot": snapshot.pk}


def _progress_to(context: JobContext, version: ModelVersion) -> Any:
    def on_event(event: dict[str, Any]) -> None:
        if event["event"] == "progress":
            done, total = event["done"], event["total"]
            context.progress(done, total, f"Version {version.number}: {done:,} of {total:,} held-out frames")

    return on_event
