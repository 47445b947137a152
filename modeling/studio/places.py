"""Places in a picture that people click: one point, or dots of colour, as text (torch-free).

A place is relative to the picture, so that it is the same in any size of it: (0, 0) is its upper left corner, (1, 1)
its lower right one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from modeling.errors import UserError

MOST_TEXT = 100_000
"""Letters of the dots of one request."""
_DOT = re.compile(r"(?:(.*),)?([^,]+),([^,]+),\s*#([0-9a-fA-F]{6})")
_HEADS = (["key", "x", "y", "color"], ["x", "y", "color"])


@dataclass(frozen=True, slots=True)
class Place:
    """A point: ``x`` and ``y`` in 0..1."""

    x: float
    y: float

    def pixel(self, height: int, width: int) -> tuple[int, int]:
        """(row, column) of the pixel that it lies in."""
        return min(int(self.y * height), height - 1), min(int(self.x * width), width - 1)


@dataclass(frozen=True, slots=True)
class Dot:
    """A colour, (R, G, B), that somebody wants at a place; ``key`` names the picture, None for every one."""

    place: Place
    color: tuple[int, int, int]
    key: str | None = None


def parse_place(text: str) -> Place:
    """Read ``0.25,0.5``.

    Raises:
        ValueError: It is no such text.
    """
    try:
        x, y = (float(part) for part in text.split(","))
    except ValueError:
        raise ValueError("Input should be X,Y, each between 0 and 1, such as 0.25,0.5") from None
    if not (0 <= x <= 1 and 0 <= y <= 1):
        raise ValueError("Input should be X,Y, each between 0 and 1, such as 0.25,0.5")
    return Place(x, y)


def parse_dots(text: str) -> list[Dot]:
    """Read lines (or parts between semicolons) ``x,y,#rrggbb`` or ``KEY,x,y,#rrggbb``; headings are passed over.

    Raises:
        ValueError: A line is no dot.
    """
    lines = [line.strip() for line in re.split(r"[\n;]", text)]
    return [_dot(line) for line in lines if line and line.lower().split(",") not in _HEADS]


def _dot(line: str) -> Dot:
    parts = _DOT.fullmatch(line)
    if parts is None:
        raise ValueError(f"{line[:60]!r} should be x,y,#rrggbb or KEY,x,y,#rrggbb")
    key, x, y, color = parts.groups()
    try:
        place = parse_place(f"{x},{y}")
    except ValueError:
        raise ValueError(f"{line[:60]!r} should have x and y between 0 and 1") from None
    red, green, blue = bytes.fromhex(color)
    return Dot(place, (red, green, blue), key)


def dots_of(dots: Iterable[Dot], key: str) -> list[Dot]:
    """Those that belong to a picture."""
    return [dot for dot in dots if dot.key in (None, key)]


def refuse_strangers(dots: Iterable[Dot], keys: Iterable[str]) -> None:
    """Raise where a dot is of a picture that is none of these.

    Raises:
        UserError: ``unknown_key``.
    """
    known = set(keys)
    if strange := next((dot.key for dot in dots if dot.key is not None and dot.key not in known), None):
        message = f"There is no picture {strange} to put a dot on."
        raise UserError(message, code="unknown_key", remedy="A key is a picture's path without its suffix.")
