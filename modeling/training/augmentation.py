"""Training examples: frames and label maps cropped, composited and recoloured at random (Kugler 2020, 4.2).

Colours, soft edges and erasure are ``torchvision.transforms.v2``'s, the geometry OpenCV's. Every number is drawn
from a given NumPy generator: an example is a pure function of it, whatever thread makes it, so a resumed run
sees the same ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchvision.transforms.v2 import functional as F

from modeling.labels import IGNORE
from modeling.recipes import AugmentParams

Example = tuple[Tensor, Tensor]
"""(3, H, W) uint8 RGB and (1, H, W) uint8 classes, 255 ignored."""


@dataclass(frozen=True, slots=True)
class Crop:
    """Size of an example in pixels, and the long side at which scale 1 shows a frame (0: its own)."""

    height: int
    width: int
    side: int


def rare_pixel(classes: Tensor, rng: np.random.Generator) -> tuple[int, int] | None:
    """A pixel (y, x) of (H, W) uint8 classes: any class that is there is as likely, and any pixel of it.

    So thin, rare lines are seen as often as large fills. None where all is ignored.
    """
    pixels = classes.numpy()
    present = np.flatnonzero(np.bincount(pixels.ravel(), minlength=IGNORE + 1)[:IGNORE])
    if not len(present):
        return None
    found = np.flatnonzero(pixels == rng.choice(present))
    y, x = divmod(int(rng.choice(found)), pixels.shape[1])
    return y, x


def random_view(
    example: Example,
    crop: Crop,
    params: AugmentParams,
    rng: np.random.Generator,
    around: tuple[int, int] | None = None,
) -> Example:
    """Scale, rotate, place and flip a frame in a window of ``crop``'s size; beyond its border it is mirrored.

    Reduced by area, then warped once: resizing, padding and rotating in turn takes ten times as long. The window
    lies round the pixel ``around`` (y, x), as far as the frame goes on there, or anywhere.
    """
    scale = math.exp(rng.uniform(math.log(params.scale_min), math.log(params.scale_max)))
    angle = math.radians(rng.uniform(-params.rotation, params.rotation))
    flip = -1 if rng.random() < params.flip else 1
    if crop.side:
        scale *= crop.side / max(example[0].shape[-2:])
    image, classes = (part.permute(1, 2, 0).numpy() for part in example)
    if scale < 1:
        size = round(image.shape[1] * scale), round(image.shape[0] * scale)
        image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        classes = cv2.resize(classes, size, interpolation=cv2.INTER_NEAREST_EXACT)
        around = around and (int(around[0] * scale), int(around[1] * scale))
    matrix = _window(image.shape[:2], crop, max(scale, 1.0), angle, flip, rng, around)
    image = _warped(image, matrix, crop, cv2.INTER_LINEAR)
    classes = _warped(classes, matrix, crop, cv2.INTER_NEAREST)
    return torch.from_numpy(image).permute(2, 0, 1), torch.from_numpy(classes)[None]


def _window(
    shape: tuple[int, ...],
    crop: Crop,
    scale: float,
    angle: float,
    flip: int,
    rng: np.random.Generator,
    around: tuple[int, int] | None,
) -> NDArray[np.float64]:
    """(2, 3) from a pixel of the crop to the frame's, for a window that is enlarged, turned and flipped."""
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]]) / scale
    turn[:, 0] *= flip
    wanted = [round(side / scale) for side in (crop.height, crop.width)]
    at = around or (None, None)
    top, left = (_place(have, want, rng, near) for have, want, near in zip(shape, wanted, at, strict=True))
    middle = np.array([left + wanted[1] / 2, top + wanted[0] / 2]) - 0.5
    return np.column_stack([turn, middle - turn @ np.array([crop.width - 1, crop.height - 1]) / 2])


