"""A finished run, ready to predict."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from modeling.errors import UserError
from modeling.images import within_long_side
from modeling.inference.decisions import classes_of, pixel_entropy
from modeling.inference.edges import guided
from modeling.inference.tiles import Tile, tiles
from modeling.networks import NETWORKS
from modeling.networks.base import upsample_to
from modeling.runs import RunFolder
from modeling.tasks import TASKS, Task
from modeling.training.checkpoints import read_weights
from modeling.training.config import TrainConfig

CERTAIN = 8.0
"""Logits beyond this count as this before edges are moved: certainty must not outweigh colour."""


class Predictor:
    """A network with its task and working resolution.

    Args:
        network: From (N, 3, h, w) float RGB in 0..1 to (N, C, h, w) logits.
        task: What it was trained for.
        side: Working long side in pixels: larger frames are reduced to it, smaller ones stay; 0 sees every frame at
            its native pixels, tile by tile.
        device: Where it runs.
        pyramid: Sizes whose logits are averaged for a label map: the working size, and so many less one, each the
            one before divided by the root of two. The smaller show the whole, the larger details.
        edge_radius: Of the filter that moves a label map's edges to the frame's (`edges.guided`), 0 for none.
    """

    def __init__(
        self,
        network: nn.Module,
        task: Task,
        side: int,
        device: torch.device,
        *,
        pyramid: int = 1,
        edge_radius: float = 0.0,
    ) -> None:
        self.network = network.to(device).to(memory_format=torch.channels_last).eval()
        self.task, self.side, self.device = task, side, device
        self.pyramid, self.edge_radius = pyramid, edge_radius

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
        recipe = config.recipe_values
        return cls(
            network,
            TASKS.get(config.task),
            config.working_side,
            device,
            pyramid=recipe.pyramid,
            edge_radius=recipe.edge_radius,
        )

    def reduced(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 at working size."""
        return within_long_side(rgb, self.side) if self.side else rgb

    @torch.inference_mode()
    def batch_logits(self, frames: NDArray[np.uint8]) -> Tensor:
        """(N, h, w, 3) uint8 at working size to (N, C, h, w) float32 logits on the device."""
        # the permuted view of (N, h, w, 3) is channels_last already
        x = torch.from_numpy(frames).to(self.device).permute(0, 3, 1, 2).float().div_(255)
        return self.network(x).float()

    def logits(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(H, W, 3) uint8 sRGB to (C, H, W) float32 logits at frame size, of the frame at working size."""
        if not self.side:
            return self._native(rgb, lambda logits: logits)[0]
        return self._at_frame_size(self._logits_at(rgb), rgb).cpu().numpy()

    def label(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(H, W) uint8 label map (default palette entries) of a (H, W, 3) uint8 frame."""
        if not self.side:
            return self._native(rgb, classes_of)[0]
        return self._decided(rgb, self._levels(rgb))

    def label_and_entropy(self, rgb: NDArray[np.uint8]) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
        """(H, W) uint8 label map and (H, W) float32 entropy in nats; the latter of the frame at working size."""
        if not self.side:
            label, entropy_map = self._native(rgb, classes_of, _entropy_of)
            return label, entropy_map
        levels = self._levels(rgb)
        entropy = _entropy_of(self._at_frame_size(levels[0], rgb))
        return self._decided(rgb, levels), entropy.cpu().numpy()

    def entropy(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(H, W) float32 entropy of each pixel's classes in nats, 0..ln C (Kugler 2020, 4.1)."""
        if not self.side:
            return self._native(rgb, _entropy_of)[0]
        return _entropy_of(self._at_frame_size(self._logits_at(rgb), rgb)).cpu().numpy()

    def _native(self, rgb: NDArray[np.uint8], *measures: Callable[[Tensor], Tensor]) -> list[NDArray[Any]]:
        """Maps (..., H, W) of what each measure makes of a frame's (C, h, w) logits at native pixels, tile by tile."""
        maps: list[NDArray[Any]] = []
        for tile, logits in self._tiled(rgb):
            pieces = [measure(logits).cpu().numpy() for measure in measures]
            maps = maps or [np.empty((*piece.shape[:-2], *rgb.shape[:2]), piece.dtype) for piece in pieces]
            for whole, piece in zip(maps, pieces, strict=True):
                whole[..., *tile.kept] = piece
        return maps

    def _tiled(self, rgb: NDArray[np.uint8]) -> Iterator[tuple[Tile, Tensor]]:
        """Each tile with the (C, h, w) logits of what is kept of it."""
        for tile in tiles(*rgb.shape[:2]):
            logits = self.batch_logits(np.ascontiguousarray(rgb[tile.seen])[None])[0]
            yield tile, logits[:, *tile.inside]

    def _levels(self, rgb: NDArray[np.uint8]) -> list[Tensor]:
        """(1, C, h, w) float32 logits of the frame at each size of the pyramid, the working size first."""
        return [self._logits_at(rgb, 2 ** (-level / 2)) for level in range(self.pyramid)]

    def _logits_at(self, rgb: NDArray[np.uint8], scale: float = 1.0) -> Tensor:
        """(1, C, h, w) float32 logits of the frame at ``scale`` times its working size."""
        longest = round(scale * min(self.side, max(rgb.shape[:2])))
        return self.batch_logits(np.ascontiguousarray(within_long_side(rgb, longest))[None])

    def _at_frame_size(self, logits: Tensor, rgb: NDArray[np.uint8]) -> Tensor:
        """(1, C, h, w) to (C, H, W)."""
        return F.interpolate(logits, rgb.shape[:2], mode="bilinear", align_corners=False)[0]

    def _decided(self, rgb: NDArray[np.uint8], levels: list[Tensor]) -> NDArray[np.uint8]:
        """(H, W) uint8 label map: the levels' mean, its edges moved to the frame's where the recipe says so."""
        mean = torch.stack([upsample_to(level, levels[0]) for level in levels]).mean(0)
        if not self.edge_radius:
            return classes_of(self._at_frame_size(mean, rgb)).cpu().numpy()
        values = mean[0, 0].clamp(-CERTAIN, CERTAIN).cpu().numpy()
        return (guided(rgb, values, self.edge_radius) > 0).astype(np.uint8)


def _entropy_of(logits: Tensor) -> Tensor:
    """(C, h, w) logits to (h, w) entropy in nats."""
    return pixel_entropy(logits[None])[0]


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
    return entry.build(entry.parse(params), spec.channels)
