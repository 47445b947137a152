"""Texture overlays: materials multiplied onto cel and background, each on its own (Kugler 2020, 4.2, figure 4.5)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TypeAlias

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from modeling.images import RGB
from modeling.labels import IGNORE
from modeling.training.materials import EACH, MATERIALS, picture
from modeling.training.memory import Memory
from modeling.training.pictures import CACHE_BYTES, PictureFolder

Factors: TypeAlias = NDArray[np.float32]
"""(H, W, 3) float32, 1 leaves a pixel as it is."""

LARGEST = 1024
"""Longest side in px of a user's texture; larger ones are reduced."""


@dataclass(frozen=True, slots=True)
class Texture:
    """(h, w, 3) uint8 picture and what its values count: (3,) float32, such that each channel's mean is 1."""

    rgb: RGB
    unit: NDArray[np.float32]

    @classmethod
    def of(cls, rgb: RGB) -> Texture:
        """Normalise a picture: what is multiplied with it keeps its brightness and colour on the whole.

        Values count from 1, so that a channel that is black everywhere counts as plain and not as nothing.
        """
        return cls(rgb, (1 / (rgb.mean((0, 1)) + 1)).astype(np.float32))

    def factors(self, height: int, width: int, top: int, left: int) -> Factors:
        """(height, width, 3) float32 factors: the texture tiled, from its pixel (top, left) on."""
        tiled = np.empty((height, width, 3), np.uint8)
        for y, from_y in _pieces(height, top, self.rgb.shape[0]):
            for x, from_x in _pieces(width, left, self.rgb.shape[1]):
                tiled[y, x] = self.rgb[from_y, from_x]
        table = np.arange(1, 257, dtype=np.float32)[:, None] * self.unit
        return np.asarray(cv2.LUT(tiled, table[None]), np.float32)


def _pieces(wanted: int, start: int, have: int) -> Iterator[tuple[slice, slice]]:
    """Where each repetition of ``have`` pixels goes in ``wanted`` ones, the first from its pixel ``start`` on."""
    for begin in range(-start, wanted, have):
        low, high = max(begin, 0), min(begin + have, wanted)
        yield slice(low, high), slice(low - begin, high - begin)


class Textures:
    """Textures to draw from: our fifteen, made when first drawn, or those of a folder.

    Args:
        folder: Where a user's own lie, empty for ours.

    Raises:
        UserError: ``no_pictures``.
    """

    def __init__(self, folder: str = "") -> None:
        self._folder = PictureFolder(folder, LARGEST, cache_bytes=0) if folder else None
        self._memory: Memory[Texture] = Memory(CACHE_BYTES, lambda texture: texture.rgb.nbytes)

    def __len__(self) -> int:
        return len(self._folder) if self._folder else EACH * len(MATERIALS)

    def __getitem__(self, index: int) -> Texture:
        """The texture at ``index``, ours by material and then variant."""
        folder = self._folder
        if folder is None:
            return _made(index)
        return self._memory.get(index, lambda: Texture.of(folder[index]))

    def drawn(self, height: int, width: int, rng: np.random.Generator) -> Factors:
        """(height, width, 3) float32 factors of any texture, as likely as each other, at a random offset."""
        texture = self[int(rng.integers(len(self)))]
        top, left = (int(rng.integers(side)) for side in texture.rgb.shape[:2])
        return texture.factors(height, width, top, left)


@cache
def _made(index: int) -> Texture:
    """One of ours: made once a process, 3 MB each."""
    return Texture.of(picture(list(MATERIALS)[index // EACH], index % EACH))


def overlaid(
    image: Tensor,
    cel: Tensor,
    chance: float,
    textures: Textures,
    rng: np.random.Generator,
    *,
    back: bool = True,
) -> Tensor:
    """Multiply textures onto cel and background, each with ``chance`` and each its own.

    Args:
        image: (C, H, W) uint8; the first three channels are RGB, others stay as they are.
        cel: (1, H, W) uint8, 1 cel, 0 not, 255 unknown. Unknown pixels are taken for background; where nothing is
            known, one texture covers all.
        chance: 0..1.
        textures: What to draw from.
        rng: Of the choice.
        back: Whether the background may be covered: not where it was taken out of the picture.

    Returns:
        (C, H, W) uint8.
    """
    covered, (height, width) = rng.random(2) < (chance, chance * back), cel.shape[-2:]
    if bool((cel == IGNORE).all()):
        return _multiplied(image, textures.drawn(height, width, rng)) if covered[1] else image
    if not covered.any():
        return image
    front, behind = (
        textures.drawn(height, width, rng) if side else np.ones((height, width, 3), np.float32)
        for side in covered
    )
    # the two blend over a pixel, as layers do
    alpha = cv2.GaussianBlur((cel[0] == 1).numpy().astype(np.float32), (3, 3), 0.7)
    return _multiplied(image, np.asarray(cv2.blendLinear(front, behind, alpha, 1 - alpha), np.float32))


def _multiplied(image: Tensor, factors: Factors) -> Tensor:
    """RGB times ``factors``, rounded and cut off at 255; further channels as they are."""
    rgb = np.ascontiguousarray(image[:3].permute(1, 2, 0).numpy())
    made = torch.from_numpy(np.asarray(cv2.multiply(rgb, factors, dtype=cv2.CV_8U))).permute(2, 0, 1)
    return torch.cat([made, image[3:]]) if len(image) > 3 else made
