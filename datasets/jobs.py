"""Background jobs: they take ids and call a service."""

from __future__ import annotations

from core.jobs import JobContext, job
from datasets.models import Ingest


@job()
def ingest_run_job(context: JobContext, ingest_id: int) -> None:
    """Run an ingest."""
    from datasets.services.ingest import ingest_run

    ingest_run(ingest=Ingest.objects.get(pk=ingest_id), context=context)
