"""Depth through the whole of training: learn, resume, judge, score, draft, compare; and what it cannot be asked."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from modeling.cli import main
from modeling.comparing import compare, wrong_shares
from modeling.depth.metrics import RAW, figures_of
from modeling.errors import UserError
from modeling.headline import headline_of
from modeling.inference.predictor import Predictor
from modeling.judgements import Judgement, join
from modeling.labelio import read_label
from modeling.labels import get_kind, shares_of
from modeling.runs import RunFolder
from modeling.snapshots import Snapshot
from modeling.tasks import TASKS, require_classes
from modeling.training.checkpoints import read_weights
from modeling.training.config import make_config, parse_settings
from modeling.training.examples import Batches
from modeling.training.frames import Frames
from modeling.training.masks import Masks
from modeling.training.signals import StopFlag, Stopped
from modeling.training.splits import splits_of
from tests.modeling.depth.conftest import DEPTH_QUICK, UNKNOWN_COLUMNS, TrainDepth, depth_disc

DEPTH = get_kind("depth")
CPU = torch.device("cpu")


def quick(*settings: str):
    return make_config(
        task="depth",
        snapshot="s",
        network="tiny",
        settings=parse_settings([*DEPTH_QUICK, *settings]),
        steps=1,
    )


def frames_of(snapshot: Snapshot, side: int = 0) -> Frames:
    task = TASKS.get("depth")
    masks = Masks(snapshot, task.cut_by, task.way_of())
    return Frames(snapshot, snapshot.frames("train", "depth"), "depth", side, masks=masks)


# --- examples ---


def test_examples_carry_depth_of_the_very_pixels_shown(depth_snapshot: Snapshot) -> None:
    image, depth, cel = frames_of(depth_snapshot)[0]
    rgb, levels = depth_disc(0)
    np.testing.assert_array_equal(image.permute(1, 2, 0), rgb)
    np.testing.assert_array_equal(depth[0], shares_of(levels))
    assert depth.dtype == torch.float32
    assert (cel == 255).all()


def test_a_reduced_frame_has_stored_depths_only_none_blended(depth_snapshot: Snapshot) -> None:
    depth = frames_of(depth_snapshot, side=33)[1].classes
    assert depth.shape == (1, 20, 33)
    assert set(depth.unique().tolist()) <= set(shares_of(np.unique(depth_disc(1)[1])).tolist())


@pytest.mark.parametrize(
    "more", [(), ("recipe.augment.erase=1",), ("recipe.augment.rare=1",), ("recipe.augment.background=1",)]
)
def test_batches_turn_scale_and_flip_depth_with_the_picture(
    depth_snapshot: Snapshot, more: tuple[str, ...]
) -> None:
    recipe = quick(*more, "recipe.augment.plates=1", "recipe.augment.paste=1").recipe_values
    images, depths = Batches(frames_of(depth_snapshot), recipe, 80, seed=3).batch(0)
    assert images.shape == (2, 3, 32, 64)
    assert (depths.shape, depths.dtype) == ((2, 32, 64), torch.float32)
    assert set(depths.unique().tolist()) <= {
        value for i in range(6) for value in shares_of(depth_disc(i)[1]).ravel().tolist()
    }
    if not more:
        # discs are the brightest and the nearest, wherever they have come to lie
        near = depths > 0.8
        assert near.any() or not (images.float().mean(1) > 215).any()


# --- learning ---


def test_it_learns_what_is_near_and_the_report_says_so(
    depth_run: RunFolder, depth_snapshot: Snapshot
) -> None:
    report = depth_run.report() or {}
    headline = headline_of(report)
    assert headline is not None
    assert (headline.name, headline.title) == ("within_1_25", "depth within 1.25")
    depth = report["depth"]
    assert headline.value == pytest.approx(depth["raw"]["within_1_25"])
    mean = np.mean([shares_of(depth_disc(i)[1])[:, UNKNOWN_COLUMNS:].mean() for i in range(6)])
    flat = [np.abs(shares_of(depth_disc(i)[1])[:, UNKNOWN_COLUMNS:] - mean).mean() for i in range(6, 9)]
    assert depth["raw"]["mae"] < 0.6 * np.mean(flat)
    assert depth["aligned"]["rmse"] <= depth["raw"]["rmse"] + 1e-6
    assert depth["order"]["accuracy"] == 1
    assert report["iou"] is report["confusion"] is None
    assert report["calibration"]["reason"].startswith("The run predicts numbers")
    assert depth_run.calibration() is None
    assert {row["key"] for row in report["frames"]} == {"f6", "f7", "f8"}
    assert set(report["frames"][0]) == {"key", "cut", "within_1_25", "mae"}


def test_the_losses_of_the_log_fall(depth_run: RunFolder) -> None:
    losses = [row["loss"] for row in depth_run.metrics()]
    assert np.mean(losses[-10:]) < 0.5 * np.mean(losses[:5])


def test_resumed_it_ends_with_the_same_weights(train_depth: TrainDepth, tmp_path: Path) -> None:
    whole = train_depth(steps=6)

    class AtThree(StopFlag):
        looked = 0

        def is_set(self) -> bool:
            self.looked += 1
            return self.looked >= 4

    with pytest.raises(Stopped):
        train_depth(steps=6, folder=tmp_path / "run", stop=AtThree())
    resumed = train_depth(steps=6, folder=tmp_path / "run")
    ours, theirs = read_weights(whole.weights), read_weights(resumed.weights)
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)


def test_error_pictures_are_drawn(depth_run: RunFolder) -> None:
    files = depth_run.preview_files()
    assert len(files) == 3
    with Image.open(files[0]) as image:
        assert image.size == (4 * 80 + 3 * 6, 48)


def test_hard_frames_are_those_with_the_largest_error(
    train_depth: TrainDepth, depth_run: RunFolder, depth_snapshot: Snapshot
) -> None:
    from modeling.training.hard import wrong_shares as errors_of

    rows = depth_snapshot.frames("train", "depth")
    errors = errors_of(depth_snapshot, rows, depth_run, CPU, lambda: None)
    predictor = Predictor.open(depth_run, CPU)
    rgb, levels = depth_disc(0)
    known = levels > 0
    off = np.abs(shares_of(predictor.label(rgb)) - shares_of(levels))[known].mean()
    assert errors[rows[0].file] == pytest.approx(off, rel=1e-4)


# --- predicting ---


def test_predictions_are_depth_maps_at_frame_size_and_never_unknown(depth_run: RunFolder) -> None:
    predictor = Predictor.open(depth_run, CPU)
    rgb = np.repeat(np.repeat(depth_disc(6)[0], 9, 0), 9, 1)[:430]
    label, unsure = predictor.draft_and_entropy(rgb)
    DEPTH.validate(label, rgb.shape[:2])
    assert label.min() > 0
    assert (unsure.shape, unsure.dtype) == (rgb.shape[:2], np.float32)
    assert 0 <= unsure.min() <= unsure.max() <= 0.5
    np.testing.assert_array_equal(predictor.label(rgb), label)


def test_edges_are_the_frames_own(depth_run: RunFolder) -> None:
    rgb, levels = depth_disc(6)
    soft, sharp = (Predictor.open(depth_run, CPU) for _ in range(2))
    soft.edge_radius, sharp.edge_radius = 0.0, 0.05
    large = np.repeat(np.repeat(rgb, 12, 0), 12, 1)
    truth = np.repeat(np.repeat(shares_of(levels), 12, 0), 12, 1)
    border = (np.abs(truth - 0.9) < 0.01) != (np.abs(np.roll(truth, 4, 1) - 0.9) < 0.01)
    off = [np.abs(shares_of(one.label(large)) - truth)[border].mean() for one in (soft, sharp)]
    assert off[1] < off[0]


# --- the commands ---


def listed(tmp_path: Path) -> Path:
    lines = []
    for index in (6, 7):
        file = tmp_path / f"{index}.png"
        Image.fromarray(depth_disc(index)[0]).save(file)
        lines.append(json.dumps({"id": index, "file": str(file)}))
    out = tmp_path / "files.jsonl"
    out.write_text("\n".join(lines) + "\n")
    return out


def test_train_evaluate_score_and_draft_by_command(
    depth_snapshot: Snapshot, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    run, small = tmp_path / "run", ["--device", "cpu", "--threads", "1"]
    settings = [part for setting in DEPTH_QUICK for part in ("--set", setting)]
    args = ["--task", "depth", "--network", "tiny", "--steps", "2", *settings, *small]
    assert main(["train", str(depth_snapshot.folder), str(run), *args]) == 0
    assert "depth within 1.25 0." in capsys.readouterr().out
    assert main(["evaluate", str(run), str(depth_snapshot.folder), str(tmp_path / "judged"), *small]) == 0
    own, again = RunFolder(run).report() or {}, Judgement(tmp_path / "judged").report() or {}
    assert again["depth"] == own["depth"]
    files = listed(tmp_path)
    assert main(["draft", str(run), str(files), str(tmp_path / "drafts"), *small]) == 0
    draft = read_label(tmp_path / "drafts" / "6.png", DEPTH)
    np.testing.assert_array_equal(draft, Predictor.open(run, CPU).label(depth_disc(6)[0]))
    with Image.open(tmp_path / "drafts" / "6.entropy.png") as image:
        assert (image.mode, image.size) == ("L", (80, 48))
    scores = ["score", str(run), str(files), str(tmp_path / "scores.jsonl"), *small, "--lenient"]
    assert main([*scores, "--scorers", "flip,entropy,margin,embedding"]) == 0
    told = capsys.readouterr()
    assert "asks how sure classes are, and depth has none" in told.err
    first = json.loads((tmp_path / "scores.jsonl").read_text().splitlines()[0])
    predictor = Predictor.open(run, CPU)
    assert first["flip"] == pytest.approx(float(predictor.entropy(depth_disc(6)[0]).mean()), abs=1e-4)
    assert "entropy" not in first
    assert main(["score", str(run), str(files), str(tmp_path / "default.jsonl"), *small]) == 0
    assert set(json.loads((tmp_path / "default.jsonl").read_text().splitlines()[0])) == {"id", "flip"}


def test_a_label_search_says_that_there_are_no_classes(depth_snapshot: Snapshot, tmp_path: Path) -> None:
    from modeling.crossfit.run import Crossfit

    with pytest.raises(UserError, match="compares classes, and depth has none"):
        Crossfit(depth_snapshot, tmp_path / "out", quick(), 3).run(device=CPU)
    require_classes(TASKS.get("cel"), "A search")


# --- comparing versions ---


def test_two_runs_are_compared_on_the_same_frames(
    depth_run: RunFolder, train_depth: TrainDepth, depth_snapshot: Snapshot
) -> None:
    early = train_depth(steps=1)
    old, new = (Judgement.of(run, depth_snapshot.id).frames() for run in (early, depth_run))
    pairs = join(old, new).pairs()
    found = compare(pairs, (), "within_1_25")
    assert found.classes == ()
    assert found.headline.new == pytest.approx((headline_of(depth_run.report()) or 0).value)  # type: ignore[union-attr]
    assert found.headline.value > 0
    assert found.headline.interval is not None
    right = [figures_of(counts[RAW])["within_1_25"] for counts in pairs.new]
    assert (1 - wrong_shares(pairs.new, "within_1_25")).tolist() == pytest.approx(right)
    assert wrong_shares(0 * pairs.new, "within_1_25").tolist() == [0, 0, 0]


def test_without_depth_labels_it_says_what_is_missing(snapshot: Snapshot, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no depth labels to train on"):
        splits_of(snapshot, quick(), RunFolder(tmp_path / "run"))


def test_an_estimate_can_make_up_frames_with_depth(tmp_path: Path) -> None:
    from modeling.estimating.stand_ins import stand_ins

    task = TASKS.get("depth")
    made = stand_ins(tmp_path, task, task.way_of(), (40, 64), 2, 1)
    assert (made.kinds, made.counts.labels["depth"].model_dump()) == (("depth",), {"train": 2, "test": 1})
    truth = made.truth(made.frames()[0], "depth")
    assert len(np.unique(truth)) > 2
    assert truth.min() > 0
