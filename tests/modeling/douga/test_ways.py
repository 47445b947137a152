"""The four ways of bringing in the cel mask (thesis 5.6), from a frame's pixels to a run that is judged."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from modeling.errors import UserError
from modeling.inference.drafts import write_drafts
from modeling.inference.listed import Listed, read_list
from modeling.inference.predictor import Predictor
from modeling.inference.scoring import score
from modeling.labelio import read_label, write_label
from modeling.labels import KINDS, Entry
from modeling.networks import NETWORKS
from modeling.runs import RunFolder
from modeling.snapshots import Snapshot
from modeling.tasks import TASKS
from modeling.tasks.ways import CEL_WAYS
from modeling.training.config import TrainConfig, make_config, parse_settings
from modeling.training.frames import Frames
from modeling.training.masks import Masks
from modeling.training.run import train
from modeling.training.standing import weights_hash

CPU = torch.device("cpu")
SMALL = [
    "network.width=4",
    "recipe.crop_width=32",
    "recipe.crop_height=32",
    "recipe.batch=2",
    "recipe.learning_rate=0.01",
]

RGB = np.arange(12, dtype=np.uint8).reshape(1, 4, 3)
MASK = np.array([[0, 1, 255, 0]], np.uint8)


def config(snapshot: Snapshot, way: str, steps: int = 2, stands_on: str | None = None) -> TrainConfig:
    settings = parse_settings([*SMALL, f"task.cel={way}"])
    return make_config(
        task="douga",
        snapshot=snapshot.id,
        network="tiny",
        settings=settings,
        steps=steps,
        stands_on=stands_on,
    )


def trained(folder: Path, snapshot: Snapshot, way: str, beneath: RunFolder | None = None) -> RunFolder:
    run = RunFolder(folder)
    asked = config(snapshot, way, stands_on=weights_hash(beneath) if beneath else None)
    train(asked, snapshot, run, device=CPU, threads=1, stands_on=beneath)
    return run


@pytest.mark.parametrize(
    ("way", "expected"),
    [
        ("color", RGB),
        ("synthetic_cel", [[[255] * 3, [3, 4, 5], [6, 7, 8], [255] * 3]]),
        ("manual_cel", [[[255] * 3, [3, 4, 5], [6, 7, 8], [255] * 3]]),
        ("concatenated", [[[0, 1, 2, 0], [3, 4, 5, 255], [6, 7, 8, 255], [9, 10, 11, 0]]]),
    ],
)
def test_a_mask_removes_the_background_or_lies_behind_the_picture(way, expected) -> None:
    composed = CEL_WAYS[way].compose(RGB, MASK)
    np.testing.assert_array_equal(composed, expected)
    assert composed.shape[2] == CEL_WAYS[way].channels


def test_a_way_says_what_it_needs() -> None:
    douga = TASKS.get("douga")
    assert douga.inputs_of({}) == ("frame",)
    assert douga.inputs_of({"cel": "concatenated"}) == ("frame", "prediction:cel")
    assert douga.inputs_of({"cel": "manual_cel"}) == ("frame", "label:cel")
    with pytest.raises(UserError, match=r"douga: cel"):
        douga.inputs_of({"cel": "manual"})
    with pytest.raises(UserError, match="odd"):
        douga.parse({"width": 4})


@pytest.mark.parametrize("name", ["tiny", "lite", "gcn"])
def test_a_fourth_channel_changes_nothing_in_a_pretrained_encoder_at_first(name) -> None:
    entry = NETWORKS.get(name)
    params = {"encoder": "tf_efficientnet_lite0", "kernel": 5} if name == "gcn" else {}
    network = entry.build(entry.parse(params), 10, 4).eval()
    x = torch.rand(1, 4, 64, 64)
    assert network(x).shape == (1, 10, 64, 64)
    if network.encoder is None:
        return
    normalised = network._normalised(x)
    other = torch.cat([normalised[:, :3], -normalised[:, 3:]], 1)
    with torch.no_grad():
        for one, two in zip(network.encoder(normalised), network.encoder(other), strict=True):
            assert torch.equal(one, two)


def test_what_may_be_cut_out_is_drawn_or_predicted_or_unknown(douga_snapshot, tiny_run) -> None:
    rows = douga_snapshot.frames("train", "douga")
    plain = Masks(douga_snapshot, "cel", CEL_WAYS["color"])
    frames = Frames(douga_snapshot, rows, "douga", 0, masks=plain)
    np.testing.assert_array_equal(frames[0].cel[0], douga_snapshot.classes(rows[0], "cel"))
    assert (frames[1].cel == 255).all()  # nobody drew it
    standing = Masks(douga_snapshot, "cel", CEL_WAYS["concatenated"], Predictor.open(tiny_run, CPU))
    standing.prepare(rows)
    predicted = standing.predicted(rows[1])
    assert predicted is not None
    np.testing.assert_array_equal(standing.cut(rows[1]), predicted)
    example = Frames(douga_snapshot, rows, "douga", 0, masks=standing)[1]
    np.testing.assert_array_equal(example.image[3], predicted * 255)


@pytest.mark.parametrize("way", ["synthetic_cel", "concatenated", "manual_cel"])
def test_a_run_keeps_the_one_it_stands_on(way, douga_snapshot, tiny_run, tmp_path) -> None:
    beneath = RunFolder(shutil.copytree(tiny_run.path, tmp_path / "cel"))
    run = trained(tmp_path / "run", douga_snapshot, way, beneath)
    report, stored = run.report() or {}, run.config() or {}
    assert stored["stands_on"] == report["stands_on"] == weights_hash(tiny_run)
    assert (report["train_frames"], report["held_out_frames"]) == (6, 3)
    assert report["headline"]["name"] == "mean_iou"
    shutil.rmtree(beneath.path)
    rgb = np.full((48, 80, 3), 90, np.uint8)
    assert Predictor.open(run, CPU).label(rgb).shape == (48, 80)


def test_without_a_model_drawn_masks_serve_and_frames_without_one_stay_out(douga_snapshot, tmp_path) -> None:
    report = trained(tmp_path / "run", douga_snapshot, "manual_cel").report() or {}
    assert (report["train_frames"], report["held_out_frames"]) == (5, 2)


def test_predictions_need_a_model_of_that_kind(douga_snapshot, tmp_path) -> None:
    with pytest.raises(UserError) as caught:
        trained(tmp_path / "a", douga_snapshot, "synthetic_cel")
    assert caught.value.code == "stands_on_nothing"
    assert "--stands-on" in str(caught.value)
    color = trained(tmp_path / "b", douga_snapshot, "color")
    with pytest.raises(UserError, match="predicts douga labels, not cel") as caught:
        trained(tmp_path / "c", douga_snapshot, "concatenated", color)
    assert caught.value.code == "stands_on_other"
    with pytest.raises(UserError, match="predicts douga labels, not cel"):  # what is cut out asks for it, too
        trained(tmp_path / "d", douga_snapshot, "color", color)


def test_lists_bring_drawn_masks_and_a_frame_without_one_is_left_out(douga_snapshot, tmp_path) -> None:
    run = trained(tmp_path / "run", douga_snapshot, "manual_cel")
    rows = douga_snapshot.frames("train")
    lines = [
        {"id": row.key, "file": str(douga_snapshot.path(row.file))}
        | (
            {"labels": {"cel": str(douga_snapshot.path(row.labels["cel"].file))}}
            if "cel" in row.labels
            else {}
        )
        for row in rows[:2]
    ]
    (tmp_path / "list.jsonl").write_text("\n".join(map(json.dumps, lines)))
    files, predictor = read_list(tmp_path / "list.jsonl"), Predictor.open(run, CPU)
    done = dict(write_drafts(predictor, files, tmp_path / "drafts"))
    assert done["f0"] == ""
    assert "Draw its cel label first" in done["f1"]
    left_out: list[object] = []
    scored = score(predictor, files, tmp_path / "scores.jsonl", on_error=lambda key, _: left_out.append(key))
    assert (scored.done, scored.errors, left_out) == (1, 1, ["f1"])


def test_a_listed_label_is_read_with_the_entries_its_production_added(tmp_path) -> None:
    entry = Entry(20, "FF8800", 1, "cel B")
    write_label(tmp_path / "a.png", np.array([[0, 20]], np.uint8), KINDS["cel"].extended([entry]))
    row = {
        "id": 1,
        "file": "a",
        "labels": {"cel": str(tmp_path / "a.png")},
        "entries": {"cel": [{"value": 20, "color": "FF8800", "class_index": 1, "name": "cel B"}]},
    }
    (tmp_path / "list.jsonl").write_text(json.dumps(row))
    drawn = read_list(tmp_path / "list.jsonl")[0].drawn()
    assert drawn["cel"].tolist() == [[0, 1]]


def test_drafts_are_refined_as_the_task_says_and_labels_are_not(douga_snapshot, tmp_path) -> None:
    predictor = Predictor.open(trained(tmp_path / "run", douga_snapshot, "color"), CPU)
    rgb = np.zeros((20, 30, 3), np.uint8)
    raw = predictor.label(rgb)
    seen: list[tuple[int, ...]] = []

    def refine(classes, probabilities):
        seen.append(probabilities.shape)
        np.testing.assert_allclose(probabilities.sum(0), 1, rtol=1e-5)
        np.testing.assert_array_equal(classes, raw)
        return np.full_like(classes, 7)

    predictor.refine = refine
    write = list(write_drafts(predictor, [Listed("a", _written(tmp_path, rgb))], tmp_path / "drafts"))
    assert write == [("a", "")]
    assert (read_label(tmp_path / "drafts" / "a.png", KINDS["douga"]) == 7).all()
    assert seen == [(10, 20, 30)]
    assert TASKS.get("douga").parse({"thin": False, "average": False}).refine is None


def _written(folder: Path, rgb) -> Path:
    from modeling.images import encode_png

    path = folder / "frame.png"
    path.write_bytes(encode_png(rgb))
    return path
