"""Photography: what happens to a composited frame on its way to film. It changes pictures, never truth."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from datasets.procedural.design import Show

Rgb = NDArray[np.uint8]


class Photography:
    """Grade, glow, lens and grain of one cut.

    Args:
        size: (width, height) of the frame.
        haze: Veil of light over everything, 0..1.
    """

    def __init__(
        self, show: Show, size: tuple[int, int], rng: np.random.Generator, *, haze: float = 0.0
    ) -> None:
        self._glow, self._grain = show.glow, show.grain
        self._lut = _grade(show, rng, haze)
        self._shade = _vignette(size, float(rng.choice([0.0, 0.0, 0.18, 0.3])))
        self._sigma = float(rng.uniform(0.3, 0.9)) * size[1] / 1080
        self._size, self._tile = size, _grain_tile(size, show.grain, rng)
        self._shift = rng.integers(0, 32, (997, 2))

    def develop(self, rgb: Rgb) -> Rgb:
        """Everything but grain, for a (H, W, 3) frame."""
        if self._sigma > 0.25:
            rgb = np.asarray(cv2.GaussianBlur(rgb, (3, 3), self._sigma), np.uint8)
        if self._glow:
            rgb = _add_glow(rgb, self._glow)
        rgb = np.asarray(cv2.LUT(rgb, self._lut), np.uint8)
        if self._shade is not None:
            rgb = np.asarray(cv2.multiply(rgb, self._shade, scale=1 / 255), np.uint8)
        return rgb

    def expose(self, rgb: Rgb, frame: int) -> Rgb:
        """The developed frame with the grain of one video frame."""
        if self._tile is None:
            return rgb
        dy, dx = self._shift[frame % len(self._shift)]
        width, height = self._size
        noise = self._tile[dy : dy + height, dx : dx + width]
        return np.asarray(cv2.addWeighted(rgb, 1, noise, 1, -128), np.uint8)


def _grade(show: Show, rng: np.random.Generator, haze: float) -> NDArray[np.uint8]:
    x = np.linspace(0, 1, 256)
    contrast, gamma = rng.uniform(0.85, 1.1), rng.uniform(0.9, 1.12)
    curves = []
    for gain, lift in zip(*show.grade, strict=True):
        y = ((x**gamma - 0.5) * contrast + 0.5) * gain + lift
        curves.append(y * (1 - haze) + haze * (0.82 * gain))
    return np.asarray((np.stack(curves, 1) * 255).clip(0, 255), np.uint8)[None]


def _vignette(size: tuple[int, int], amount: float) -> NDArray[np.uint8] | None:
    if not amount:
        return None
    x, y = np.linspace(-1, 1, size[0])[None], np.linspace(-1, 1, size[1])[:, None]
    plane = 1 - amount * np.clip((x * x + y * y) / 2, 0, 1) ** 1.5
    return np.repeat((plane * 255).astype(np.uint8)[..., None], 3, 2)


def _grain_tile(size: tuple[int, int], sigma: float, rng: np.random.Generator) -> NDArray[np.uint8] | None:
    if not sigma:
        return None
    noise = rng.standard_normal((size[1] + 32, size[0] + 32), dtype=np.float32)
    if size[1] > 700:
        noise = np.asarray(cv2.GaussianBlur(noise, (3, 3), 0.7), np.float32)
    noise *= sigma / float(noise.std())
    return np.repeat((noise + 128).round().clip(0, 255).astype(np.uint8)[..., None], 3, 2)


def _add_glow(rgb: Rgb, amount: float) -> Rgb:
    h, w = rgb.shape[:2]
    small = cv2.resize(rgb, (max(w // 8, 1), max(h // 8, 1)), interpolation=cv2.INTER_AREA)
    bright = cv2.subtract(small, np.full_like(small, 150))
    soft = cv2.resize(cv2.GaussianBlur(bright, (0, 0), max(h / 8 * 0.03, 0.6)), (w, h))
    return np.asarray(cv2.addWeighted(rgb, 1, soft, amount * 2, 0), np.uint8)
