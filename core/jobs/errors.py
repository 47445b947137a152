"""Why a job stops before its end. None of them is a failure."""

from __future__ import annotations


class JobStopped(Exception):
    """The job must stop now; let it pass (clean up in ``finally``)."""


class JobCancelled(JobStopped):
    """Somebody asked for it: the job ends as cancelled."""


class JobInterrupted(JobStopped):
    """The worker shuts down: the job goes back to the queue and resumes elsewhere."""


class LeaseLost(JobStopped):
    """This attempt has a successor: nothing it holds may be written any more."""
