"""Whether a job that waits says that nobody will take it up."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from core.jobs import JobContext, enqueue, job, standing
from core.jobs.presence import WAITING, say_gone, say_present, served_queues
from core.models import Job, JobState, Worker
from tests.core.sites import Site, until

MINUTE = timedelta(minutes=1)


@job("training")
def trains(context: JobContext) -> None:
    """Nothing: it is never run."""


@pytest.fixture
def old_job() -> Job:
    """Return a job that has waited for a minute."""
    row = enqueue(trains, title="Training")
    Job.objects.filter(pk=row.pk).update(created_at=timezone.now() - MINUTE)
    row.refresh_from_db()
    return row


@pytest.mark.django_db
def test_a_job_that_waits_in_vain_says_so_and_what_to_do(old_job: Job) -> None:
    say_present({"here:1:default": "default"})
    assert standing(old_job) == "No worker serves the queue “training”. Start one: python manage.py worker"


@pytest.mark.django_db
def test_a_job_that_has_just_been_queued_gives_the_worker_time_to_start() -> None:
    assert standing(enqueue(trains, title="Training")) == WAITING


@pytest.mark.django_db
def test_a_job_waits_for_a_worker_that_is_there(old_job: Job) -> None:
    say_present({"here:1:default": "default", "here:1:training": "training"})
    assert standing(old_job) == WAITING


@pytest.mark.django_db
def test_a_worker_that_fell_silent_or_left_serves_nothing() -> None:
    say_present({"here:1:default": "default", "here:1:training": "training"})
    say_present({"here:1:default": "default"})
    Worker.objects.filter(queue="training").update(seen_at=timezone.now() - MINUTE)
    assert served_queues() == {"default"}
    say_gone(["here:1:default"])
    assert served_queues() == set()


@pytest.mark.django_db
def test_workers_not_heard_of_for_days_are_forgotten() -> None:
    say_present({"here:1:default": "default"})
    Worker.objects.update(seen_at=timezone.now() - timedelta(days=2))
    say_gone([])
    assert not Worker.objects.exists()


@pytest.mark.django_db
def test_a_running_job_says_what_it_is_at(old_job: Job) -> None:
    old_job.state, old_job.progress_text = JobState.RUNNING, "frame 3"
    assert standing(old_job) == "frame 3"


def test_a_worker_says_that_it_is_there_until_it_stops(site: Site) -> None:
    serving = "select queue from core_worker"
    worker = site.worker("--queues", "default")
    until(lambda: site.query(serving) == [("default",)])
    worker.terminate()
    worker.wait()
    assert site.query(serving) == []
