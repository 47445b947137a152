"""Colours as (r, g, b) floats in 0..1 and the few mixes a colour designer uses."""

from __future__ import annotations

import colorsys

import numpy as np
import skia

Color = tuple[float, float, float]


def hsv(hue: float, saturation: float, value: float) -> Color:
    """Colour from hue in degrees and saturation, value in 0..1 (clipped)."""
    r, g, b = colorsys.hsv_to_rgb((hue % 360) / 360, _clip(saturation), _clip(value))
    return (r, g, b)


def mix(a: Color, b: Color, share: float) -> Color:
    """``a`` with ``share`` (0..1) of ``b``."""
    return (a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share, a[2] + (b[2] - a[2]) * share)


def multiply(a: Color, b: Color) -> Color:
    """Channel-wise product, as a multiply layer."""
    return (a[0] * b[0], a[1] * b[1], a[2] * b[2])


def gain(a: Color, factor: float) -> Color:
    """``a`` brightened or darkened, clipped to 0..1."""
    return (_clip(a[0] * factor), _clip(a[1] * factor), _clip(a[2] * factor))


def jitter(a: Color, rng: np.random.Generator, amount: float) -> Color:
    """``a`` with independent channel noise of +-``amount``."""
    r, g, b = (_clip(float(c + rng.uniform(-amount, amount))) for c in a)
    return (r, g, b)


def argb(color: Color, alpha: float = 1.0) -> int:
    """Skia's packed colour."""
    r, g, b = (round(255 * _clip(c)) for c in color)
    return int(skia.ColorSetARGB(round(255 * _clip(alpha)), r, g, b))


def _clip(value: float) -> float:
    return min(1.0, max(0.0, value))


def toned(a: Color, saturation: float, exponent: float) -> Color:
    """``a`` with its saturation multiplied and its value raised to the exponent (below 1 is lighter)."""
    h, s, v = colorsys.rgb_to_hsv(*a)
    return hsv(h * 360, s * saturation, v**exponent)


def luma(a: Color) -> float:
    """Brightness in 0..1 with the weights of BT.709."""
    return 0.2126 * a[0] + 0.7152 * a[1] + 0.0722 * a[2]


def apart(color: Color, base: Color, least: float = 0.2) -> Color:
    """``color``, moved to black or white where it could not be told from ``base`` beside it."""
    if max(abs(a - b) for a, b in zip(color, base, strict=True)) >= least:
        return color
    return mix(base, (1.0, 1.0, 1.0) if luma(base) < 0.5 else (0.1, 0.1, 0.2), 0.45)
