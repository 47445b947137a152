"""The run folder: a torn log, its lock, and what cleanup may take."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from modeling.errors import UserError
from modeling.runs import FINAL, RunFolder

ROWS = [{"step": 1, "loss": 0.5}, {"step": 2, "loss": 0.25}]


@pytest.fixture
def run(tmp_path: Path) -> RunFolder:
    run = RunFolder(tmp_path / "a run")
    run.checkpoints.mkdir(parents=True)
    for row in ROWS:
        run.append_metrics(row)
    return run


def tear(run: RunFolder) -> None:
    with (run.path / "metrics.jsonl").open("ab") as log:
        log.write(b'{"step": 3, "lo')


def test_a_folder_that_is_not_there_says_nothing(tmp_path: Path) -> None:
    run = RunFolder(tmp_path / "none")
    assert (run.config(), run.report(), run.metrics(), run.done, run.holder()) == (
        None,
        None,
        [],
        False,
        None,
    )


def test_a_torn_last_line_is_ignored(run) -> None:
    tear(run)
    assert run.metrics() == ROWS


def test_resuming_cuts_the_log_back(run) -> None:
    tear(run)
    run.cut_metrics(1)
    run.append_metrics({"step": 2, "loss": 0.1})
    assert run.metrics() == [ROWS[0], {"step": 2, "loss": 0.1}]


def test_a_second_trainer_is_refused_and_told_apart(run) -> None:
    code = (
        "import sys; from modeling.runs import RunFolder\n"
        "with RunFolder(sys.argv[1]).lock('other'): print('held', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(run.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"held\n"
        holder = run.holder()
        assert holder is not None
        assert (holder["token"], holder["pid"]) == ("other", other.pid)
        with pytest.raises(UserError) as caught, run.lock("mine"):
            pass
        assert caught.value.code == "run_locked"
        other.kill()
    assert run.holder() is None  # the lock died with its holder
    with run.lock("mine"):
        pass


def test_surplus_is_all_but_the_final_weights_of_a_done_run(run) -> None:
    for name in ("00000007.safetensors", "00000007.state.pt", FINAL):
        (run.checkpoints / name).write_bytes(b"")
    assert run.surplus_checkpoints() == []
    run.publish_json("report.json", {})
    assert [path.name for path in run.surplus_checkpoints()] == ["00000007.safetensors", "00000007.state.pt"]
