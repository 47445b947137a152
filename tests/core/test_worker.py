"""Real workers, killed in the middle, on both databases."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.core.sites import Site, alive, kill, until


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a folder for a job's files."""
    folder = tmp_path / "made by jobs"
    folder.mkdir()
    return folder


def _open_gate(place: Path, number: int) -> None:
    (place / ".go").write_text(str(number))
    (place / ".go").rename(place / "go")


def test_a_killed_lane_loses_nothing_and_the_job_is_taken_up_again(site: Site, place: Path) -> None:
    job = site.enqueue("numbered_files", folder=str(place), count=6)
    site.worker("--queues", "default")
    _open_gate(place, 2)
    until((place / "2").exists)
    kill(site.holder(job))
    _open_gate(place, 6)
    row = site.until_state(job, "done")
    assert row["attempt"] == 2
    assert [(place / str(number)).read_text() for number in range(6)] == ["1", "1", "1", "2", "2", "2"]


def test_killing_the_whole_worker_leaves_the_job_to_the_next_one(sqlite_site: Site, place: Path) -> None:
    job = sqlite_site.enqueue("forever", folder=str(place))
    worker = sqlite_site.worker("--queues", "default")
    until((place / "ticking").exists)
    lane = sqlite_site.holder(job)
    kill(worker.pid)
    sqlite_site.until_state(job, "queued")
    until(lambda: not alive(lane))
    assert sqlite_site.job(job)["losses"] == 0  # the orphaned lane put it back in good order


def test_a_lane_without_supervisor_that_is_killed_is_noticed_by_its_lease(site: Site, place: Path) -> None:
    job = site.enqueue("forever", folder=str(place))
    lane = site.lane()
    until((place / "ticking").exists)
    kill(lane.pid)
    lane.wait()
    assert site.job(job)["state"] == "running"
    site.worker("--queues", "training")  # any worker gives lost jobs back
    assert site.until_state(job, "queued")["losses"] == 1


def test_training_never_blocks_an_ingest(sqlite_site: Site, place: Path) -> None:
    training = sqlite_site.enqueue("occupies", folder=str(place))
    sqlite_site.worker()
    until((place / "occupied").exists)
    other = sqlite_site.enqueue("quick", folder=str(place))
    sqlite_site.until_state(other, "done")
    assert sqlite_site.job(training)["state"] == "running"


def test_a_stalled_worker_that_comes_back_overwrites_nothing(sqlite_site: Site, place: Path) -> None:
    job = sqlite_site.enqueue("numbered_files", folder=str(place), count=2)
    stalled = sqlite_site.lane()
    _open_gate(place, 0)
    until((place / "0").exists)
    stalled.send_signal(signal.SIGSTOP)
    sqlite_site.worker("--queues", "default")
    _open_gate(place, 2)
    row = sqlite_site.until_state(job, "done")
    stalled.send_signal(signal.SIGCONT)
    until(lambda: "attempt 1 has a successor" in sqlite_site.log())
    assert sqlite_site.job(job) == row
    assert (row["attempt"], row["losses"]) == (2, 1)


def test_a_hung_job_does_not_look_alive(sqlite_site: Site, place: Path) -> None:
    job = sqlite_site.enqueue("hang", folder=str(place))
    sqlite_site.worker("--queues", "default", SAKKAN_JOB_STALL_SECONDS="1", SAKKAN_JOB_LEASE_SECONDS="1")
    hung = int(until(lambda: (place / "hung").exists() and (place / "hung").read_text()))
    row = sqlite_site.until_state(job, "done")
    assert (row["attempt"], row["losses"]) == (2, 1)
    assert not alive(hung)


def test_a_job_that_keeps_killing_its_worker_fails(sqlite_site: Site) -> None:
    job = sqlite_site.enqueue("deadly")
    sqlite_site.python(f"from core.models import Job; Job.objects.filter(pk={job!r}).update(losses=3)")
    sqlite_site.worker("--queues", "default")
    row = sqlite_site.until_state(job, "failed")
    assert (row["error_code"], row["losses"], row["attempt"]) == ("worker_lost", 5, 2)


def test_sigterm_puts_the_job_back_and_burns_no_attempt(sqlite_site: Site, place: Path) -> None:
    job = sqlite_site.enqueue("forever", folder=str(place))
    worker = sqlite_site.worker("--queues", "default")
    until((place / "ticking").exists)
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(60) == 0
    row = sqlite_site.job(job)
    assert (row["state"], row["losses"], row["error_kind"]) == ("queued", 0, "")


def test_cancel_reaches_a_running_job_and_is_no_failure(sqlite_site: Site, place: Path) -> None:
    job = sqlite_site.enqueue("forever", folder=str(place))
    sqlite_site.worker("--queues", "default")
    until((place / "ticking").exists)
    sqlite_site.python(
        "from core.models import Job, User; from core.jobs import job_cancel\n"
        "boss = User.objects.create_superuser('boss')\n"
        f"job_cancel(job=Job.objects.get(pk={job!r}), user=boss)"
    )
    row = sqlite_site.until_state(job, "cancelled")
    assert row["error_kind"] == ""


def test_once_does_what_is_waiting_and_ends(site: Site, place: Path) -> None:
    jobs = [site.enqueue("quick", folder=str(place)), site.enqueue("refused"), site.enqueue("broken")]
    worker = site.worker("--once")
    assert worker.wait(90) == 0
    states = [site.job(job) for job in jobs]
    assert [row["state"] for row in states] == ["done", "failed", "failed"]
    assert [row["error_kind"] for row in states] == ["", "theirs", "ours"]
    assert states[1]["error_text"] == "clip.mp4 has no video. Give a video."
    assert "secret" not in states[2]["error_text"]
    assert jobs[2] in states[2]["error_text"]


def test_two_workers_never_take_the_same_job(site: Site, place: Path) -> None:
    folders = [place / str(number) for number in range(8)]
    for folder in folders:
        folder.mkdir()
    out = site.python(
        "from core.jobs import enqueue\nfrom tests.core.worker_jobs import quick\n"
        f"out = [enqueue(quick, title='q', folder=f).pk for f in {[str(f) for f in folders]!r}]"
    )
    for _ in range(2):
        site.lane()
    for job in out:
        assert site.until_state(job, "done")["attempt"] == 1
    assert all((folder / "quick").exists() for folder in folders)


def test_worker_names_an_unknown_queue(sqlite_site: Site) -> None:
    done = sqlite_site.manage("worker", "--queues", "nonsense", expect=2)
    assert "nonsense" in done.stderr
    assert "Traceback" not in done.stderr
