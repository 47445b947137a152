"""The training set: order, memory and backgrounds as pure functions of seed and position."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import torch

from modeling.images import encode_png
from modeling.labelio import write_label
from modeling.labels import KINDS, Entry
from modeling.recipes import RECIPES
from modeling.snapshots import LabelSource, SnapshotSource, write_snapshot
from modeling.tasks import TASKS
from modeling.training.evaluation import Labels, judge
from modeling.training.examples import Batches
from modeling.training.frames import Frames, Shares
from tests.modeling.toys import disc


@pytest.fixture
def frames(snapshot) -> Frames:
    return Frames(snapshot, snapshot.frames("train", "cel"), "cel", 80)


def batches(frames: Frames, seed: int = 0, **augment: object) -> Batches:
    values = {"crop_width": 64, "crop_height": 32, "batch": 2, "train_side": 80, "augment": augment}
    return Batches(frames, RECIPES.get("thesis").parse(values), 80, seed)


def test_frames_are_read_as_stored(frames) -> None:
    rgb, mask = disc(0)
    image, classes, _ = frames[0]
    assert np.array_equal(image.permute(1, 2, 0), rgb)
    assert np.array_equal(classes[0], KINDS["cel"].to_classes(mask))


def test_entries_that_a_production_added_train_as_their_class(tmp_path: Path) -> None:
    kind = KINDS["cel"].extended([Entry(20, "FF8800", 1, "cel B"), Entry(21, "333333", 0, "sign")])
    rgb, mask = disc(0)
    image, label = tmp_path / "a.png", tmp_path / "a.label.png"
    image.write_bytes(encode_png(rgb))
    write_label(label, np.where(mask == 1, 20, 21).astype(np.uint8), kind)
    source = SnapshotSource(
        key="a", image=image, production="show", labels={"cel": LabelSource(label, "person")}
    )
    frozen = write_snapshot(tmp_path / "snapshots", [source], entries={"cel": {"show": kind.added}})
    frames = Frames(frozen, frozen.frames("train", "cel"), "cel", 80)
    assert np.array_equal(frames[0][1][0], mask)
    assert frames.shares(0) == Shares((mask == 1).mean(), (mask == 1).mean())
    judged = judge(frozen, frozen.frames(), TASKS.get("cel"), lambda *_: Labels(mask))
    assert judged[0].wrong == 0


def test_larger_frames_are_kept_at_working_size(snapshot) -> None:
    image, classes = Frames(snapshot, snapshot.frames("train", "cel"), "cel", 40)[0][:2]
    assert image.shape == (3, 24, 40)
    assert set(classes.unique().tolist()) == {0, 1}


def test_memory_is_bounded(snapshot) -> None:
    one = 48 * 80 * 4
    frames = Frames(snapshot, snapshot.frames("train", "cel"), "cel", 80, cache_bytes=2 * one)
    for index in range(6):
        frames[index]
    assert 0 < frames.memory.bytes <= 2 * one


def test_each_frame_comes_once_an_epoch(frames) -> None:
    seen = [batches(frames).index_at(position) for position in range(12)]
    assert sorted(seen[:6]) == sorted(seen[6:]) == list(range(6))
    assert seen[:6] != seen[6:]


def test_a_batch_depends_on_seed_and_step_alone(frames) -> None:
    every = {"texture": 0.5, "paste": 0.5, "plates": 0.5, "erase": 0.5, "rare": 0.5, "defocus": 0.5}
    these = batches(frames, **every)
    with closing(these.stream(0, workers=3)) as stream:
        streamed = [next(stream) for _ in range(4)]
    with closing(batches(frames, **every).stream(2, workers=1)) as stream:
        resumed = [next(stream) for _ in range(2)]
    for one, other in zip(streamed[2:], resumed, strict=True):
        assert torch.equal(one[0], other[0])
        assert torch.equal(one[1], other[1])
    assert not torch.equal(streamed[0][0], batches(frames, seed=1, **every).batch(0)[0])


def test_plates_hold_no_cel(frames) -> None:
    image, classes, _ = frames.plate(0)
    assert not classes.any()
    assert image.max() < 120  # the toys' cels are bright, their plates dark
    assert torch.equal(frames.plate(3)[0], frames[3][0])


def test_pasting_adds_cel(frames) -> None:
    plain = sum((batches(frames, erase=0).batch(step)[1] == 1).sum().item() for step in range(9))
    pasted = sum((batches(frames, erase=0, paste=1).batch(step)[1] == 1).sum().item() for step in range(9))
    assert pasted > 1.3 * plain
