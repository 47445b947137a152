"""Whether two frames show the same drawing over the same plate, seen at 96 x 54 pixels.

One is moved onto the other (phase correlation), its tones are fitted to the other's (a quadratic, trimmed), and what
still differs is counted. Bars are left out, a caption may cover one end of the picture. Sizes and limits were chosen on
the procedural production, whose cuts share stages and casts, and on planted reuse.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.picture.bars import picture_box

Look: TypeAlias = NDArray[np.uint8]
"""(54, 96, 3) uint8 of a whole frame, bars included: luma and two chroma planes (YCrCb)."""
Floats: TypeAlias = NDArray[np.float32]

LOOK_SHAPE = 54, 96, 3
DEVIATING = 0.008
"""Share of the pixels that may differ when the drawing is the same: a mouth, an eye; at 960 x 540 some 60 x 60 px."""
CAPTION_ROWS, CAPTION_WIDTH, CAPTION_FILL = 10, 0.15, 0.6
"""A caption: at most so many of the 54 rows (two lines), at least so wide, centred, its columns touched so densely."""
CORRELATION = 0.8
"""Least correlation of what counts after tones are fitted; flat pictures differ little without being alike."""
FAINTEST = 16.0
"""Levels from dark to light below which a picture tells nothing: fades, black frames."""
_LEVEL, _CHROMA, _FLOOR = 0.13, 0.11, 5.0
_REACH, _LETTER_GAP = 6, 7
_CLIPPED, _PALE = 250, 235
_BLOB = np.ones((2, 2), np.uint8)
_KERNEL = np.ones((3, 3), np.uint8)
_ALIKE_ROUGHLY = 0.55


@dataclass(frozen=True, slots=True)
class Likeness:
    """Share of pixels that differ beside a caption, correlation of the rest, contrast in levels."""

    deviating: float
    correlation: float
    contrast: float

    @property
    def same(self) -> bool:
        """Whether it is the same drawing over the same plate."""
        return self.contrast >= FAINTEST and self.deviating <= DEVIATING and self.correlation >= CORRELATION


NOTHING_ALIKE = Likeness(1.0, 0.0, 0.0)


def look_of(rgb: NDArray[np.uint8]) -> Look:
    """What (H, W, 3) uint8 is compared by: (54, 96, 3) uint8, stretched to that shape."""
    height, width, _ = LOOK_SHAPE
    small = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_RGB2YCrCb), np.uint8)


def may_be_alike(ours: NDArray[np.uint8], theirs: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """(K,) whether (K, 54, 96, 3) looks correlate at all in the middle, where neither bars nor captions are."""
    if not len(ours):
        return np.zeros(0, bool)
    middles = [_unit_middles(looks) for looks in (ours, theirs)]
    correlation = np.einsum("kp,kp->k", *middles)
    return np.asarray(correlation >= _ALIKE_ROUGHLY, bool)


def _unit_middles(looks: NDArray[np.uint8]) -> Floats:
    """(K, P) of mean 0 and length 1: the middle's luma at a quarter of the size."""
    height, width, _ = LOOK_SHAPE
    middle = looks[:, height // 4 + 1 : -height // 4, width // 6 : -width // 6, 0].astype(np.float32)
    kept = middle[:, : middle.shape[1] // 4 * 4, : middle.shape[2] // 4 * 4]
    small = kept.reshape(len(kept), kept.shape[1] // 4, 4, kept.shape[2] // 4, 4).mean((2, 4))
    flat = small.reshape(len(small), small.shape[1] * small.shape[2])
    flat -= flat.mean(1, keepdims=True)
    return np.asarray(flat / np.maximum(np.linalg.norm(flat, axis=1, keepdims=True), 1e-6), np.float32)


def likeness(ours: Look, theirs: Look) -> Likeness:
    """How alike two looks are; mirror one of them first to ask for mirrored reuse."""
    boxes = [picture_box(np.repeat(look[..., :1], 3, axis=2)) for look in (ours, theirs)]
    if boxes[0] == boxes[1]:
        return _compared(*(box.cut(look) for box, look in zip(boxes, (ours, theirs), strict=True)))
    (top, bottom), (left, right) = [
        (max(box[i] for box in boxes), min(box[i + 1] for box in boxes)) for i in (0, 2)
    ]
    covered = _compared(ours[top:bottom, left:right], theirs[top:bottom, left:right])
    fitted = _compared(*(_stretched(box.cut(look)) for box, look in zip(boxes, (ours, theirs), strict=True)))
    return min(covered, fitted, key=lambda found: (not found.same, found.deviating))


def _stretched(look: Look) -> Look:
    return np.asarray(
        cv2.resize(look, (LOOK_SHAPE[1], LOOK_SHAPE[0]), interpolation=cv2.INTER_LINEAR), np.uint8
    )


def _compared(one: Look, other: Look) -> Likeness:
    first, second = _aligned(one.astype(np.float32), other.astype(np.float32))
    contrast = min(_contrast(first), _contrast(second))
    if contrast < FAINTEST:
        return NOTHING_ALIKE
    there, back = _deviation(first, second), _deviation(second, first)
    return Likeness(max(there[0], back[0]), max(there[1], back[1]), contrast)


def _contrast(look: Floats) -> float:
    low, high = np.percentile(look[::2, ::2, 0], (3, 97))
    return float(high - low)


def _aligned(one: Floats, other: Floats) -> tuple[Floats, Floats]:
    """The second moved onto the first by up to 6 px, both without the border that has no counterpart."""
    height, width, _ = one.shape
    window = cv2.createHanningWindow((width, height), cv2.CV_32F)
    (dx, dy), _ = cv2.phaseCorrelate(other[..., 0].copy(), one[..., 0].copy(), window)
    if max(abs(dx), abs(dy)) > _REACH:
        dx = dy = 0.0
    moved = cv2.warpAffine(other, np.array([[1, 0, dx], [0, 1, dy]], np.float32), (width, height))
    x, y = 1 + int(np.ceil(abs(dx))), 1 + int(np.ceil(abs(dy)))
    return one[y : height - y, x : width - x], np.asarray(moved[y : height - y, x : width - x], np.float32)


def _deviation(source: Floats, target: Floats) -> tuple[float, float]:
    """What differs between ``target`` and ``source`` in the target's tones: (share, correlation).

    A pixel differs that lies outside the fitted neighbourhood's range (3 x 3) by more than an eighth of the contrast
    in luma or a ninth in chroma, with others beside it: single pixels and lines one pixel wide are what resampling
    leaves. Where the source is clipped it tells nothing, nor does chroma where any of its channels nearly is.
    """
    fitted = [_in_tones_of(source[..., 0], target[..., 0]), *_in_colours_of(source, target)]
    contrast = _contrast(target)
    beyond = [_beyond(fitted[plane], target[..., plane]) for plane in range(3)]
    differs = (beyond[0] > max(_FLOOR, _LEVEL * contrast)) & (source[..., 0] < _CLIPPED)
    pale = np.maximum(_strongest(source), _strongest(target)) > _PALE
    differs |= (np.maximum(beyond[1], beyond[2]) > max(_FLOOR, _CHROMA * contrast)) & ~pale
    differs = cv2.morphologyEx(differs.view(np.uint8), cv2.MORPH_OPEN, _BLOB).view(bool)
    counted = ~_captions(differs)
    return float(differs[counted].mean()), _correlation(fitted[0][counted], target[..., 0][counted])


def _strongest(look: Floats) -> Floats:
    """(H, W) the largest of red, green and blue."""
    luma, red, blue = look[..., 0], look[..., 1] - 128, look[..., 2] - 128
    channels = luma + 1.403 * red, luma - 0.714 * red - 0.344 * blue, luma + 1.773 * blue
    return np.asarray(np.maximum.reduce(channels), np.float32)


def _beyond(fitted: Floats, target: Floats) -> Floats:
    """How far the target lies outside what is fitted around each pixel."""
    around = cv2.erode(fitted, _KERNEL) - target, target - cv2.dilate(fitted, _KERNEL)
    return np.asarray(np.maximum(*around), np.float32)


def _captions(differs: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """(H, W) where a caption at either end explains what differs: flat, wide, centred, closely set."""
    third = len(differs) // 3
    covered = np.zeros_like(differs)
    for first, part in ((0, differs[:third]), (len(differs) - third, differs[-third:])):
        rows = np.flatnonzero(part.any(1))
        if len(rows) and _is_caption(rows, np.asarray(part.any(0), bool)):
            covered[first + rows[0] : first + rows[-1] + 1] = True
    return covered


def _is_caption(rows: NDArray[np.int64], touched: NDArray[np.bool_]) -> bool:
    columns, width = np.flatnonzero(touched), len(touched)
    first, last, tall = columns[0], columns[-1] + 1, rows[-1] - rows[0] + 1
    across, off_centre = last - first, abs(first + last - width) / (2 * width)
    near = np.convolve(touched, np.ones(_LETTER_GAP), "same")[first:last] > 0
    flat = tall <= CAPTION_ROWS and across >= 2 * tall and across >= CAPTION_WIDTH * width
    return bool(flat and off_centre <= 0.1 and near.mean() >= CAPTION_FILL)


def _in_tones_of(source: Floats, target: Floats) -> Floats:
    """The source with its tones mapped to the target's by a quadratic, fitted without the worst eighth of pixels.

    That follows gain, offset and mild gamma; what the target clips is clipped here as well and not fitted.
    """
    x, y = source[::2, ::2].ravel(), target[::2, ::2].ravel()
    inside = (y > 255 - _CLIPPED) & (y < _CLIPPED)
    if inside.sum() > len(x) // 4:
        x, y = x[inside], y[inside]
    terms = _tone_terms(x)
    kept = np.ones(len(x), bool)
    for _ in range(3):
        chosen = terms[:, kept]
        weights = np.linalg.lstsq(chosen @ chosen.T, chosen @ y[kept], rcond=None)[0]
        off = np.abs(weights @ terms - y)
        kept = off <= np.partition(off, len(off) * 7 // 8)[len(off) * 7 // 8]
    fitted = weights @ _tone_terms(source.ravel())
    return np.asarray(np.clip(fitted, 0, 255).reshape(source.shape), np.float32)


def _in_colours_of(source: Floats, target: Floats) -> list[Floats]:
    """The source's two chroma planes, as much stronger or weaker as the target's are; an offset has no chroma."""
    ours, theirs = source[..., 1:] - 128, target[..., 1:] - 128
    gain = float((ours * theirs).sum()) / max(1.0, float((ours * ours).sum()))
    return [np.asarray(128 + gain * ours[..., plane], np.float32) for plane in range(2)]


def _tone_terms(values: Floats) -> Floats:
    """(3, N): 1, x and its square of N levels."""
    x = values / np.float32(255)
    return np.asarray(np.stack([np.ones_like(x), x, x * x]), np.float32)


def _correlation(one: Floats, other: Floats) -> float:
    a, b = one - one.mean(), other - other.mean()
    scale = float(np.sqrt((a * a).sum() * (b * b).sum()))
    return float((a * b).sum()) / scale if scale > 0 else 0.0
