"""``manage.py simulate`` on a toy pool, in this process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from active_learning.simulation.calibration import seconds_a_step
from active_learning.simulation.places import START, Cell, Places, Spot
from active_learning.simulation.running import Line, run_lines
from active_learning.simulation.views import scorers_for
from active_learning.simulation.worker import work
from active_learning.strategies import STRATEGIES
from modeling.scorers import SCORERS
from modeling.training.signals import StopFlag, Stopped
from modeling.training.standing import weights_hash
from tests.active_learning.simulation.toys import QUICK, toy_pool


@pytest.fixture(scope="module")
def folders(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Frames, masks and manifest."""
    return toy_pool(tmp_path_factory.mktemp("toys"))


def simulate(folders: Path, out: Path, *more: str, steps: int | None = 5) -> int:
    """Run the command; its exit status."""
    words = ["--frames", str(folders / "frames"), "--labels", str(folders / "masks"), "--out", str(out)]
    words += [
        "--manifest",
        str(folders / "manifest.csv"),
        "--size",
        "48x36",
        "--network",
        "tiny",
        "--jobs",
        "0",
    ]
    words += ["--init", "3", "--step", "2", "--rounds", "2", "--seeds", "2"]
    words += [] if steps is None else ["--steps", str(steps)]
    words += [word for pair in QUICK for word in ("--set", pair)]
    try:
        call_command("simulate", *words, *more)
    except SystemExit as exit:
        return int(str(exit.code))
    return 0


def cell(places: Places, *spot: Any) -> Cell:
    """A finished cell, without what depends on the machine."""
    found = places.cell(Spot(*spot))
    assert found is not None
    return found.model_copy(update={"seconds": {}})


def curves(out: Path) -> dict[str, Any]:
    return json.loads((out / "curves.json").read_text())


