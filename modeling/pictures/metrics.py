"""How near a picture comes to the true one: errors, structure, entropy and segments, as sums that add up (torch-free).

What is told of whole pictures or of sets of them stands beside: FSIM in `modeling.pictures.likeness`, NIQE in
`modeling.pictures.naturalness`, FID and its stand-in in `modeling.pictures.frechet`.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from modeling.pictures.subjects import Pixels, TruePicture

COLUMNS = ("pixels", "squared", "structure", "entropy", "pictures", "segments", "right")
"""Counted pixels; the sums over them of squared error (mean of channels, values in 0..1) and SSIM; the sum of the
pictures' entropies in bits and their number; segments that are judged, and those of the right colour."""
SHAPE = (1, len(COLUMNS))
PERFECT = 1e-10
"""Least mean squared error in PSNR: 100 dB stand for no error at all."""
WINDOW = 7
"""Side in px of the windows of SSIM, cut down to what a smaller picture has."""

Counts = NDArray[np.float64]


def picture_counts(truth: TruePicture, made: Pixels) -> Counts:
    """`SHAPE` sums of one frame: (H, W, 3) uint8 ``made`` against its truth."""
    from modeling.coloring.segments import right_segments

    pixels = truth.counted
    off = ((made.astype(np.float32) - truth.rgb) / 255) ** 2
    total, right = (0, 0) if truth.segments is None else right_segments(truth.rgb, made, truth.segments)
    structure = similarity_map(truth.rgb, made)[pixels].sum() if pixels.any() else 0.0
    squared = float(off.mean(2)[pixels].sum())
    counts = (pixels.sum(), squared, structure, entropy_bits(made, pixels), 1, total, right)
    return np.array([counts], np.float64)


def similarity_map(one: Pixels, other: Pixels) -> NDArray[np.float32]:
    """(H, W) SSIM of two (H, W, 3) uint8 pictures round each pixel, mean of the channels (scikit-image)."""
    from skimage.metrics import structural_similarity

    side = min(WINDOW, *one.shape[:2])
    side -= 1 - side % 2
    if side < 3:
        return np.full(one.shape[:2], np.nan, np.float32)
    values = one.astype(np.float32), other.astype(np.float32)
    _, whole = structural_similarity(*values, win_size=side, data_range=255, channel_axis=2, full=True)
    return np.asarray(whole.mean(2), np.float32)


def entropy_bits(rgb: Pixels, counted: NDArray[np.bool_] | None = None) -> float:
    """Shannon entropy in bits, 0..8, of the 256 greys of (H, W, 3) uint8 (He and Jia 2023, table 2); 0 of no pixel."""
    import cv2

    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    shares = np.bincount(np.asarray(grey if counted is None else grey[counted]).ravel(), minlength=256)
    shares = shares[shares > 0] / max(1, shares.sum())
    return float(-(shares * np.log2(shares)).sum()) if len(shares) else 0.0


def figures_of(counts: NDArray[Any]) -> dict[str, float | None]:
    """``psnr`` in dB, ``ssim``, ``entropy`` in bits and ``segments_right`` of pooled counts; None of nothing."""
    sums = dict(zip(COLUMNS, counts[0].tolist(), strict=True))
    pixels = sums["pixels"]
    return {
        "psnr": -10 * math.log10(max(sums["squared"] / pixels, PERFECT)) if pixels else None,
        "ssim": sums["structure"] / pixels if pixels else None,
        "entropy": sums["entropy"] / sums["pictures"] if sums["pictures"] else None,
        "segments_right": sums["right"] / sums["segments"] if sums["segments"] else None,
    }
