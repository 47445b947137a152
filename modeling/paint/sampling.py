"""Colour models taken from one painted frame: every flat colour of its regions becomes an entry.

A region has the colour that most of its pixels have, exactly; blends along smoothed lines so stay out. Names are
proposed: parts by size, and a shade or highlight goes to the part with which it shares the longest border; people give
better ones afterwards (`ColorModels.renamed`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from modeling.douga.classes import NAMES
from modeling.errors import UserError
from modeling.paint.graph import Graph
from modeling.paint.models import MOST, ColorModels, make_models
from modeling.paint.regions import NONE, Classes

BACKGROUND, FIRST, UNPAINTED = 0, 1, 65535
"""Stored values of paintings: no cel, the first entry (others follow in order), and left open."""
SPECK = 10
"""Regions below so many pixels name no colour of their own (as in Dai et al. 2024)."""
_MOST_OF_IT = 0.5
_RIM, _PATCH = 5, 30
"""A second colour lies in a region where a square so wide fits in, if so many of them do."""
_TONES = {NAMES.index("shading_fill"): "shade 1", NAMES.index("highlight_fill"): "highlight"}
_VISIBLE = NAMES.index("visible_line")

Values = NDArray[np.uint16]
"""(N,) or (H, W) uint16 stored values."""


@dataclass(frozen=True, slots=True)
class Sampled:
    """What one painted frame gives.

    Attributes:
        models: Its colours as entries, after those that were known.
        values: (N,) uint16 stored value of each region; `UNPAINTED` where no colour fills half of it.
        shared: Colours that several known entries have, with the entry that was taken for each.
        mixed: Values that also lie in a region, in more than its rim: a line is open there.
    """

    models: ColorModels
    values: Values
    shared: Mapping[str, str]
    mixed: Mapping[int, tuple[int, ...]]


def sample(
    painted: NDArray[np.uint8],
    classes: Classes,
    graph: Graph,
    *,
    known: ColorModels | None = None,
    model: str | None = None,
    character: str = "",
    tolerance: int = 0,
) -> Sampled:
    """Read the colours of a painted frame.

    Args:
        painted: (H, W, 4) uint8, alpha 0 where there is no cel.
        classes: (H, W) uint8 its douga's classes.
        graph: Its regions.
        known: Entries that exist; new ones come after them.
        model: Which of the known models the frame is painted in, the first by default; without ``known`` the name of
            the new one, ``day`` by default.
        character: Whose the new entries are.
        tolerance: Colours that differ by no more in any channel are one; for frames that were compressed.

    Raises:
        UserError: ``paint_size`` when frame and douga differ in size, ``unknown_model``.
    """
    if painted.shape[:2] != classes.shape:
        have, want = painted.shape, classes.shape
        raise UserError(
            f"The painted frame is {have[1]}x{have[0]}, its douga {want[1]}x{want[0]}.",
            code="paint_size",
            remedy="Export both at one size.",
        )
    model = known.check_model(model) if known else model or "day"
    colors, sure = _region_colors(painted, graph)
    ink = _ink(painted, classes)
    book = _Book(known, model, tolerance)
    tones = [_TONES.get(int(fill), "base") for fill in graph.regions.fills]
    order = np.argsort(-graph.regions.areas, kind="stable").tolist()
    for region in order:
        if sure[region] and colors[region] >= 0 and graph.regions.areas[region] >= SPECK:
            book.take(int(colors[region]), tones[region])
    for code in _patches(painted, graph):
        if not book.has(code):
            book.take(code, "base")
    if ink is not None:
        book.take(ink, "line")
    values = np.full(len(graph), UNPAINTED, np.uint16)
    for region in order:
        if sure[region]:
            values[region] = book.value(int(colors[region]), tones[region])
    rows = _named(book.new, values, graph, book.first, character, known)
    models = known.with_entries(_in_all(rows, known, model)) if known else _fresh(model, rows)
    shared = {f"{c:06X}": models.names[n - FIRST] for c, n in book.shared.items()}
    return Sampled(models, values, shared, _mixed(painted, graph, values, book))


class _Book:
    """Colours by stored value, those known and those found."""

    def __init__(self, known: ColorModels | None, model: str, tolerance: int) -> None:
        entries = known.entries if known else ()
        self.tolerance, self.first = tolerance, FIRST + len(entries)
        self.entries = [(int(entry.colors[model], 16), str(entry.tone)) for entry in entries]
        self.new: list[tuple[int, str]] = []
        self.shared: dict[int, int] = {}

    def take(self, code: int, tone: str) -> None:
        """Make an entry of a colour, if there is none."""
        if not self._near(code, tone) and len(self.entries) < MOST:
            self.entries.append((code, tone))
            self.new.append((code, tone))

    def has(self, code: int) -> bool:
        """Whether a colour is near any entry's."""
        return any(_apart(code, color) <= self.tolerance for color, _ in self.entries)

    def value(self, code: int, tone: str) -> int:
        """Stored value of a region's colour; -1 is no cel."""
        if code < 0:
            return BACKGROUND
        near = self._near(code, tone)
        if len(near) > 1:
            self.shared[code] = near[0]
        return near[0] if near else UNPAINTED

    def _near(self, code: int, tone: str) -> list[int]:
        """Values of that colour: exact ones if there are, the tone's first; lines only for lines."""
        fitting = [
            (_apart(code, color), other != tone, n + FIRST)
            for n, (color, other) in enumerate(self.entries)
            if _apart(code, color) <= self.tolerance and (other == "line") == (tone == "line")
        ]
        nearest = min((apart for apart, _, _ in fitting), default=0)
        return [value for apart, _, value in sorted(fitting) if apart == nearest]


