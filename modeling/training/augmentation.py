"""Training examples: frames and label maps cropped, composited and recoloured at random (Kugler 2020, 4.2).

Colours, soft edges and erasure are ``torchvision.transforms.v2``'s, the geometry OpenCV's. Every number is drawn
from a given NumPy generator: an example is a pure function of it, whatever thread makes it, so a resumed run
sees the same ones.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torchvision.transforms.v2 import functional as F

from modeling.images import by_fours
from modeling.labels import IGNORE
from modeling.recipes import AugmentParams


def kept(classes: Any, cel: Any) -> Any:
    """Where classes or cel, arrays or tensors of one shape, say that something goes along when the cel is cut out."""
    return (cel == 1) | ((classes != 0) & (classes != IGNORE))


class Example(NamedTuple):
    """A picture, what is to be learned of it, and what of it may be cut out.

    ``image`` is (C, H, W) uint8, RGB and whatever mask lies behind it; ``classes`` (1, H, W) uint8, 255 ignored, or
    float32 numbers, 0 unknown, where those are learned;
    ``cel`` (1, H, W) uint8: 1 cel, 0 not, 255 unknown. It is ``classes`` itself where the cel is what is learned.
    """

    image: Tensor
    classes: Tensor
    cel: Tensor

    @property
    def kept(self) -> Tensor:
        """(1, H, W) bool: what goes along when it is cut out: the cel, and whatever is drawn outside of it."""
        found: Tensor = kept(self.classes, self.cel)
        return found

    def with_classes(self, image: Tensor, classes: Tensor, cel: Tensor) -> Example:
        """Another example in which the cel stays what it is here: the classes themselves, or a mask of its own."""
        return Example(image, classes, classes if self.cel is self.classes else cel)


@dataclass(frozen=True, slots=True)
class Crop:
    """Size of an example in pixels, and the long side at which scale 1 shows a frame (0: its own)."""

    height: int
    width: int
    side: int


def rare_pixel(classes: Tensor, rng: np.random.Generator) -> tuple[int, int] | None:
    """A pixel (y, x) of (H, W) uint8 classes: any class that is there is as likely, and any pixel of it.

    So thin, rare lines are seen as often as large fills. Of numbers it is any that is known. None where all is ignored.
    """
    if classes.is_floating_point():
        return any_pixel(classes > 0, rng)
    present = np.flatnonzero(np.bincount(classes.numpy().ravel(), minlength=IGNORE + 1)[:IGNORE])
    return any_pixel(classes == rng.choice(present), rng) if len(present) else None


def any_pixel(mask: Tensor, rng: np.random.Generator) -> tuple[int, int] | None:
    """A pixel (y, x) of those that (H, W) bool names, None where there are none."""
    found = np.flatnonzero(mask.numpy())
    if not len(found):
        return None
    y, x = divmod(int(rng.choice(found)), mask.shape[1])
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
        scale *= crop.side / max(example.image.shape[-2:])
    turned = _Turn(example.image.shape[-2:], crop, scale, angle, flip, rng, around)
    image = turned(example.image, cv2.INTER_AREA, cv2.INTER_LINEAR)
    classes = turned(example.classes)
    return example.with_classes(
        image, classes, classes if example.cel is example.classes else turned(example.cel)
    )


class _Turn:
    """One drawn geometry, to be applied to a picture and to its maps alike."""

    def __init__(
        self,
        shape: tuple[int, ...],
        crop: Crop,
        scale: float,
        angle: float,
        flip: int,
        rng: np.random.Generator,
        around: tuple[int, int] | None,
    ) -> None:
        self.crop, self.size = crop, shape
        if scale < 1:
            self.size = round(shape[0] * scale), round(shape[1] * scale)
            around = around and (int(around[0] * scale), int(around[1] * scale))
        self.matrix = _window(self.size, crop, max(scale, 1.0), angle, flip, rng, around)

    def __call__(
        self, part: Tensor, reduce: int = cv2.INTER_NEAREST_EXACT, warp: int = cv2.INTER_NEAREST
    ) -> Tensor:
        """(C, H, W) to (C, crop height, crop width) of the same type."""
        pixels = part.permute(1, 2, 0).numpy()
        if pixels.shape[:2] != tuple(self.size):
            size, whole = self.size[::-1], pixels
            reduced = by_fours(lambda part: cv2.resize(part, size, interpolation=reduce), whole)
            pixels = reduced.astype(whole.dtype, copy=False)
        warped = torch.from_numpy(_warped(pixels, self.matrix, self.crop, warp))
        return warped[None] if warped.ndim == 2 else warped.permute(2, 0, 1)


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


def _warped(pixels: NDArray[Any], matrix: NDArray[np.float64], crop: Crop, how: int) -> NDArray[Any]:
    flags = how | cv2.WARP_INVERSE_MAP
    size = (crop.width, crop.height)
    warped = by_fours(
        lambda part: cv2.warpAffine(part, matrix, size, flags=flags, borderMode=cv2.BORDER_REFLECT), pixels
    )
    return warped.astype(pixels.dtype, copy=False)


def over(front: Example, back: Example) -> Example:
    """Composite what is kept of ``front`` over ``back``: its mask, softened by a pixel, is the alpha.

    The classes are the front's where it is kept or ignored, else the back's. Where the cel of ``front`` is unknown
    only what is drawn is kept: whole frames of that sort must stay where they are.
    """
    kept = front.kept
    alpha = F.gaussian_blur(kept.float(), [3, 3], [0.7, 0.7])
    image = (front.image * alpha + back.image * (1 - alpha)).round_().to(torch.uint8)
    taken = kept | (front.classes == IGNORE)
    classes = torch.where(taken, front.classes, back.classes)
    return front.with_classes(image, classes, torch.where(taken, front.cel, back.cel))


def without_cel(example: Example) -> Example:
    """Paint the cel out from what surrounds it (Telea 2004, at a quarter of the size): all background then.

    Pixels that are ignored stay so.
    """
    height, width = example.classes.shape[-2:]
    hole = cv2.dilate(example.kept[0].numpy().astype(np.uint8), np.ones((5, 5), np.uint8))
    if not hole.any():
        return example
    rgb, small = example.image[:3].permute(1, 2, 0).numpy(), (max(1, width // 4), max(1, height // 4))
    # a small pixel is a hole when any of its pixels is: no cel colour may bleed into the filling
    small_hole = (cv2.resize(hole.astype(np.float32), small, interpolation=cv2.INTER_AREA) > 0).astype(
        np.uint8
    )
    filled = cv2.inpaint(
        cv2.resize(rgb, small, interpolation=cv2.INTER_AREA), small_hole, 3, cv2.INPAINT_TELEA
    )
    painted = cv2.resize(filled, (width, height), interpolation=cv2.INTER_LINEAR)
    rgb = np.where(hole[..., None] == 1, painted, rgb).astype(np.uint8)
    image = torch.cat([torch.from_numpy(rgb).permute(2, 0, 1), torch.zeros_like(example.image[3:])])
    return example.with_classes(image, _emptied(example.classes), _emptied(example.cel))


def _emptied(classes: Tensor) -> Tensor:
    return torch.where(classes == IGNORE, classes, torch.zeros_like(classes))


def recolor(image: Tensor, params: AugmentParams, rng: np.random.Generator) -> Tensor:
    """Vary brightness, contrast and hue of (C, H, W) uint8, each normally distributed; channels 4 on stay."""
    brightness, contrast = rng.normal(1, params.brightness_sd), rng.normal(1, params.contrast_sd)
    turn = rng.normal(0, params.hue_sd) / 360
    rgb, masks = image[:3], image[3:]
    if params.brightness_sd:
        rgb = F.adjust_brightness(rgb, max(brightness, 0.1))
    if params.contrast_sd:
        rgb = F.adjust_contrast(rgb, max(contrast, 0.1))
    if params.hue_sd:
        rgb = F.adjust_hue(rgb, (turn + 0.5) % 1 - 0.5)
    return torch.cat([rgb, masks]) if len(masks) else rgb


def erase(example: Example, params: AugmentParams, rng: np.random.Generator) -> Example:
    """Sometimes blank a rectangle of up to half each side: black in the picture, background (or unknown) in truth."""
    height, width = example.image.shape[-2:]
    chance, *sizes = rng.random(3)
    tall, wide = int(sizes[0] * height / 2), int(sizes[1] * width / 2)
    top, left = rng.integers(height - tall + 1), rng.integers(width - wide + 1)
    if chance >= params.erase or not tall or not wide:
        return example
    box = int(top), int(left), tall, wide
    parts = [F.erase(part, *box, v=torch.zeros((), dtype=part.dtype)) for part in example]
    return example.with_classes(*parts)
