"""One conformance test over every network, and where pretrained weights come from."""

from __future__ import annotations

import re

import pytest
import torch
from safetensors.torch import load, save
from torch import nn

from modeling.networks import NETWORKS
from modeling.networks.densedepth import PyramidPooling
from modeling.networks.pretrained import encoder_of, hub_answers

SMALL = {
    "tiny": {},
    "lite": {"pretrained": False},
    "densedepth": {"encoder": "densenet_small", "width": 4},
    "swish_unet": {"width": 0.05},
    "vdsr": {"blocks": 2, "width": 8},
    "gcn": {"encoder": "resnet18", "pretrained": False, "kernel": 7},
}


def build(name: str) -> nn.Module:
    torch.manual_seed(0)
    entry = NETWORKS.get(name)
    return entry.build(entry.parse({**SMALL[name], "dropout": 0.5}), 1)


@pytest.fixture(scope="module", params=NETWORKS.names())
def network(request: pytest.FixtureRequest) -> nn.Module:
    return build(request.param)


@pytest.mark.parametrize("size", [(64, 96), (37, 50), (70, 33)])
def test_any_size_goes_in_and_comes_out(network, size) -> None:
    with torch.no_grad():
        logits = network.eval()(torch.rand(2, 3, *size))
    assert logits.shape == (2, 1, *size)
    assert logits.isfinite().all()


def test_dropout_is_random_in_training_only(network) -> None:
    x = torch.rand(2, 3, 64, 64)
    assert any(isinstance(part, nn.Dropout2d) and part.p == 0.5 for part in network.modules())
    with torch.no_grad():
        network.eval()
        assert torch.equal(network(x), network(x))
        network.train()
        assert not torch.equal(network(x), network(x))


def test_every_weight_learns(network) -> None:
    network.zero_grad()
    network.train()
    network(torch.rand(2, 3, 64, 64)).square().mean().backward()
    without = [
        name for name, p in network.named_parameters() if p.grad is None or not p.grad.isfinite().all()
    ]
    assert not without


def test_weights_round_trip_through_safetensors(network) -> None:
    name = next(key for key in NETWORKS.names() if type(build(key).body) is type(network.body))
    other = build(name)
    with torch.no_grad():
        for parameter in other.parameters():
            parameter.zero_()
    other.load_state_dict(load(save({k: v.contiguous() for k, v in network.state_dict().items()})))
    x = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        assert torch.equal(network.eval()(x), other.eval()(x))


def test_tiny_has_about_half_a_million_parameters() -> None:
    assert sum(p.numel() for p in build("tiny").parameters()) == pytest.approx(0.5e6, rel=0.1)


def test_gcn_kernels_are_factorized() -> None:
    entry = NETWORKS.get("gcn")
    network = entry.build(entry.parse({"pretrained": False}), 1)
    kernels = {part.kernel_size for part in network.modules() if isinstance(part, nn.Conv2d)}
    assert {(25, 1), (1, 25)} <= kernels


def test_offline_the_packaged_imagenet_weights_are_used(monkeypatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    hub_answers.cache_clear()
    encoder, source = encoder_of("tf_efficientnet_lite0", pretrained=True)
    assert source in {"package", "hub"}  # "hub" where an earlier download lies in its cache
    assert encoder.feature_info.channels() == [16, 24, 40, 112, 320]
    # trained batch statistics are neither the 0 nor the 1 of a fresh layer
    assert encoder.bn1.running_mean.abs().max() > 0.1


def test_without_any_weights_it_says_so_and_starts_from_scratch(monkeypatch, caplog) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    hub_answers.cache_clear()
    monkeypatch.setattr("huggingface_hub.try_to_load_from_cache", lambda *args: None)
    _, source = encoder_of("resnet18", pretrained=True)
    assert source == "scratch"
    assert "from scratch" in caplog.text


# --- densedepth ---


def densedepth(**values) -> nn.Module:
    entry = NETWORKS.get("densedepth")
    return entry.build(entry.parse({"pretrained": False, "width": 4, **values}), 1).eval()


def test_a_pyramid_pools_into_1_4_9_and_36_cells_of_any_size() -> None:
    pooling = PyramidPooling(8, 5).eval()
    assert [level.out_channels for level in pooling.levels] == [2, 2, 2, 2]
    seen: list[torch.Size] = []
    for level in pooling.levels:
        level.register_forward_hook(lambda part, inputs, output: seen.append(output.shape))
    for size in ((3, 5), (12, 7), (1, 1)):
        seen.clear()
        assert pooling(torch.rand(1, 8, *size)).shape == (1, 5, *size)
        assert [tuple(shape) for shape in seen] == [(1, 2, n, n) for n in (1, 2, 3, 6)]


def test_a_pyramids_first_level_is_the_mean_of_everything() -> None:
    pooling = PyramidPooling(4, 3).eval()
    x = torch.rand(1, 4, 5, 6)
    found: list[torch.Tensor] = []
    pooling.levels[0].register_forward_hook(lambda part, inputs, output: found.append(inputs[0]))
    pooling(x)
    torch.testing.assert_close(found[0][..., 0, 0], x.mean((2, 3)))


def test_its_encoder_is_four_dense_blocks_with_three_transitions() -> None:
    encoder = densedepth(encoder="densenet121").encoder
    parts = [name for name, _ in encoder.named_modules()]
    blocks = {name for name in parts if re.fullmatch(r"\w*denseblock\d", name)}
    transitions = {name for name in parts if re.fullmatch(r"\w*transition\d", name)}
    assert (len(blocks), len(transitions)) == (4, 3)
    assert encoder.feature_info.channels() == [64, 256, 512, 1024, 1024]


def test_four_modules_of_5_x_5_over_the_encoders_features_each_twice_the_size() -> None:
    network = densedepth(encoder="densenet_small")
    sizes: list[tuple[int, ...]] = []
    for module in network.body.up:
        module.register_forward_hook(lambda part, inputs, output: sizes.append(tuple(output.shape[-2:])))
    network(torch.rand(1, 3, 64, 96))
    assert sizes == [(4, 6), (8, 12), (16, 24), (32, 48)]
    skips = network.encoder.feature_info.channels()[-2::-1]
    convolutions = [module.decode[0] for module in network.body.up]
    assert [one.kernel_size for one in convolutions] == [(5, 5)] * 4
    assert [one.in_channels - skip for one, skip in zip(convolutions, skips, strict=True)] == [16, 16, 12, 8]


def test_pyramid_and_modules_can_be_switched_off() -> None:
    network = densedepth(encoder="densenet_small", pyramid=False, upsampling=False)
    assert not any(isinstance(part, PyramidPooling) for part in network.modules())
    assert [module.decode[0].kernel_size for module in network.body.up] == [(3, 3)] * 4
    assert network(torch.rand(1, 3, 40, 50)).shape == (1, 1, 40, 50)


def test_an_encoder_of_our_own_begins_from_scratch_and_lite0_from_the_package(monkeypatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    hub_answers.cache_clear()
    assert not densedepth(encoder="densenet_small", pretrained=True).pretrained
    assert densedepth(encoder="tf_efficientnet_lite0", pretrained=True).pretrained
