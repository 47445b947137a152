"""Labels judged by models that have not seen them: folds, measures, edges, the ranking, and the run that resumes."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pytest
import torch

from modeling.cli import main
from modeling.crossfit.edges import NOTHING, edge_fit
from modeling.crossfit.folds import cut_of, folds_of
from modeling.crossfit.measures import compared, finished, mean_iou_of, softmin
from modeling.crossfit.ranking import beyond_cut, ranked, rarity
from modeling.crossfit.run import Crossfit
from modeling.errors import UserError
from modeling.snapshots import FrameRow, LabelRow, Snapshot
from modeling.training.signals import StopFlag, Stopped
from tests.modeling.toys import tiny_config


def row(key: str, cut: str, split: str = "train") -> FrameRow:
    label = LabelRow(file="", sha256="", origin="person")
    return FrameRow(
        key=key, file="", sha256="", width=1, height=1, cut=cut, split=split, labels={"cel": label}
    )  # type: ignore[arg-type]


# --- folds ---


def test_no_cut_is_on_both_sides_and_held_out_frames_never_train() -> None:
    rows = [row(f"{cut}{n}", cut) for cut in "abcdefg" for n in range(3)]
    rows += [row(f"{cut}{n}", cut, "test") for cut in "xyz" for n in range(2)]
    folds = folds_of(rows, 3)
    for fold in folds:
        assert not {cut_of(r) for r in fold.train} & {cut_of(r) for r in fold.judged}
        assert {r.split for r in fold.train} == {"train"}
    judged = [r.key for fold in folds for r in fold.judged]
    assert sorted(judged) == sorted(r.key for r in rows), "every frame is judged once"
    assert sorted(len(fold.judged) for fold in folds) == [8, 8, 11]


def test_frames_without_a_cut_are_their_own_and_folds_are_no_more_than_cuts() -> None:
    assert len(folds_of([row("a", ""), row("b", ""), row("c", "")], 5)) == 3
    with pytest.raises(UserError, match="two cuts"):
        folds_of([row("a", "one"), row("b", "one"), row("c", "two", "test")], 2)
    with pytest.raises(UserError) as caught:
        folds_of([], 1)
    assert caught.value.code == "bad_folds"


# --- measures ---


def frame(own: list[float], label: list[int]) -> tuple[np.ndarray, np.ndarray]:
    """Two classes: (2, 1, n) probabilities of which ``own`` is that of class 1, and the (1, n) label."""
    p = np.array([own], np.float32)
    return np.stack([1 - p, p]), np.array([label], np.uint8)


def test_measures_of_four_pixels_by_hand() -> None:
    values = compared(*frame([0.9, 0.8, 0.5, 0.3], [1, 0, 255, 0])).values
    assert values["loss"] == pytest.approx(-(math.log(0.9) + math.log(0.2) + math.log(0.7)) / 3, abs=1e-6)
    entropy = -sum(p * math.log(p) + (1 - p) * math.log(1 - p) for p in (0.9, 0.8, 0.3)) / 3
    assert values["entropy"] == pytest.approx(entropy, abs=1e-6)
    assert values["surprise"] == pytest.approx(values["loss"] - values["entropy"])
    assert values["wrong"] == pytest.approx(1 / 3)
    assert values["iou"] == pytest.approx(1 / 2), "one hit of two pixels in label or prediction"


def test_an_ignored_frame_has_nothing_to_say() -> None:
    values = finished([compared(*frame([0.9, 0.1], [255, 255]))])[0]
    assert set(values.values()) == {0.0}


def test_the_softmin_is_near_the_least() -> None:
    # weights 1 and e^-5: (0.2 + 0.7 e^-5) / (1 + e^-5)
    assert softmin(np.array([0.7, 0.2])) == pytest.approx((0.2 + 0.7 * math.exp(-5)) / (1 + math.exp(-5)))


def test_confident_learning_counts_what_is_as_sure_as_the_right_ones() -> None:
    # Labelled 1: 0.9, 0.7 and 0.2 of class 1, on average 0.6. Labelled 0 with 0.65 and 0.55 of class 1: one is beyond.
    frames = [compared(*frame([0.9, 0.7, 0.2], [1, 1, 1])), compared(*frame([0.65, 0.55], [0, 0]))]
    first, second = finished(frames)
    # Class 0 where labelled: 0.35 and 0.45, on average 0.4; the third pixel of the first frame has 0.8.
    assert first["confident"] == pytest.approx(1 / 3)
    assert second["confident"] == pytest.approx(1 / 2)


def test_iou_of_many_classes_is_a_mean_and_of_nothing_is_one() -> None:
    assert mean_iou_of(
        np.array([0, 1, 2, 2], np.uint8), np.array([0, 1, 1, 2], np.uint8), 4
    ) == pytest.approx((1 + 1 / 2 + 1 / 2) / 3)
    assert mean_iou_of(np.zeros(3, np.uint8), np.zeros(3, np.uint8), 2) == 1


# --- edges ---


def drawing() -> tuple[np.ndarray, np.ndarray]:
    """A bright box with a notch on a noisy dark plate, and its mask."""
    rng = np.random.default_rng(0)
    mask = np.zeros((90, 160), np.uint8)
    mask[30:60, 50:90] = 1
    mask[30:40, 50:60] = 0
    rgb = rng.integers(30, 60, (90, 160, 3)).astype(np.uint8)
    rgb[mask == 1] = (230, 200, 180)
    return rgb, mask


def test_a_label_on_its_edges_gains_nothing_and_a_slipped_one_is_moved_back() -> None:
    rgb, mask = drawing()
    assert edge_fit(rgb, mask).gain == 0
    slipped = edge_fit(rgb, np.roll(mask, (4, -8), (0, 1)))
    assert slipped.gain > 3
    assert (slipped.x, slipped.y) == pytest.approx((8 / 160, -4 / 90), abs=0.02)
    assert slipped.here < slipped.best


def test_a_label_without_an_outline_says_nothing() -> None:
    rgb, mask = drawing()
    assert edge_fit(rgb, np.zeros_like(mask)) == NOTHING
    assert edge_fit(rgb, np.ones_like(mask)) == NOTHING
    assert edge_fit(rgb, np.where(mask == 1, 1, 255).astype(np.uint8)) == NOTHING


# --- the ranking ---


def test_values_are_compared_with_the_others_of_their_cut() -> None:
    values = np.array([0.1, 0.1, 0.9, 0.1, 5.0, 5.0, 5.2, 0.1, 0.1, 0.1])
    beyond = beyond_cut(values, list("aaaabbbccc"))
    assert beyond[2] == pytest.approx(0.8), "beside 0.1, 0.1, 0.1 and the median of all, 0.1"
    assert beyond[0] == pytest.approx(0.0)
    assert beyond[6] == pytest.approx(0.2), "its cut is hard: 5.0, 5.0 and 0.1 have the median 5"


def test_a_cut_of_one_is_compared_with_all() -> None:
    assert beyond_cut(np.array([1.0, 2.0, 6.0]), list("abc")).tolist() == [-1.0, 0.0, 4.0]


def test_rarity_is_the_logarithm_of_the_share_that_has_as_much() -> None:
    found = rarity(np.array([-1.0, 0.0, 1.0, 2.0, 2.0] + [0.0] * 5))
    assert found[:5] == pytest.approx([0, 0, -math.log10(0.3), -math.log10(0.2), -math.log10(0.2)])


def judged(
    key: str, cut: str, wrong: float = 0.02, drawn: float = 0.2, **changed: object
) -> dict[str, object]:
    """A row as a fold makes it."""
    still = {"here": 0.8, "best": 0.8, "x": 0.0, "y": 0.0, "gain": 0.0}
    measures = {"confident": wrong, "wrong": wrong, "surprise": wrong}
    return {
        "key": key, "label": "", "production": "", "cut": cut, "time_s": None, "split": "train",
        "shares": [1 - drawn, drawn], "predicted": [0.8, 0.2], "expected": [0.8, 0.2], "edges": still,
        "place": "0990", "predicted_place": "0990", "measures": measures, **changed,
    }  # fmt: skip


def test_what_is_wrong_comes_before_what_is_merely_hard() -> None:
    rows = [judged(f"easy{n:02d}", "easy", 0.02 + n / 1e4) for n in range(20)]
    rows += [judged(f"hard{n:02d}", "hard", 0.3 + n / 1e4) for n in range(6)]
    moved = {"here": 0.1, "best": 0.8, "x": -0.05, "y": 0.02, "gain": 6.0}
    rows += [
        judged("empty", "easy", 0.2, 0.0),
        judged("slipped", "hard", 0.31, edges=moved),
        judged("swapped", "easy", 0.25, place="9009"),
    ]
    rows.append(judged("owner", "else", predicted_place="9009", place="9009"))
    ranking = ranked(rows, ("background", "cel"))  # type: ignore[arg-type]
    first = {entry["key"]: entry for entry in ranking[:3]}
    assert set(first) == {"empty", "slipped", "swapped"}
    assert first["empty"]["reasons"] == ["nothing is drawn, and a model sees cel on 20 % of the frame"]
    assert "moved 5 % to the left and 2 % down it would" in first["slipped"]["reasons"][0]
    assert first["swapped"]["reasons"] == ["the label fits owner better than its own frame"]
    assert [entry["rank"] for entry in ranking] == list(range(1, len(rows) + 1))
    assert ranking[-1]["reasons"] == []
    assert ranked([]) == []


# --- the run ---


def fit(snapshot: Snapshot, out: Path, steps: int = 2) -> Crossfit:
    return Crossfit(snapshot, out, tiny_config(snapshot, steps=steps), 3)


def test_a_stopped_run_goes_on_behind_the_folds_that_are_done(snapshot: Snapshot, tmp_path: Path) -> None:
    stop = StopFlag()

    def tell(name: str, **fields: object) -> None:
        if name == "progress" and fields["fold"] == 1:
            stop.set("enough")

    with pytest.raises(Stopped):
        fit(snapshot, tmp_path).run(device=torch.device("cpu"), stop=stop, on_event=tell, threads=1)
    before = (tmp_path / "fold-0.jsonl").stat().st_mtime_ns
    assert not (tmp_path / "ranking.jsonl").exists()
    ranking = fit(snapshot, tmp_path).run(device=torch.device("cpu"), threads=1)
    assert (tmp_path / "fold-0.jsonl").stat().st_mtime_ns == before
    assert sorted(entry["key"] for entry in ranking) == [f"f{n:03d}" for n in range(9)]
    assert [json.loads(line) for line in (tmp_path / "ranking.jsonl").open()] == ranking
    assert (tmp_path / "predictions" / "f008.png").is_file()
    assert not list(tmp_path.glob("fold-*/")), "the runs themselves are not kept"
    with pytest.raises(UserError, match="other settings"):
        fit(snapshot, tmp_path, steps=3).run(device=torch.device("cpu"), threads=1)


def test_the_command_tells_progress_and_where_the_list_lies(
    snapshot: Snapshot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    options = [
        "--folds",
        "2",
        "--steps",
        "1",
        "--network",
        "tiny",
        "--device",
        "cpu",
        "--threads",
        "1",
        "--json",
    ]
    sets = [part for name in ("network.width=4", "recipe.batch=1") for part in ("--set", name)]
    assert main(["crossfit", str(snapshot.folder), str(tmp_path / "out"), *options, *sets]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert events[-1] == {"event": "done", "ranking": str(tmp_path / "out" / "ranking.jsonl"), "frames": 9}
    assert {event["event"] for event in events} == {"phase", "progress", "done"}
