"""Runs a claimed job's function and settles what became of it."""

from __future__ import annotations

import logging
from traceback import format_exc
from typing import Any

from django_tasks_db.models import DBTaskResult

from core.jobs import lease
from core.jobs.context import JobContext
from core.jobs.errors import JobCancelled, JobInterrupted, LeaseLost
from core.models import JobState
from modeling.errors import UserError

logger = logging.getLogger(__name__)
_BUG = "Something went wrong on our side (job {}). Retry it; if it fails again, tell whoever runs this site."


def run_claimed(context: JobContext) -> None:
    """Run the job's function to its end and settle the job; raises whatever ended it early.

    Raises:
        UserError, JobCancelled, JobInterrupted, LeaseLost, Exception: After the row says so.
    """
    try:
        _call(context)
        columns = {**context.take_unwritten(), "result": context.result}
        lease.settle(context.job.pk, context.attempt, JobState.DONE, **columns)
    except LeaseLost:
        logger.warning("job %s: attempt %s has a successor", context.job.pk, context.attempt)
        raise
    except (JobCancelled, KeyboardInterrupt):
        lease.settle(context.job.pk, context.attempt, JobState.CANCELLED)
        raise
    except JobInterrupted:
        lease.put_back(context.job.pk, context.attempt)
        raise
    except UserError as error:
        _fail(context, "theirs", error.code, str(error))
        raise
    except Exception:
        logger.exception("job %s failed", context.job.pk)
        _fail(context, "ours", "bug", _BUG.format(context.job.pk), format_exc())
        raise


def _call(context: JobContext) -> None:
    task = DBTaskResult.objects.get(pk=context.job.pk)
    kwargs: dict[str, Any] = task.args_kwargs["kwargs"]
    returned = task.task.func(context, **kwargs)
    if isinstance(returned, dict) and context.result is None:
        context.set_result(returned)


def _fail(context: JobContext, kind: str, code: str, text: str, traceback: str = "") -> None:
    error = {"error_kind": kind, "error_code": code[:64], "error_text": text}
    lease.settle(context.job.pk, context.attempt, JobState.FAILED, traceback=traceback, **error)
