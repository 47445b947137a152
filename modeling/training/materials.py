"""Seamless pictures of paper, wood, concrete, dirt and metal: what texture overlays are made of (Kugler 2020, 4.2).

The thesis took fifteen photographs from a collection that may not be handed on; these are drawn instead. All noise is
made in the frequency domain and all shapes are drawn across the border, so every picture tiles without a seam.
"""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from modeling.images import RGB

SIDE = 1024
"""Width and height of a picture in px: two of them nearly span a frame of 1080 lines."""

Field = NDArray[np.float32]
"""(SIDE, SIDE) float32."""


def noise(rng: np.random.Generator, slope: float, across: float = 1.0, along: float = 1.0) -> Field:
    """Periodic noise of mean 0 and standard deviation 1 whose amplitude falls with frequency to the power ``slope``.

    Args:
        rng: Of the noise.
        slope: 0 for grain, 1 for mottling, 2 for clouds.
        across: How far it is drawn out horizontally, as a factor.
        along: The same vertically: wood and brushed metal are long one way.
    """
    fy, fx = np.fft.fftfreq(SIDE)[:, None], np.fft.rfftfreq(SIDE)[None]
    frequency = np.hypot(fx * across, fy * along)
    frequency[0, 0] = np.inf
    spectrum = np.fft.rfft2(rng.standard_normal((SIDE, SIDE))) * np.maximum(frequency, 1 / SIDE) ** -slope
    spectrum[0, 0] = 0
    field = np.fft.irfft2(spectrum, (SIDE, SIDE))
    return (field / field.std()).astype(np.float32)


def lit(height: Field) -> Field:
    """Slope of a surface towards a light at the upper left: positive where it faces it; standard deviation 1."""
    slope = 2 * height - np.roll(height, -1, 0) - np.roll(height, -1, 1)
    return np.asarray(-slope / slope.std(), np.float32)


def smooth(field: Field, sigma: float) -> Field:
    """Gaussian blur over the border; ``sigma`` in px."""
    pad = int(4 * sigma) + 1
    wide = cv2.GaussianBlur(np.pad(field, pad, mode="wrap"), (0, 0), sigma)
    return np.asarray(wide[pad:-pad, pad:-pad], np.float32)


def dots(rng: np.random.Generator, count: int, radius: tuple[float, float]) -> Field:
    """Discs of 1 in 0 at ``count`` random places, of random radii in px between the two."""
    points = rng.uniform(0, SIDE, (count, 2))
    return _drawn([points[i : i + 1] for i in range(count)], rng.uniform(*radius, count))


def strokes(
    rng: np.random.Generator,
    count: int,
    length: tuple[float, float],
    width: tuple[float, float],
    heading: tuple[float, float],
    bend: float = 0.0,
) -> Field:
    """Curved lines of 1 in 0: fibres, scratches, pores, cracks.

    Args:
        rng: Of places, lengths and bends.
        count: How many.
        length: Shortest and longest, px.
        width: Thinnest and widest, px.
        heading: Mean direction in radians, 0 to the right, and its standard deviation.
        bend: Standard deviation of the turn in radians at each of eight joints.
    """
    turns = rng.normal(heading[0], heading[1], count)[:, None] + rng.normal(0, bend, (count, 8)).cumsum(1)
    steps = np.stack([np.cos(turns), np.sin(turns)], -1) * rng.uniform(*length, count)[:, None, None] / 8
    lines = rng.uniform(0, SIDE, (count, 1, 2)) + np.concatenate(
        [np.zeros((count, 1, 2)), steps.cumsum(1)], 1
    )
    return _drawn(list(lines), rng.uniform(*width, count) / 2)


def swayed(rng: np.random.Generator, field: Field, amount: float) -> Field:
    """Displace each pixel by some ``amount`` of px, unevenly: nothing in nature is quite round or straight."""
    y, x = np.mgrid[:SIDE, :SIDE]
    dy, dx = (np.round(amount * noise(rng, 1.4)).astype(int) for _ in range(2))
    return field[(y + dy) % SIDE, (x + dx) % SIDE]


