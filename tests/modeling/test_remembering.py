"""A fixed encoder remembers what it gave for a picture."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from modeling.networks import NETWORKS
from modeling.networks.base import AnySize
from modeling.training.optimization import freeze_norms
from modeling.training.remembering import keep_features, remember


class Counting:
    """An encoder's forward pass that counts the pictures it sees."""

    def __init__(self, network: AnySize) -> None:
        assert network.encoder is not None
        self.plain, self.pictures = network.encoder.forward, 0
        network.encoder.forward = self

    def __call__(self, x: Tensor) -> list[Tensor]:
        self.pictures += len(x)
        return list(self.plain(x))


@pytest.fixture
def network() -> AnySize:
    torch.manual_seed(0)
    entry = NETWORKS.get("lite")
    built: AnySize = entry.build(entry.parse({"pretrained": False}), 1)
    return built.eval()


def test_a_picture_is_encoded_once_and_says_the_same(network: AnySize) -> None:
    pictures = torch.rand(3, 3, 32, 64)
    with torch.inference_mode():
        plain = network(pictures)
    asked = Counting(network)
    with keep_features(1 << 24), torch.inference_mode():
        remember(network)
        torch.testing.assert_close(network(pictures), plain)
        torch.testing.assert_close(network(pictures[[2, 0]]), plain[[2, 0]])
        assert asked.pictures == 3
        network(pictures + 0.1)
        assert asked.pictures == 6


def test_what_was_kept_of_inference_can_be_trained_on(network: AnySize) -> None:
    asked = Counting(network)
    pictures = torch.rand(2, 3, 32, 32)
    with keep_features(1 << 24):
        remember(network)
        with torch.inference_mode():
            network(pictures)
        network.train()
        assert network.encoder is not None
        network.encoder.requires_grad_(False)
        freeze_norms(network.encoder)
        network(pictures).sum().backward()
    assert asked.pictures == 2
    assert any(p.grad is not None and p.grad.any() for p in network.parameters())


def test_an_encoder_that_learns_is_asked_each_time(network: AnySize) -> None:
    asked = Counting(network)
    pictures = torch.rand(1, 3, 64, 64)
    with keep_features(1 << 24):
        remember(network)
        network(pictures).sum().backward()  # its parameters want gradients
        assert network.encoder is not None
        assert all(p.grad is not None for p in network.encoder.parameters())
        network.train()
        network.encoder.requires_grad_(False)
        network(pictures)  # its statistics learn
        network(pictures)
    assert asked.pictures == 3


def test_networks_of_other_weights_do_not_share(network: AnySize) -> None:
    asked = Counting(network)
    pictures = torch.rand(1, 3, 32, 32)
    with keep_features(1 << 24), torch.inference_mode():
        remember(network)
        network(pictures)
        entry = NETWORKS.get("lite")
        other: AnySize = entry.build(entry.parse({"pretrained": False}), 1).eval()
        plain = other(pictures)
        remember(other)
        torch.testing.assert_close(other(pictures), plain)
    assert asked.pictures == 1


def test_nothing_is_kept_unless_asked(network: AnySize) -> None:
    asked = Counting(network)
    remember(network)
    with torch.inference_mode():
        network(torch.zeros(1, 3, 32, 32))
        network(torch.zeros(1, 3, 32, 32))
    assert asked.pictures == 2