def test_strategies_share_the_first_set_and_the_same_command_goes_on(
    folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, asked = tmp_path / "out", ("--strategies", "default,random")
    assert simulate(folders, out, *asked) == 0
    assert "16 frames to pick from in 4 cuts, 8 held out in 2 cuts" in capsys.readouterr().err
    first = curves(out)
    default, random = first["strategies"]["default"], first["strategies"]["random"]
    assert default["strategy"] == "spread_uncertainty"  # as where a pool has scores
    assert [row["labels"] for row in random["rounds"]] == [3, 5, 7]
    assert default["rounds"][0] == random["rounds"][0]
    assert 0 <= default["aubc"]["interval"][0] <= default["aubc"]["interval"][1]
    assert default["differences"]["random"]["aubc"]["verdict"] in ("better", "worse", "undecided")
    assert first["missing"] == []
    assert (out / "curves.png").read_bytes().startswith(b"\x89PNG")
    assert "## Against random" in (out / "report.md").read_text()
    assert len(cell(Places(out), 0, "spread_uncertainty", 2).chosen) == 2
    assert all(
        one.reason and one.work.wrong_border is not None
        for one in cell(Places(out), 0, "spread_uncertainty", 2).chosen
    )

    assert interrupted_again(folders, out, asked) == random["aubc"]
    assert a_line_of_its_own_process(Places(out)) == {}
    assert simulate(folders, out, *asked, "--init", "4") == 2
    assert "holds a simulation of another init" in capsys.readouterr().err


@pytest.mark.parametrize(("told", "recipe"), [((), "frozen"), (("--recipe", "fast"), "fast")])
def test_frames_are_compared_by_the_recipe_for_it_unless_another_is_named(
    folders: Path, tmp_path: Path, told: tuple[str, ...], recipe: str
) -> None:
    once = ("--strategies", "random", "--seeds", "1", "--rounds", "1")
    assert simulate(folders, tmp_path, *once, *told, steps=1) == 0
    plan = Places(tmp_path).plan()
    assert plan is not None
    assert plan.training.recipe == recipe
    assert f"tiny, bce_dice, {recipe}" in (tmp_path / "report.md").read_text()


def interrupted_again(folders: Path, out: Path, asked: tuple[str, ...]) -> Any:
    """Forget the last cell of ``random``, be stopped in the middle of it, go on; its area then."""
    places, spot = Places(out), Spot(0, "random", 2)
    before, first = cell(places, 0, "random", 2), places.cell_file(Spot(0, "random", 1))
    written = first.stat().st_mtime_ns
    places.cell_file(spot).unlink()
    for name in ("report.json", "checkpoints/final.safetensors"):
        (places.run(spot).path / name).unlink()
    stop = StopFlag()
    stop.set("a test")
    with pytest.raises(Stopped):
        work(out, 0, before.arm.model_dump_json() if before.arm else "", 2, stop)
    assert places.cell(spot) is None
    assert [row["step"] for row in places.run(spot).metrics()] == [1]
    assert simulate(folders, out, *asked) == 0
    assert cell(places, 0, "random", 2) == before
    assert first.stat().st_mtime_ns == written
    return curves(out)["strategies"]["random"]["aubc"]


def a_line_of_its_own_process(places: Places) -> dict[str, str]:
    """The first set of a further seed; why it failed."""
    failed = run_lines(places, [Line(2, START)], jobs=1)
    assert cell(places, 2, START).labels == 3
    return failed


def test_what_fails_stops_nothing_else(
    folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "out"
    asked = ("--strategies", "bald,random", "--set", "network.dropout=0", "--seeds", "1", "--rounds", "1")
    more = ("--warm-start", "--effort", "actions", "--full-steps-factor", "2")
    assert simulate(folders, out, *asked, *more) == 1
    assert "bald (seed 0) failed: The run's network has no dropout" in capsys.readouterr().err
    found = curves(out)
    assert list(found["strategies"]) == ["random"]
    assert [(one["line"], one["seed"]) for one in found["missing"]] == [("bald", 0)]
    assert "no dropout" in (out / "report.md").read_text()
    assert found["full"]["steps"] == 10
    run = Places(out).run(Spot(0, "random", 1)).config() or {}
    assert run["from_run"] == weights_hash(Places(out).run(Spot(0, START)))


def test_seconds_a_round_are_measured_once(
    folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, asked = tmp_path / "out", ("--seeds", "1", "--rounds", "1", "--strategies", "random")
    assert simulate(folders, out, *asked, "--seconds-per-round", "0.1", steps=None) == 0
    assert "Measuring" in capsys.readouterr().err
    plan = Places(out).plan()
    assert plan is not None
    assert plan.steps >= 1
    assert simulate(folders, out, *asked, steps=None) == 0
    assert "Measuring" not in capsys.readouterr().err
    assert Places(out).plan() == plan
    assert simulate(folders, out, *asked, "--seconds-per-round", "60", steps=None) == 2
    assert "another seconds_per_round, steps" in capsys.readouterr().err


def test_a_pool_that_nothing_stands_on_is_made_anew_of_other_frames(
    folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, asked = tmp_path / "out", ("--table", "--strategies", "random")
    assert simulate(folders, out, *asked, "--rounds", "99") == 2
    other = toy_pool(tmp_path / "other", cuts=5)
    assert simulate(other, out, *asked) == 0
    assert "12 frames to pick from" in capsys.readouterr().err
    assert "No strategy has a complete seed" in (out / "report.md").read_text()
    assert simulate(folders, out, *asked) == 2
    assert "another inputs" in capsys.readouterr().err


def test_the_pace_leaves_the_warm_up_out() -> None:
    # 9 s for the first step, then half a second each
    rows = [{"step": step, "seconds": 9 + (step - 1) / 2} for step in range(1, 11)]
    assert seconds_a_step(rows) == pytest.approx(0.5)
    assert seconds_a_step(rows[:1]) == pytest.approx(9)


@pytest.mark.parametrize("name", STRATEGIES)
def test_what_a_strategy_needs_a_scorer_gives(name: str) -> None:
    needs = STRATEGIES[name].needs()
    kinds = {scorer: SCORERS.get(scorer).outputs for scorer in scorers_for(needs)}
    assert all(kinds[score] == "scalar" for score in needs.scores)
    assert all(kinds.get(feature, "vector") == "vector" for feature in needs.features)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--strategies", "randon"), "Did you mean 'random'"),
        (("--network", "liet"), "Did you mean 'lite'"),
        (("--rounds", "99"), "The pool has 16 frames"),
        (("--effort", "hours"), "There is no effort 'hours'"),
        (("--step", "0"), "--step is at least 1"),
        (("--start", "entropy"), "--start entropy needs a model's scores"),
    ],
)
def test_what_cannot_be_done_is_refused_in_a_line(
    folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], said: str
) -> None:
    assert simulate(folders, tmp_path / "out", *words) == 2
    assert said in capsys.readouterr().err
