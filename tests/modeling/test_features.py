"""Pictures grown for features, on networks whose features are known."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch
from torch import nn

from modeling.cli import main
from modeling.images import read_rgb
from modeling.inference.features import Feature, Growth, channels_in, features, last_convolution, sheet
from modeling.networks import NETWORKS
from modeling.runs import RunFolder

QUICK = Growth(steps=6, size=32)


def colors(channels: int = 3) -> nn.Module:
    """Feature 0 is what is red and not blue, feature 1 what is blue and not red and far from noise."""
    first, last = nn.Conv2d(channels, 2, 1), nn.Conv2d(2, 1, 1)
    weights = torch.zeros(2, channels, 1, 1)
    weights[0, :3, 0, 0] = torch.tensor([1.0, 0.0, -1.0])
    weights[1, :3, 0, 0] = torch.tensor([-1.0, 0.0, 1.0])
    first.weight.data, first.bias.data = weights, torch.tensor([0.0, -0.9])
    return nn.Sequential(first, nn.ReLU(inplace=True), nn.Sequential(last))


def test_each_channel_becomes_more_active() -> None:
    red, blue = features(colors(), QUICK)
    assert (red.channel, blue.channel) == (0, 1)
    assert red.end > red.start + 0.3
    assert red.tile.dtype == np.uint8
    assert red.tile.shape == (32, 32, 3)
    assert red.tile[..., 0].mean() > red.tile[..., 2].mean() + 100


def test_a_channel_that_noise_leaves_silent_is_woken() -> None:
    blue = list(features(colors(), Growth(steps=20, size=32)))[1]
    assert blue.start == 0
    assert blue.end > 0
    assert blue.tile[..., 2].mean() > blue.tile[..., 0].mean()


def test_the_same_seed_grows_the_same_pictures() -> None:
    network = colors()
    rectified = network[1].forward
    once, again = (list(features(network, QUICK)) for _ in range(2))
    other = next(features(network, Growth(steps=6, size=32, seed=1)))
    assert all((a.tile == b.tile).all() and a.end == b.end for a, b in zip(once, again, strict=True))
    assert (once[0].tile != other.tile).any()
    assert network[1].forward == rectified


def test_a_mask_channel_stays_full() -> None:
    network = colors(4)
    network[0].weight.data[0, 3] = 1.0
    red = next(features(network, QUICK))
    assert channels_in(network) == 4
    assert red.start == pytest.approx(1, abs=0.05)


@pytest.mark.parametrize(
    ("name", "params", "layer", "width"),
    [
        ("tiny", {"width": 4}, "body.head", 4),
        ("lite", {"pretrained": False, "head": "half"}, "body.head", 24),
        ("lite", {"pretrained": False, "head": "full"}, "body.full.head", 16),
        ("gcn", {"pretrained": False, "kernel": 5}, "body.head", 21),
    ],
)
def test_the_layer_before_the_logits_is_found(name: str, params: dict, layer: str, width: int) -> None:
    entry = NETWORKS.get(name)
    network = entry.build(entry.parse(params), 3).eval()
    found, convolution = last_convolution(network)
    assert (found, convolution.in_channels) == (layer, width)


def test_tiles_stand_in_rows() -> None:
    tiles = [Feature(i, 0, 1, np.full((32, 32, 3), 200 + i, np.uint8)) for i in range(3)]
    picture = sheet(tiles)
    assert picture.shape == (6 + 2 * (32 + 16 + 6), 6 + 2 * (32 + 6), 3)
    assert picture[6, 6].tolist() == [200] * 3
    assert picture[6, 6 + 38].tolist() == [201] * 3
    assert picture[6 + 54, 6].tolist() == [202] * 3


def test_the_command_writes_a_picture(tmp_path, tiny_run: RunFolder, capsys) -> None:
    out = tmp_path / "features.png"
    assert main(["features", str(tiny_run.path), str(out), "--steps", "2", "--size", "32", "--json"]) == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [event["channel"] for event in events[:-1]] == [0, 1, 2, 3]
    assert events[-1] == {"event": "done", "file": str(out), "layer": "body.head", "channels": 4}
    assert read_rgb(out).shape == (6 + 2 * 54, 6 + 2 * 38, 3)


def test_the_command_refuses_what_it_cannot_do(tmp_path, capsys) -> None:
    assert main(["features", "none", str(tmp_path / "x.png"), "--size", "8"]) == 2
    assert "at least 32 px" in capsys.readouterr().err
    assert main(["features", "none", str(tmp_path / "x.jpg")]) == 2
    assert ".png" in capsys.readouterr().err
