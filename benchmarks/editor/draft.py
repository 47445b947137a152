"""Drafts that are wrong as a network's are.

`drafted`: lumps are missing, lumps of background taken along, the border wobbles; none of it knows the drawing's areas.
`drafted_by_areas`: whole areas of one colour are missing or too much (a white shirt, a cloud), the rest is perfect.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage import measure

Mask = NDArray[np.uint8]
SHARES = (0.45, 0.35)
"""Of all that is wrong: missing, too much; the rest is the border."""
LUMP = 0.02
"""Size of missing and added lumps, standard deviation of their field as a share of the frame's width."""
BESIDE = 0.04
"""Lumps of background lie within this share of the frame's width beside the figure."""


def iou(truth: Mask, mask: Mask) -> float:
    """Intersection over union of two (H, W) maps of 0 and 1; empty against empty is 1."""
    union = np.count_nonzero(truth | mask)
    return np.count_nonzero(truth & mask) / union if union else 1.0


def drafted(truth: Mask, rng: np.random.Generator, target: float = 0.9) -> Mask:
    """A draft of that IoU to within 0.003.

    Args:
        truth: (H, W) uint8 of 0 and 1, neither empty nor full.
        rng: Where the errors lie.
        target: IoU with the truth.
    """
    fields = _Fields(truth, rng)
    low, high = 0.0, 1.0
    for _ in range(18):
        middle = (low + high) / 2
        low, high = (middle, high) if iou(truth, fields.draft(middle)) > target else (low, middle)
    return fields.draft(low)


def drafted_by_areas(
    truth: Mask, rgb: NDArray[np.uint8], rng: np.random.Generator, target: float = 0.9
) -> Mask:
    """A draft near that IoU in which only whole areas of one colour are wrong.

    Args:
        truth: (H, W) uint8 of 0 and 1.
        rgb: (H, W, 3) uint8, the frame.
        rng: Which areas.
        target: IoU with the truth; areas are taken while it stays above, so what comes out is up to 0.02 above.
    """
    areas = _areas(rgb)
    count = int(areas.max()) + 1
    inside = np.bincount(areas.ravel(), truth.ravel(), count).astype(np.int64)
    outside = np.bincount(areas.ravel(), minlength=count) - inside
    beside = np.unique(areas[cv2.dilate(truth, np.ones((9, 9), np.uint8)) == 1])
    figure, missing, added = int(truth.sum()), 0, 0
    wrong = np.zeros(count, np.uint8)
    for number in rng.permutation(beside):
        fewer, more = missing + inside[number], added + outside[number]
        if (figure - fewer) / (figure + more) >= target:
            missing, added, wrong[number] = fewer, more, 1
        if (figure - missing) / (figure + added) < target + 0.005:
            break
    return truth ^ wrong[areas]


def _areas(rgb: NDArray[np.uint8]) -> NDArray[np.int32]:
    """Areas of one colour, (H, W), by coarse levels of a smoothed picture; knows nothing of the editor's own."""
    coarse = cv2.medianBlur(rgb, 9).astype(np.int32) // 24
    key = (coarse[..., 0] * 16 + coarse[..., 1]) * 16 + coarse[..., 2]
    return measure.label(key, background=-1, connectivity=1).astype(np.int32)


class _Fields:
    """Random fields over a frame, of which more and more is let through."""

    def __init__(self, truth: Mask, rng: np.random.Generator) -> None:
        self.truth = truth
        width = truth.shape[1]
        inside = cv2.distanceTransform(truth, cv2.DIST_L2, 5)
        outside = cv2.distanceTransform(1 - truth, cv2.DIST_L2, 5)
        self.depth = inside - outside
        self.missing = self._order(_noise(rng, truth.shape, LUMP * width), truth == 1)
        beside = (truth == 0) & (outside < BESIDE * width)
        self.added = self._order(_noise(rng, truth.shape, LUMP * width), beside)
        self.wobble = _noise(rng, truth.shape, 0.006 * width)
        self.area = int(truth.sum())

    def _order(self, noise: NDArray[np.float32], where: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Indices of the pixels there, highest first: lumps grow from the peaks."""
        places = np.flatnonzero(where)
        return places[np.argsort(-noise.ravel()[places], kind="stable")]

    def draft(self, amount: float) -> Mask:
        """The truth with errors of an amount, 0 to 1: at most as many wrong pixels as the figure has."""
        budget = amount * self.area
        border = (1 - sum(SHARES)) * budget
        out = (self.depth + self._sway(border) * self.wobble > 0).astype(np.uint8).ravel()
        out[self.missing[: int(SHARES[0] * budget)]] = 0
        out[self.added[: int(SHARES[1] * budget)]] = 1
        return out.reshape(self.truth.shape)

    def _sway(self, pixels: float) -> float:
        """How far the border moves so that about so many pixels change: a normal field moves 0.8 of its deviation."""
        length = np.count_nonzero(np.abs(self.depth) <= 1) / 2
        return float(pixels / max(length, 1) / 0.8)


def _noise(rng: np.random.Generator, shape: tuple[int, ...], sigma: float) -> NDArray[np.float32]:
    """A smooth field of mean 0 and deviation 1."""
    field = cv2.GaussianBlur(rng.normal(size=shape).astype(np.float32), (0, 0), sigma)
    return (field - field.mean()) / field.std()