def _apart(code: int, other: int) -> int:
    """Greatest difference of a channel."""
    return max(abs((code >> shift & 255) - (other >> shift & 255)) for shift in (0, 8, 16))


def _region_colors(painted: NDArray[np.uint8], graph: Graph) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """(N,) most frequent colour of each region as 0xRRGGBB, -1 where not painted, and whether it fills half of it."""
    codes = _codes(painted)
    labels = graph.regions.labels
    there = labels != NONE
    pairs = labels[there].astype(np.int64) << 25 | (codes[there] + 1)
    values, counts = np.unique(pairs, return_counts=True)
    order = np.lexsort((values, -counts, values >> 25))
    regions, first = np.unique(values[order] >> 25, return_index=True)
    colors = np.full(len(graph), -1, np.int64)
    colors[regions] = (values[order][first] & 0x1FFFFFF) - 1
    sure = np.zeros(len(graph), bool)
    sure[regions] = counts[order][first] >= _MOST_OF_IT * graph.regions.areas[regions]
    return colors, sure


def _patches(painted: NDArray[np.uint8], graph: Graph) -> list[int]:
    """Colours of patches within regions, as 0xRRGGBB, the largest first: also of what an open line hides in another."""
    codes = np.where(graph.regions.labels == NONE, -1, _codes(painted))
    colors, counts = np.unique(codes, return_counts=True)
    kernel = np.ones((_RIM, _RIM), np.uint8)
    return [
        int(colors[n])
        for n in np.argsort(-counts, kind="stable")
        if colors[n] >= 0
        and counts[n] >= _RIM * _RIM + _PATCH
        and cv2.erode((codes == colors[n]).view(np.uint8), kernel).sum() >= _PATCH
    ]


