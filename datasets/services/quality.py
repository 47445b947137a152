"""Measure the quality of a pool's frames by a job, and say which frames selection leaves out."""

from __future__ import annotations

import math
import os
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from core import audit
from core.blobs import blob_path
from core.jobs import JobContext, enqueue
from core.models import Job, JobState, Role, User
from core.permissions import require_all
from datasets.features import feature_write
from datasets.models import Frame, Pool
from datasets.quality import FEATURE, MEASURES, VERSION, get_measure, measured
from datasets.selectors import quality_values
from datasets.services.publishing import production_of
from modeling.errors import UserError
from modeling.images import read_rgb

_BATCH = 32
_LOGGED = 50
_UNDER_WAY = (JobState.QUEUED, JobState.RUNNING)


def quality_measure_start(*, pool: Pool, user: User) -> Job:
    """Queue `quality_measure`, or return the job that does it already.

    Raises:
        PermissionDenied: Unless the user leads all of the pool's productions.
    """
    from datasets.jobs import quality_measure_job

    _require_lead(pool, user)
    waits = Job.objects.about(pool).filter(name=quality_measure_job.module_path, state__in=_UNDER_WAY)
    return waits.first() or enqueue(quality_measure_job, actor=user, **job_options(pool))


def job_options(pool: Pool) -> dict[str, Any]:
    """What `enqueue` and `run_inline` are told about measuring a pool."""
    return {
        "title": f"Measure the quality of {pool.name}",
        "production": production_of(pool),
        "subject": pool,
        "pool_id": pool.pk,
    }


def quality_measure(*, pool: Pool, context: JobContext) -> dict[str, int]:
    """Measure the frames that were not measured yet; killed in the middle, it goes on where it was.

    Returns:
        ``measured`` and ``unread``: how many; the job's log names the files that could not be read.
    """
    ids = np.fromiter(pool.members.order_by("pk").values_list("frame_id", flat=True).iterator(), np.int64)
    todo = ids[np.isnan(quality_values(ids)).all(1)]
    unread = 0
    with ThreadPoolExecutor(max(1, (os.cpu_count() or 2) - context.spare_cores)) as executor:
        for start in range(0, len(todo), _BATCH):
            batch = todo[start : start + _BATCH].tolist()
            blobs = dict(Frame.objects.filter(pk__in=batch).values_list("pk", "blob"))
            rows = list(executor.map(_measured_or_why, (blobs[frame_id] for frame_id in batch)))
            unread += _log_unread(context, batch, rows, unread)
            values = [row if isinstance(row, np.ndarray) else np.full(len(MEASURES), np.nan) for row in rows]
            feature_write(FEATURE, VERSION, batch, np.array(values, np.float32))
            context.progress(start + len(batch), len(todo), f"{start + len(batch):,} of {len(todo):,} frames")
    return {"measured": len(todo) - unread, "unread": unread}


def _measured_or_why(sha256: str) -> NDArray[np.float32] | str:
    try:
        return measured(read_rgb(blob_path(sha256)))
    except UserError as error:
        return str(error)


def _log_unread(context: JobContext, ids: list[int], rows: list[Any], before: int) -> int:
    """Log the frames that could not be read, the first ones only; return how many they are."""
    unread = [(frame_id, why) for frame_id, why in zip(ids, rows, strict=True) if isinstance(why, str)]
    for frame_id, why in unread[: max(0, _LOGGED - before)]:
        context.log(f"Frame {frame_id} was not measured: {why}")
    return len(unread)


def frames_leave_out(*, pool: Pool, thresholds: Mapping[str, float], user: User) -> Pool:
    """From now on selection leaves out frames beyond these thresholds; none at all when there are none.

    Frames that have a label or are queued stay as they are, and so do held-out frames.

    Args:
        pool: Whose frames.
        thresholds: By name of the measure.
        user: A lead of all its productions.

    Raises:
        PermissionDenied: The user is no lead.
        UserError: ``unknown_measure`` or ``bad_threshold``.
    """
    _require_lead(pool, user)
    wanted = {name: _checked(name, thresholds[name]) for name in thresholds}
    with transaction.atomic():
        locked = Pool.objects.select_for_update().get(pk=pool.pk)
        before, locked.left_out = locked.left_out, wanted
        if before != wanted:
            locked.save(update_fields=["left_out"])
            made_by = production_of(pool)
            audit.record(
                "pool.leave_out",
                subject=locked,
                actor=user,
                production_id=made_by.pk if made_by else None,
                before=before,
                after=wanted,
            )
    return locked


def _checked(name: str, threshold: float) -> float:
    measure = get_measure(name)
    if not math.isfinite(threshold):
        raise UserError(f"{measure.title}: {threshold} is no threshold.", code="bad_threshold")
    return float(threshold)


def _require_lead(pool: Pool, user: User) -> None:
    require_all(user, pool.productions.values_list("pk", flat=True), Role.LEAD)
