"""One queue's process: claims a job, runs it under its lease, and again."""

from __future__ import annotations

import logging
import os
import socket

from django.db import DatabaseError, close_old_connections

from core.jobs import lease
from core.jobs.context import JobContext
from core.jobs.errors import JobStopped
from core.jobs.heartbeat import Heartbeat
from core.jobs.runner import run_claimed
from core.models import Job
from core.worker.stop import Stop
from modeling.errors import UserError

logger = logging.getLogger("core.worker")
_POLL_SECONDS = 0.5
_EXIT_HUNG = 70


def lane_name(pid: int, queue: str) -> str:
    """Return what ``Job.worker`` says of the lane with that process id on this machine."""
    return f"{socket.gethostname()[:30]}:{pid}:{queue}"[:64]


def run_lane(queue: str, *, device: str = "auto", once: bool = False) -> None:
    """Work on one queue until told to stop, or with ``once`` until nothing is ready.

    SIGTERM, or the end of the supervisor, interrupts the job at its next check: it goes back to the queue.
    """
    stop = Stop(watch_stdin=True)
    stop.install()
    name = lane_name(os.getpid(), queue)
    while not stop.event.is_set():
        close_old_connections()
        job = _claim(queue, name)
        if job is not None:
            _work(job, stop, device)
        elif once:
            return
        else:
            stop.event.wait(_POLL_SECONDS)


def _claim(queue: str, name: str) -> Job | None:
    try:
        return lease.claim_next([queue], name)
    except DatabaseError:
        logger.warning("could not ask the queue; trying again", exc_info=True)
        return None


def _work(job: Job, stop: Stop, device: str) -> None:
    context = JobContext(job, stopping=stop.event, device=device)
    logger.info("job %s attempt %s: %s", job.pk, job.attempt, job.title)
    with Heartbeat(context, on_lost=_abandon):
        try:
            run_claimed(context)
        except (UserError, JobStopped) as error:
            logger.info("job %s: %s: %s", job.pk, type(error).__name__, error)
        except Exception:
            logger.exception("job %s ended by a bug", job.pk)


def _abandon() -> None:
    """End this process, whose job hangs and has been taken over; the supervisor starts another."""
    logger.error("a job hangs and has lost its lease; ending its process")
    os._exit(_EXIT_HUNG)
