"""Frames at their native pixels, and tasks of many classes: tiles, decisions, views round rare classes, full heads."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from modeling.inference.decisions import classes_of, most_entropy, pixel_entropy
from modeling.inference.predictor import Predictor
from modeling.inference.tiles import tiles
from modeling.labels import IGNORE
from modeling.networks import NETWORKS
from modeling.recipes import AugmentParams
from modeling.tasks import TASKS, Task
from modeling.training.augmentation import Crop, Example, random_view, rare_pixel

STILL = AugmentParams.model_validate(
    {"brightness_sd": 0, "contrast_sd": 0, "hue_sd": 0, "scale_min": 1, "scale_max": 1, "rotation": 0}
    | {"flip": 0, "erase": 0, "background": False}
)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(7)


def three_classes() -> Task:
    """The task ``cel`` with two classes more, at native pixels."""
    return replace(TASKS.get("cel"), classes=("a", "b", "c"), long_side=0, build=lambda params: 3)


@given(st.integers(1, 300), st.integers(1, 300), st.sampled_from([64, 160]))
def test_tiles_keep_each_pixel_once_and_away_from_borders_inside_the_frame(
    height: int, width: int, size: int
) -> None:
    kept = np.zeros((height, width), int)
    for tile in tiles(height, width, size, 8):
        kept[tile.kept] += 1
        for seen, part, inside, length in zip(
            tile.seen, tile.kept, tile.inside, (height, width), strict=True
        ):
            side = seen.stop - seen.start
            assert side == length if length <= size else side <= size and side % 32 == 0
            assert (inside.start + seen.start, inside.stop + seen.start) == (part.start, part.stop)
            assert seen.start == 0 or part.start - seen.start >= 8
            assert seen.stop == length or seen.stop - part.stop >= 8
    assert (kept == 1).all()


def test_tiles_are_no_larger_than_so_many_must_be() -> None:
    # two of (1080 + 128) / 2 = 604 px and four of (1920 + 3 * 128) / 4 = 576 px, in steps of 32
    found = list(tiles(1080, 1920, 640, 64))
    assert len(found) == 8
    assert {(t.seen[0].stop - t.seen[0].start, t.seen[1].stop - t.seen[1].start) for t in found} == {
        (608, 576)
    }


def test_classes_and_entropy_of_one_channel_and_of_many() -> None:
    two = torch.tensor([-1.0, 0.0, 3.0]).view(1, 1, 3)
    assert classes_of(two).tolist() == [[0, 0, 1]]
    # probabilities 1/2, 1/4, 1/4: 1.5 bits; then all alike; then certain
    many = torch.tensor([[0.5, 0.25, 0.25], [1, 1, 1], [1, 1e-30, 1e-30]]).log().T.reshape(1, 3, 1, 3)
    assert classes_of(many[0])[0, 0].item() == 0
    expected = [1.5 * math.log(2), math.log(3), 0]
    assert pixel_entropy(many)[0, 0].tolist() == pytest.approx(expected, abs=1e-6)
    assert pixel_entropy(two[None])[0, 0, 1].item() == pytest.approx(math.log(2))
    assert (most_entropy(1), most_entropy(10)) == (math.log(2), math.log(10))


class Sharpest(torch.nn.Module):
    """The class of the strongest of red, green and blue: what a network says that sees single pixels."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return 9 * x


def test_a_native_frame_is_seen_in_tiles_at_its_own_pixels(rng: np.random.Generator) -> None:
    rgb = rng.integers(0, 256, (700, 900, 3), dtype=np.uint8)
    predictor = Predictor(Sharpest(), three_classes(), 0, torch.device("cpu"))
    logits = predictor.logits(rgb)
    np.testing.assert_allclose(logits, rgb.transpose(2, 0, 1) * np.float32(9 / 255), rtol=1e-5)
    label, entropy = predictor.label_and_entropy(rgb)
    np.testing.assert_array_equal(label, logits.argmax(0))
    np.testing.assert_array_equal(label, predictor.label(rgb))
    np.testing.assert_array_equal(entropy, predictor.entropy(rgb))
    assert 0 <= entropy.min() <= entropy.max() <= math.log(3) + 1e-6


def test_any_class_of_a_frame_is_as_likely_to_be_looked_at(rng: np.random.Generator) -> None:
    classes = torch.zeros((40, 50), dtype=torch.uint8)
    classes[3, 7] = 4
    classes[:, 40:] = IGNORE
    picks = [rare_pixel(classes, rng) for _ in range(400)]
    assert 140 < picks.count((3, 7)) < 260
    assert all(x < 40 for _, x in picks)
    assert rare_pixel(torch.full((2, 2), IGNORE, dtype=torch.uint8), rng) is None


@pytest.mark.parametrize("near", [(0, 0), (2, 57), (39, 59), (20, 30)])
def test_a_view_holds_the_pixel_it_lies_round_and_changes_none(rng: np.random.Generator, near) -> None:
    image = torch.from_numpy(rng.integers(0, 256, (3, 40, 60), dtype=np.uint8))
    classes = torch.zeros((1, 40, 60), dtype=torch.uint8)
    classes[0, *near] = 7
    view, labels, _ = random_view(Example(image, classes, classes), Crop(16, 24, 0), STILL, rng, near)
    assert labels.sum() == 7
    y, x = (int(at) for at in labels[0].nonzero()[0])
    top, left = near[0] - y, near[1] - x
    assert torch.equal(view, image[:, top : top + 16, left : left + 24])


@pytest.mark.parametrize(
    ("head", "channels", "full"), [("auto", 1, False), ("auto", 10, True), ("half", 10, False)]
)
def test_lite_tells_lines_apart_at_full_resolution(head, channels, full) -> None:
    entry = NETWORKS.get("lite")
    network = entry.build(entry.parse({"pretrained": False, "head": head}), channels)
    with torch.no_grad():
        body = network.eval().body(torch.rand(1, 3, 64, 96))
    assert body.shape == (1, channels, *((64, 96) if full else (32, 48)))
    assert network(torch.rand(1, 3, 50, 70)).shape == (1, channels, 50, 70)
