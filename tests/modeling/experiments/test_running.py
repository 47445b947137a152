"""Experiments run for real, on toys: resumed, stopped, and going on past what fails."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from modeling import cli
from modeling.experiments.places import Places, chosen
from modeling.experiments.reading import read_experiment
from modeling.experiments.running import Options, command, run_all
from modeling.snapshots import Snapshot
from tests.modeling.toys import QUICK

FILE = """
title = "Toys"
task = "cel"
snapshot = "toys"
baseline = "plain"
[common]
network = "tiny"
{budget}
[common.settings]
{settings}
[[variants]]
name = "plain"
[[variants]]
name = "broken"
from = "plain"
settings = {{ "network.width" = 8 }}
[[variants]]
name = "lost"
from = "broken"
"""


def write(folder: Path, budget: str = "steps = 2") -> Path:
    """The file: a variant that works, one that starts from weights of another size, one that needs that."""
    path = folder / "toys.toml"
    settings = "\n".join('"{}" = {}'.format(*pair.split("=")) for pair in QUICK)
    path.write_text(FILE.format(budget=budget, settings=settings))
    return path


def run(file: Path, out: Path, snapshot: Snapshot, capsys: pytest.CaptureFixture[str], *more: str):
    """Run it; its code and the names of its events with their variants."""
    words = ["--out", str(out), "--snapshot", f"toys={snapshot.folder}", "--threads", "1", "--json", *more]
    code = cli.main(["experiment", str(file), *words])
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return code, [
        (event["event"], event.get("variant")) for event in events if event["event"] != "run_progress"
    ]


def test_what_fails_stops_nothing_and_what_is_finished_is_not_repeated(
    tmp_path: Path, snapshot: Snapshot, capsys: pytest.CaptureFixture[str]
) -> None:
    file, out = write(tmp_path), tmp_path / "out"
    code, events = run(file, out, snapshot, capsys)
    assert code == 1
    assert [event for event in events if event[0] in ("run_done", "run_failed")] == [
        ("run_done", "plain"),
        ("run_failed", "broken"),
        ("run_failed", "lost"),
    ]
    rows = {row["name"]: row for row in json.loads((out / "results.json").read_text())["variants"]}
    assert (rows["plain"]["n"], rows["plain"]["steps"]) == (1, [2])
    assert "another network" in rows["broken"]["failed"]["0"]
    assert rows["lost"]["failed"]["0"] == "it needs broken/0, which failed"
    page = (out / "results.md").read_text()
    assert str(tmp_path) not in page
    assert str(snapshot.folder) not in page
    assert "--snapshot toys=DIR" in page

    code, events = run(file, out, snapshot, capsys, "--only", "plain")
    assert (code, events) == (0, [("run_finished", "plain"), ("done", None)])
    code, events = run(write(tmp_path, "steps = 3"), out, snapshot, capsys, "--only", "plain")
    assert (code, events[0]) == (1, ("run_failed", "plain"))
    assert "a run of another steps" in (out / "results.md").read_text()


def test_ctrl_c_leaves_a_checkpoint_to_go_on_from(tmp_path: Path, snapshot: Snapshot) -> None:
    experiment = read_experiment(write(tmp_path, "seconds = 600"))
    places = Places(experiment, tmp_path / "out", {"toys": snapshot.folder}, {})
    trials = chosen(experiment, [0], only=["plain"])

    def interrupt(event: str, **fields: object) -> None:
        if event == "progress":
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_all(places, trials, Options(threads=1), interrupt)
    folder = places.folder(trials[0])
    assert folder.holder() is None
    assert not folder.done
    assert list(folder.checkpoints.glob("*"))


def test_a_training_is_an_ordinary_command(tmp_path: Path, snapshot: Snapshot) -> None:
    experiment = read_experiment(write(tmp_path))
    places = Places(experiment, tmp_path / "out", {"toys": snapshot.folder}, {})
    trial = chosen(experiment, [7], only=["broken"])[1]
    words = command(places, trial, Options(threads=1, device="cpu"))
    assert words[1:6] == ["-m", "modeling", "train", str(snapshot.folder), str(tmp_path / "out/broken/7")]
    told = dict(zip(words[8::2], words[9::2], strict=False))
    assert told["--from-run"] == str(tmp_path / "out/plain/7")
    assert (told["--steps"], told["--seed"], told["--device"]) == ("2", "7", "cpu")
    assert "network.width=8" in words


@pytest.mark.parametrize(
    ("more", "said"),
    [
        (["--only", "plane"], "There is no variant 'plane'. Did you mean 'plain'?"),
        (["--seeds", "a"], "are no seeds"),
        (["--snapshot", "toy=/nowhere"], "Did you mean 'toy'? Give --snapshot toys=DIR."),
        (["--snapshot", "toys=/nowhere"], "/nowhere is not a snapshot folder"),
        (["--snapshot", "toys"], "is not NAME=DIR"),
    ],
)
def test_mistakes_on_the_command_line(
    tmp_path: Path, more: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main(["experiment", str(write(tmp_path)), "--out", str(tmp_path / "out"), *more]) == 2
    assert said in capsys.readouterr().err
