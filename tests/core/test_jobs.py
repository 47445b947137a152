"""The lease in one process: claims, fences, outcomes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from core.errors import ConflictError
from core.jobs import (
    JobCancelled,
    JobContext,
    JobInterrupted,
    LeaseLost,
    enqueue,
    job,
    job_cancel,
    job_retry,
    job_settled,
    lease,
    run_inline,
)
from core.jobs.runner import run_claimed
from core.models import AuditEntry, Job, JobState, Role
from modeling.errors import UserError
from tests.core.factories import make_member, make_production, make_user

pytestmark = pytest.mark.django_db


@job()
def counts(context: JobContext, upto: int) -> dict[str, int]:
    for number in range(upto):
        context.progress(number + 1, upto, f"frame {number}")
    context.log("counted")
    return {"sum": sum(range(upto))}


@job("training")
def refuses(context: JobContext) -> None:
    raise UserError("clip.mp4 has no video.", code="no_video", remedy="Give a video.")


@job()
def breaks(context: JobContext) -> None:
    raise KeyError("/srv/secret/path")


@job()
def stops(context: JobContext) -> None:
    raise JobInterrupted("SIGTERM")


@pytest.fixture
def settled() -> Any:
    """Return the states in which jobs settled."""
    states: list[str] = []

    def note(job: Job, **_: Any) -> None:
        states.append(job.state)

    job_settled.connect(note)
    yield states
    job_settled.disconnect(note)


def _claimed(**ids: Any) -> JobContext:
    enqueue(counts, title="Count", **(ids or {"upto": 3}))
    claimed = lease.claim_next(["default"], "here:1:default")
    assert claimed is not None
    return JobContext(claimed)


def _expire(context: JobContext) -> None:
    past = timezone.now() - timedelta(seconds=1)
    Job.objects.filter(pk=context.job.pk).update(lease_expires_at=past)


def _task(context: JobContext) -> DBTaskResult:
    return DBTaskResult.objects.get(pk=context.job.pk)


def test_a_job_runs_inline_to_its_result(settled: list[str]) -> None:
    told: list[tuple[float, float, str]] = []
    done = run_inline(counts, title="Count", upto=4, on_progress=lambda *at: told.append(at))
    assert (done.state, done.result, done.attempt) == (JobState.DONE, {"sum": 6}, 1)
    assert (done.progress_done, done.progress_total, done.progress_text) == (4, 4, "frame 3")
    assert told[0] == (1, 4, "frame 0")
    assert [line.text for line in done.log_lines.all()] == ["counted"]
    assert settled == ["done"]


@pytest.mark.django_db(transaction=True)
def test_a_job_runs_inline_with_a_heartbeat_beside_it() -> None:
    assert run_inline(counts, title="Count", upto=2).state == JobState.DONE


def test_their_error_is_told_and_raised_again(settled: list[str]) -> None:
    with pytest.raises(UserError, match="no video"):
        run_inline(refuses, title="Refuse")
    row = Job.objects.get()
    assert (row.state, row.error_kind, row.error_code) == (JobState.FAILED, "theirs", "no_video")
    assert row.error_text == "clip.mp4 has no video. Give a video."
    assert settled == ["failed"]


def test_our_bug_shows_one_sentence_and_keeps_its_traceback_for_staff() -> None:
    with pytest.raises(KeyError):
        run_inline(breaks, title="Break")
    row = Job.objects.get()
    assert (row.error_kind, row.error_code) == ("ours", "bug")
    assert str(row.pk) in row.error_text
    assert "secret" not in row.error_text
    assert "KeyError: '/srv/secret/path'" in DBTaskResult.objects.get(pk=row.pk).traceback


def test_queues_are_kept_apart_and_a_job_is_claimed_once() -> None:
    row = enqueue(counts, title="Count", upto=1)
    assert lease.claim_next(["training"], "a") is None
    claimed = lease.claim_next(["default"], "a")
    assert claimed is not None
    assert (claimed.pk, claimed.state, claimed.attempt, claimed.worker) == (row.pk, "running", 1, "a")
    assert lease.claim_next(["default"], "b") is None


def test_an_expired_lease_goes_back_and_the_stalled_worker_writes_nothing() -> None:
    stalled = _claimed()
    assert lease.put_back_expired() == []
    _expire(stalled)
    assert [lost.pk for lost in lease.put_back_expired()] == [stalled.job.pk]
    for write in (stalled.fenced().__enter__, stalled.flush):
        with pytest.raises(LeaseLost):
            write()
    successor = lease.claim_next(["default"], "there:2:default")
    assert successor is not None
    assert (successor.attempt, successor.losses) == (2, 1)
    with pytest.raises(LeaseLost), stalled.fenced():
        raise AssertionError("the fence let a stalled worker in")
    with pytest.raises(LeaseLost):
        run_claimed(stalled)
    successor.refresh_from_db()
    assert (successor.state, successor.worker) == ("running", "there:2:default")
    run_claimed(JobContext(successor))
    successor.refresh_from_db()
    assert (successor.state, successor.result) == ("done", {"sum": 3})


def test_a_late_worker_that_nobody_replaced_may_still_finish() -> None:
    late = _claimed()
    _expire(late)
    with late.fenced():
        late.log("just in time")
    run_claimed(late)
    late.job.refresh_from_db()
    assert late.job.state == "done"


def test_the_fifth_loss_is_the_last(settled: list[str]) -> None:
    context = _claimed()
    Job.objects.filter(pk=context.job.pk).update(losses=lease.MAX_LOSSES - 1)
    _expire(context)
    lease.put_back_expired()
    context.job.refresh_from_db()
    assert (context.job.state, context.job.error_code) == ("failed", "worker_lost")
    assert settled == ["failed"]
    assert lease.claim_next(["default"], "b") is None


def test_an_interrupted_job_goes_back_without_a_loss(settled: list[str]) -> None:
    row = enqueue(stops, title="Stop")
    for attempt in range(1, 8):
        claimed = lease.claim_next(["default"], "a")
        assert claimed is not None
        assert claimed.attempt == attempt
        with pytest.raises(JobInterrupted):
            run_claimed(JobContext(claimed))
    row.refresh_from_db()
    assert (row.state, row.losses) == ("queued", 0)
    assert settled == []


def test_cancelling_a_waiting_job_ends_it_at_once(settled: list[str]) -> None:
    boss = make_user(is_superuser=True)
    row = job_cancel(job=enqueue(counts, title="Count", upto=1), user=boss)
    assert row.state == JobState.CANCELLED
    assert lease.claim_next(["default"], "a") is None
    assert settled == ["cancelled"]
    assert AuditEntry.objects.get().action == "job.cancel"
    with pytest.raises(ConflictError):
        job_cancel(job=row, user=boss)


def test_cancelling_a_running_job_reaches_it_at_its_next_check_and_is_no_failure() -> None:
    context = _claimed()
    job_cancel(job=context.job, user=make_user(is_superuser=True))
    with pytest.raises(JobCancelled):
        context.flush()
    context._written = 0.0  # a second later
    with pytest.raises(JobCancelled):
        run_claimed(context)
    context.job.refresh_from_db()
    assert (context.job.state, context.job.error_kind) == ("cancelled", "")


def test_a_cancelled_job_whose_worker_is_lost_is_not_taken_up_again() -> None:
    context = _claimed()
    job_cancel(job=context.job, user=make_user(is_superuser=True))
    _expire(context)
    lease.put_back_expired()
    context.job.refresh_from_db()
    assert context.job.state == "cancelled"


def test_a_cancelled_job_whose_worker_shuts_down_is_not_taken_up_again(settled: list[str]) -> None:
    context = _claimed()
    job_cancel(job=context.job, user=make_user(is_superuser=True))
    assert lease.put_back(context.job.pk, context.attempt)
    context.job.refresh_from_db()
    assert context.job.state == "cancelled"
    assert settled == ["cancelled"]


def test_retry_queues_a_failed_job_again_with_a_clean_slate() -> None:
    starter = make_user()
    with pytest.raises(UserError):
        run_inline(refuses, title="Refuse", actor=starter)
    row = job_retry(job=Job.objects.get(), user=starter)
    assert (row.state, row.error_text, row.losses) == ("queued", "", 0)
    claimed = lease.claim_next(["training"], "a")
    assert claimed is not None
    assert claimed.attempt == 2
    with pytest.raises(ConflictError):
        job_retry(job=row, user=starter)


def test_only_its_starter_and_leads_change_a_job_and_only_members_see_it() -> None:
    show = make_production()
    starter, lead = make_member(show, Role.ANNOTATOR), make_member(show, Role.LEAD)
    viewer, stranger = make_member(show, Role.REVIEWER), make_user()
    row = enqueue(counts, title="Count", actor=starter, production=show, subject=show, upto=1)
    assert [user in (starter, lead, viewer) for user in (starter, lead, viewer, stranger)] == [
        Job.objects.visible_to(user).exists() for user in (starter, lead, viewer, stranger)
    ]
    assert list(Job.objects.about(show)) == [row]
    for user in (viewer, stranger):
        with pytest.raises(PermissionDenied):
            job_cancel(job=row, user=user)
    job_cancel(job=row, user=lead)


def test_the_task_row_tells_the_same_story() -> None:
    context = _claimed()
    assert _task(context).status == "RUNNING"
    lease.put_back(context.job.pk, context.attempt)
    assert _task(context).status == "READY"
    claimed = lease.claim_next(["default"], "a")
    assert claimed is not None
    run_claimed(JobContext(claimed))
    task = _task(context)
    assert (task.status, task.return_value) == ("SUCCESSFUL", {"sum": 3})
