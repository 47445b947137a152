"""Results of cells made up by hand: 2 + 2 + 2 frames, three seeds, two held-out cuts alike, a whole pool of IoU 0.8."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from active_learning.simulation.effort import MEASURES, Work
from active_learning.simulation.picture import picture
from active_learning.simulation.places import FULL, START, Cell, Chosen, Places, Spot
from active_learning.simulation.plan import Arm, Plan
from active_learning.simulation.report import report
from active_learning.simulation.results import results
from active_learning.simulation.study import Study
from modeling.training.config import make_config

RANDOM, CHOSEN = Arm(strategy="random"), Arm(strategy="entropy")
SHIFTS = (-0.01, 0.0, 0.01)
"""Of every quality, by seed; twice as much of what ``entropy`` gives, so that paired differences vary, too."""


def keep(places: Places, seed: int, kind: str, number: int, quality: float, border: int) -> None:
    """A cell with that IoU in both cuts, whose two frames cost 100 + ``border`` each."""
    hit = round(10_000 * quality)
    work = Work(border=border, regions=1, perimeter=400)
    arm = None if kind == FULL else RANDOM
    cell = Cell(
        arm=arm,
        seed=seed,
        round=number,
        chosen=[Chosen(key=f"{kind}{number}{n}", cut="c", work=work) for n in range(0 if arm is None else 2)],
        labels=60 if arm is None else 2 + 2 * number,
        steps=5,
        value=quality,
        held_out={cut: [[10_000, 0], [10_000 - hit, hit]] for cut in ("a", "b")},
        seconds={"train": 1.0},
    )
    places.keep(Spot(seed, kind, number), cell)


def make(out: Path, border: int = 100) -> None:
    """``entropy`` goes 0.4, 0.6, 0.8 and ``random`` 0.4, 0.5, 0.6; frames that entropy picks cost 100 + ``border``."""
    places = Places(out)
    for seed, shift in enumerate(SHIFTS):
        keep(places, seed, START, 0, 0.4 + shift, 100)
        keep(places, seed, FULL, 0, 0.8 + shift, 100)
        for number, (ours, theirs) in enumerate([(0.6, 0.5), (0.8, 0.6)], 1):
            keep(places, seed, CHOSEN.folder, number, ours + 2 * shift, border)
            keep(places, seed, RANDOM.folder, number, theirs + shift, 100)


def read(out: Path, seeds: int = 3) -> dict[str, Any]:
    """Results of the cells that are there."""
    plan = Plan(
        training=make_config(task="cel", snapshot="x", steps=5),
        init=2,
        step=2,
        start=RANDOM,
        size=(200, 200),
        inputs="hash",
    )
    arms = {"default": CHOSEN, "random": RANDOM}
    study = Study(Places(out), plan, arms, range(seeds), 2, MEASURES["border"])
    pool = {"frames": 60, "cuts": 6, "held_out_frames": 4, "held_out_cuts": 2, "notes": []}
    return results(study, {"pool": pool, "command": "", "machine": "m", "commit": "c"})


def found(out: Path, border: int = 100, seeds: int = 3) -> dict[str, Any]:
    """Results of all of them."""
    make(out, border)
    return read(out, seeds)


def test_areas_are_those_of_the_curves_over_the_whole_pools_quality(tmp_path: Path) -> None:
    strategies = found(tmp_path)["strategies"]
    # entropy: (0.4 + 0.6) / 2 and (0.6 + 0.8) / 2 over 0.8; random: 0.45 and 0.55
    assert strategies["default"]["aubc"]["mean"] == pytest.approx(0.6 / 0.8)
    assert strategies["random"]["aubc"]["mean"] == pytest.approx(0.5 / 0.8)
    low, high = strategies["default"]["aubc"]["interval"]
    assert low < 0.75 < high
    assert [row["labels"] for row in strategies["default"]["rounds"]] == [2, 4, 6]
    assert [row["effort"] for row in strategies["default"]["rounds"]] == [400, 800, 1200]


def test_frames_needed_are_read_off_between_rounds_or_not_reached(tmp_path: Path) -> None:
    made = found(tmp_path)
    # 0.72 lies 0.12 / 0.2 of the way from 4 to 6 frames
    assert made["strategies"]["default"]["needed"]["90"]["labels"] == pytest.approx(5.2)
    assert made["strategies"]["default"]["needed"]["90"]["effort"] == pytest.approx(1040)
    assert made["strategies"]["random"]["needed"]["90"]["labels"] is None
    assert "not reached" in report(made)


def test_what_is_better_over_frames_and_effort_saves_labels(tmp_path: Path) -> None:
    one = found(tmp_path)["strategies"]["default"]["differences"]["random"]
    assert one["aubc"]["mean"] == pytest.approx(0.1 / 0.8)
    assert one["aubc"]["error_cuts"] == 0  # both cuts are alike
    assert one["aubc"]["verdict"] == one["aubc_effort"]["verdict"] == "better"
    assert one["saves_labels"] is True


def test_what_is_better_by_dearer_frames_alone_is_not_said_to_save_labels(tmp_path: Path) -> None:
    one = found(tmp_path, border=900)["strategies"]["default"]["differences"]["random"]
    # 1,000 a frame beside 200: where random ends, at 1,200, entropy is at 0.4 + 0.2 x 800 / 2000
    assert one["aubc"]["verdict"] == "better"
    assert one["aubc_effort"]["mean"] == pytest.approx((0.44 - 0.5) / 0.8)
    assert one["saves_labels"] is False


def test_the_better_one_beats_the_other_in_every_round(tmp_path: Path) -> None:
    penalty = found(tmp_path)["penalty"]
    assert penalty["strategies"] == ["default", "random"]
    assert penalty["matrix"] == [[0, 1], [0, 0]]


def test_one_seed_is_undecided_and_said_so(tmp_path: Path) -> None:
    made = found(tmp_path, seeds=1)
    assert made["strategies"]["default"]["differences"]["random"]["aubc"]["verdict"] == "undecided"
    assert "One seed resolves no difference" in report(made)


def test_what_is_not_there_is_listed_and_the_rest_is_told(tmp_path: Path) -> None:
    make(tmp_path)
    Places(tmp_path).cell_file(Spot(1, CHOSEN.folder, 1)).unlink()
    made = read(tmp_path)
    assert made["strategies"]["default"]["seeds"] == [0, 2]
    assert made["missing"] == [{"line": "entropy", "seed": 1, "reason": ""}]
    assert json.loads(json.dumps(made)) == made
    assert picture(made).startswith(b"\x89PNG")
