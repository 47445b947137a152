"""Blurs of old frames: motion, defocus, and two fields of an interlaced picture woven into one."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from types import MappingProxyType

import cv2
import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
Kernel = NDArray[np.float32]


def motion_kernel(length: float, angle: float) -> Kernel:
    """(K, K) float32 that adds up to 1: a line of ``length`` px through the middle, at ``angle`` radians."""
    half = (length - 1) / 2
    side = 2 * math.ceil(max(half, 0)) + 1
    middle, steps = side // 2, max(1, round(4 * length))
    along = np.linspace(-half, half, steps)
    kernel = np.zeros((side, side), np.float32)
    rows = np.rint(middle + along * math.sin(angle)).astype(int)
    np.add.at(kernel, (rows, np.rint(middle + along * math.cos(angle)).astype(int)), 1)
    return kernel / kernel.sum()


def disc_kernel(radius: float) -> Kernel:
    """(K, K) float32 that adds up to 1: a disc of ``radius`` px, its edge as far inside a pixel as it reaches."""
    reach = math.ceil(radius)
    y, x = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    kernel = np.clip(radius + 0.5 - np.hypot(y, x), 0, 1).astype(np.float32)
    return np.asarray(kernel / kernel.sum(), np.float32)


def convolved(rgb: Pixels, kernel: Kernel) -> Pixels:
    """(H, W, 3) uint8 mean under an odd kernel, mirrored at the border."""
    return np.asarray(cv2.filter2D(rgb, -1, kernel, borderType=cv2.BORDER_REFLECT), np.uint8)


def woven(rgb: Pixels, shift: int) -> Pixels:
    """(H, W, 3) uint8: every second line, from the second on, ``shift`` px to the right: a field later."""
    out = rgb.copy()
    columns = np.clip(np.arange(rgb.shape[1]) - shift, 0, rgb.shape[1] - 1)
    out[1::2] = rgb[1::2][:, columns]
    return out


def _motion(rgb: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    return convolved(rgb, motion_kernel(rng.uniform(3, max(3, strength)), rng.uniform(0, math.pi)))


def _defocus(rgb: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    return convolved(rgb, disc_kernel(rng.uniform(1, max(1, strength / 3))))


def _interlace(rgb: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    return woven(rgb, int(rng.integers(1, max(2, round(strength / 2) + 1))) * int(rng.choice((-1, 1))))


BLURS: Mapping[str, Callable[[Pixels, float, np.random.Generator], Pixels]] = MappingProxyType(
    {"motion": _motion, "defocus": _defocus, "interlace": _interlace}
)
"""Blurs by name. ``strength`` is the longest motion in px, thrice the largest disc, twice the widest comb."""


def blurred(rgb: Pixels, strength: float, rng: np.random.Generator) -> Pixels:
    """(H, W, 3) uint8 under one of `BLURS`, each as likely, of a random extent."""
    return BLURS[str(rng.choice(list(BLURS)))](rgb, strength, rng)
