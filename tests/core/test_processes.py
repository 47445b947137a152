"""What becomes of a modeling process, told by a stand-in for ``python -m modeling``."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from core import devices, metering, processes
from core.jobs import SHORT, JobCancelled, JobContext, JobInterrupted, enqueue, job, job_cancel, lease
from core.models import DeviceUse
from core.processes import ModelingCrashed, run_modeling, thread_count
from modeling.errors import UserError
from tests.core.factories import make_user
from tests.core.sites import alive

pytestmark = pytest.mark.django_db

PRELUDE = """
import json, os, signal, sys, time
def say(**event): print(json.dumps(event), flush=True)
"""


@job("training")
def stands_in(context: JobContext) -> None:
    """Never called: its row is what the tests need."""


@pytest.fixture
def context() -> JobContext:
    enqueue(stands_in, title="Stand in")
    claimed = lease.claim_next(["training"], "here")
    assert claimed is not None
    return JobContext(claimed, device="cpu")


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return a function that makes some code the modeling command."""

    def become(code: str) -> None:
        script = tmp_path / "fake.py"
        script.write_text(PRELUDE + code)
        monkeypatch.setattr(processes, "_COMMAND", (sys.executable, str(script)))

    return become


def _run(context: JobContext, *args: str) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    run_modeling([*(args or ("snapshot",))], context=context, on_event=events.append)
    return events


def test_events_arrive_and_other_words_do_not_disturb(context: JobContext, fake: Any) -> None:
    fake("say(event='progress', step=1)\nprint('words')\nprint('[1]')\nsay(event='done', report='r')")
    assert _run(context) == [{"event": "progress", "step": 1}, {"event": "done", "report": "r"}]


def test_a_trainer_is_told_device_threads_attempt_and_to_watch_us(context: JobContext, fake: Any) -> None:
    fake("say(event='args', args=sys.argv[1:], omp=os.environ['OMP_NUM_THREADS'])")
    (said,) = _run(context, "train", "s", "r", "--device", "auto")
    options = said["args"]
    assert options[options.index("--device") + 1] == "cpu"
    assert options[options.index("--threads") + 1] == str(thread_count())
    assert options[options.index("--attempt") + 1] == f"{context.job.pk}:1"
    assert {"--watch-stdin", "--json"} <= set(options)
    assert 1 <= thread_count() <= max(1, (os.cpu_count() or 1) - 1)


def test_a_job_that_somebody_waits_for_uses_every_core(context: JobContext, fake: Any) -> None:
    context.spare_cores = 0
    fake("say(event='args', args=sys.argv[1:])")
    for command in ("train", "score", "draft"):
        (said,) = _run(context, command)
        assert said["args"][said["args"].index("--threads") + 1] == str(thread_count(spare=0))


def test_time_on_a_device_is_kept_by_work_and_attempt(context: JobContext, fake: Any) -> None:
    fake("say(event='phase', phase='evaluating')\nsys.exit(75)")
    with pytest.raises(JobInterrupted):
        _run(context, "train", "s", "r")
    rows = DeviceUse.objects.values_list("work", "attempt", "device")
    assert list(rows) == [("train", 1, "cpu"), ("evaluate", 1, "cpu")]
    assert all(seconds > 0 for seconds in DeviceUse.objects.values_list("seconds", flat=True))
    fake("say(event='done')")
    _run(context, "snapshot")
    assert DeviceUse.objects.count() == 2


