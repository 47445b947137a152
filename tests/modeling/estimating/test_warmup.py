"""Ten real steps on made-up frames."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from modeling.cli import main
from modeling.estimating import warmup
from modeling.estimating.stand_ins import stand_ins
from modeling.tasks import TASKS
from modeling.tasks.ways import CEL_WAYS
from tests.modeling.toys import QUICK

ARGS = ["warmup", "--network", "tiny", "--size", "80x48", "--device", "cpu", "--threads", "1", "--json"]
ARGS += [part for setting in QUICK for part in ("--set", setting)]


def events(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_stand_ins_have_the_size_and_every_label_the_task_reads(tmp_path: Path) -> None:
    task = TASKS.get("douga")
    snapshot = stand_ins(tmp_path / "new", task, CEL_WAYS["manual_cel"], (36, 64), 2, 1)
    assert [row.split for row in snapshot.frames()] == ["train", "train", "test"]
    for row in snapshot.frames():
        assert (row.height, row.width, set(row.labels)) == (36, 64, {"cel", "douga"})
        assert set(np.unique(snapshot.classes(row, "cel"))) == {0, 1}


def test_ten_steps_are_timed_and_multiplied(capsys: pytest.CaptureFixture[str]) -> None:
    options = ["--steps", "500", "--train-frames", "20", "--held-out-frames", "3", "--score-frames", "40"]
    assert main([*ARGS, *options]) == 0
    said = events(capsys)
    assert [event["step"] for event in said if event["event"] == "progress"] == list(range(1, 13))
    done = said[-1]
    measured, pace, expected = done["measured"], done["measured"]["pace"], done["estimate"]
    low, high = measured["spread"]
    assert 0 < low <= pace["step"] <= high
    assert measured["fits"]
    assert measured["memory_bytes"] < measured["free_bytes"] <= measured["total_bytes"]
    assert expected["steps"] == 500
    assert expected["training"] == pytest.approx(500 * pace["step"])
    assert expected["evaluation"] == pytest.approx(3 * pace["judge"])
    assert expected["scoring"] == pytest.approx(40 * pace["score"])
    assert pace["score"] > 0
    parts = [expected[name] for name in ("start", "training", "evaluation", "scoring")]
    assert expected["seconds"] == pytest.approx(sum(parts))


@pytest.mark.slow
def test_two_processes_are_timed_together() -> None:
    options = ["--set", "recipe.batch=4", "--steps", "10", "--processes", "2"]
    command = [sys.executable, "-m", "modeling", *ARGS, *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    said = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    found = [event for event in said if event["event"] == "done"]
    assert len(found) == 1  # the first process speaks for both
    assert found[0]["measured"]["processes"] == 2
    assert found[0]["measured"]["pace"]["step"] > 0
    assert found[0]["estimate"]["steps"] == 10


def test_too_little_memory_is_an_answer(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_memory(*args: Any, **kwargs: Any) -> None:
        raise torch.OutOfMemoryError("CUDA out of memory")

    monkeypatch.setattr(warmup, "train", out_of_memory)
    assert main(ARGS) == 0
    done = events(capsys)[-1]
    assert done["estimate"] is None
    assert not done["measured"]["fits"]
    assert main([arg for arg in ARGS if arg != "--json"]) == 0
    assert "ran out of memory" in capsys.readouterr().out


def test_what_it_sees_but_lacks_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*ARGS, "--task", "douga", "--set", "task.cel=synthetic_cel"]) == 2
    assert "--stands-on RUN" in capsys.readouterr().err


def test_a_size_is_two_numbers(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["warmup", "--size", "large"])
    assert "'large' is no size such as 1920x1080" in capsys.readouterr().err
