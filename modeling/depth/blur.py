"""Background blur: depth of field from a depth map, layer by layer from far to near (He and Jia 2023).

Each layer is spread by the lens as far as it is out of focus and laid over those behind it. Beneath what is nearer a
layer goes on in its own colours: so nothing bleeds out of a sharp cel into the plate behind it, and no hole opens
beside a blurred one. Colours are mixed in linear light, as on film.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.images import RGB
from modeling.registry import propose

Floats = NDArray[np.float32]
LAYERS = 12
"""Steps of depth that are blurred apart: neighbours differ by less than is seen."""
NEAREST_FILL = 1e-3
"""Share of a window that must be known for its mean to be taken."""


@dataclass(frozen=True, slots=True)
class Lens:
    """What a picture is seen through.

    Attributes:
        focus: Depth in 0..1 that is sharp; None for the cel's, or the nearest there is.
        aperture: Radius of blur for a depth that differs by 1, relative to the picture's long side.
        shape: Of a point of light out of focus, one of `SHAPES`.
    """

    focus: float | None = None
    aperture: float = 0.03
    shape: str = "disc"


def background_blur(
    rgb: RGB, depth: NDArray[np.floating[Any]], lens: Lens, cel: NDArray[np.uint8] | None = None
) -> RGB:
    """Blur what is out of focus.

    Args:
        rgb: (H, W, 3) uint8 sRGB.
        depth: (H, W) inverse depth in 0..1, larger is nearer; 0, unknown, counts as farthest.
        lens: Focus, aperture and shape.
        cel: (H, W) 1 where the cel is, which is taken for one layer at the median of its depth; None for none.

    Returns:
        (H, W, 3) uint8; where everything is in focus, ``rgb`` itself.

    Raises:
        UserError: ``unknown_shape``.
    """
    kernel_of = _shape_named(lens.shape)
    levels, depths = _levels(depth, cel)
    focus = _focus(lens, depth, cel)
    long = max(rgb.shape[:2])
    radii = [lens.aperture * long * abs(one - focus) for one in depths]
    linear = _TO_LINEAR[rgb]
    out: Floats | None = None
    for level, radius in enumerate(radii):
        if not (own := levels == level).any():
            continue
        colors = _continued(linear, own, levels > level)
        cover = np.ones(levels.shape, np.float32) if out is None else (levels >= level).astype(np.float32)
        spread_colors, spread_cover = _spread(colors, cover, radius, kernel_of)
        out = spread_colors if out is None else out * (1 - spread_cover[..., None]) + spread_colors
    assert out is not None
    return _to_srgb(out)


def _levels(
    depth: NDArray[np.floating[Any]], cel: NDArray[np.uint8] | None
) -> tuple[NDArray[np.int64], list[float]]:
    """(H, W) number of each pixel's layer, far to near, and each layer's depth; the cel is a layer of its own."""
    steps = np.clip((depth * LAYERS).astype(np.int64), 0, LAYERS - 1)
    known = [float(np.median(depth[steps == n])) if (steps == n).any() else n / LAYERS for n in range(LAYERS)]
    on_cel = None if cel is None else cel == 1
    if on_cel is None or not on_cel.any():
        return steps, known
    middle = float(np.median(depth[on_cel]))
    place = min(LAYERS - 1, int(middle * LAYERS)) + 1
    levels = np.where(on_cel, place, steps + (steps >= place))
    return levels, [*known[:place], middle, *known[place:]]


def _focus(lens: Lens, depth: NDArray[np.floating[Any]], cel: NDArray[np.uint8] | None) -> float:
    if lens.focus is not None:
        return lens.focus
    if cel is not None and (cel == 1).any():
        return float(np.median(depth[cel == 1]))
    return float(depth.max())


def _continued(linear: Floats, own: NDArray[np.bool_], nearer: NDArray[np.bool_]) -> Floats:
    """The layer's colours, and beneath what is nearer those of its own surroundings; elsewhere as they are.

    Holes are filled from ever wider windows, each with the mean of the layer's pixels in it.
    """
    if not nearer.any():
        return linear
    weight = own.astype(np.float32)
    filled, left = np.where(nearer[..., None], np.float32(0), linear), nearer.copy()
    side = 3
    while left.any():
        window = (side, side)
        share = cv2.blur(weight, window)
        mean = cv2.blur(linear * weight[..., None], window) / np.maximum(share, 1e-9)[..., None]
        reached = left & (share > NEAREST_FILL)
        filled[reached] = mean[reached]
        left &= ~reached
        if side > 2 * max(own.shape):
            break
        side = 2 * side + 1
    return np.asarray(filled, np.float32)


def _spread(
    colors: Floats, cover: Floats, radius: float, kernel_of: Callable[[float], Floats]
) -> tuple[Floats, Floats]:
    """Colours times cover, and cover, through a lens out of focus by ``radius`` px."""
    premultiplied = colors * cover[..., None]
    if radius < 0.5:
        return premultiplied, cover
    kernel = kernel_of(radius)
    blurred = [
        np.asarray(cv2.filter2D(plane, cv2.CV_32F, kernel, borderType=cv2.BORDER_REPLICATE), np.float32)
        for plane in (premultiplied, cover)
    ]
    return blurred[0], blurred[1]


# --- shapes of a point of light ---


def disc(radius: float) -> Floats:
    """(k, k) float32 that adds up to 1: an even disc, its rim smoothed."""
    across, down = _grid(radius)
    return _even(radius + 0.5 - np.hypot(across, down))


def hexagon(radius: float) -> Floats:
    """(k, k) float32 that adds up to 1: an even hexagon, as six blades make it, its rim smoothed."""
    across, down = _grid(radius)
    angles = np.arange(3) * np.pi / 3
    off = np.max([np.abs(across * np.cos(a) + down * np.sin(a)) for a in angles], axis=0)
    return _even(radius * np.cos(np.pi / 6) + 0.5 - off)


def gaussian(radius: float) -> Floats:
    """(k, k) float32 that adds up to 1: no rim at all, of half the radius as standard deviation."""
    across, down = _grid(1.5 * radius)
    values = np.exp(-2 * (across**2 + down**2) / radius**2)
    return np.asarray(values / values.sum(), np.float32)


def _grid(radius: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    reach = int(np.ceil(radius))
    across = np.arange(-reach, reach + 1, dtype=np.float64)
    return across[None], across[:, None]


def _even(inside: NDArray[np.float64]) -> Floats:
    values = np.clip(inside, 0, 1)
    return np.asarray(values / values.sum(), np.float32)


SHAPES: Mapping[str, Callable[[float], Floats]] = MappingProxyType(
    {"disc": disc, "hexagon": hexagon, "gaussian": gaussian}
)
"""Shapes by name: from a radius in px to a kernel."""


def _shape_named(name: str) -> Callable[[float], Floats]:
    if name not in SHAPES:
        message = f"There is no bokeh shape {name!r}."
        raise UserError(message, code="unknown_shape", remedy=propose(name, SHAPES))
    return SHAPES[name]


# --- linear light ---


def _linear_table() -> Floats:
    """(256,) float32 in 0..1: linear light of a stored sRGB value (IEC 61966-2-1)."""
    stored = np.arange(256) / 255
    return np.where(stored <= 0.04045, stored / 12.92, ((stored + 0.055) / 1.055) ** 2.4).astype(np.float32)


_TO_LINEAR = _linear_table()


def _to_srgb(linear: Floats) -> RGB:
    clipped = np.clip(linear, 0, 1)
    stored = np.where(clipped <= 0.0031308, clipped * 12.92, 1.055 * clipped ** (1 / 2.4) - 0.055)
    return np.rint(stored * 255).astype(np.uint8)
