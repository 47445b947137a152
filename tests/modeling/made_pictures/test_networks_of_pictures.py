"""The Swish-gated U-Net and the residual network, against what their papers say."""

from __future__ import annotations

from typing import Any

import pytest
import torch
from torch import nn

from modeling.losses.pictures import pictures_of
from modeling.networks import NETWORKS
from modeling.networks.base import ResidualBlock
from modeling.networks.swish_unet import Swish, SwishGatedBlock


def built(name: str, out: int, channels: int = 3, **params):
    entry = NETWORKS.get(name)
    return entry.build(entry.parse(params), out, channels)


def test_a_gate_lets_through_by_the_sigmoid_of_its_convolution() -> None:
    swish = Swish(1)
    with torch.no_grad():
        swish.gate.weight.zero_()
        swish.gate.weight[0, 0, 1, 1] = 2.0
        swish.gate.bias.fill_(-1.0)
    x = torch.tensor([[[[0.5, 1.0, -1.0]]]])
    by_hand = [0.5 * 0.5, 1 / (1 + torch.e**-1), -1 / (1 + torch.e**3)]  # x sigmoid(2 x - 1)
    assert swish(x).flatten().tolist() == pytest.approx(by_hand, abs=1e-6)


def test_gates_begin_open_and_alike() -> None:
    x = torch.randn(1, 2, 5, 5)
    torch.testing.assert_close(Swish(2)(x), x / (1 + torch.e**-2))


def test_a_block_puts_the_residual_part_the_gated_input_and_the_gated_skip_beside_each_other() -> None:
    block = SwishGatedBlock(2, skip=True).eval()
    with torch.no_grad():
        for gate in (block.swish.gate, block.skip_swish.gate):
            gate.weight.zero_()
            gate.bias.zero_()  # half of everything passes
    x, skip = torch.rand(1, 2, 4, 4), torch.rand(1, 2, 4, 4)
    with torch.no_grad():
        out, made = block(x, skip)
    assert out.shape == (1, 6, 4, 4) == (1, block.channels_out, 4, 4)
    torch.testing.assert_close(out[:, :2], made)
    torch.testing.assert_close(out[:, 2:4], x / 2)
    torch.testing.assert_close(out[:, 4:], skip / 2)


def test_without_gates_it_is_the_block_of_a_plain_unet() -> None:
    block = SwishGatedBlock(2, skip=True, gated=False).eval()
    x, skip = torch.rand(1, 2, 4, 4), torch.rand(1, 2, 4, 4)
    with torch.no_grad():
        out, made = block(x, skip)
    torch.testing.assert_close(out, torch.cat([made, skip], 1))
    assert not any(
        isinstance(part, Swish) for part in built("swish_unet", 27, width=0.05, gated=False).modules()
    )


def test_ten_blocks_on_six_levels_with_the_papers_kernels() -> None:
    body = built("swish_unet", 27, width=1.0).body
    blocks = [part for part in body.modules() if isinstance(part, SwishGatedBlock)]
    assert len(blocks) == 10
    assert [part.residual[0][0].out_channels for part in blocks] == [
        96,
        192,
        288,
        384,
        480,
        480,
        384,
        288,
        192,
        96,
    ]
    assert body.bottom[0][0].out_channels == 512
    assert (body.head.kernel_size, body.head.out_channels) == ((1, 1), 27)
    for block, enter in zip(blocks, [*body.enter[:-1], *body.back], strict=True):
        assert enter[0].kernel_size == (1, 1)
        assert enter[0].out_channels == block.residual[0][0].in_channels


def test_a_quarter_of_the_kernels_by_default() -> None:
    body = built("swish_unet", 27).body
    assert [enter[0].out_channels for enter in body.enter] == [24, 48, 72, 96, 120, 128]


@pytest.mark.parametrize(("norm", "part_of"), [("layer", nn.GroupNorm), ("batch", nn.BatchNorm2d)])
def test_every_convolution_but_the_last_and_the_gates_is_normalised(
    norm: str, part_of: type[nn.Module]
) -> None:
    body = built("swish_unet", 27, width=0.05, norm=norm).body
    convolutions = sum(isinstance(part, nn.Conv2d) for part in body.modules())
    gates = sum(isinstance(part, Swish) for part in body.modules())
    assert gates == 15  # ten of inputs, five of skips
    assert convolutions - gates - 1 == sum(isinstance(part, part_of) for part in body.modules())


def test_a_picture_is_normalised_by_itself() -> None:
    network = built("swish_unet", 27, 6, width=0.05).train()
    one, other = torch.rand(2, 6, 32, 32, generator=torch.Generator().manual_seed(1)).split(1)
    for part in network.modules():
        if isinstance(part, nn.Dropout2d):
            part.p = 0.0
    with torch.no_grad():
        torch.testing.assert_close(network(torch.cat([one, other]))[:1], network(one))


@pytest.mark.parametrize("channels", [6, 10])
def test_proposals_begin_as_the_painted_frame_that_is_shown(channels: int) -> None:
    network = built("swish_unet", 27, channels, width=0.05).eval()
    x = torch.rand(1, channels, 40, 33, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        pictures = pictures_of(network(x))
    torch.testing.assert_close(pictures, x[:, None, -3:].expand_as(pictures), atol=1e-2, rtol=0)


@pytest.mark.parametrize("params", [{"channels": 3}, {"channels": 7}, {"channels": 6, "copies": False}])
def test_without_a_painted_frame_they_begin_as_nothing(params: dict[str, Any]) -> None:
    network = built("swish_unet", 27, width=0.05, **params)
    assert not network.body.copied


def test_a_residual_block_is_its_input_and_what_two_convolutions_make_of_it() -> None:
    block = ResidualBlock(1)
    with torch.no_grad():
        for part, weight in ((block.first, -1.0), (block.second, 3.0)):
            part.weight.zero_()
            part.weight[0, 0, 1, 1] = weight
            part.bias.zero_()
    x = torch.tensor([[[[2.0, -1.0]]]])
    assert block(x).flatten().tolist() == [2.0, -1.0 + 3.0]  # the ReLU between lets the negated -1 through


def test_an_untrained_residual_network_changes_no_stored_value() -> None:
    torch.manual_seed(0)
    network = built("vdsr", 3, blocks=2, width=8).eval()
    x = torch.rand(1, 3, 13, 17)
    with torch.no_grad():
        torch.testing.assert_close(network(x), x * 2 - 1, atol=1 / 255, rtol=0)
        grey = built("vdsr", 1, blocks=1, width=4).eval()(x)
    torch.testing.assert_close(grey, (x * 2 - 1).mean(1, keepdim=True), atol=1 / 255, rtol=0)
