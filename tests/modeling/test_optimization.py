"""Learning rates over the budget, frozen statistics, averaged weights."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from modeling.networks import NETWORKS
from modeling.recipes import RECIPES
from modeling.training.optimization import Averaged, freeze_norms, optimizer_of, rate_at, set_rate


def test_the_thesis_rate_falls_linearly() -> None:
    values = RECIPES.get("thesis").parse({})
    assert [rate_at(values, spent) for spent in (0, 0.5, 1, 1.2)] == pytest.approx([1e-4, 5.5e-5, 1e-5, 1e-5])


def test_a_rate_rises_then_follows_the_cosine() -> None:
    values = RECIPES.get("fast").parse({"learning_rate": 1.0, "final_learning_rate": 0.5, "warmup": 0.2})
    assert [rate_at(values, spent) for spent in (0.1, 0.2, 0.6, 1)] == pytest.approx([0.5, 1, 0.75, 0.5])


def test_the_pretrained_encoder_learns_at_its_own_rate() -> None:
    entry = NETWORKS.get("lite")
    network = entry.build(entry.parse({"pretrained": False}), 1)
    recipe = RECIPES.get("fast").parse({"encoder_factor": 0.25})
    assert [group["factor"] for group in optimizer_of(recipe, network).param_groups] == [1, 1]  # from scratch
    network.weights = "package"
    optimizer = optimizer_of(recipe, network)
    set_rate(optimizer, 0.4)
    assert [group["lr"] for group in optimizer.param_groups] == pytest.approx([0.4, 0.1])
    held = sum(p.numel() for group in optimizer.param_groups for p in group["params"])
    assert held == sum(p.numel() for p in network.parameters())


def test_an_encoder_whose_rate_is_zero_is_left_alone() -> None:
    entry = NETWORKS.get("lite")
    network = entry.build(entry.parse({"pretrained": False}), 1)
    network.weights = "package"
    optimizer = optimizer_of(RECIPES.get("frozen").parse({}), network)
    held = {id(p) for group in optimizer.param_groups for p in group["params"]}
    assert held.isdisjoint(id(p) for p in network.encoder.parameters())
    assert not any(p.requires_grad for p in network.encoder.parameters())
    assert held


def test_frozen_statistics_stay() -> None:
    block = nn.Sequential(nn.BatchNorm2d(2), nn.Dropout(0.5)).train()
    freeze_norms(block)
    block(torch.rand(4, 2, 3, 3) + 9)
    assert block[0].running_mean.tolist() == [0, 0]
    assert block[1].training


def test_the_average_warms_up_then_decays() -> None:
    network = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(network.weight)
    averaged = Averaged(network, decay=0.5)
    nn.init.ones_(network.weight)
    averaged.update(step=10)  # 10 / 20 allows the full decay of a half
    assert averaged.values["weight"].item() == pytest.approx(0.5)
    averaged.update(step=1)  # 1 / 11 lets the newest weigh 10 / 11
    assert averaged.values["weight"].item() == pytest.approx(1 - 0.5 / 11)
