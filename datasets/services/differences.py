"""Compare two snapshots: at once where few labels differ, else by a job whose result is kept."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from core import audit
from core.jobs import JobContext, enqueue
from core.models import Job, JobState, User
from datasets.models import Difference, Snapshot
from datasets.services.publishing import production_of
from datasets.services.snapshots import snapshot_folder
from modeling import snapshots as folders

AT_ONCE = 24
"""Pairs of labels that a page may wait for: with frames of 1080 lines they are read in less than a second."""
ROWS_AT_ONCE = 4000
"""Frames of both snapshots that a page may wait for."""


def difference_of(old: Snapshot, new: Snapshot) -> dict[str, Any] | None:
    """What changed from ``old`` to ``new`` (see `modeling.snapshots.difference`), kept once it is known.

    None where comparing them takes a job (`difference_start`) that is not done.
    """
    kept = Difference.objects.filter(old=old, new=new).first()
    if kept and kept.report:
        return dict(kept.report)
    if sum(sum(side.counts["frames"].values()) for side in (old, new)) > ROWS_AT_ONCE:
        return None
    sides = _opened(old), _opened(new)
    if len(folders.pairs_to_read(*sides)) > AT_ONCE:
        return None
    told = folders.difference(*sides)
    Difference.objects.update_or_create(old=old, new=new, defaults={"report": told})
    return told


def difference_start(*, old: Snapshot, new: Snapshot, user: User | None) -> Difference:
    """Queue the counting of what changed; what is counted, or on its way, is not counted again."""
    from datasets.jobs import difference_count_job

    with transaction.atomic():
        row, _ = Difference.objects.select_for_update().get_or_create(old=old, new=new)
        if row.report or _is_on_its_way(row):
            return row
        audit.record("snapshot.compare", subject=row, actor=user, old=old.pk, new=new.pk)
        row.job_id = enqueue(
            difference_count_job,
            title=f"Compare snapshots {old.pk[:8]} and {new.pk[:8]}",
            actor=user,
            production=production_of(new.pool),
            subject=row,
            difference_id=row.pk,
        ).pk
        row.save(update_fields=["job_id"])
    return row


def difference_count(*, row: Difference, context: JobContext) -> None:
    """Count and keep the result; done twice, it is the same."""
    if row.report:
        return

    def tick(done: int, total: int) -> None:
        context.progress(done, total, f"{done} of {total} labels compared")

    report = folders.difference(_opened(row.old), _opened(row.new), tick=tick)
    with context.fenced():
        Difference.objects.filter(pk=row.pk).update(report=report)


def _is_on_its_way(row: Difference) -> bool:
    waiting = (JobState.QUEUED, JobState.RUNNING)
    return row.job_id is not None and Job.objects.filter(pk=row.job_id, state__in=waiting).exists()


def _opened(snapshot: Snapshot) -> folders.Snapshot:
    return folders.Snapshot.open(snapshot_folder(snapshot))