def _mixed(
    painted: NDArray[np.uint8], graph: Graph, values: Values, book: _Book
) -> dict[int, tuple[int, ...]]:
    """Other values that fill patches of regions."""
    colors, inverse = np.unique(_codes(painted), return_inverse=True)
    value_of = np.array([book.value(int(code), "base") for code in colors], np.uint16)
    labels = graph.regions.labels
    at_pixel = value_of[inverse.reshape(labels.shape)]
    of_region = (
        np.where(labels == NONE, UNPAINTED, values[np.maximum(labels, 0)]) if len(values) else at_pixel
    )
    other = (labels != NONE) & (of_region != UNPAINTED) & (at_pixel != UNPAINTED) & (at_pixel != of_region)
    found: dict[int, tuple[int, ...]] = {}
    for value in np.unique(at_pixel[other]).tolist():
        patch = cv2.erode((other & (at_pixel == value)).view(np.uint8), np.ones((_RIM, _RIM), np.uint8)) > 0
        counts = np.bincount(labels[patch] + 1, minlength=len(values) + 1)[1:]
        for region in np.flatnonzero(counts >= _PATCH).tolist():
            found[region] = (*found.get(region, ()), value)
    return found


def _codes(painted: NDArray[np.uint8]) -> NDArray[np.int64]:
    red, green, blue = (painted[..., channel].astype(np.int64) for channel in range(3))
    return np.where(painted[..., 3] > 127, red << 16 | green << 8 | blue, -1)


def _ink(painted: NDArray[np.uint8], classes: Classes) -> int | None:
    """The most frequent colour of visible lines."""
    codes = _codes(painted)[classes == _VISIBLE]
    codes = codes[codes >= 0]
    if not len(codes):
        return None
    values, counts = np.unique(codes, return_counts=True)
    return int(values[counts.argmax()])


def _fresh(model: str, rows: list[dict[str, str]]) -> ColorModels:
    return make_models([model], [_colored(row, [model], row["color"]) for row in rows])


def _in_all(rows: list[dict[str, str]], known: ColorModels, model: str) -> list[dict[str, object]]:
    """New entries have the sampled colour in all models, until somebody gives others."""
    return [_colored(row, known.models, row["color"]) for row in rows]


def _colored(row: dict[str, str], models: object, color: str) -> dict[str, object]:
    names = {key: value for key, value in row.items() if key != "color"}
    return {**names, "colors": dict.fromkeys(models, color)}  # type: ignore[call-overload]


def _named(
    new: list[tuple[int, str]],
    values: Values,
    graph: Graph,
    first: int,
    character: str,
    known: ColorModels | None,
) -> list[dict[str, str]]:
    """Names for new entries: parts numbered, shades and highlights with the part they lie beside."""
    taken = set(known.names) if known else set()
    count = first + len(new)
    beside = _beside(values, graph, count)
    parts: dict[int, str] = {}
    rows = []
    for value, (code, tone) in sorted(enumerate(new, first), key=lambda item: item[1][1] != "base"):
        around = [n for n in np.argsort(-beside[value]).tolist() if beside[value][n] > 0 and n in parts]
        base = parts[around[0]] if around and tone != "base" else ""
        row = _free_name(character, "line" if tone == "line" else base, tone, taken)
        if tone == "base":
            parts[value] = row["part"]
        rows.append((value, row | {"color": f"{code:06X}"}))
    return [row for _, row in sorted(rows, key=lambda item: item[0])]


def _beside(values: Values, graph: Graph, count: int) -> NDArray[np.float64]:
    """(count, count) length of the borders between entries that no visible line draws."""
    found = np.zeros((count, count))
    inside = values < count
    for kind, borders in enumerate(graph.borders):
        if kind == _VISIBLE:
            continue
        pairs = borders.tocoo()
        a, b = (np.asarray(axis) for axis in pairs.coords)
        both = inside[a] & inside[b]
        np.add.at(found, (values[a[both]], values[b[both]]), pairs.data[both])
    return found


def _free_name(character: str, part: str, tone: str, taken: set[str]) -> dict[str, str]:
    """The wished name, a second shade where the first is there, else a part of a new number."""
    wished = [(part, tone)] if part else []
    if part and tone == "shade 1":
        wished.append((part, "shade 2"))
    number = 1
    while True:
        for named, of in wished:
            name = "/".join(word for word in (character, named, of) if word)
            if name not in taken:
                taken.add(name)
                return {"character": character, "part": named, "tone": of}
        wished, number = [(f"{'line' if tone == 'line' else 'part'} {number}", tone)], number + 1
