"""What turns flat vector areas into paint: washes, brush grain, wobbling edges, blur."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray


def fractal(
    shape: tuple[int, int], rng: np.random.Generator, *, base: int = 4, octaves: int = 5, stretch: float = 1.0
) -> NDArray[np.float32]:
    """(H, W) smooth noise of about unit variance; ``stretch`` > 1 draws it out sideways like brush
    strokes.
    """
    h, w = shape
    total: NDArray[Any] = np.zeros(shape, np.float32)
    for octave in range(octaves):
        rows = base * 2**octave
        cols = max(2, round(rows * w / h / stretch))
        grid = rng.standard_normal((rows, cols), dtype=np.float32)
        total += cv2.resize(grid, (w, h), interpolation=cv2.INTER_CUBIC) * 0.62**octave
    return np.asarray(total / max(float(total.std()), 1e-6), np.float32)


def paint_over(picture: NDArray[np.uint8], rng: np.random.Generator, amount: float) -> None:
    """Lay washes and brush strokes over an RGBA picture, in place. ``amount`` 0..1."""
    h, w = picture.shape[:2]
    small = (max(h // 2, 8), max(w // 2, 8))
    wash = fractal(small, rng, base=3, octaves=4) * 0.045
    strokes = fractal(small, rng, base=24, octaves=3, stretch=float(rng.uniform(3, 7))) * 0.03
    bristle = rng.standard_normal(small, dtype=np.float32) * 0.012
    tint = fractal(small, rng, base=2, octaves=3) * 0.03
    tone = cv2.resize((wash + strokes + bristle) * amount, (w, h))
    warm = cv2.resize(tint * amount, (w, h))
    for channel, sign in ((0, 1.0), (1, 0.0), (2, -1.0)):
        plane = picture[..., channel].astype(np.float32)
        plane *= 1 + tone + sign * warm
        picture[..., channel] = np.clip(plane, 0, picture[..., 3])


def wobble(
    picture: NDArray[np.uint8], truth: NDArray[np.uint8], rng: np.random.Generator, pixels: float
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Displace picture and truth alike by up to about ``pixels``, as a hand does that holds no ruler."""
    if pixels < 0.3:
        return picture, truth
    h, w = picture.shape[:2]
    x, y = np.meshgrid(np.arange(w, dtype=np.float32), np.arange(h, dtype=np.float32))
    x += fractal((h, w), rng, base=14, octaves=3) * pixels * 0.6
    y += fractal((h, w), rng, base=14, octaves=3) * pixels * 0.6
    warped = cv2.remap(picture, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    labels = cv2.remap(truth, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(warped, np.uint8), np.asarray(labels, np.uint8)


def blur(picture: NDArray[np.uint8], pixels: float) -> NDArray[np.uint8]:
    """Out of focus by a Gaussian of that sigma."""
    if pixels < 0.4:
        return picture
    return np.asarray(cv2.GaussianBlur(picture, (0, 0), pixels), np.uint8)
