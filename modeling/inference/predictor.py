"""A finished run, ready to predict."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from modeling.errors import UserError
from modeling.images import long_side_shape, within_long_side
from modeling.inference.decisions import (
    FAR_APART,
    classes_of,
    most_entropy,
    pixel_entropy,
    probabilities_of,
    spread,
)
from modeling.inference.edges import guided
from modeling.inference.tiles import Tile, tiles
from modeling.labelio import LabelMap
from modeling.labels import KINDS, levels_of
from modeling.networks import NETWORKS
from modeling.networks.base import AnySize, upsample_to
from modeling.runs import RunFolder, temperature_of
from modeling.tasks import TASKS, Task
from modeling.tasks.params import Refine, TaskParams
from modeling.tasks.ways import FRAME, Way
from modeling.training.checkpoints import read_weights
from modeling.training.config import TrainConfig, as_before
from modeling.training.remembering import remember

Drawn = Mapping[str, NDArray[np.uint8]]
"""(H, W) uint8 classes that people drew of a frame, by label kind."""
NOTHING: Drawn = MappingProxyType({})
CERTAIN = 8.0
"""Logits beyond this count as this before edges are moved: certainty must not outweigh colour."""


class Predictor:
    """A network with its task and working resolution.

    Args:
        network: From (N, 3 or 4, h, w) float pixels in 0..1, as the way composes them, to (N, C, h, w) logits.
        task: What it was trained for.
        side: Working long side in pixels: larger frames are reduced to it, smaller ones stay; 0 sees every frame at
            its native pixels, tile by tile.
        device: Where it runs.
        pyramid: Sizes whose logits are averaged for a label map: the working size, and so many less one, each the
            one before divided by the root of two. The smaller show the whole, the larger details.
        edge_radius: Of the filter that moves a label map's edges to the frame's (`edges.guided`), 0 for none.
        way: What the network sees of a frame.
        beneath: Gives the mask that the way asks for.
        refine: What is done to a label map before a person sees it.
        temperature: What logits are divided by where it is shown how sure they are (`modeling.calibration`); labels
            are the same at any.
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
        way: Way = FRAME,
        beneath: Predictor | None = None,
        refine: Refine | None = None,
        temperature: float = 1.0,
    ) -> None:
        self.network = network.to(device).to(memory_format=torch.channels_last).eval()
        self.task, self.side, self.device = task, side, device
        self.pyramid, self.edge_radius = pyramid, edge_radius
        self.way, self.beneath, self.refine = way, beneath, refine
        self.temperature = temperature

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
        recipe, values = config.recipe_values, config.task_values
        maker, more = cls._maker(values)
        beneath = folder.beneath if values.way.kind and folder.beneath.weights.is_file() else None
        return maker(
            network,
            TASKS.get(config.task),
            config.working_side,
            device,
            pyramid=recipe.pyramid,
            edge_radius=recipe.edge_radius,
            way=values.way,
            beneath=cls.open(beneath, device) if beneath else None,
            refine=values.refine,
            temperature=temperature_of(folder),
            **more,
        )

    @classmethod
    def _maker(cls, values: TaskParams) -> tuple[Callable[..., Predictor], dict[str, Any]]:
        """What is built of a run with these parameters of its task, and what it needs beside."""
        if values.subject is None:
            return cls, {}
        from modeling.inference.pictures import PicturePredictor

        return PicturePredictor, {"subject": values.subject}

    def mask(self, rgb: NDArray[np.uint8], drawn: Drawn = NOTHING) -> NDArray[np.uint8] | None:
        """(H, W) uint8 classes of the mask that the way brings in, None where it needs none.

        Raises:
            UserError: ``no_mask`` where none is drawn and no run is stood on.
        """
        kind = self.way.kind
        if kind is None:
            return None
        if self.way.drawn and kind in drawn:
            return drawn[kind]
        if self.beneath is None:
            message = f"The frame has no {kind} label, and the run stands on no model that predicts one."
            raise UserError(message, code="no_mask", remedy=f"Draw its {kind} label first.")
        return KINDS[kind].to_classes(self.beneath.label(rgb))

    def seen(self, rgb: NDArray[np.uint8], drawn: Drawn = NOTHING) -> NDArray[np.uint8]:
        """(H, W, 3 or 4) uint8: a frame as the network is shown it, at frame size."""
        return self.way.compose(rgb, self.mask(rgb, drawn))

    def reduced(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(H, W, 3) uint8 at working size."""
        return within_long_side(rgb, self.side) if self.side else rgb

    def working_shape(self, height: int, width: int) -> tuple[int, int]:
        """Height and width of a frame at working size."""
        reduced = self.side and max(height, width) > self.side
        return long_side_shape(height, width, self.side) if reduced else (height, width)

    @torch.inference_mode()
    def batch_logits(self, frames: NDArray[np.uint8]) -> Tensor:
        """(N, h, w, 3 or 4) uint8 as `seen`, at working size, to (N, C, h, w) float32 logits on the device."""
        # the permuted view of (N, h, w, C) is channels_last already
        x = torch.from_numpy(frames).to(self.device).permute(0, 3, 1, 2).float().div_(255)
        return self.network(x).float()

    @torch.inference_mode()
    def batch_features(self, frames: NDArray[np.uint8]) -> tuple[Tensor, Tensor]:
        """As `batch_logits`, and the (N, D, fh, fw) float32 deepest features beside them.

        Raises:
            UserError: ``no_bottleneck``.
        """
        kept: list[Any] = []
        hook = self.require_bottleneck().register_forward_hook(
            lambda part, inputs, output: kept.append(output)
        )
        try:
            logits = self.batch_logits(frames)
        finally:
            hook.remove()
        features = kept[-1] if isinstance(kept[-1], Tensor) else kept[-1][-1]
        return logits, features.float()

    def require_bottleneck(self) -> nn.Module:
        """The part of the network that gives its deepest features.

        Raises:
            UserError: ``no_bottleneck``.
        """
        found = self.network.bottleneck if isinstance(self.network, AnySize) else None
        if found is None:
            message = "The run's network does not say which of its features are the deepest."
            raise UserError(message, code="no_bottleneck", remedy="Leave out embedding and gradient.")
        return found

    @property
    def stride(self) -> int:
        """What the network pads height and width to a multiple of, px."""
        return self.network.stride if isinstance(self.network, AnySize) else 1

    def logits(self, rgb: NDArray[np.uint8], drawn: Drawn = NOTHING) -> NDArray[np.float32]:
        """(H, W, 3) uint8 sRGB to (C, H, W) float32 logits at frame size, of the frame at working size."""
        frame = self.seen(rgb, drawn)
        if not self.side:
            return self._native(frame, lambda logits: logits)[0]
        return self._at_frame_size(self._logits_at(frame), frame).cpu().numpy()

    def label(self, rgb: NDArray[np.uint8], drawn: Drawn = NOTHING) -> LabelMap:
        """(H, W) label map of a (H, W, 3) uint8 frame, as predicted: uint8 default palette entries, or uint16."""
        frame = self.seen(rgb, drawn)
        if not self.side:
            return self._native(frame, classes_of)[0]
        return self._decided(frame, self._levels(frame))

    def label_and_entropy(
        self, rgb: NDArray[np.uint8], drawn: Drawn = NOTHING
    ) -> tuple[LabelMap, NDArray[np.float32]]:
        """(H, W) label map and (H, W) float32 calibrated entropy in nats; the latter at working size.

        Of a task of numbers the latter is how far the mirrored frame's differ (`decisions.spread`).
        """
        frame = self.seen(rgb, drawn)
        if not self.side:
            label, entropy_map = self._native(frame, classes_of, self._entropy_of)
            return label, entropy_map
        levels = self._levels(frame)
        return self._decided(frame, levels), self._unsure(frame, levels[0])

    def draft_and_entropy(
        self, rgb: NDArray[np.uint8], drawn: Drawn = NOTHING
    ) -> tuple[LabelMap, NDArray[np.float32]]:
        """As `label_and_entropy`, the label map refined for a person to correct (by probabilities as they are)."""
        if self.refine is None or self.side:
            return self.label_and_entropy(rgb, drawn)
        label, entropy, chances = self._native(
            self.seen(rgb, drawn), classes_of, self._entropy_of, probabilities_of
        )
        return self.refine(label, chances), entropy

    def label_and_draft(
        self, rgb: NDArray[np.uint8], drawn: Drawn = NOTHING
    ) -> tuple[LabelMap, LabelMap | None]:
        """(H, W) label map as predicted, and refined for a person to correct: None where nothing refines it."""
        if self.refine is None or self.side:
            return self.label(rgb, drawn), None
        label, chances = self._native(self.seen(rgb, drawn), classes_of, probabilities_of)
        return label, self.refine(label, chances)

    def entropy(self, rgb: NDArray[np.uint8], drawn: Drawn = NOTHING) -> NDArray[np.float32]:
        """(H, W) float32 calibrated entropy of each pixel's classes in nats, 0..ln C (Kugler 2020, 4.1)."""
        frame = self.seen(rgb, drawn)
        if not self.side:
            return self._native(frame, self._entropy_of)[0]
        return self._unsure(frame, self._logits_at(frame))

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

    def _decided(self, rgb: NDArray[np.uint8], levels: list[Tensor]) -> LabelMap:
        """(H, W) label map: the levels' mean, its edges moved to the frame's where the recipe says so."""
        mean = torch.stack([upsample_to(level, levels[0]) for level in levels]).mean(0)
        if self.task.scalar:
            return self._numbers(rgb, torch.sigmoid(mean))
        if not self.edge_radius:
            return classes_of(self._at_frame_size(mean, rgb)).cpu().numpy()
        values = mean[0, 0].clamp(-CERTAIN, CERTAIN).cpu().numpy()
        return (guided(rgb, values, self.edge_radius) > 0).astype(np.uint8)

    def _numbers(self, rgb: NDArray[np.uint8], shares: Tensor) -> LabelMap:
        """(H, W) uint16 stored values of (1, 1, h, w) numbers in 0..1."""
        if not self.edge_radius:
            return levels_of(self._at_frame_size(shares, rgb)[0].cpu().numpy())
        return levels_of(guided(rgb, shares[0, 0].cpu().numpy(), self.edge_radius))

    def _unsure(self, frame: NDArray[np.uint8], logits: Tensor) -> NDArray[np.float32]:
        """(H, W) float32 how unsure the (1, C, h, w) logits of a frame as `seen` are."""
        if not self.task.scalar:
            return self._entropy_of(self._at_frame_size(logits, frame)).cpu().numpy()
        mirrored = self._logits_at(frame[:, ::-1]).flip(-1)
        apart = spread([torch.sigmoid(logits), torch.sigmoid(mirrored)])
        return self._at_frame_size(apart, frame)[0].cpu().numpy()

    @property
    def most_unsure(self) -> float:
        """What is drawn as wholly unsure: the largest entropy, or a difference in depth that is seen at once."""
        return FAR_APART if self.task.scalar else most_entropy(self.task.channels)

    def _entropy_of(self, logits: Tensor) -> Tensor:
        """(C, h, w) logits to (h, w) entropy in nats at the run's temperature."""
        return pixel_entropy(logits[None] / self.temperature)[0]


def stored_config(run: RunFolder) -> TrainConfig:
    """The config a run was started with.

    Raises:
        UserError: ``run_missing``.
    """
    stored = run.config()
    if stored is None:
        raise UserError(f"{run.path} is not a run folder.", code="run_missing")
    # Fields that came after the run have their defaults there.
    stored = as_before(stored)
    known = {name: stored[name] for name in TrainConfig.model_fields if name in stored}
    return TrainConfig.model_validate(known)


def bare_network(config: TrainConfig) -> nn.Module:
    """The network of a config without pretrained weights, to load trained ones into."""
    return network_of(config, bare=True)


def network_of(config: TrainConfig, *, bare: bool = False) -> AnySize:
    """The network of a config; ``bare`` without pretrained weights."""
    entry, spec = NETWORKS.get(config.network), TASKS.get(config.task)
    own = {"pretrained": False} if bare and "pretrained" in config.network_params else {}
    params = entry.parse({**config.network_params, **own})
    network: AnySize = entry.build(params, spec.channels, config.way.channels)
    if not config.recipe_values.encoder_factor:
        remember(network)
    return network
