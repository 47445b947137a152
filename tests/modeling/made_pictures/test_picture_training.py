"""Tasks that make pictures through the whole of training: learn, resume, judge, predict, score."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from modeling.cli import main
from modeling.coloring.drawings import painted
from modeling.coloring.subject import Colors
from modeling.errors import UserError
from modeling.headline import headline_of
from modeling.images import encode_png, read_rgb, within_long_side
from modeling.inference.pictures import PicturePredictor, middle_one
from modeling.inference.predictor import Predictor
from modeling.judgements import Judgement
from modeling.networks import NETWORKS
from modeling.runs import RunFolder
from modeling.scorers import SCORERS
from modeling.snapshots import Snapshot
from modeling.tasks import TASKS, require_classes, require_label
from modeling.training.checkpoints import read_weights
from modeling.training.config import TrainConfig, as_before, differences, make_config
from modeling.training.examples import Batches
from modeling.training.frames import Frames
from modeling.training.judging import judge_run
from modeling.training.signals import StopFlag, Stopped
from tests.modeling.made_pictures.conftest import SIDE, TrainPictures, box, config_of

CPU = torch.device("cpu")
TASKS_OF_PICTURES = ("colorization", "deblur")


def frames_of(snapshot: Snapshot, task: str, *settings: str) -> tuple[Frames, Batches]:
    config = config_of(snapshot, task, *settings)
    frames = Frames(snapshot, snapshot.frames("train", "cel"), "cel", 0, subject=config.subject)
    return frames, Batches(frames, config.recipe_values, config.working_side, seed=1)


# --- examples ---


@pytest.mark.parametrize(("hints", "channels"), [("none", 3), ("dots", 7), ("reference", 6), ("both", 10)])
def test_networks_are_shown_what_the_task_says(boxes: Snapshot, hints: str, channels: int) -> None:
    config = config_of(boxes, "colorization", f"task.hints={hints}")
    assert config.way.channels == channels
    shown, truth = frames_of(boxes, "colorization", f"task.hints={hints}")[1].batch(0)
    assert (shown.shape, shown.dtype) == ((2, channels, 32, 32), torch.uint8)
    assert (truth.shape, truth.dtype) == ((2, 4, 32, 32), torch.uint8)


def test_a_batch_depends_on_seed_and_step_alone(boxes: Snapshot) -> None:
    one, other = (frames_of(boxes, "deblur")[1] for _ in range(2))
    other.batch(0)
    for a, b in zip(one.batch(3), other.batch(3), strict=True):
        assert torch.equal(a, b)


def test_a_whole_frame_is_paired_for_validation(boxes: Snapshot) -> None:
    shown, truth = frames_of(boxes, "colorization")[0].pair(0)
    rgb, cel, lines = box(0)
    np.testing.assert_array_equal(shown[0], np.where(lines, 0, 255))
    np.testing.assert_array_equal(truth[0, :3].permute(1, 2, 0), painted(rgb, cel))


@pytest.mark.parametrize("side", [19, 33])
def test_hints_are_reduced_and_turned_with_the_drawing(boxes: Snapshot, side: int) -> None:
    config = config_of(
        boxes, "colorization", "task.hints=both", "task.registered=false", f"recipe.train_side={side}"
    )
    frames = Frames(boxes, boxes.frames("train", "cel"), "cel", side, subject=config.subject)
    shown, truth = Batches(frames, config.recipe_values, side, seed=1).batch(0)
    assert (shown.shape, truth.shape) == ((2, 10, 32, 32), (2, 4, 32, 32))
    reference = frames[0].image[4:].permute(1, 2, 0).numpy()
    whole = painted(*box(1)[:2])
    np.testing.assert_array_equal(reference, within_long_side(whole, side))


# --- learning ---


def test_it_learns_the_colours_of_boxes(color_run: RunFolder) -> None:
    report = color_run.report() or {}
    headline = headline_of(report)
    assert headline is not None
    assert (headline.name, headline.title) == ("segments_right", "segments right")
    colors = report["colorization"]
    assert headline.value == colors["made"]["segments_right"] == colors["finished"]["segments_right"]
    assert colors["made"]["psnr"] > colors["shown"]["psnr"] + 3
    losses = [row["loss"] for row in color_run.metrics()]
    assert np.mean(losses[-10:]) < 0.8 * np.mean(losses[:5])
    assert report["iou"] is report["confusion"] is None
    assert report["calibration"]["reason"].startswith("The run predicts numbers or pictures")
    assert {row["key"] for row in report["frames"]} == {"f4", "f5"}


def test_the_report_of_a_hint_stands_beside_what_is_made_of_it(train_pictures: TrainPictures) -> None:
    run = train_pictures("colorization", "task.hints=reference", steps=1)
    colors = (run.report() or {})["colorization"]
    for form in ("reference", "registered"):
        assert 0 <= colors[form]["segments_right"] <= 1
        assert colors["intervals"][form].keys() >= {"ssim", "segments_right"}


def test_the_report_of_deblur_stands_beside_what_needs_no_model(sharp_run: RunFolder) -> None:
    found = (sharp_run.report() or {})["deblur"]
    assert {"made", "shown", "unsharp", "wiener"} <= found.keys()
    assert found["made"]["psnr"] > found["shown"]["psnr"]
    assert {"pixels", "generator", "discriminator"} <= sharp_run.metrics()[-1].keys()


@pytest.mark.parametrize("task", TASKS_OF_PICTURES)
def test_a_run_that_was_stopped_ends_as_one_that_was_not(
    task: str, train_pictures: TrainPictures, tmp_path: Path
) -> None:
    whole = train_pictures(task, steps=4)
    stop, folder = StopFlag(), tmp_path / "run"
    stop.set("after the first step")
    with pytest.raises(Stopped):
        train_pictures(task, steps=4, folder=folder, stop=stop)
    assert len(RunFolder(folder).metrics()) == 1
    resumed = train_pictures(task, steps=4, folder=folder)
    for name, weights in read_weights(whole.weights).items():
        assert torch.equal(weights, read_weights(resumed.weights)[name]), name


def test_a_discriminator_that_is_the_perceptual_network_learns_beside(train_pictures: TrainPictures) -> None:
    run = train_pictures(
        "colorization",
        "loss.discriminator=resnet10t",
        "loss.adversarial=0.01",
        steps=1,
        loss="perceptual_gan",
    )
    row = run.metrics()[-1]
    assert row["features"] > 0
    assert row["loss"] == pytest.approx(
        0.88 * row["pixels"] + row["features"] + 0.01 * row["generator"], rel=1e-3
    )


# --- predicting ---


def test_a_predictor_makes_nine_proposals_and_picks_the_one_in_the_middle(color_run: RunFolder) -> None:
    predictor = Predictor.open(color_run, CPU)
    assert isinstance(predictor, PicturePredictor)
    rgb, cel, lines = box(5)
    drawn = {"cel": cel, "douga": lines}
    proposals = predictor.proposals(rgb, drawn)
    assert (proposals.shape, proposals.dtype) == ((9, SIDE, SIDE, 3), np.uint8)
    np.testing.assert_array_equal(predictor.label(rgb, drawn), proposals[0])
    made, flat = predictor.label_and_draft(rgb, drawn)
    np.testing.assert_array_equal(made, proposals[0])
    assert len(np.unique(flat[cel == 1].reshape(-1, 3), axis=0)) == 3  # red, blue and ink
    apart = predictor.entropy(rgb, drawn)
    assert apart.shape == (SIDE, SIDE)
    assert apart.max() > 0


def test_the_middle_one_is_nearest_to_the_mean() -> None:
    pictures = torch.tensor([0.0, 0.4, 1.0]).view(3, 1, 1, 1).expand(3, 3, 2, 2)
    assert middle_one(pictures) == 1


def test_a_frame_larger_than_the_working_size_comes_back_at_its_own(color_run: RunFolder) -> None:
    predictor = Predictor.open(color_run, CPU)
    predictor.side = 32
    assert predictor.label(np.full((70, 50, 3), 255, np.uint8)).shape == (70, 50, 3)
    assert predictor.proposals(np.full((70, 50, 3), 255, np.uint8)).shape == (9, 32, 23, 3)


def test_a_run_from_before_norms_could_be_chosen_is_what_it_was(boxes: Snapshot) -> None:
    config = config_of(boxes, "colorization", "network.width=0.05", "task.hints=reference").model_dump(
        mode="json"
    )
    for group, names in {"network_params": ("norm", "copies"), "task_params": ("registered",)}.items():
        config[group] = {name: value for name, value in config[group].items() if name not in names}
    then = as_before(config)
    assert then["network_params"] == {**config["network_params"], "norm": "batch", "copies": False}
    assert then["task_params"]["registered"] is False
    assert differences(TrainConfig.model_validate(then), config) == []
    newer = config_of(boxes, "colorization").model_dump(mode="json")
    assert as_before(newer) == newer
    cel = {"task": "cel", "network": "lite"}
    assert as_before(cel) == cel


def test_a_painted_frame_that_is_copied_keeps_its_sharpness() -> None:
    entry = NETWORKS.get("swish_unet")
    network = entry.build(entry.parse({"width": 0.05}), 27, 6)
    task = TASKS.get("colorization")
    predictor = PicturePredictor(network, task, 32, CPU, subject=Colors(reference=True))
    reference = np.random.default_rng(0).integers(0, 255, (70, 50, 3), dtype=np.uint8)
    made = predictor.label(np.full_like(reference, 255), {"ink": reference[..., 0], "reference": reference})
    assert np.abs(made.astype(int) - reference).max() <= 3  # an untrained network changes next to nothing


def test_deblur_makes_one_picture_at_native_pixels_tile_by_tile(sharp_run: RunFolder) -> None:
    predictor = Predictor.open(sharp_run, CPU)
    assert isinstance(predictor, PicturePredictor)
    rgb = np.random.default_rng(0).integers(0, 255, (30, 700, 3), dtype=np.uint8)
    made, apart = predictor.label_and_entropy(rgb)
    assert (made.shape, made.dtype) == (rgb.shape, np.uint8)
    assert not apart.any()
    assert predictor.label_and_draft(rgb)[1] is None
    with pytest.raises(UserError, match="makes one picture"):
        predictor.proposals(rgb)


@pytest.mark.parametrize("task", TASKS_OF_PICTURES)
def test_predict_writes_pictures(task: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    run: RunFolder = request.getfixturevalue({"colorization": "color_run", "deblur": "sharp_run"}[task])
    (tmp_path / "in.png").write_bytes(encode_png(box(5)[0]))
    args = ["predict", str(run.path), str(tmp_path / "in.png"), "--out", str(tmp_path / "out")]
    assert main([*args, "--device", "cpu"]) == 0
    assert read_rgb(tmp_path / "out" / "in.png").shape == (SIDE, SIDE, 3)


# --- scores, judgements, and what they cannot be asked ---


@pytest.mark.parametrize(
    ("task", "names"), [("colorization", ["proposals", "flip", "embedding"]), ("deblur", ["flip"])]
)
def test_frames_are_ranked_by_how_far_pictures_differ(
    task: str, names: list[str], request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    run: RunFolder = request.getfixturevalue({"colorization": "color_run", "deblur": "sharp_run"}[task])
    (tmp_path / "a.png").write_bytes(encode_png(box(5)[0]))
    (tmp_path / "files.jsonl").write_text(json.dumps({"id": "a", "file": str(tmp_path / "a.png")}))
    args = ["score", str(run.path), str(tmp_path / "files.jsonl"), str(tmp_path / "scores.jsonl")]
    assert main([*args, "--scorers", ",".join(names), "--device", "cpu"]) == 0
    row = json.loads((tmp_path / "scores.jsonl").read_text())
    assert row[names[0]] > 0


def test_scorers_that_do_not_fit_say_why() -> None:
    colors, sharp, cel = (TASKS.get(name) for name in ("colorization", "deblur", "cel"))
    assert SCORERS.get("proposals").refusal(colors) == ""
    assert SCORERS.get("proposals").refusal(sharp) == "deblur makes no proposals."
    assert SCORERS.get("proposals").refusal(cel) == "cel makes no proposals."
    assert "colorization has none" in SCORERS.get("entropy").refusal(colors)


def test_what_compares_classes_or_needs_labels_refuses() -> None:
    with pytest.raises(UserError, match="compares classes, and deblur has none"):
        require_classes(TASKS.get("deblur"), "simulate")
    with pytest.raises(UserError, match="needs a task that predicts labels, and colorization makes pictures"):
        require_label(TASKS.get("colorization"), "A draft")
    require_label(TASKS.get("depth"), "A draft")


def test_a_loss_of_classes_does_not_fit() -> None:
    with pytest.raises(UserError, match="does not fit the task 'colorization'"):
        make_config(task="colorization", snapshot="s", loss="ce", steps=1)


def test_judged_again_on_another_snapshot_its_pictures_are_kept(
    color_run: RunFolder, boxes: Snapshot, tmp_path: Path
) -> None:
    judge_run(color_run, boxes, tmp_path / "judged", device=CPU)
    judgement = Judgement(tmp_path / "judged")
    own = (color_run.report() or {})["colorization"]
    # loaded weights lie otherwise in memory: sums differ in their last digits
    again = (judgement.report() or {})["colorization"]["made"]
    assert again.keys() == own["made"].keys()
    for name, value in own["made"].items():
        assert again[name] == (value if value is None else pytest.approx(value, rel=1e-4)), name
    assert read_rgb(judgement.label_file("f4")).shape == (SIDE, SIDE, 3)
    assert read_rgb(judgement.draft_file("f4")).shape == (SIDE, SIDE, 3)
    assert len(list((tmp_path / "judged" / "previews").iterdir())) == 2


def test_weights_that_are_missing_are_told_before_anything_is_learned(
    train_pictures: TrainPictures, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match=r"There is no file .*inception\.pth") as refused:
        train_pictures(
            "deblur", f"task.inception={tmp_path / 'inception.pth'}", steps=1, folder=tmp_path / "run"
        )
    assert refused.value.code == "no_weights"
    assert not RunFolder(tmp_path / "run").metrics()
