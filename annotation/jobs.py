"""Background jobs: they take ids and call a service."""

from __future__ import annotations

from core.jobs import JobContext, job
from core.models import User
from datasets.models import Pool


@job()
def labels_count_job(context: JobContext, pool_id: int) -> dict[str, int]:
    """Count the labels of a pool that nobody has counted."""
    from annotation.services.tallies import labels_count

    return labels_count(pool=Pool.objects.get(pk=pool_id), context=context)


@job()
def labels_import_job(
    context: JobContext, pool_id: int, user_id: int, key: str, kind: str, read: str
) -> dict[str, int]:
    """Import the label files that somebody brought to a pool."""
    from annotation.services.labels_upload import labels_upload_import

    pool, user = Pool.objects.get(pk=pool_id), User.objects.get(pk=user_id)
    return labels_upload_import(pool=pool, user=user, key=key, kind=kind, read=read, context=context)
