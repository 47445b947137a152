"""Losses of lines: whether they hang together, not how many of their pixels are found.

Which classes are lines, the label kind says (`modeling.labels`); the one class of the binary case is taken for one.
Each line class counts over all counted pixels of the batch; those present in its truth enter (`mean_present`).
"""

from __future__ import annotations

import cv2
import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from modeling.douga.skeletons import skeleton
from modeling.labels import get_kind
from modeling.losses.regions import mean_present, regions, sums


def line_classes(kind: str, channels: int) -> list[int]:
    """Classes of a kind's group ``line``; class 1 where there is one channel (C = 1).

    Raises:
        ValueError: the kind has another number of classes, or no lines.
        UserError: ``unknown_kind``.
    """
    if channels == 1:
        return [1]
    classes = get_kind(kind).classes
    lines = [index for index, cls in enumerate(classes) if cls.group == "line"]
    if len(classes) != channels or not lines:
        raise ValueError(
            f"{kind} has {len(classes)} classes, {len(lines)} of them lines, not {channels} classes"
        )
    return lines


def _line_regions(logits: Tensor, classes: Tensor, kind: str) -> tuple[Tensor, Tensor, list[int]]:
    """Probabilities and truth (N, L, H, W) of the line classes, and which these are."""
    lines = line_classes(kind, logits.shape[1])
    probability, truth = regions(logits, classes)
    if logits.shape[1] > 1:
        probability, truth = probability[:, lines], truth[:, lines]
    return probability, truth, lines


# --- clDice ---


def cldice(
    logits: Tensor, classes: Tensor, iterations: int = 3, as_one: bool = False, kind: str = "douga"
) -> Tensor:
    """One minus soft clDice, smoothed by 1 (Shit et al. 2021), the mean over line classes.

    clDice is the harmonic mean of the share of the predicted skeleton inside the true line and of the share of the
    true skeleton inside the predicted line. Ignored pixels are no line to either.

    Args:
        logits: (N, C, H, W) float.
        classes: (N, H, W) uint8, 255 ignored.
        iterations: Erosions of the skeleton: at least half the width of the widest line.
        as_one: Whether all line classes are one: then a line of the wrong class is whole.
        kind: Label kind that says which classes are lines.

    Raises:
        ValueError: see `line_classes`.
    """
    probability, truth, _ = _line_regions(logits, classes, kind)
    if as_one:
        probability, truth = probability.sum(1, keepdim=True), truth.sum(1, keepdim=True)
    if (there := sums(truth) > 0).any():  # the others do not enter, and skeletons are dear
        probability, truth = probability[:, there], truth[:, there]
    predicted, drawn = soft_skeleton(probability, iterations), soft_skeleton(truth, iterations)
    precision = _share(predicted * truth, predicted)
    recall = _share(drawn * probability, drawn)
    return mean_present(1 - 2 * precision * recall / (precision + recall), truth)


def _share(part: Tensor, whole: Tensor) -> Tensor:
    """(L,) smoothed shares of (N, L, H, W) parts."""
    return (sums(part) + 1) / (sums(whole) + 1)


def soft_skeleton(x: Tensor, iterations: int) -> Tensor:
    """Differentiable skeleton of (N, L, H, W) floats in 0..1: what opening removes, erosion by erosion."""
    # All planes as the channels of one image, channels last: a CPU pools them in half the time.
    planes = x.reshape(1, -1, *x.shape[2:]).contiguous(memory_format=torch.channels_last)
    eroded = _erode(planes)
    skeleton = F.relu(planes - _dilate(eroded))
    for _ in range(iterations):
        planes, eroded = eroded, _erode(eroded)
        found = F.relu(planes - _dilate(eroded))
        skeleton = skeleton + F.relu(found - skeleton * found)
    return skeleton.reshape(x.shape)


def _erode(x: Tensor) -> Tensor:
    """Minimum over a pixel and its four neighbours; beyond the border nothing erodes."""
    upright = -F.max_pool2d(-x, (3, 1), 1, (1, 0))
    level = -F.max_pool2d(-x, (1, 3), 1, (0, 1))
    return torch.minimum(upright, level)


def _dilate(x: Tensor) -> Tensor:
    """Maximum over a pixel and its eight neighbours."""
    return F.max_pool2d(x, 3, 1, 1)


# --- skeleton recall ---


def skeleton_recall(logits: Tensor, classes: Tensor, radius: int = 2, kind: str = "douga") -> Tensor:
    """One minus the soft recall, smoothed by 1, of the true lines' tubed skeletons (Kirchhoff et al. 2024).

    Args:
        logits: (N, C, H, W) float.
        classes: (N, H, W) uint8, 255 ignored.
        radius: Of the tube, see `tubed_skeletons`.
        kind: Label kind that says which classes are lines.

    Raises:
        ValueError: see `line_classes`.
    """
    probability, truth, lines = _line_regions(logits, classes, kind)
    maps = classes.detach().cpu().numpy()
    tubes = torch.from_numpy(np.stack([tubed_skeletons(one, lines, radius) for one in maps]))
    tubes = tubes.to(probability.device, probability.dtype)
    return mean_present(1 - _share(probability * tubes, tubes), truth)


def tubed_skeletons(classes: NDArray[np.uint8], lines: list[int], radius: int) -> NDArray[np.bool_]:
    """Skeletons of the line classes of one map, grown by ``radius`` steps of one pixel within their own class.

    Made on the CPU with scikit-image (Zhang-Suen), outside autograd.

    Args:
        classes: (H, W) classes, 255 ignored.
        lines: The L classes.
        radius: Steps, 0 for the skeleton itself: a diamond, as in the authors' code.

    Returns:
        (L, H, W) bool.
    """
    return np.stack([_tubed(classes == line, radius) for line in lines])


def _tubed(mask: NDArray[np.bool_], radius: int) -> NDArray[np.bool_]:
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    grown = cv2.dilate(skeleton(mask).view(np.uint8), cross, iterations=radius)
    return grown.astype(bool) & mask
