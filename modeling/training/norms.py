"""Batch norm over the batch of all processes (SyncBatchNorm), also on CPUs, where PyTorch has none."""

from __future__ import annotations

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn


def share_norms(network: nn.Module, device: torch.device) -> None:
    """Have every batch norm of a network, in place, take its statistics over all processes while it trains.

    Names, parameters and buffers stay as they are. On a GPU the layers are PyTorch's and timm's.
    """
    if device.type != "cpu":
        from timm.layers import convert_sync_batchnorm

        convert_sync_batchnorm(network)
        return
    for part in network.modules():
        if isinstance(part, nn.BatchNorm2d):
            part.__class__ = type(f"Shared{type(part).__name__}", (_Shared, type(part)), {})


class _Total(torch.autograd.Function):
    """The sum over all processes, whose gradient is the sum of theirs."""

    @staticmethod
    def forward(ctx: Any, value: Tensor) -> Tensor:
        total = value.detach().clone(memory_format=torch.contiguous_format)
        dist.all_reduce(total)
        return total

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> Tensor:
        total = gradients[0].clone(memory_format=torch.contiguous_format)
        dist.all_reduce(total)
        return total


class _Shared(nn.BatchNorm2d):
    """A batch norm, timm's with its activation included, that sees the batch of all processes in training."""

    def forward(self, x: Tensor) -> Tensor:
        """(N, C, H, W) to the same shape."""
        if not self.training:
            return super().forward(x)
        mean, variance, count = _statistics(x)
        self._follow(mean.detach(), variance.detach() * count / (count - 1))
        # F.batch_norm gives given statistics no gradient
        factor = torch.rsqrt(variance + self.eps) * (1.0 if self.weight is None else self.weight)
        normal = (x - _channels(mean)) * _channels(factor)
        normal = normal if self.bias is None else normal + _channels(self.bias)
        for further in (getattr(self, "drop", None), getattr(self, "act", None)):
            normal = further(normal) if further is not None else normal
        return normal

    @torch.no_grad()
    def _follow(self, mean: Tensor, variance: Tensor) -> None:
        if self.running_mean is None or self.running_var is None or self.num_batches_tracked is None:
            return
        self.num_batches_tracked += 1
        pace = 1 / float(self.num_batches_tracked) if self.momentum is None else self.momentum
        self.running_mean.lerp_(mean, pace)
        self.running_var.lerp_(variance, pace)


def _statistics(x: Tensor) -> tuple[Tensor, Tensor, float]:
    """(C,) mean and biased variance of every process's values, and how many there are of a channel."""
    dims, count = (0, 2, 3), float(x.numel() // x.shape[1] * dist.get_world_size())
    mean = _Total.apply(x.sum(dims)) / count
    spread = x - _channels(mean)
    return mean, _Total.apply((spread * spread).sum(dims)) / count, count


def _channels(values: Tensor) -> Tensor:
    return values.view(1, -1, 1, 1)