def _place(have: int, want: int, rng: np.random.Generator, near: int | None) -> int:
    """Where a window of ``want`` pixels that holds ``near`` begins along ``have``: inside if smaller, else around."""
    low, high = sorted((0, have - want))
    if near is not None:
        low, high = max(low, min(near - want + 1, high)), min(high, max(near, low))
    return int(rng.integers(low, high + 1))


def _warped(
    pixels: NDArray[np.uint8], matrix: NDArray[np.float64], crop: Crop, how: int
) -> NDArray[np.uint8]:
    flags = how | cv2.WARP_INVERSE_MAP
    warped = cv2.warpAffine(
        pixels, matrix, (crop.width, crop.height), flags=flags, borderMode=cv2.BORDER_REFLECT
    )
    return warped.astype(np.uint8, copy=False)


def over(front: Example, back: Example) -> Example:
    """Composite the cel of ``front`` over ``back``: its mask, softened by a pixel, is the alpha.

    The classes are the front's where that is cel or ignored, else the back's.
    """
    cel = (front[1] == 1).float()
    alpha = F.gaussian_blur(cel, [3, 3], [0.7, 0.7])
    image = (front[0] * alpha + back[0] * (1 - alpha)).round_().to(torch.uint8)
    return image, torch.where((front[1] == 1) | (front[1] == IGNORE), front[1], back[1])


def without_cel(example: Example) -> Example:
    """Paint the cel out from what surrounds it (Telea 2004, at a quarter of the size): all background then.

    Pixels that are ignored stay so.
    """
    image, classes = example
    height, width = classes.shape[-2:]
    hole = cv2.dilate((classes[0] == 1).numpy().astype(np.uint8), np.ones((5, 5), np.uint8))
    if not hole.any():
        return example
    rgb, small = image.permute(1, 2, 0).numpy(), (max(1, width // 4), max(1, height // 4))
    # a small pixel is a hole when any of its pixels is: no cel colour may bleed into the filling
    small_hole = (cv2.resize(hole.astype(np.float32), small, interpolation=cv2.INTER_AREA) > 0).astype(
        np.uint8
    )
    filled = cv2.inpaint(
        cv2.resize(rgb, small, interpolation=cv2.INTER_AREA), small_hole, 3, cv2.INPAINT_TELEA
    )
    painted = cv2.resize(filled, (width, height), interpolation=cv2.INTER_LINEAR)
    rgb = np.where(hole[..., None] == 1, painted, rgb).astype(np.uint8)
    plate = torch.where(classes == IGNORE, classes, torch.zeros_like(classes))
    return torch.from_numpy(rgb).permute(2, 0, 1), plate


def recolor(image: Tensor, params: AugmentParams, rng: np.random.Generator) -> Tensor:
    """Vary brightness, contrast and hue of (3, H, W) uint8, each normally distributed."""
    brightness, contrast = rng.normal(1, params.brightness_sd), rng.normal(1, params.contrast_sd)
    turn = rng.normal(0, params.hue_sd) / 360
    if params.brightness_sd:
        image = F.adjust_brightness(image, max(brightness, 0.1))
    if params.contrast_sd:
        image = F.adjust_contrast(image, max(contrast, 0.1))
    return F.adjust_hue(image, (turn + 0.5) % 1 - 0.5) if params.hue_sd else image


def erase(example: Example, params: AugmentParams, rng: np.random.Generator) -> Example:
    """Sometimes blank a rectangle of up to half each side: black in the picture, background in truth."""
    height, width = example[0].shape[-2:]
    chance, *sizes = rng.random(3)
    tall, wide = int(sizes[0] * height / 2), int(sizes[1] * width / 2)
    top, left = rng.integers(height - tall + 1), rng.integers(width - wide + 1)
    if chance >= params.erase or not tall or not wide:
        return example
    zeros = [torch.zeros((), dtype=torch.uint8)] * 2
    image, classes = (
        F.erase(part, int(top), int(left), tall, wide, v=zero)
        for part, zero in zip(example, zeros, strict=True)
    )
    return image, classes