def cells(rng: np.random.Generator, count: int, sway: float) -> tuple[NDArray[np.intp], Field]:
    """Which of ``count`` random points is nearest, (SIDE, SIDE), and how many px off the cell's border lies.

    ``sway`` is how far borders stray from straight ones, px.
    """
    points = rng.uniform(0, SIDE, (count, 2))
    strayed = np.indices((SIDE, SIDE)).transpose(1, 2, 0) + sway * np.dstack(
        [noise(rng, 1.5), noise(rng, 1.5)]
    )
    distances, nearest = cKDTree(points, boxsize=SIDE).query(np.mod(strayed, SIDE).reshape(-1, 2), 2)
    apart = np.abs(points[nearest[:, 0]] - points[nearest[:, 1]])
    apart = np.hypot(*np.minimum(apart, SIDE - apart).T)
    off = (distances[:, 1] ** 2 - distances[:, 0] ** 2) / (2 * apart)
    return nearest[:, 0].reshape(SIDE, SIDE), off.reshape(SIDE, SIDE).astype(np.float32)


def _drawn(lines: list[NDArray[np.float64]], radii: NDArray[np.float64]) -> Field:
    """Polylines with round ends, each also where it comes in again on the other side of the border."""
    canvas, fixed = np.zeros((SIDE, SIDE), np.uint8), 16
    for line, radius in zip(lines, radii, strict=True):
        low, high = line.min(0) - radius, line.max(0) + radius
        for shift in _copies(low, high):
            points = np.round((line + shift) * fixed).astype(np.int32)
            if len(points) == 1:
                cv2.circle(canvas, points[0].tolist(), round(radius * fixed), 255, -1, cv2.LINE_AA, 4)
            else:
                cv2.polylines(canvas, [points], False, 255, max(1, round(2 * radius)), cv2.LINE_AA, 4)
    return np.asarray(canvas / np.float32(255), np.float32)


def _copies(low: NDArray[np.float64], high: NDArray[np.float64]) -> list[tuple[int, int]]:
    """Shifts by whole pictures after which the box from ``low`` to ``high`` (x, y) meets the picture."""
    first, last = -high // SIDE + 1, (SIDE - low) // SIDE
    xs, ys = (range(int(a), int(b) + 1) for a, b in zip(first, last, strict=True))
    return [(x * SIDE, y * SIDE) for x in xs for y in ys]


def _colored(value: Field, color: tuple[int, int, int], warmth: float = 0.0) -> RGB:
    """Paint ``value`` (1 the middle tone) in a colour; with ``warmth`` what is darker is redder."""
    powers = np.array([1 - warmth, 1, 1 + warmth], np.float32)
    tones = np.maximum(value, 0.02)[..., None] ** powers * np.array(color, np.float32)
    return np.clip(np.round(tones), 1, 255).astype(np.uint8)


def paper(rng: np.random.Generator, variant: int) -> RGB:
    """Drawing paper with fibres, watercolour paper with a tooth, or crumpled paper."""
    grain = 0.012 * noise(rng, 0.2) + 0.012 * noise(rng, 1.2)
    fibres = strokes(rng, 2600, (15, 60), (1, 1.4), (0, 3), 0.35)
    value = 1 + grain - 0.035 * smooth(fibres, 0.7) + 0.03 * smooth(np.roll(fibres, (301, 517), (0, 1)), 0.7)
    if variant == 1:
        value += 0.055 * lit(smooth(noise(rng, 0.4), 2.6))
    if variant == 2:
        facet, rim = cells(rng, 260, 26)
        shade = rng.normal(0, 1, 260).astype(np.float32)[facet]
        folds = strokes(rng, 90, (60, 300), (1, 2), (0, 3), 0.25)
        value += 0.035 * smooth(shade, 5) + 0.03 * lit(smooth(np.exp(-rim / 5) + folds, 1.3))
    return _colored(value, (214, 209, 198), 0.08)


