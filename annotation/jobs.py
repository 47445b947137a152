"""Background jobs: they take ids and call a service."""

from __future__ import annotations

from typing import Any

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
    context: JobContext, pool_id: int, user_id: int, key: str, kind: str, read: str, look: bool = False
) -> dict[str, Any]:
    """Import the label files that somebody brought to a pool, or only look into them."""
    from annotation.services.labels_upload import labels_upload_import

    pool, user = Pool.objects.get(pk=pool_id), User.objects.get(pk=user_id)
    return labels_upload_import(
        pool=pool, user=user, key=key, kind=kind, read=read, look=look, context=context
    )
