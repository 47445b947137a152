"""A training that loses its worker goes on from its checkpoint, and never has a twin."""

from __future__ import annotations

import json
import signal
import subprocess
from pathlib import Path

import pytest

from tests.core.sites import Site, kill, until
from tests.modeling.toys import toy_snapshot

STEPS = 150


class Training:
    """A queued training of the tiny network, watched from outside."""

    def __init__(self, site: Site, tmp_path: Path, steps: int = STEPS) -> None:
        self.site, self.run = site, tmp_path / "runs" / "first run"
        self.most_at_once = 0
        snapshot = toy_snapshot(tmp_path / "toys")
        self.job = site.enqueue("trains", snapshot=str(snapshot.folder), run=str(self.run), steps=steps)

    def trainers(self) -> list[int]:
        """Return the ids of processes that train into this run."""
        listing = subprocess.run(["ps", "-ww", "-eo", "pid,args"], capture_output=True, text=True, check=True)
        lines = [line for line in listing.stdout.splitlines() if str(self.run) in line and " train " in line]
        self.most_at_once = max(self.most_at_once, len(lines))
        return [int(line.split()[0]) for line in lines]

    def step(self) -> int:
        """Return how far the training is."""
        return int(self.site.job(self.job)["progress_done"])

    def until_learning(self) -> None:
        """Wait until it has made some steps."""
        try:
            until(lambda: self.trainers() and self.step() >= 3, seconds=120, why="a step")
        except AssertionError:
            raise AssertionError(f"no step: {self.site.job(self.job)}\n{self.site.log()}") from None

    def steps_logged(self) -> list[int]:
        """Return the steps of the run's log."""
        return [json.loads(line)["step"] for line in (self.run / "metrics.jsonl").read_text().splitlines()]


@pytest.fixture
def training(site: Site, tmp_path: Path) -> Training:
    """Return a training that waits in the queue."""
    return Training(site, tmp_path)


@pytest.fixture
def sqlite_training(sqlite_site: Site, tmp_path: Path) -> Training:
    """Return a training that waits in the queue of a site on SQLite."""
    return Training(sqlite_site, tmp_path)


def test_a_killed_worker_leaves_one_trainer_and_its_checkpoint(training: Training, site: Site) -> None:
    first = site.worker("--queues", "training")
    training.until_learning()
    lane = site.holder(training.job)
    kill(first.pid)
    kill(lane)
    site.worker("--queues", "training")
    until(lambda: site.job(training.job)["state"] == "done" and training.trainers() == [], seconds=180)
    assert training.most_at_once == 1
    assert site.job(training.job)["attempt"] == 2
    assert (training.run / "report.json").is_file()
    steps = training.steps_logged()
    assert steps == sorted(set(steps))  # resumed, not begun again
    assert steps[-1] == STEPS


def test_sigterm_writes_a_checkpoint_and_the_next_worker_goes_on(sqlite_training: Training) -> None:
    training = sqlite_training
    worker = training.site.worker("--queues", "training")
    training.until_learning()
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(90) == 0
    assert training.trainers() == []
    row = training.site.job(training.job)
    assert (row["state"], row["losses"]) == ("queued", 0)
    logged = training.steps_logged()
    assert logged
    training.site.worker("--queues", "training")
    training.site.until_state(training.job, "done", seconds=120)
    steps = training.steps_logged()
    assert steps[: len(logged)] == logged
    assert steps[-1] == STEPS


def test_cancel_stops_the_trainer(sqlite_training: Training) -> None:
    training = sqlite_training
    training.site.worker("--queues", "training")
    training.until_learning()
    training.site.python(
        "from core.models import Job, User; from core.jobs import job_cancel\n"
        "boss = User.objects.create_superuser('boss')\n"
        f"job_cancel(job=Job.objects.get(pk={training.job!r}), user=boss)"
    )
    training.site.until_state(training.job, "cancelled", seconds=90)
    assert training.trainers() == []
    assert not (training.run / "report.json").exists()