def wood(rng: np.random.Generator, variant: int) -> RGB:
    """Plain sawn boards, coarse old boards with gaps, or a fine veneer without."""
    boards, rings, contrast = ((4, 9, 1.0), (3, 6, 1.5), (1, 26, 0.8))[variant]
    wide = SIDE / boards
    x = np.arange(SIDE, dtype=np.float32)[None]
    drift = 0.55 * noise(rng, 1.9, 1, 5) * np.sin(np.pi * np.mod(x, wide) / wide) ** 0.5
    phase = rng.uniform(0, 1, boards).astype(np.float32)[(x // wide).astype(int)]
    ring = np.mod(rings * (x / wide) + 1.6 * drift + phase, 1)
    late = np.exp(-((1 - ring) / 0.22)) - 0.22  # slow growth, then a sharp dark end of each year
    fibre = noise(rng, 0.9, 1, 40)
    pores = strokes(rng, 3200, (14, 60), (1, 1.6), (np.pi / 2, 0.02))
    value = 1 - contrast * (0.22 * late + 0.1 * smooth(pores, 0.6)) + 0.055 * contrast * fibre
    if boards > 1:
        value += 0.07 * rng.normal(size=boards).astype(np.float32)[(x // wide).astype(int)]
        edge = np.minimum(np.mod(x, wide), wide - np.mod(x, wide))
        value *= 1 - 0.7 * np.exp(-((edge / 2.2) ** 2))
    return _colored(value, (158, 117, 79), 0.25)


def concrete(rng: np.random.Generator, variant: int) -> RGB:
    """Cast concrete with pores, rough plaster, or an old cracked floor."""
    value = 1 + 0.06 * noise(rng, 1.5) + 0.025 * noise(rng, 0.3)
    pits = np.maximum(dots(rng, 500, (0.7, 2.6)), dots(rng, 24, (3, 6.5)))
    if variant != 1:
        value += 0.035 * lit(smooth(-pits, 0.9)) - 0.3 * smooth(pits, 0.8)
    if variant == 1:
        value += 0.085 * lit(smooth(noise(rng, 1.15), 1.1))
    if variant == 2:
        cracks = swayed(rng, strokes(rng, 9, (500, 1100), (1.4, 2.6), (0, 3), 0.55), 9)
        value += 0.05 * noise(rng, 1.8) - 0.5 * smooth(cracks, 0.8) - 0.1 * smooth(cracks, 7)
    return _colored(value, (141, 140, 135), 0.04)


def dirt(rng: np.random.Generator, variant: int) -> RGB:
    """Loose earth, earth with pebbles, or dry cracked mud."""
    value = 1 + 0.12 * noise(rng, 1.3) + 0.13 * lit(smooth(noise(rng, 1.1), 1.0)) + 0.05 * noise(rng, 0)
    if variant == 1:
        for count, radius in ((700, (1.5, 4)), (110, (4, 11))):
            stones = smooth(swayed(rng, dots(rng, count, radius), radius[1] / 3), radius[0] / 3)
            inside = np.clip(3 * stones - 1, 0, 1)
            value = value * (1 - inside) + inside * (1.15 + 0.12 * noise(rng, 0.8)) + 0.09 * lit(stones)
    if variant == 2:
        _, rims = cells(rng, 90, 7)
        value = 1 + 0.07 * noise(rng, 1.4) + 0.08 * lit(smooth(noise(rng, 1.0), 1.0))
        value -= 0.65 * np.exp(-((rims / 2.5) ** 2)) + 0.12 * np.exp(-rims / 12)
    return _colored(value, (118, 94, 70), 0.12)


def metal(rng: np.random.Generator, variant: int) -> RGB:
    """Brushed steel, a scratched dull sheet, or rusting plate."""
    value = 1 + 0.03 * noise(rng, 1.6)
    if variant == 0:
        value += 0.075 * noise(rng, 0.5, 60, 1) + 0.03 * noise(rng, 0.2, 12, 1)
    if variant >= 1:
        scratches = strokes(rng, 260, (60, 420), (1, 1.3), (0.4, 1.1), 0.03) * (0.5 + 0.5 * noise(rng, 1.6))
        value += 0.02 * noise(rng, 0.4) + 0.13 * smooth(scratches, 0.6) + 0.05 * noise(rng, 1.9)
    picture = _colored(value, (152, 156, 160))
    return _rusted(rng, picture) if variant == 2 else picture


def _rusted(rng: np.random.Generator, picture: RGB) -> RGB:
    """Rust in patches with pitted rims."""
    spread = noise(rng, 1.5) + 0.25 * noise(rng, 0.6)
    amount = np.clip((spread - 0.35) * 2.2, 0, 1)[..., None]
    value = 1 + 0.16 * noise(rng, 1.0) + 0.14 * lit(smooth(noise(rng, 0.9), 0.9))
    rust = _colored(np.asarray(value, np.float32), (139, 84, 50), 0.3)
    return np.asarray(np.round(picture * (1 - amount) + rust * amount), np.uint8)


MATERIALS: dict[str, Callable[[np.random.Generator, int], RGB]] = {
    "paper": paper,
    "wood": wood,
    "concrete": concrete,
    "dirt": dirt,
    "metal": metal,
}
"""The thesis's five, by name; each draws variants 0 to `EACH` - 1."""

EACH = 3
"""Pictures of each material: fifteen in all, as many as the thesis had."""


def picture(material: str, variant: int) -> RGB:
    """(SIDE, SIDE, 3) uint8 picture that tiles; the same each time."""
    seed = (list(MATERIALS).index(material), variant)
    return MATERIALS[material](np.random.default_rng(seed), variant)
