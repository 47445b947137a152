"""Training end to end on toys: repeatable, resumable, judged, and stopped without a loss."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch
from PIL import Image

from modeling.errors import UserError
from modeling.labels import IGNORE
from modeling.runs import RunFolder
from modeling.snapshots import Snapshot
from modeling.training.checkpoints import read_weights
from modeling.training.previews import (
    BACKGROUND_RIGHT,
    CEL_RIGHT,
    FALSE_CEL,
    MISSED_CEL,
    UNCOUNTED,
    error_picture,
)
from modeling.training.run import train
from modeling.training.signals import EXIT_STOPPED, StopFlag, Stopped
from modeling.training.splits import splits_of
from tests.modeling.toys import QUICK, tiny_config, toy_snapshot


def losses(run: RunFolder) -> list[float]:
    return [row["loss"] for row in run.metrics()]


def same_weights(one: RunFolder, other: RunFolder) -> bool:
    a, b = read_weights(one.weights), read_weights(other.weights)
    return a.keys() == b.keys() and all(torch.equal(a[key], b[key]) for key in a)


def test_one_seed_gives_one_result(train_tiny) -> None:
    one, two, other = train_tiny(), train_tiny(), train_tiny(seed=1)
    assert losses(one) == losses(two)
    assert same_weights(one, two)
    timeless = [{k: v for k, v in (run.report() or {}).items() if k != "seconds"} for run in (one, two)]
    assert timeless[0] == timeless[1]
    assert losses(one) != losses(other)


def test_it_learns_to_see_and_the_report_says_so(tiny_run) -> None:
    report = tiny_run.report()
    assert list(report)[:3] == ["train_frames", "validation_frames", "held_out_frames"]
    assert (report["train_frames"], report["held_out_frames"], report["steps"]) == (6, 3, 60)
    assert report["iou"] > 0.7
    low, high = report["iou_interval"]
    assert low <= report["iou"] <= high
    assert report["not_evaluated"] is None
    assert np.array(report["confusion"]).sum() == 3 * 48 * 80
    assert [row["key"] for row in report["frames"]] == ["f006", "f007", "f008"]


def test_the_run_folder_holds_what_a_page_needs(tiny_run) -> None:
    config = tiny_run.config()
    assert config["environment"]["device"] == "cpu"
    assert torch.__version__.startswith(config["environment"]["versions"]["torch"])
    assert len(tiny_run.metrics()) == 60
    assert [path.name for path in tiny_run.checkpoints.iterdir()] == ["final.safetensors"]
    previews = tiny_run.preview_files()
    assert len(previews) == 3
    with Image.open(previews[0]) as picture:
        assert max(picture.size) == 640


def test_a_done_run_is_left_as_it_is(train_tiny, tiny_run) -> None:
    before = tiny_run.weights.stat().st_mtime_ns
    settings = ["recipe.learning_rate=0.02", "recipe.average=0"]
    train_tiny(steps=60, settings=settings, folder=tiny_run.path)
    assert tiny_run.weights.stat().st_mtime_ns == before


def test_another_config_is_refused_by_name(snapshot, tiny_run) -> None:
    with pytest.raises(UserError, match="another seed, steps") as caught:
        train(
            tiny_config(snapshot, 5, ["recipe.learning_rate=0.02", "recipe.average=0"], seed=3),
            snapshot,
            tiny_run,
            device=torch.device("cpu"),
        )
    assert caught.value.code == "run_differs"


def test_without_held_out_labels_it_still_trains(train_tiny, tmp_path) -> None:
    run = train_tiny(on=toy_snapshot(tmp_path, train=4, held_out=0))
    report = run.report()
    assert report["not_evaluated"] == "There are no held-out labels."
    assert report["iou"] is None
    assert run.weights.is_file()


def test_without_training_labels_it_says_what_to_do(train_tiny, tmp_path) -> None:
    with pytest.raises(UserError, match="Label some frames first"):
        train_tiny(on=toy_snapshot(tmp_path, train=0, held_out=2))


@pytest.mark.parametrize(("labels", "spared"), [(39, 0), (40, 8)])
def test_validation_begins_at_forty_labels(train_tiny, tmp_path, labels, spared) -> None:
    snapshot = toy_snapshot(tmp_path, train=labels, held_out=1)
    report = train_tiny(on=snapshot, steps=1, settings=["recipe.validation=0.2"]).report()
    assert report["validation_frames"] == spared
    # What may steer the choice of frames, beside the held-out figures, which may not.
    figures = report["validation"]
    assert (figures is None) == (spared == 0)
    assert figures is None or (figures["frames"], len(figures["per_class"])) == (spared, 2)
    assert report["train_frames"] == labels - spared


@pytest.mark.parametrize(
    ("labels", "in_a_cut", "spared"),
    [(39, 1, 0), (40, 1, 4), (40, 2, 4), (42, 3, 0)],  # in 39, 40, 20 and 14 cuts
)
def test_calibration_spares_a_tenth_of_twenty_cuts(snapshot, labels, in_a_cut, spared) -> None:
    row = snapshot.frames("train", "cel")[0]
    rows = [row.model_copy(update={"key": f"k{n}", "cut": f"c{n // in_a_cut}"}) for n in range(labels)]
    many = SimpleNamespace(frames=lambda split, kind: rows if split == "train" else [])
    config = tiny_config(snapshot, 1, ["recipe.calibration=0.1"])
    splits = splits_of(many, config, RunFolder("nowhere"))
    assert (len(splits.train), len(splits.validation)) == (labels - spared, spared)
    assert {one.cut for one in splits.train}.isdisjoint(one.cut for one in splits.validation)


def test_what_calibration_spares_stops_nothing_early(train_tiny, tmp_path) -> None:
    many = toy_snapshot(tmp_path, train=40, held_out=1)
    run = train_tiny(on=many, steps=2, settings=["recipe.calibration=0.1", "recipe.patience=1"])
    assert run.report()["validation_frames"] == 4
    assert run.report()["validation"]["frames"] == 4
    assert run.calibration()["calibrated"]


def test_early_stopping_keeps_the_best_weights(train_tiny, tmp_path) -> None:
    snapshot = toy_snapshot(tmp_path, train=40, held_out=1)
    hopeless = ["recipe.validation=0.2", "recipe.patience=1", "recipe.learning_rate=30", "recipe.batch=16"]
    report = train_tiny(on=snapshot, steps=500, settings=hopeless).report()
    assert report["steps"] < 500


def test_it_starts_from_another_run(snapshot, tiny_run, tmp_path) -> None:
    run = RunFolder(tmp_path / "next")
    still = ["recipe.learning_rate=1e-9", "recipe.final_learning_rate=1e-9"]
    config = tiny_config(snapshot, 1, still).model_copy(update={"from_run": "0" * 64})
    train(config, snapshot, run, device=torch.device("cpu"), threads=1, from_run=tiny_run)
    ours, theirs = read_weights(run.weights), read_weights(tiny_run.weights)
    assert torch.allclose(ours["body.head.weight"], theirs["body.head.weight"], atol=1e-6)


def test_a_run_older_than_a_parameter_has_its_default(snapshot, tiny_run, tmp_path) -> None:
    older = RunFolder(shutil.copytree(tiny_run.path, tmp_path / "older"))
    stored = json.loads((older.path / "config.json").read_text())
    del stored["network_params"]["dropout"]
    (older.path / "config.json").write_text(json.dumps(stored))
    run = RunFolder(tmp_path / "next")
    config = tiny_config(snapshot, 1).model_copy(update={"from_run": "0" * 64})
    train(config, snapshot, run, device=torch.device("cpu"), threads=1, from_run=older)
    assert run.done


def test_weights_of_another_network_are_refused_by_parameter(snapshot, tiny_run, tmp_path) -> None:
    config = tiny_config(snapshot, 1)
    params = {**config.network_params, "dropout": 0.4}
    config = config.model_copy(update={"from_run": "0" * 64, "network_params": params})
    with pytest.raises(UserError, match=r"asked for \(tiny, .*dropout=0\.4"):
        train(config, snapshot, RunFolder(tmp_path), device=torch.device("cpu"), threads=1, from_run=tiny_run)


def test_stopped_and_resumed_is_as_if_never_stopped(train_tiny, tmp_path) -> None:
    whole = train_tiny(steps=12)
    stop = StopFlag()

    def stop_at_five(name: str, **fields: object) -> None:
        if fields.get("step") == 5:
            stop.set("enough")

    folder = tmp_path / "stopped"
    with pytest.raises(Stopped, match="enough"):
        train_tiny(steps=12, folder=folder, stop=stop, on_event=stop_at_five)
    run = RunFolder(folder)
    assert not run.done
    run.append_metrics({"step": 6, "loss": 99.0})  # what a killed trainer logged after its checkpoint
    train_tiny(steps=12, folder=folder)
    assert losses(run) == losses(whole)
    assert same_weights(run, whole)


def test_the_rest_of_a_checkpoint_is_no_pickle(train_tiny, tmp_path) -> None:
    stop = StopFlag()
    stop.set("at once")
    with pytest.raises(Stopped):
        train_tiny(folder=tmp_path / "run", stop=stop)
    files = sorted(path.name for path in (tmp_path / "run" / "checkpoints").iterdir())
    assert files == ["00000001.average.safetensors", "00000001.safetensors", "00000001.state.pt"]
    state = torch.load(tmp_path / "run" / "checkpoints" / files[2], weights_only=True)
    assert state["progress"]["step"] == 1


def test_the_error_picture_is_the_thesis_figure() -> None:
    truth = np.zeros((20, 20), np.uint8)
    truth[10:, 10:] = 1
    truth[19, 19] = IGNORE
    guess = np.zeros((20, 20), np.uint8)
    guess[10:, 15:] = 1
    guess[0, 19] = 1
    picture = error_picture(np.full((20, 20, 3), 50, np.uint8), truth, guess)
    at = {
        "input": (0, 0),
        "grey": (15, 2),
        "white": (15, 17),
        "blue": (15, 12),
        "red": (0, 19),
        "dark": (19, 19),
    }
    assert {name: tuple(picture[place].tolist()) for name, place in at.items()} == {
        "input": (50, 50, 50),
        "grey": BACKGROUND_RIGHT,
        "white": CEL_RIGHT,
        "blue": MISSED_CEL,
        "red": FALSE_CEL,
        "dark": UNCOUNTED,
    }


# --- the command, as the worker runs it ---


def command(snapshot: Snapshot, run: Path, steps: int = 4000, more: Sequence[str] = ()) -> list[str]:
    settings = [part for pair in QUICK for part in ("--set", pair)]
    words = ["train", str(snapshot.folder), str(run), "--network", "tiny", "--steps", str(steps), *settings]
    return [sys.executable, "-m", "modeling", *words, "--threads", "1", "--json", *more]


def wait_for_step(process: subprocess.Popen[str], step: int) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line).get("step", 0) >= step:
            return
    raise AssertionError(process.stderr.read() if process.stderr else "")


def start(words: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def test_sigterm_then_kill_then_the_end_loses_nothing(snapshot, train_tiny, tmp_path) -> None:
    words, run = command(snapshot, tmp_path / "run", steps=150), RunFolder(tmp_path / "run")
    with start([*words, "--attempt", "first"]) as process:
        wait_for_step(process, 3)
        process.send_signal(signal.SIGTERM)
        output, _ = process.communicate()
        assert process.returncode == EXIT_STOPPED
    saved = int(next(run.checkpoints.glob("*.state.pt")).name[:8])
    assert json.loads(output.splitlines()[-1])["event"] == "stopped"
    with start([*words, "--attempt", "second"]) as process:
        wait_for_step(process, saved + 10)
        process.send_signal(signal.SIGSTOP)  # or it might be done before the other is refused
        refused = subprocess.run(words, capture_output=True, text=True, check=False)
        process.kill()
    assert refused.returncode == 2
    assert "Another trainer works" in refused.stderr
    train_tiny(steps=150, folder=run.path)
    assert [row["step"] for row in run.metrics()] == list(range(1, 151))
    assert same_weights(run, train_tiny(steps=150))


def test_it_ends_when_its_worker_goes(snapshot, tmp_path) -> None:
    with start(command(snapshot, tmp_path / "run", more=["--watch-stdin"])) as process:
        wait_for_step(process, 2)
        process.communicate()  # closes its standard input and reads on until it ends
        assert process.returncode == EXIT_STOPPED
    assert list((tmp_path / "run" / "checkpoints").glob("*.state.pt"))


def test_seconds_count_training_alone(snapshot, tmp_path) -> None:
    words = [word for word in command(snapshot, tmp_path / "run") if word not in {"--steps", "4000"}]
    done = subprocess.run([*words, "--seconds", "0.5"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    rows = RunFolder(tmp_path / "run").metrics()
    assert rows[-1]["seconds"] >= 0.5
    assert all(row["seconds"] <= 0.5 for row in rows[:-1])  # rounded to a millisecond
