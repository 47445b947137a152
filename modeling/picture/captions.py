"""Captions burnt into a frame: rows of light letters at its upper or lower end, set about its middle.

The letters are those by which frames with on-screen text are left out (`modeling.picture.letters`); of these, a caption
is what subtitles look like: light, outlined or not, in the upper or the lower third, as wide as a few words, centred. A
sign in the middle of a picture, credits down one side and dark lettering are picture here. A single frame is looked at,
so that it does not matter how frames were sampled.
"""

from __future__ import annotations

from typing import NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.picture.bars import Box
from modeling.picture.letters import LETTERS, LONG, TONES, Letters, rows_of_letters

ENDS = 1 / 3
"""Share of the frame's height, at either end, in which captions lie."""
LEGIBLE = 320
"""Long side below which nobody reads captions, nor does this, px."""
NARROWEST = 0.08
"""Least width of a caption, as a share of the frame's: a short answer."""
OFF_CENTRE = 0.12
"""How far a caption's middle may lie from the frame's, as a share of its width."""
TALLEST = 0.034
"""Height of a letter at most, as a share of the frame's width."""
_PARTED = 6.0
"""What is missed of a line may be so wide, in heights of its letters."""
_BESIDE, _ABOVE = 1.0, 0.45
"""What belongs to a row of letters around them, in heights: a letter that was missed, outlines and descenders."""


def caption_boxes(rgb: NDArray[np.uint8]) -> list[Box]:
    """Boxes of caption lines of (H, W, 3) uint8, in its own pixels; outlines and the gaps between words are inside."""
    height, width = rgb.shape[:2]
    if max(height, width) < LEGIBLE:
        return []
    third = int(ENDS * height)
    return [
        _clipped(line, LONG / max(height, width), first, height, width)
        for first in (0, height - third)
        for line in _lines(_luma(rgb[first : first + third], LONG / max(height, width)))
    ]


def _luma(rgb: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """(h, w) of a band, ``scale`` times its size."""
    luma = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    size = max(1, round(luma.shape[1] * scale)), max(1, round(luma.shape[0] * scale))
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(luma if scale == 1 else cv2.resize(luma, size, interpolation=how), np.uint8)


def _lines(luma: NDArray[np.uint8]) -> list[_Line]:
    """Lines of captions in a band: those set about the middle, and those right above or below them."""
    tallest = TALLEST * luma.shape[1]
    rows = rows_of_letters(luma, "outlined", least=2, tallest=tallest)
    if all(len(row.left) < LETTERS for row in rows):
        return []
    lines = _joined([_line_of(row) for row in rows])
    kept = [line for line in lines if line.is_caption(luma.shape[1])]
    return [line for line in lines if line in kept or any(line.follows(other) for other in kept)]


def _joined(pieces: list[_Line]) -> list[_Line]:
    """Rows of enough letters, each with what stands on the same line beside it: a bright spot behind parts them."""
    lines = []
    while pieces:
        line = max(pieces, key=lambda piece: piece.letters)
        if line.letters < LETTERS:
            break
        pieces.remove(line)
        while beside := [piece for piece in pieces if piece.continues(line)]:
            pieces = [piece for piece in pieces if piece not in beside]
            for piece in beside:
                line = line.joined(piece)
        lines.append(line)
    return lines


class _Line(NamedTuple):
    """A row of letters as one, px: its ends, the height of a letter, and how light and how many they are."""

    top: float
    bottom: float
    left: float
    right: float
    letter: float
    tone: float
    letters: int

    def is_caption(self, width: int) -> bool:
        wide = self.right - self.left >= NARROWEST * width
        return wide and abs(self.left + self.right - width) <= 2 * OFF_CENTRE * width

    def follows(self, other: _Line) -> bool:
        """Whether it is another line of the same caption."""
        near = max(self.top - other.bottom, other.top - self.bottom) <= 1.2 * other.letter
        return near and self.like(other) and self.left < other.right and other.left < self.right

    def continues(self, other: _Line) -> bool:
        """Whether it stands on the same line beside it."""
        apart = max(self.left - other.right, other.left - self.right)
        lined = abs(self.top + self.bottom - other.top - other.bottom) <= 0.7 * other.letter
        return lined and self.like(other) and apart <= _PARTED * other.letter

    def like(self, other: _Line) -> bool:
        """Whether its letters are as tall and as light."""
        tall = max(self.letter, other.letter) <= 1.5 * min(self.letter, other.letter)
        return tall and abs(self.tone - other.tone) <= TONES

    def joined(self, other: _Line) -> _Line:
        top, left = min(self.top, other.top), min(self.left, other.left)
        bottom, right = max(self.bottom, other.bottom), max(self.right, other.right)
        return _Line(top, bottom, left, right, self.letter, self.tone, self.letters + other.letters)


def _line_of(row: Letters) -> _Line:
    half = row.height / 2
    return _Line(
        top=float((row.centre - half).min()),
        bottom=float((row.centre + half).max()),
        left=float(row.left.min()),
        right=float(row.right.max()),
        letter=float(np.median(row.height)),
        tone=float(np.median(row.tone)),
        letters=len(row.left),
    )


def _clipped(line: _Line, scale: float, first: int, height: int, width: int) -> Box:
    """In the frame's pixels: the box of a line of the band from row ``first`` on, and of what belongs to it."""
    above, beside = _ABOVE * line.letter, _BESIDE * line.letter
    top, bottom = first + (line.top - above) / scale, first + (line.bottom + above) / scale
    left, right = (line.left - beside) / scale, (line.right + beside) / scale
    return Box(max(0, int(top)), min(height, int(bottom) + 1), max(0, int(left)), min(width, int(right) + 1))
