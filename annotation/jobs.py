"""Background jobs: they take ids and call a service."""

from __future__ import annotations

from core.jobs import JobContext, job
from datasets.models import Pool


@job()
def labels_count_job(context: JobContext, pool_id: int) -> dict[str, int]:
    """Count the labels of a pool that nobody has counted."""
    from annotation.services.tallies import labels_count

    return labels_count(pool=Pool.objects.get(pk=pool_id), context=context)
