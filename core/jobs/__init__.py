"""Jobs: queue entries with a lease, progress, a log, cancel and retry.

A job is a function ``def name(context: JobContext, **ids)`` under :func:`job`. It takes ids, resolves them,
calls a service, and either resumes or is idempotent: any worker may be killed at any moment, and another
takes the job up.
"""

from core.jobs.context import JobContext
from core.jobs.errors import JobCancelled, JobInterrupted, JobStopped, LeaseLost
from core.jobs.inline import run_inline
from core.jobs.presence import standing
from core.jobs.queue import SHORT, enqueue, job
from core.jobs.services import job_cancel, job_retry
from core.jobs.signals import job_settled

__all__ = [
    "SHORT",
    "JobCancelled",
    "JobContext",
    "JobInterrupted",
    "JobStopped",
    "LeaseLost",
    "enqueue",
    "job",
    "job_cancel",
    "job_retry",
    "job_settled",
    "run_inline",
    "standing",
]
