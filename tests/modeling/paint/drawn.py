"""Small hand-made dougas."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from modeling.paint.evidence import Painted
from modeling.paint.graph import Graph, make_graph
from modeling.paint.regions import find_regions

Box = tuple[int, int, int, int]
"""Top, left, bottom, right of an outline, all inside the drawing."""


def boxes(size: tuple[int, int], *outlines: Box, line: int = 1) -> NDArray[np.uint8]:
    """Outlines one pixel wide on flat area."""
    classes = np.zeros(size, np.uint8)
    for top, left, bottom, right in outlines:
        classes[[top, bottom], left : right + 1] = line
        classes[top : bottom + 1, [left, right]] = line
    return classes


def text(*rows: str) -> NDArray[np.uint8]:
    """Classes from digits, ``.`` being flat area, ``#`` a visible line and ``?`` ignored."""
    codes = {".": 0, "#": 1, "?": 255}
    return np.array([[codes[c] if c in codes else int(c) for c in row] for row in rows], np.uint8)


def graph_of(classes: NDArray[np.uint8], gap: int = 0) -> Graph:
    """The regions of a drawing and how they lie."""
    return make_graph(classes, find_regions(classes, gap=gap))


def at(graph: Graph, x: int, y: int) -> int:
    """Number of the region at a place."""
    return int(graph.regions.labels[y, x])


def painted(classes: NDArray[np.uint8], values: dict[tuple[int, int], int], name: str = "first") -> Painted:
    """A drawing whose regions, each named by a point (x, y) in it, have stored values; the rest is no cel."""
    graph = graph_of(classes)
    stored = np.zeros(len(graph), np.uint16)
    for (x, y), value in values.items():
        stored[at(graph, x, y)] = value
    return Painted(name, graph, stored)