def test_time_is_written_while_it_goes_on(context: JobContext, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = iter([0.0, 9.0, 11.0, 11.0, 12.0, 30.0, 32.0])
    monkeypatch.setattr(metering, "monotonic", lambda: next(clock))

    def kept() -> list[tuple[str, float]]:
        return list(DeviceUse.objects.values_list("work", "seconds"))

    with metering.Meter(context, "cuda:0", "train") as meter:  # begins at 0
        meter.tick()  # at 9, too soon to write
        assert kept() == [("train", 0.0)]
        meter.tick()  # at 11, written as it is
        assert kept() == [("train", 11.0)]
        meter.turn_to("evaluate")  # at 12 the first ends, at 30 the second begins
    assert kept() == [("train", 12.0), ("evaluate", 2.0)]


def test_exit_2_is_the_users_error_in_its_own_words(context: JobContext, fake: Any) -> None:
    fake("say(event='error', code='no_labels', message='There are no labels.')\nsys.exit(2)")
    with pytest.raises(UserError, match="no labels") as raised:
        _run(context)
    assert raised.value.code == "no_labels"
    fake("print('frames/1.png is damaged.', file=sys.stderr)\nsys.exit(2)")
    with pytest.raises(UserError, match="is damaged"):
        _run(context)


def test_exit_75_goes_back_to_the_queue(context: JobContext, fake: Any) -> None:
    fake("sys.exit(75)")
    with pytest.raises(JobInterrupted):
        _run(context)


def test_any_other_exit_is_a_bug_with_the_tail_of_stderr(context: JobContext, fake: Any) -> None:
    fake("print('RuntimeError: boom', file=sys.stderr)\nsys.exit(1)")
    with pytest.raises(ModelingCrashed, match="boom"):
        _run(context)


def test_a_chatty_stderr_blocks_nothing(context: JobContext, fake: Any) -> None:
    fake("for _ in range(20000): print('warning: ' + 'x' * 50, file=sys.stderr)\nsay(event='done')")
    assert _run(context) == [{"event": "done"}]


def test_cancelling_stops_a_silent_process_in_good_order(
    context: JobContext, fake: Any, tmp_path: Path
) -> None:
    fake(
        f"place = {str(tmp_path)!r}\n"
        "def stop(*_): open(place + '/checkpoint', 'w').close(); sys.exit(75)\n"
        "signal.signal(signal.SIGTERM, stop)\nsay(event='ready', pid=os.getpid())\nsignal.pause()"
    )
    job_cancel(job=context.job, user=make_user(is_superuser=True))
    context._written = 0.0
    with pytest.raises(JobCancelled):
        _run(context)
    assert (tmp_path / "checkpoint").exists()


def test_what_an_event_raises_stops_the_process(context: JobContext, fake: Any) -> None:
    fake("say(event='ready', pid=os.getpid())\nsys.stdin.read()")
    pids: list[int] = []

    def refuse(event: dict[str, Any]) -> None:
        pids.append(event["pid"])
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_modeling(["snapshot"], context=context, on_event=refuse)
    assert not alive(pids[0])


def test_a_run_still_locked_by_a_dying_trainer_is_waited_for(
    context: JobContext, fake: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(processes, "_LOOK_EVERY_S", 0.01)
    tries = tmp_path / "tries"
    fake(
        f"tries = {str(tries)!r}\nopen(tries, 'a').write('x')\n"
        "if len(open(tries).read()) < 3:\n"
        "    say(event='error', code='run_locked', message='Held.')\n    sys.exit(2)\n"
        "say(event='done')"
    )
    assert _run(context, "train", "s", "r") == [{"event": "done"}]


def test_one_training_a_device(context: JobContext) -> None:
    with devices.hold("cpu", context=context) as held:
        assert held.device == "cpu"
        context.stopping.set()
        with pytest.raises(JobInterrupted), devices.hold("cpu", context=context):
            raise AssertionError("two on one device")
        with devices.hold("cuda:3", context=context) as other:
            assert other.device == "cuda:3"
        context.stopping.clear()
    with devices.hold("cpu", context=context):
        pass
    assert "Waiting" in context.job.log_lines.get().text


@pytest.mark.parametrize("asked", ["cpu", "cuda:0"])
def test_a_short_job_waits_for_no_training(context: JobContext, fake: Any, asked: str) -> None:
    fake("say(event='args', args=sys.argv[1:])")
    context.device, context.job.queue = asked, SHORT

    def said(option: str) -> str:
        args = _run(context, "draft", "run", "files", "out")[0]["args"]
        return str(args[args.index(option) + 1])

    assert (said("--device"), said("--threads")) == (asked, str(thread_count()))
    with devices.hold(asked, context=context):
        assert (said("--device"), said("--threads")) == ("cpu", str(max(1, thread_count() // 2)))
        with devices.hold_or_beside(asked, context=context):
            context.stopping.set()
            with pytest.raises(JobInterrupted), devices.hold_or_beside(asked, context=context):
                raise AssertionError("two beside one training")
            context.stopping.clear()


def test_a_training_in_processes_holds_a_gpu_for_each(
    context: JobContext, fake: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(devices, "_gpus_by_free_memory", lambda: ["cuda:1", "cuda:2", "cuda:0"])
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "4,5,7")
    context.device = "auto"
    fake("say(event='args', args=sys.argv[1:], seen=os.environ['CUDA_VISIBLE_DEVICES'])")
    with devices.hold("cuda:2", context=context):
        (said,) = _run(context, "train", "s", "r", "--processes", "2")
        assert said["seen"] == "5,4"
        assert said["args"][said["args"].index("--device") + 1] == "cuda"
        threads = int(said["args"][said["args"].index("--threads") + 1])
        assert threads == max(1, thread_count() // 2)
        context.stopping.set()
        with pytest.raises(JobInterrupted):
            _run(context, "train", "s", "r", "--processes", "3")
        context.stopping.clear()
        with devices.hold("cuda:0", context=context):
            pass  # nothing was kept while it waited
    with pytest.raises(UserError, match="4 processes take a GPU each, and this machine has 3"):
        _run(context, "train", "s", "r", "--processes", "4")


def test_processes_share_a_cpu(context: JobContext, fake: Any) -> None:
    fake("say(event='args', args=sys.argv[1:])")
    (said,) = _run(context, "train", "s", "r", "--processes", "2")
    assert said["args"][said["args"].index("--device") + 1] == "cpu"


def test_the_device_stays_taken_until_the_process_itself_is_gone(context: JobContext, fake: Any) -> None:
    lock = devices._lock_path("cpu")
    fake(
        f"import pathlib\nlock = pathlib.Path({str(lock)!r}).stat().st_ino\n"
        "def inode(fd):\n    try: return os.fstat(fd).st_ino\n    except OSError: return None\n"
        "say(event='locks', held=[fd for fd in range(3, 64) if inode(fd) == lock])"
    )
    (said,) = _run(context, "train", "s", "r")
    assert len(said["held"]) == 1


@pytest.mark.parametrize(
    ("visible", "ranked"),
    [
        (None, ["cuda:1", "cuda:0"]),
        ("1", ["cuda:0"]),
        ("GPU-bb, GPU-aa", ["cuda:0", "cuda:1"]),
        ("", []),
    ],
)
def test_gpus_are_ranked_by_free_memory(visible: str | None, ranked: list[str]) -> None:
    listing = "0, GPU-aa, 1000\n1, GPU-bb, 24000\n"
    assert devices.rank_gpus(listing, visible) == ranked


def test_auto_is_something(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(devices, "_gpus_by_free_memory", lambda: ["cuda:1", "cuda:0"])
    assert devices.candidates("auto") == ["cuda:1", "cuda:0"]
    assert devices.candidates("cpu") == ["cpu"]
    monkeypatch.setattr(devices, "_gpus_by_free_memory", list)
    assert devices.candidates("auto")[0] in {"cpu", "mps"}


def test_starting_a_worker_imports_no_torch() -> None:
    code = "import django, sys; django.setup(); import core.worker.lane; print('torch' in sys.modules)"
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "sakkan.settings", "SECRET_KEY": "for tests"}
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment
    )
    assert json.loads(done.stdout.lower()) is False
