"""A finished run, ready to predict."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from modeling.errors import UserError
from modeling.images import resize_long_side
from modeling.networks import NETWORKS
from modeling.runs import RunFolder
from modeling.tasks import TASKS, Task
from modeling.training.checkpoints import read_weights
from modeling.training.config import TrainConfig


class Predictor:
    """A network with its task and working resolution.

    Args:
        network: From (N, 3, h, w) float RGB in 0..1 to (N, C, h, w) logits.
        task: What it was trained for.
        side: Working long side in pixels: larger frames are reduced to it, smaller ones stay.
        device: Where it runs.
    """

    def __init__(self, network: nn.Module, task: Task, side: int, device: torch.device) -> None:
        self.network = network.to(device).to(memory_format=torch.channels_last).eval()
        self.task, self.side, self.device = task, side, device

    @classmethod
    def open(cls, run: str | Path | RunFolder, device: torch.device) -> Predictor:
        """Load the final weights of a run.

        Raises:
            UserError: ``run_missing`` or ``run_unfinished``.
        """
        folder = run if isinstance(run, RunFolder) else RunFolder(run)
        config = stored_config(folder)
        if not folder.weights.is_file():
            raise UserError(
                f"{folder.path} has no trained weights yet.", code="run_unfinished", remedy="Train it first."
            )
        network = bare_network(config)
        network.load_state_dict(read_weights(folder.weights))
        return cls(network, TASKS.get(config.task), config.working_side, device)

    def reduced(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 at working size."""
        return resize_long_side(rgb, self.side) if max(rgb.shape) > self.side else rgb

    @torch.inference_mode()
    def batch_logits(self, frames: NDArray[np.uint8]) -> Tensor:
        """(N, h, w, 3) uint8 at working size to (N, C, h, w) float32 logits on the device."""
        # the permuted view of (N, h, w, 3) is channels_last already
        x = torch.from_numpy(frames).to(self.device).permute(0, 3, 1, 2).float().div_(255)
        return self.network(x).float()

    @torch.inference_mode()
    def _logits(self, rgb: NDArray[np.uint8]) -> Tensor:
        """(C, H, W) float32 logits at frame size, on the device."""
        logits = self.batch_logits(np.ascontiguousarray(self.reduced(rgb))[None])
        return F.interpolate(logits, rgb.shape[:2], mode="bilinear", align_corners=False)[0]

    def logits(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(H, W, 3) uint8 sRGB to (C, H, W) float32 logits at frame size."""
        return self._logits(rgb).cpu().numpy()

    def label(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(H, W) uint8 label map (default palette entries) of a (H, W, 3) uint8 frame."""
        return (self._logits(rgb)[0] > 0).to(torch.uint8).cpu().numpy()

    def label_and_entropy(self, rgb: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """(H, W) uint8 label map and (H, W) float32 entropy in nats, from one pass."""
        logits = self._logits(rgb)[0]
        return (logits > 0).to(torch.uint8).cpu().numpy(), bernoulli_entropy(logits).cpu().numpy()

    def entropy(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(H, W) float32 entropy of each pixel's Bernoulli in nats, 0..ln 2 (Kugler 2020, 4.1)."""
        return self.label_and_entropy(rgb)[1]


def bernoulli_entropy(logits: Tensor) -> Tensor:
    """Entropy in nats of Bernoulli(sigmoid(x)), stable for large x: softplus(x) - x sigmoid(x)."""
    return (F.softplus(logits) - logits * torch.sigmoid(logits)).clamp_(min=0)


def stored_config(run: RunFolder) -> TrainConfig:
    """The config a run was started with.

    Raises:
        UserError: ``run_missing``.
    """
    stored = run.config()
    if stored is None:
        raise UserError(f"{run.path} is not a run folder.", code="run_missing")
    return TrainConfig.model_validate({name: stored[name] for name in TrainConfig.model_fields})


def bare_network(config: TrainConfig) -> nn.Module:
    """The network of a config without pretrained weights, to load trained ones into."""
    entry, spec = NETWORKS.get(config.network), TASKS.get(config.task)
    params = {
        **config.network_params,
        **({"pretrained": False} if "pretrained" in config.network_params else {}),
    }
    return entry.build(entry.parse(params), spec.build(None))
