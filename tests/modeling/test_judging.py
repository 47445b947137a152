"""A finished run judged on a snapshot, its own and a later one."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from modeling.cli import main
from modeling.errors import UserError
from modeling.judgements import Judgement
from modeling.labels import KINDS
from modeling.metrics import confusion
from modeling.runs import RunFolder
from modeling.snapshots import Snapshot
from modeling.training.judging import judge_run
from tests.modeling.toys import toy_snapshot


def test_on_its_own_snapshot_the_report_is_the_runs(
    tiny_run: RunFolder, snapshot: Snapshot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "judged"
    args = [str(tiny_run.path), str(snapshot.folder), str(out), "--device", "cpu", "--threads", "1", "--json"]
    assert main(["evaluate", *args]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["event"] for event in events] == ["progress"] * 3 + ["done"]
    own, report = tiny_run.report() or {}, Judgement(out).report() or {}
    for name in ("headline", "confusion", "frames", "train_frames", "held_out_cuts", "snapshot"):
        assert report[name] == own[name], name
    assert report["judged_on"] == snapshot.id
    by_itself = Judgement.of(tiny_run, snapshot.id)
    assert (by_itself.report() or {})["headline"] == own["headline"]
    assert by_itself.frames() == Judgement(out).frames()


def test_it_keeps_predictions_and_counts(tiny_run: RunFolder, snapshot: Snapshot, tmp_path: Path) -> None:
    judge_run(tiny_run, snapshot, tmp_path / "judged", device=torch.device("cpu"))
    judgement, kind = Judgement(tmp_path / "judged"), KINDS["cel"]
    rows = snapshot.frames("test", "cel")
    for row, frame in zip(rows, judgement.frames(), strict=True):
        assert (frame.key, frame.sha256) == (row.key, row.sha256)
        assert frame.label_sha256 == row.labels["cel"].sha256
        predicted = judgement.classes(row.key, kind)
        assert np.array_equal(confusion(snapshot.classes(row, "cel"), predicted, 2), frame.counts)


def test_one_that_was_stopped_goes_on_where_it_was(
    tiny_run: RunFolder, tmp_path: Path, train_tiny: object
) -> None:
    later = toy_snapshot(tmp_path / "later", train=6, held_out=5)
    seen: list[int] = []

    def stop_at_two(done: int, total: int) -> None:
        assert total == 5
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        judge_run(tiny_run, later, tmp_path / "out", device=torch.device("cpu"), on_done=stop_at_two)
    judgement = Judgement(tmp_path / "out")
    assert not judgement.done
    first = judgement.label_file("f006")
    before = first.stat().st_mtime_ns
    judge_run(
        tiny_run,
        later,
        tmp_path / "out",
        device=torch.device("cpu"),
        on_done=lambda done, _: seen.append(done),
    )
    assert (seen, first.stat().st_mtime_ns) == ([1, 2, 3, 4, 5], before)
    assert (judgement.report() or {})["held_out_frames"] == 5


def test_a_snapshot_without_held_out_labels_is_refused(tiny_run: RunFolder, tmp_path: Path) -> None:
    bare = toy_snapshot(tmp_path / "bare", train=2, held_out=0)
    with pytest.raises(UserError, match="no held-out cel label") as refused:
        judge_run(tiny_run, bare, tmp_path / "out", device=torch.device("cpu"))
    assert refused.value.code == "no_held_out_labels"
    assert not Judgement(tmp_path / "out").done


def test_lines_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "frames.jsonl").write_text('{"key": "a"}\n')
    with pytest.raises(UserError, match=r"frames\.jsonl cannot be read"):
        Judgement(tmp_path).frames()
