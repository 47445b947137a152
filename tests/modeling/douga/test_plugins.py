"""A user's own weights: toy networks of one convolution in the places of the published ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from modeling.douga.baselines import EXTRACTORS
from modeling.douga.extractors import LineExtractor, judge
from modeling.douga.plugins import manga_planes, manga_strength, sketch_planes, sketch_strength
from modeling.errors import UserError


def scaled(weight: float = 1.0) -> nn.Module:
    """A network that multiplies each pixel."""
    convolution = nn.Conv2d(1, 1, 1, bias=False)
    nn.init.constant_(convolution.weight, weight)
    return convolution


def build(
    name: str, weights: Path, network: Callable[[], nn.Module] | None = None, **values: object
) -> LineExtractor:
    """The extractor of that name on the CPU."""
    entry = EXTRACTORS.get(name)
    return entry.build(entry.parse({"weights": weights, "device": "cpu", **values}), network=network)


def scripted(folder: Path, network: nn.Module) -> Path:
    """The network as TorchScript."""
    path = folder / "network.pt"
    torch.jit.script(network).save(str(path))
    return path


RGB = np.full((5, 20, 3), 255, np.uint8)
RGB[2] = 0


def test_manga_planes_are_grey_on_sides_of_16() -> None:
    planes = manga_planes(RGB)
    assert planes.shape == (1, 1, 16, 32)
    assert planes[0, 0, :5, :20].tolist() == RGB[..., 0].tolist()
    assert (planes[0, 0, 5:] == 255).all()
    assert manga_strength(planes, (5, 20)).tolist() == (255 - RGB[..., 0]).tolist()


def test_sketch_planes_are_high_passes_in_a_square_of_512() -> None:
    planes = sketch_planes(RGB)
    assert planes.shape == (3, 1, 512, 512)
    assert planes.max() == pytest.approx(1)
    assert not planes[:, :, 128:].any()
    assert not sketch_planes(np.full((5, 20, 3), 7, np.uint8)).any()
    assert sketch_strength(np.full((3, 1, 512, 512), 2.0, np.float32), (5, 20)).tolist() == [[255] * 20] * 5


def test_torchscript_is_judged_like_any_other(tmp_path: Path) -> None:
    extractor = build("manga_line", scripted(tmp_path, scaled()))
    classes = np.zeros((5, 20), np.uint8)
    classes[2] = 1
    found = judge(extractor, [(RGB, classes)])
    # strengths are 0 and 255, one row in five is a line: from 1 on as many are found as there are
    assert (found.threshold, found.table.accuracy) == (1, 1)


def test_sketchkeras_keeps_the_pictures_size(tmp_path: Path) -> None:
    mask = build("sketchkeras", scripted(tmp_path, scaled()), threshold=20)(RGB)
    assert (mask.shape, mask.dtype) == ((5, 20), bool)


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_a_state_dict_comes_with_its_network(tmp_path: Path, suffix: str) -> None:
    path, state = tmp_path / f"weights{suffix}", scaled(0.5).state_dict()
    save_file(state, path) if suffix == ".safetensors" else torch.save(state, path)
    strength = build("manga_line", path, scaled).strength(RGB)
    # white 255 comes out as 127.5
    assert set(strength[0]) == {128}
    assert set(strength[2]) == {255}
    with pytest.raises(UserError, match="says nothing of its network") as caught:
        build("manga_line", path)
    assert caught.value.code == "weights_network"


def test_missing_weights(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no weights at") as caught:
        build("sketchkeras", tmp_path / "none.pt")
    assert caught.value.code == "weights_missing"


@pytest.mark.parametrize("name", ["weights.pth", "weights.safetensors"])
def test_a_file_that_is_no_weights(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"not weights at all")
    with pytest.raises(UserError, match=name) as caught:
        build("manga_line", tmp_path / name, scaled)
    assert caught.value.code == "weights_unreadable"


def test_weights_of_another_network(tmp_path: Path) -> None:
    save_file({"other.weight": torch.zeros(1)}, tmp_path / "weights.safetensors")
    with pytest.raises(UserError, match="does not fit Conv2d") as caught:
        build("manga_line", tmp_path / "weights.safetensors", scaled)
    assert caught.value.code == "weights_fit"


@pytest.mark.parametrize("network", [nn.Conv2d(3, 1, 1), nn.Conv2d(1, 1, 3), nn.Conv2d(1, 2, 1)])
def test_networks_of_other_shapes(tmp_path: Path, network: nn.Module) -> None:
    with pytest.raises(UserError, match=r"network\.pt") as caught:
        build("manga_line", scripted(tmp_path, network))
    assert caught.value.code == "weights_fit"
