"""Training examples: frames and label maps cropped, composited and recoloured at random (Kugler 2020, 4.2).

Built on ``torchvision.transforms.v2.functional``, with every number drawn from a given NumPy generator: an
example is a pure function of its generator, whatever thread makes it, so a resumed run sees the same ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torchvision.transforms.v2 import InterpolationMode
from torchvision.transforms.v2 import functional as F

from modeling.labels import IGNORE
from modeling.recipes import AugmentParams

Example = tuple[Tensor, Tensor]
"""(3, H, W) uint8 RGB and (1, H, W) uint8 classes, 255 ignored."""


@dataclass(frozen=True, slots=True)
class Crop:
    """Size of an example in pixels, and the long side at which scale 1 shows a frame."""

    height: int
    width: int
    side: int


def random_view(example: Example, crop: Crop, params: AugmentParams, rng: np.random.Generator) -> Example:
    """Scale, rotate, place and flip a frame in a window of ``crop``'s size; black and ignored outside it."""
    image, classes = example
    scale = math.exp(rng.uniform(math.log(params.scale_min), math.log(params.scale_max)))
    angle = float(rng.uniform(-params.rotation, params.rotation))
    height, width = _around(crop, angle)
    shrink = max(image.shape[-2:]) / (crop.side * scale)
    window = round(height * shrink), round(width * shrink)
    top, left = (_place(have, want, rng) for have, want in zip(image.shape[-2:], window, strict=True))
    image = F.resized_crop(image, top, left, *window, [height, width], antialias=True)
    classes = F.pad(classes, _overhang(classes, top, left, window), fill=IGNORE)
    classes = F.resized_crop(
        classes, max(top, 0), max(left, 0), *window, [height, width], interpolation=InterpolationMode.NEAREST
    )
    if angle:
        image = F.rotate(image, angle, interpolation=InterpolationMode.BILINEAR)
        classes = F.rotate(classes, angle, interpolation=InterpolationMode.NEAREST, fill=[IGNORE])
    image, classes = (F.center_crop(part, [crop.height, crop.width]) for part in (image, classes))
    if rng.random() < params.flip:
        image, classes = F.horizontal_flip(image), F.horizontal_flip(classes)
    return image, classes


def _around(crop: Crop, angle: float) -> tuple[int, int]:
    """Height and width of the upright window that holds ``crop`` turned by ``angle`` degrees."""
    sine, cosine = abs(math.sin(math.radians(angle))), math.cos(math.radians(angle))
    height = crop.height * cosine + crop.width * sine
    return math.ceil(height), math.ceil(crop.width * cosine + crop.height * sine)


def _place(have: int, want: int, rng: np.random.Generator) -> int:
    """Where a window of ``want`` pixels begins along ``have``: inside when it is smaller, else around."""
    low, high = sorted((0, have - want))
    return int(rng.integers(low, high + 1))


def _overhang(classes: Tensor, top: int, left: int, window: tuple[int, int]) -> list[int]:
    height, width = classes.shape[-2:]
    right, bottom = max(0, left + window[1] - width), max(0, top + window[0] - height)
    return [max(0, -left), max(0, -top), right, bottom]


def over(front: Example, back: Example) -> Example:
    """Composite the cel of ``front`` over ``back``: its mask, softened by a pixel, is the alpha.

    The classes are the front's where that is cel or ignored, else the back's.
    """
    cel = (front[1] == 1).float()
    alpha = F.gaussian_blur(cel, [3, 3], [0.7, 0.7])
    image = (front[0] * alpha + back[0] * (1 - alpha)).round_().to(torch.uint8)
    return image, torch.where((front[1] == 1) | (front[1] == IGNORE), front[1], back[1])


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
