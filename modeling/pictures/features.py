"""Networks in whose features sets of pictures are compared: Inception where a user has it, else EfficientNet-Lite0.

FID is by definition of one network with one file of weights, TensorFlow's Inception of 2015 as pytorch-fid brought it
over (``pt_inception-2015-12-05-6726825d.pth``). No package carries it, so it is the user's to bring. A distance in any
other features is another figure under another name, and compares with nothing that was published.
"""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.embeddings import BUNDLED
from modeling.embeddings.weights import digest, find
from modeling.errors import UserError
from modeling.pictures.subjects import Pixels

if TYPE_CHECKING:
    from torch import Tensor, nn

    from modeling.embeddings.backbone import Backbone

SIDE, INCEPTION_SIDE = 224, 299
"""Squares that the two networks see, in px; a frame is squeezed to them."""
REMEDY = (
    "Give pytorch-fid's pt_inception-2015-12-05-6726825d.pth, or a .safetensors file of the same tensors."
)


class Lite0:
    """The 1280 pooled features of EfficientNet-Lite0, whose ImageNet weights a dependency carries."""

    figure = "frechet_lite0"

    def prepare(self, rgb: Pixels) -> Pixels:
        """(224, 224, 3) uint8."""
        return np.asarray(cv2.resize(rgb, (SIDE, SIDE), interpolation=cv2.INTER_AREA), np.uint8)

    def vectors(self, prepared: Pixels) -> NDArray[np.float32]:
        """(N, 1280) float32 of (N, 224, 224, 3)."""
        return self._network.vectors(prepared)

    def about(self) -> dict[str, Any]:
        """``network`` and ``sha256`` of its weights."""
        return {"network": BUNDLED, "sha256": digest(find(BUNDLED))}

    @cached_property
    def _network(self) -> Backbone:
        from modeling.embeddings.backbone import Backbone

        return Backbone.open(BUNDLED, find(BUNDLED), "cpu")


class Inception:
    """The 2048 pooled features of FID, by the file of ``weights``.

    Raises:
        UserError: ``no_weights`` or ``bad_weights``.
    """

    figure = "fid"

    def __init__(self, weights: str) -> None:
        self.path = find("Inception", weights)
        self._network = fid_network(self.path)

    def prepare(self, rgb: Pixels) -> NDArray[np.float32]:
        """(3, 299, 299) float32 in -1..1, resized as pytorch-fid does: bilinear, without anti-aliasing."""
        import torch
        from torch.nn.functional import interpolate

        pixels = torch.from_numpy(rgb).permute(2, 0, 1)[None].float() / 255
        size = (INCEPTION_SIDE, INCEPTION_SIDE)
        found: NDArray[np.float32] = (
            interpolate(pixels, size, mode="bilinear", align_corners=False)[0] * 2 - 1
        ).numpy()
        return found

    def vectors(self, prepared: NDArray[np.float32]) -> NDArray[np.float32]:
        """(N, 2048) float32 of (N, 3, 299, 299)."""
        import torch

        with torch.inference_mode():
            return np.asarray(self._network(torch.from_numpy(prepared)).numpy(), np.float32)

    def about(self) -> dict[str, Any]:
        """``network`` and ``sha256`` of its weights."""
        return {"network": "Inception of FID", "sha256": digest(self.path)}


def fid_network(path: Path) -> nn.Module:
    """torchvision's Inception with the blocks of `piq` in which FID's differs, from (N, 3, 299, 299) to (N, 2048).

    Args:
        path: Of its weights, tensors by their names in pytorch-fid.

    Raises:
        UserError: ``bad_weights`` where they do not fit, such as those of torchvision's own Inception.
    """
    from piq.feature_extractors import fid_inception as patched
    from torch import nn
    from torchvision.models import inception_v3

    from modeling.embeddings.backbone import tensors_of

    weights = tensors_of(path)
    network = inception_v3(weights=None, num_classes=1008, aux_logits=False, init_weights=False)
    for block, (channels, pooled) in {"5b": (192, 32), "5c": (256, 64), "5d": (288, 64)}.items():
        setattr(network, f"Mixed_{block}", patched.FIDInceptionA(channels, pool_features=pooled))
    for block, inner in {"6b": 128, "6c": 160, "6d": 160, "6e": 192}.items():
        setattr(network, f"Mixed_{block}", patched.FIDInceptionC(768, channels_7x7=inner))
    network.Mixed_7b, network.Mixed_7c = patched.FIDInceptionE1(1280), patched.FIDInceptionE2(2048)
    _fill(network, weights, path)
    network.fc = nn.Identity()
    return network.eval()


def _fill(network: nn.Module, weights: dict[str, Tensor], path: Path) -> None:
    """Load all that the network has but for counters of batches, which files of old lack."""
    try:
        lacking = network.load_state_dict(weights, strict=False).missing_keys
    except RuntimeError:  # of another shape
        lacking = ["a tensor"]
    if any(not key.endswith("num_batches_tracked") for key in lacking):
        raise UserError(f"{path.name} is not the Inception of FID.", code="bad_weights", remedy=REMEDY)
