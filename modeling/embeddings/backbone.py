"""A pretrained network of timm as an embedding: its pooled last features."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import timm
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file
from torch import Tensor, nn

from modeling.devices import pick
from modeling.embeddings import BUNDLED
from modeling.errors import UserError
from modeling.networks.pretrained import PACKAGED, normalisation_of
from modeling.registry import propose

_WRAPPERS = ("state_dict", "model", "model_state", "module")
"""Under which training scripts keep the weights in a file."""
_PREFIXES = ("module.", "model.", "encoder.")


class Backbone:
    """A network that gives (N, D) features of pictures at the size it was trained at.

    The whole frame is squeezed to that size: what is cut off could be what tells frames apart.
    """

    def __init__(self, network: nn.Module, name: str, device: torch.device) -> None:
        self.network, self.device = network.eval().to(device), device
        self.batch = 8 if device.type == "cpu" else 64
        known = timm.models.get_pretrained_cfg(name)
        _, self.height, self.width = known.input_size if known else (3, 224, 224)
        mean, deviation = normalisation_of(name)
        self._mean, self._deviation = (
            torch.tensor(values, device=device).view(1, 3, 1, 1) for values in (mean, deviation)
        )

    @classmethod
    def open(cls, name: str, weights: Path, device: str = "auto") -> Backbone:
        """Build timm's ``name`` with the weights of a file.

        Raises:
            UserError: ``unknown_model``, ``bad_weights``, or a device that is not there.
        """
        if not timm.is_model(name):
            raise UserError(
                f"timm has no model {name!r}.",
                code="unknown_model",
                remedy=propose(name, timm.list_models()) if name else "Name one, such as resnet18.",
            )
        network = timm.create_model(name, pretrained=False, num_classes=0)
        _fill(network, _read(name, weights), weights)
        return cls(network, name, pick(device))

    def prepare(self, rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """(h, w, 3) uint8 at the network's size."""
        return np.asarray(cv2.resize(rgb, (self.width, self.height), interpolation=cv2.INTER_AREA), np.uint8)

    @torch.inference_mode()
    def vectors(self, prepared: NDArray[np.uint8]) -> NDArray[np.float32]:
        """(N, D) float32 of (N, h, w, 3) uint8."""
        pixels = torch.from_numpy(prepared).to(self.device).permute(0, 3, 1, 2).float() / 255
        return self.network((pixels - self._mean) / self._deviation).float().cpu().numpy()


def _read(name: str, path: Path) -> dict[str, Tensor]:
    """Tensors by timm's names."""
    from modeling.embeddings.weights import find

    return PACKAGED[name]() if name == BUNDLED and path == find(name) else tensors_of(path)


def tensors_of(path: Path) -> dict[str, Tensor]:
    """Tensors of a file by name; never by unpickling more than tensors.

    Raises:
        UserError: ``bad_weights``.
    """
    try:
        found = (
            load_file(path)
            if path.suffix == ".safetensors"
            else torch.load(path, map_location="cpu", weights_only=True)
        )
    except (OSError, RuntimeError, EOFError, ValueError, pickle.UnpicklingError, SafetensorError):
        message = f"{path.name} holds no weights that can be read safely."
        raise UserError(
            message, code="bad_weights", remedy="Give a .safetensors file, or a .pth of tensors alone."
        ) from None
    return _unwrapped(found, path)


def _unwrapped(found: Any, path: Path) -> dict[str, Tensor]:
    for key in _WRAPPERS:
        if isinstance(found, dict) and isinstance(found.get(key), dict):
            found = found[key]
    tensors = {key: value for key, value in dict(found).items() if isinstance(value, Tensor)}
    if not tensors:
        raise UserError(f"{path.name} holds no tensors.", code="bad_weights")
    for prefix in _PREFIXES:
        if all(key.startswith(prefix) for key in tensors):
            tensors = {key.removeprefix(prefix): value for key, value in tensors.items()}
    return tensors


def _fill(network: nn.Module, weights: dict[str, Tensor], path: Path) -> None:
    """Load what the network has; a classifier in the file is left aside.

    Raises:
        UserError: ``bad_weights``, naming the first tensor that is missing or of another shape.
    """
    own = network.state_dict()
    unfit = next((key for key in own if key not in weights or weights[key].shape != own[key].shape), None)
    if unfit is not None:
        raise UserError(
            f"{path.name} does not fit the network: {unfit} is missing or of another shape.",
            code="bad_weights",
            remedy="Name the model that the weights are of.",
        )
    network.load_state_dict({key: weights[key] for key in own})
