"""Counting the pixels of accepted labels by class: once, when they are accepted or imported, else by a job."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from annotation.labels import label_get
from annotation.models import AcceptedLabel
from annotation.permissions import require_in_pool
from annotation.selectors.profiles import kind_of
from core.jobs import JobContext, enqueue
from core.models import Job, JobState, Role, User
from datasets.models import LabelTally, Pool, Snapshot
from datasets.services.publishing import production_of
from datasets.services.snapshot_figures import snapshot_count
from datasets.services.tallies import tally_of, tally_store
from modeling.errors import UserError

_CHUNK = 500
_UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)


def label_tally(*, production_id: int, kind: str, label: str) -> LabelTally | None:
    """The counts of a label, counted now if nobody did; None where its file cannot be read.

    It may read a file: call it before a transaction, not in one. A label whose file cannot be read is accepted all the
    same and stays uncounted.
    """
    found = LabelTally.objects.filter(production_id=production_id, kind=kind, label=label).first()
    label_kind = kind_of(production_id, kind)
    if found is not None:
        return found
    try:
        tally = tally_of(label_get(label, label_kind), label_kind)
    except UserError:
        return None
    return tally_store(production_id=production_id, kind=kind, label=label, tally=tally)


def labels_count_start(*, pool: Pool, user: User) -> Job:
    """Queue `labels_count`, or return the job that does it already.

    Raises:
        PermissionDenied: Unless the user leads all of the pool's productions.
    """
    from annotation.jobs import labels_count_job

    require_in_pool(user, pool, Role.LEAD)
    waits = Job.objects.about(pool).filter(name=labels_count_job.module_path, state__in=_UNDER_WAY)
    return waits.first() or enqueue(labels_count_job, actor=user, **job_options(pool))


def job_options(pool: Pool) -> dict[str, Any]:
    """What `enqueue` and `run_inline` are told about counting a pool's labels."""
    return {
        "title": f"Count the labels of {pool.name}",
        "production": production_of(pool),
        "subject": pool,
        "pool_id": pool.pk,
    }


def labels_count(*, pool: Pool, context: JobContext) -> dict[str, int]:
    """Count what was accepted or frozen in a pool before labels were counted; done twice, it finds nothing left.

    Returns:
        ``accepted`` and ``frozen``: how many it counted; ``unread``: accepted labels whose file cannot be read.
    """
    rows = list(_uncounted(pool))
    done = sum(_count(row, number, len(rows), context) for number, row in enumerate(rows, 1))
    frozen = 0
    for snapshot in Snapshot.objects.filter(pool=pool, figures__isnull=True):
        context.progress(len(rows), len(rows), f"Snapshot {snapshot.pk[:12]}")
        frozen += snapshot_count(snapshot, context.tick)
    return {"accepted": done, "frozen": frozen, "unread": len(rows) - done}


def _uncounted(pool: Pool) -> Iterator[AcceptedLabel]:
    rows = AcceptedLabel.objects.filter(tally=None, frame__memberships__pool=pool)
    return rows.select_related("frame", "revision").order_by("pk").iterator(chunk_size=_CHUNK)


def _count(row: AcceptedLabel, number: int, total: int, context: JobContext) -> int:
    """Count one; another revision may have been accepted meanwhile, which has its own counts."""
    sha256 = row.revision.label
    tally = label_tally(production_id=row.frame.production_id, kind=row.kind, label=sha256)
    with context.fenced():
        AcceptedLabel.objects.filter(pk=row.pk, revision=row.revision_id).update(tally=tally)
    context.progress(number, total, f"{number} of {total} labels")
    return int(tally is not None)
