"""A hand for the browser tests: it knows the view's geometry and works out what a stroke must set."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from playwright.sync_api import Page, expect

from annotation.labels import label_get
from annotation.models import Revision, WorkingCopy
from modeling.labels import get_kind
from tests.browser.worlds import HEIGHT, WIDTH, World

Array = NDArray[np.uint8]
Point = tuple[float, float]
LINE = [(20.5, 20.5), (100.5, 33.5), (96.5, 140.5)]


class View(NamedTuple):
    """Where the fitted frame lies: page coordinates of its corner, page pixels a frame pixel."""

    x: float
    y: float
    scale: float

    def at(self, point: Point) -> Point:
        """Page coordinates of a point of the frame."""
        return self.x + point[0] * self.scale, self.y + point[1] * self.scale


class TurnedView(NamedTuple):
    """Where a turned frame lies: the page's place of its corner (0, 0) and where its axes lead, a frame pixel long."""

    x: float
    y: float
    along: Point
    down: Point

    def at(self, point: Point) -> Point:
        """Page coordinates of a point of the frame."""
        x = self.x + point[0] * self.along[0] + point[1] * self.down[0]
        return x, self.y + point[0] * self.along[1] + point[1] * self.down[1]


def turned(page: Page, angle: float, scale: float, *, mirrored: bool = False) -> TurnedView:
    """Work out a view whose middle is the frame's, mirrored, then turned by ``angle`` degrees clockwise on the page."""
    box = page.locator("#stage").bounding_box()
    assert box is not None
    cos, sin = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    side = -1 if mirrored else 1
    along, down = (side * cos * scale, side * sin * scale), (-sin * scale, cos * scale)
    x = box["x"] + box["width"] / 2 - WIDTH / 2 * along[0] - HEIGHT / 2 * down[0]
    y = box["y"] + box["height"] / 2 - WIDTH / 2 * along[1] - HEIGHT / 2 * down[1]
    return TurnedView(x, y, along, down)


def open_editor(page: Page, assignment_id: int) -> View:
    """Open the editor on an assignment and wait until one can draw."""
    page.goto(f"/annotate/{assignment_id}/")
    return ready(page)


def ready(page: Page) -> View:
    """Wait until the frame is there; return where it lies."""
    expect(page.locator("body")).to_have_attribute("data-state", "ready")
    return fitted(page)


def fitted(page: Page, width: int = WIDTH, height: int = HEIGHT, ratio: int = 1) -> View:
    """Work out the fitted view as the viewport defines it; ``ratio`` device pixels make a page pixel."""
    box = page.locator("#stage").bounding_box()
    assert box is not None
    scale = math.floor(min(box["width"] * ratio / width, box["height"] * ratio / height))
    left = math.floor((box["width"] * ratio - width * scale) / 2 + 0.5)
    top = math.floor((box["height"] * ratio - height * scale) / 2 + 0.5)
    return View(box["x"] + left / ratio, box["y"] + top / ratio, scale / ratio)


def set_size(page: Page, size: int) -> None:
    """Choose a brush width with the slider, which is a square root of it."""
    page.locator("input[data-setting=size]").fill(str(round(100 * math.sqrt((size - 1) / 399))))
    expect(page.locator("output[data-of=size]")).to_have_text(f"{size} px")


def drag(page: Page, view: View | TurnedView, points: Sequence[Point], button: str = "left") -> None:
    """Press at the first point, pass all others, lift."""
    page.mouse.move(*view.at(points[0]))
    page.mouse.down(button=button)  # type: ignore[arg-type]
    for point in points[1:]:
        page.mouse.move(*view.at(point))
    page.mouse.up(button=button)  # type: ignore[arg-type]


def saved(page: Page) -> None:
    """Wait for autosave."""
    expect(page.locator("#status-save")).to_have_text("Saved")


def stored(assignment_id: int) -> Array:
    """The label map of the saved working copy."""
    copy = WorkingCopy.objects.get(assignment=assignment_id)
    return label_get(copy.label, get_kind(copy.assignment.kind))


def submitted(assignment_id: int) -> Array:
    """The label map of what was handed in last."""
    revision = Revision.objects.filter(assignment=assignment_id).latest("id")
    return label_get(revision.label, get_kind(revision.kind))


def stroke(label: Array, points: Sequence[Point], size: int, value: int) -> Array:
    """Draw discs along Bresenham lines by their definition, independently of the editor's code."""
    out = label.copy()
    segments = list(itertools.pairwise(points)) or [(points[0], points[0])]
    for start, end in segments:
        for x, y in bresenham(_origin(start, size), _origin(end, size)):
            _stamp(out, x, y, size, value)
    return out


