"""Optimizers and learning rates of a recipe."""

from __future__ import annotations

import math

import torch
from torch import nn

from modeling.networks.base import AnySize
from modeling.recipes import RecipeParams


def optimizer_of(params: RecipeParams, network: AnySize) -> torch.optim.Optimizer:
    """Adam or AdamW over two groups, pretrained encoder and the rest; ``factor`` scales a group's rate.

    An encoder from scratch learns like the rest.
    """
    factor = params.encoder_factor if network.pretrained else 1.0
    encoder = {id(p) for p in network.encoder.parameters()} if network.encoder is not None else set()
    if network.encoder is not None and not factor:
        network.encoder.requires_grad_(False)
    groups = [
        {"params": [p for p in network.parameters() if id(p) not in encoder], "factor": 1.0},
        {
            "params": [p for p in network.parameters() if id(p) in encoder and p.requires_grad],
            "factor": factor,
        },
    ]
    kind = {"adam": torch.optim.Adam, "adamw": torch.optim.AdamW}[params.optimizer]
    filled = [group for group in groups if group["params"]]
    return kind(filled, lr=params.learning_rate, weight_decay=params.weight_decay)


def rate_at(params: RecipeParams, spent: float) -> float:
    """Learning rate at the share ``spent`` (0..1) of the budget: a linear rise, then the course down."""
    if spent < params.warmup:
        return params.learning_rate * max(spent / params.warmup, 0.01)
    way = min((spent - params.warmup) / (1 - params.warmup), 1.0)
    left = 1 - way if params.schedule == "linear" else (1 + math.cos(math.pi * way)) / 2
    return params.final_learning_rate + (params.learning_rate - params.final_learning_rate) * left


def set_rate(optimizer: torch.optim.Optimizer, rate: float) -> None:
    """Give every group its share of ``rate``."""
    for group in optimizer.param_groups:
        group["lr"] = rate * group["factor"]


def freeze_norms(module: nn.Module | None) -> None:
    """Keep batch statistics as they are; call after each ``.train()``."""
    for part in module.modules() if module is not None else ():
        if isinstance(part, nn.BatchNorm2d | nn.SyncBatchNorm):
            part.eval()


class Averaged:
    """An exponential moving average of weights and buffers, warmed up so that early steps weigh little.

    Args:
        network: Followed after each ``update``.
        decay: Of the average, a step; 0 follows the network itself.
    """

    def __init__(self, network: nn.Module, decay: float) -> None:
        self.network, self.decay = network, decay
        self.values = {key: value.detach().clone() for key, value in network.state_dict().items()}

    @torch.no_grad()
    def update(self, step: int) -> None:
        """Move towards the network's weights after its step number ``step`` (from 1)."""
        decay = min(self.decay, step / (step + 10))
        for key, value in self.network.state_dict().items():
            if value.is_floating_point():
                self.values[key].lerp_(value, 1 - decay)
            else:
                self.values[key].copy_(value)
