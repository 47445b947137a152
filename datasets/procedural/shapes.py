"""Vector shapes of which figures, props and plates are made."""

from __future__ import annotations

import math
from collections.abc import Sequence

import skia

Point = tuple[float, float]


def smooth(points: Sequence[Point], *, closed: bool = True, tension: float = 0.5) -> skia.Path:
    """Catmull-Rom spline through the points as cubic Beziers; ``tension`` 0 gives straight edges."""
    n, k = len(points), tension / 3
    path = skia.Path()
    path.moveTo(*points[0])
    for i in range(n if closed else n - 1):
        before, a, b, after = (_at(points, i + d, closed) for d in (-1, 0, 1, 2))
        path.cubicTo(
            a[0] + (b[0] - before[0]) * k,
            a[1] + (b[1] - before[1]) * k,
            b[0] - (after[0] - a[0]) * k,
            b[1] - (after[1] - a[1]) * k,
            b[0],
            b[1],
        )
    if closed:
        path.close()
    return path


def _at(points: Sequence[Point], i: int, closed: bool) -> Point:
    return points[i % len(points)] if closed else points[min(max(i, 0), len(points) - 1)]


def polygon(points: Sequence[Point]) -> skia.Path:
    """Straight closed polygon."""
    path = skia.Path()
    path.addPoly([skia.Point(x, y) for x, y in points], True)
    return path


def polyline(points: Sequence[Point]) -> skia.Path:
    """Straight open line."""
    path = skia.Path()
    path.addPoly([skia.Point(x, y) for x, y in points], False)
    return path


def ellipse(cx: float, cy: float, rx: float, ry: float) -> skia.Path:
    """Axis-parallel ellipse."""
    path = skia.Path()
    path.addOval(skia.Rect.MakeLTRB(cx - rx, cy - ry, cx + rx, cy + ry))
    return path


def rect(left: float, top: float, right: float, bottom: float, radius: float = 0.0) -> skia.Path:
    """Rectangle, with rounded corners where ``radius`` is given."""
    path = skia.Path()
    path.addRoundRect(skia.Rect.MakeLTRB(left, top, right, bottom), radius, radius)
    return path


def ribbon(points: Sequence[Point], widths: Sequence[float], *, caps: bool = True) -> skia.Path:
    """Closed band along a centre line, with a half width at each point: limbs, locks of hair, tapered
    lines.
    """
    left, right = [], []
    for i, (x, y) in enumerate(points):
        (x0, y0), (x1, y1) = points[max(i - 1, 0)], points[min(i + 1, len(points) - 1)]
        length = math.hypot(x1 - x0, y1 - y0) or 1.0
        nx, ny = -(y1 - y0) / length * widths[i], (x1 - x0) / length * widths[i]
        left.append((x + nx, y + ny))
        right.append((x - nx, y - ny))
    if caps:
        left.append(_cap(points[-2], points[-1], widths[-1]))
        right.insert(0, _cap(points[1], points[0], widths[0]))
    return smooth(left + right[::-1], tension=0.5)


def _cap(before: Point, end: Point, width: float) -> Point:
    length = math.hypot(end[0] - before[0], end[1] - before[1]) or 1.0
    return (end[0] + (end[0] - before[0]) / length * width, end[1] + (end[1] - before[1]) / length * width)


def taper(points: Sequence[Point], width: float) -> skia.Path:
    """A pen stroke along the points that swells to ``width`` in its middle and ends thin."""
    n = len(points)
    widths = [width / 2 * (0.25 + 0.75 * math.sin(math.pi * (i + 0.4) / (n - 0.2))) for i in range(n)]
    return ribbon(points, widths, caps=False)


def moved(path: skia.Path, dx: float, dy: float) -> skia.Path:
    """A shifted copy."""
    copy = skia.Path(path)
    copy.transform(skia.Matrix.Translate(dx, dy))
    return copy


def polar(origin: Point, degrees: float, length: float) -> Point:
    """The point ``length`` away, 0 degrees pointing down, positive towards the right."""
    a = math.radians(degrees)
    return (origin[0] + math.sin(a) * length, origin[1] + math.cos(a) * length)