def lasso(label: Array, points: Sequence[Point], value: int) -> Array:
    """Set the pixels whose centres the polygon winds round."""
    out = label.copy()
    for y in range(label.shape[0]):
        for x in range(label.shape[1]):
            if _winding(points, x + 0.5, y + 0.5):
                out[y, x] = value
    return out


def curve(points: Sequence[Point]) -> list[Point]:
    """Follow a centripetal Catmull-Rom spline by its recursive definition (Barry and Goldman 1988)."""
    before = (2 * points[0][0] - points[1][0], 2 * points[0][1] - points[1][1])
    after = (2 * points[-1][0] - points[-2][0], 2 * points[-1][1] - points[-2][1])
    way = [before, *points, after]
    out = [points[0]]
    for piece in range(len(points) - 1):
        steps = math.ceil(2 * math.dist(points[piece], points[piece + 1]))
        out += [_spline(way[piece : piece + 4], step / steps) for step in range(1, steps + 1)]
    return out


SPLINE_LEVELS = (((0, 1), (1, 2), (2, 3)), ((0, 2), (1, 3)), ((1, 2),))


def _spline(corners: Sequence[Point], share: float) -> Point:
    knots = [0.0]
    for a, b in itertools.pairwise(corners):
        knots.append(knots[-1] + math.sqrt(math.dist(a, b)))
    at = knots[1] + (knots[2] - knots[1]) * share
    mixed = list(corners)
    for level in SPLINE_LEVELS:
        shares = [(at - knots[first]) / (knots[last] - knots[first]) for first, last in level]
        mixed = [_between(a, b, part) for (a, b), part in zip(itertools.pairwise(mixed), shares, strict=True)]
    return mixed[0]


def _between(a: Point, b: Point, share: float) -> Point:
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def pulled(points: Sequence[Point], length: float) -> list[Point]:
    """Follow a hand with a tip on a string; at the end the tip comes up to it."""
    out = [points[0]]
    for point in points[1:]:
        distance = math.dist(out[-1], point)
        if distance > length:
            out.append(_between(out[-1], point, (distance - length) / distance))
    return [*out, points[-1]]


def bresenham(start: tuple[int, int], end: tuple[int, int]) -> Iterator[tuple[int, int]]:
    """Yield the pixels of the line, both ends included."""
    (x, y), (x1, y1) = start, end
    dx, dy = abs(x1 - x), -abs(y1 - y)
    step_x, step_y = (1 if x < x1 else -1), (1 if y < y1 else -1)
    error = dx + dy
    while True:
        yield x, y
        if (x, y) == (x1, y1):
            return
        twice = 2 * error
        if twice >= dy:
            error, x = error + dy, x + step_x
        if twice <= dx:
            error, y = error + dx, y + step_y


def _origin(point: Point, size: int) -> tuple[int, int]:
    return math.floor(point[0] - size / 2 + 0.5), math.floor(point[1] - size / 2 + 0.5)


def _stamp(out: Array, x: int, y: int, size: int, value: int) -> None:
    for row in range(size):
        for column in range(size):
            inside = math.hypot(column + 0.5 - size / 2, row + 0.5 - size / 2) <= size / 2
            if inside and 0 <= y + row < out.shape[0] and 0 <= x + column < out.shape[1]:
                out[y + row, x + column] = value


def _winding(points: Sequence[Point], x: float, y: float) -> int:
    winding = 0
    for (ax, ay), (bx, by) in zip(points, [*points[1:], points[0]], strict=True):
        if (ay <= y) != (by <= y) and ax + (y - ay) / (by - ay) * (bx - ax) <= x:
            winding += 1 if ay < by else -1
    return winding


def blank() -> Array:
    """Return a label map on which nothing is drawn."""
    return np.zeros((HEIGHT, WIDTH), np.uint8)


def drawn(page: Page, world: World, index: int = 0) -> Array:
    """Save, read the working copy."""
    page.keyboard.press("Control+s")
    saved(page)
    return stored(world.assignments[index].pk)


def pixels(page: Page, layer: str, x: float, y: float, count: int) -> list[list[int]]:
    """Read a row of a layer's canvas at page coordinates, once all that is due has been drawn."""
    return page.evaluate(
        """async ([layer, x, y, count]) => {
            const frame = () => new Promise((resolve) => requestAnimationFrame(resolve));
            await frame().then(frame);
            const canvas = document.querySelector(`canvas[data-layer=${layer}]`);
            const box = canvas.getBoundingClientRect();
            const data = canvas.getContext("2d").getImageData(x - box.left, y - box.top, count, 1).data;
            return Array.from({length: count}, (_, i) => [...data.slice(4 * i, 4 * i + 4)]);
        }""",
        [layer, x, y, count],
    )
