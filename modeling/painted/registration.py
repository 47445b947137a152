"""Where a frame lies in a painting of another size: told by the file, or found by matching edges.

A painting is the frame scaled (by one factor) and shifted. Found is what makes the edges of both agree best: the
normalised cross-correlation of blurred edge maps over scales and offsets, from coarse to fine. Somebody looks at it
before it is taken.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.labels import IGNORE

LEAST_SCORE = 0.22
"""Correlation of edges (-1 to 1) below which two pictures do not show the same."""
_CLEARLY = 1.25
"""How much better than any quite different place the best one is."""
_COARSE, _MIDDLE, _FINE = 128, 320, 800
"""Longer side, in pixels, of the frame while it is searched."""
_FILLS = 0.35
"""So much of the painting's width or height the frame fills at least."""
_COVER = 0.5
"""So much of the frame a painting shows at least."""
_ABOUT = 6
"""Pixels of a finer picture about a place found in a coarser one."""
_NEAR = 0.006
"""A scale or offset this close to a plain one (shares of the size) is that."""


@dataclass(frozen=True, slots=True)
class Registration:
    """Where the frame lies: its pixel (x, y) is the painting's ``(left + x * scale_x, top + y * scale_y)``.

    Attributes:
        scale_x, scale_y: Painting pixels a frame pixel.
        left, top: The frame's corner in the painting's pixels.
        how: ``same`` size, ``template`` (the file told), ``scaled`` (all of the frame, by the edges), ``shifted``
            (at its own size, by the edges) or ``matched`` (by the edges).
        score: Correlation of the edges, for what was found by them.
    """

    scale_x: float
    scale_y: float
    left: float
    top: float
    how: str
    score: float | None = None

    def apply(self, values: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
        """Take (H, W) values of the painting to the frame's (height, width) by nearest; outside is ignore."""
        rows = np.floor(self.top + (np.arange(size[0]) + 0.5) * self.scale_y).astype(np.int64)
        columns = np.floor(self.left + (np.arange(size[1]) + 0.5) * self.scale_x).astype(np.int64)
        height, width = values.shape
        taken = values[rows.clip(0, height - 1)[:, None], columns.clip(0, width - 1)[None]]
        outside = ((rows < 0) | (rows >= height))[:, None] | ((columns < 0) | (columns >= width))[None]
        return np.where(outside, np.uint8(IGNORE), taken)

    def inverse(self, rgb: NDArray[np.uint8], size: tuple[int, int]) -> NDArray[np.uint8]:
        """Lay an (H, W, 3) painting over a frame of (height, width) for looking at; outside is white."""
        matrix = np.array([[self.scale_x, 0, self.left], [0, self.scale_y, self.top]], np.float64)
        matrix[:, 2] += 0.5 * matrix[:, :2].sum(1) - 0.5
        flags = cv2.INTER_AREA | cv2.WARP_INVERSE_MAP
        white = (255, 255, 255)
        return np.asarray(cv2.warpAffine(rgb, matrix, size[::-1], flags=flags, borderValue=white), np.uint8)


def same_size() -> Registration:
    """A painting of the frame's own size."""
    return Registration(1.0, 1.0, 0.0, 0.0, "same")


def from_box(left: float, top: float, width: float, height: float, size: tuple[int, int]) -> Registration:
    """The frame of (height, width) fills that box of the painting, as the file told.

    Raises:
        UserError: ``painting_stretched`` when the box has another shape than the frame.
    """
    scale_x, scale_y = width / size[1], height / size[0]
    if abs(scale_x / scale_y - 1) > 1.5 / min(size) + 0.005:
        message = (
            f"The frame in the painting is {width:.0f}x{height:.0f}, stretched from {size[1]}x{size[0]}."
        )
        raise UserError(message, code="painting_stretched", remedy="Scale width and height alike.")
    return Registration(scale_x, scale_y, left, top, "template")


def find_frame(painting: NDArray[np.uint8], frame: NDArray[np.uint8], name: str) -> Registration:
    """Find a frame in a painting by their edges.

    Args:
        painting: (h, w, 3) uint8, over white.
        frame: (H, W, 3) uint8.
        name: What the painting is called, for messages.

    Raises:
        UserError: ``painting_size`` when their edges agree nowhere, or in several places alike.
    """
    found = _search(painting, frame)
    if found is None:
        height, width = frame.shape[:2]
        raise UserError(
            f"{name} is {painting.shape[1]}x{painting.shape[0]}, its frame {width}x{height}, and their lines agree "
            "nowhere.",
            code="painting_size",
            remedy="Export it at the frame's size, or paint in the template, which tells where the frame lies.",
        )
    return _plain(found, painting.shape[:2], frame.shape[:2])


@dataclass(frozen=True, slots=True)
class _Place:
    """A scale with its best offset, in painting pixels, and how well the edges agree there."""

    scale: float
    left: float
    top: float
    score: float


def _search(painting: NDArray[np.uint8], frame: NDArray[np.uint8]) -> _Place | None:
    """The place where the edges agree clearly better than in any other, or None."""
    pyramid = _pyramid(_grey(painting))
    grey = _grey(frame)
    shrink = min(1.0, _COARSE / max(grey.shape))
    target = _edges(_resized(grey, shrink))
    tried = [_anywhere(pyramid, target, shrink, scale) for scale in _coarse_scales(painting, frame)]
    places = sorted((place for place in tried if place), key=lambda place: -place.score)
    if not places:
        return None
    rival = max((place.score for place in places if _elsewhere(place, places[0], frame)), default=0.0)
    if places[0].score < max(LEAST_SCORE, _CLEARLY * rival):
        return None
    return _refined(pyramid, grey, places[0], [1.0, *_whole(painting, frame)])


def _coarse_scales(painting: NDArray[np.uint8], frame: NDArray[np.uint8]) -> list[float]:
    """Scales 3 % apart, and the plain ones: the frame's own, and the frame on all of the painting."""
    whole = _whole(painting, frame)
    steps = np.arange(np.log(_FILLS * min(whole)), np.log(max(whole) / _COVER), 0.03)
    return [1.0, *whole, *np.exp(steps).tolist()]


def _whole(painting: NDArray[np.uint8], frame: NDArray[np.uint8]) -> list[float]:
    return [p / f for p, f in zip(painting.shape[:2], frame.shape[:2], strict=True)]


def _elsewhere(place: _Place, best: _Place, frame: NDArray[np.uint8]) -> bool:
    """Whether a place is a different answer, not a neighbour of the best."""
    far = 0.05 * max(frame.shape[:2]) * best.scale
    middle = [
        (p.left + p.scale * frame.shape[1] / 2, p.top + p.scale * frame.shape[0] / 2) for p in (place, best)
    ]
    moved = max(abs(a - b) for a, b in zip(*middle, strict=True)) > far
    return abs(place.scale / best.scale - 1) > 0.12 or moved


def _anywhere(
    pyramid: list[NDArray[np.uint8]], target: NDArray[np.float32], shrink: float, scale: float
) -> _Place | None:
    """The best offset at a scale, among those that show at least `_COVER` of frame or painting either way."""
    height, width = (round(side * shrink / scale) for side in pyramid[0].shape)
    if min(height, width) < 16 or max(height, width) > 4 * max(target.shape):
        return None
    edges = _edges(_sized(pyramid, height, width))
    rows = max(height - round(_COVER * target.shape[0]), round(height * (1 - _COVER)))
    columns = max(width - round(_COVER * target.shape[1]), round(width * (1 - _COVER)))
    padded = _padded(target, rows, columns)
    if padded.shape[0] < height or padded.shape[1] < width:
        return None
    agrees = _correlation(padded, edges, target)
    top, left = np.unravel_index(int(agrees.argmax()), agrees.shape)
    there = (columns - int(left)) * scale / shrink, (rows - int(top)) * scale / shrink
    return _Place(scale, *there, float(agrees[top, left]))


def _refined(
    pyramid: list[NDArray[np.uint8]], grey: NDArray[np.uint8], best: _Place, plain: list[float]
) -> _Place:
    for long, reach, step in ((_MIDDLE, 0.02, 0.005), (_FINE, 0.005, 0.001)):
        shrink = min(1.0, long / max(grey.shape))
        target = _edges(_resized(grey, shrink))
        near = [scale for scale in plain if abs(scale / best.scale - 1) <= reach]
        scales = [*near, *(best.scale * (1 + np.arange(-reach, reach + step / 2, step))).tolist()]
        tried = [_nearby(pyramid, target, shrink, best, scale) for scale in scales]
        best = max(tried, key=lambda place: place.score)
    return best


def _nearby(
    pyramid: list[NDArray[np.uint8]], target: NDArray[np.float32], shrink: float, start: _Place, scale: float
) -> _Place:
    """The best offset at a scale, a few pixels about a place; the frame's middle stays where it is."""
    height, width = target.shape
    left = start.left + (start.scale - scale) * width / shrink / 2
    top = start.top + (start.scale - scale) * height / shrink / 2
    level = next((n for n, p in enumerate(pyramid) if scale / shrink / 2**n < 2), len(pyramid) - 1)
    step = scale / shrink / 2**level
    middle = step / 2 - 0.5
    matrix = np.array([[step, 0, left / 2**level + middle], [0, step, top / 2**level + middle]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    seen = cv2.warpAffine(
        pyramid[level], matrix, (width, height), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    agrees = _correlation(_padded(target, _ABOUT, _ABOUT), _edges(np.asarray(seen, np.uint8)), target)
    down, right = np.unravel_index(int(agrees.argmax()), agrees.shape)
    moved = (int(right) - _ABOUT) * scale / shrink, (int(down) - _ABOUT) * scale / shrink
    return _Place(scale, left - moved[0], top - moved[1], float(agrees[down, right]))


def _padded(target: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float32]:
    return np.pad(target, ((rows, rows), (columns, columns)))


def _correlation(
    padded: NDArray[np.float32], part: NDArray[np.float32], target: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Correlation (-1 to 1) of a part with every place of a padded target; what does not overlap counts against."""
    strength = float(np.sqrt((part**2).sum() * (target**2).sum()))
    return np.asarray(cv2.matchTemplate(padded, part, cv2.TM_CCORR) / max(strength, 1e-6), np.float32)


def _edges(grey: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Strength of a picture's edges above that of their surroundings: (h, w) float32."""
    small = grey.astype(np.float32)
    strength = np.hypot(cv2.Sobel(small, cv2.CV_32F, 1, 0), cv2.Sobel(small, cv2.CV_32F, 0, 1))
    strength = np.minimum(strength / 200, 1)
    fine, wide = (cv2.GaussianBlur(strength, (0, 0), sigma) for sigma in (1.0, 5.0))
    return np.asarray(fine - wide, np.float32)


def _grey(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), np.uint8)


def _pyramid(grey: NDArray[np.uint8]) -> list[NDArray[np.uint8]]:
    """The picture and its halvings."""
    levels = [grey]
    while max(levels[-1].shape) > _COARSE:
        levels.append(_resized(levels[-1], 0.5))
    return levels


def _sized(pyramid: list[NDArray[np.uint8]], height: int, width: int) -> NDArray[np.uint8]:
    """The picture at a size, from the smallest level that is not smaller."""
    level = next((p for p in reversed(pyramid) if p.shape[0] >= height and p.shape[1] >= width), pyramid[0])
    how = cv2.INTER_AREA if height <= level.shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(level, (width, height), interpolation=how), np.uint8)


def _resized(grey: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    size = max(1, round(grey.shape[1] * scale)), max(1, round(grey.shape[0] * scale))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), np.uint8)


def _plain(found: _Place, painting: tuple[int, ...], frame: tuple[int, ...]) -> Registration:
    """Round what is nearly plain: all of the frame on all of the painting, or the frame at its own size."""
    scales = [p / f for p, f in zip(painting, frame, strict=True)]
    near = [abs(scale / found.scale - 1) <= _NEAR for scale in scales]
    centred = max(abs(found.left) / painting[1], abs(found.top) / painting[0]) <= _NEAR
    if all(near) and centred:
        return Registration(scales[1], scales[0], 0.0, 0.0, "scaled", found.score)
    if abs(found.scale - 1) <= _NEAR:
        return Registration(
            1.0, 1.0, float(round(found.left)), float(round(found.top)), "shifted", found.score
        )
    return Registration(found.scale, found.scale, found.left, found.top, "matched", found.score)
