"""Background jobs: they take ids and call a service."""

from __future__ import annotations

from typing import Any

from core.jobs import JobContext, job
from datasets.models import Difference, Export, Ingest, Pool


@job()
def ingest_run_job(context: JobContext, ingest_id: int) -> None:
    """Run an ingest."""
    from datasets.services.ingest import ingest_run

    ingest_run(ingest=Ingest.objects.get(pk=ingest_id), context=context)


@job()
def export_run_job(context: JobContext, export_id: int) -> None:
    """Write an export."""
    from datasets.services.exports import export_run

    export_run(export=Export.objects.select_related("snapshot").get(pk=export_id), context=context)


@job()
def difference_count_job(context: JobContext, difference_id: int) -> None:
    """Count what changed between two snapshots."""
    from datasets.services.differences import difference_count

    row = Difference.objects.select_related("old", "new").get(pk=difference_id)
    difference_count(row=row, context=context)


@job()
def quality_measure_job(context: JobContext, pool_id: int) -> dict[str, int]:
    """Measure the quality of a pool's frames."""
    from datasets.services.quality import quality_measure

    return quality_measure(pool=Pool.objects.get(pk=pool_id), context=context)


@job(queue="training")
def embedding_compute_job(
    context: JobContext, pool_id: int, embedding: str, params: dict[str, Any]
) -> dict[str, Any]:
    """Embed a pool's frames."""
    from datasets.services.embeddings import embedding_compute

    pool = Pool.objects.get(pk=pool_id)
    return embedding_compute(pool=pool, embedding=embedding, params=params, context=context)


@job()
def map_compute_job(
    context: JobContext, pool_id: int, projection: str, feature: str, version: int
) -> dict[str, Any]:
    """Place a pool's frames on a map."""
    from datasets.services.maps import PoolMap, map_compute

    pool = Pool.objects.get(pk=pool_id)
    return map_compute(pool=pool, made=PoolMap(pool_id, projection, feature, version), context=context)
