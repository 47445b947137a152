"""Lines of varying width: a path stroked thin as a whole and wider in its swells."""

from __future__ import annotations

from collections.abc import Iterator

import skia


def swells(path: skia.Path, period: float, steps: int) -> Iterator[tuple[float, skia.PathEffect | None]]:
    """How to stroke a path so that it swells every ``period`` and is thin at its ends.

    Yields (share, effect) in the order of drawing: the width is ``thin + share * (wide - thin)``, share 0..1;
    the effect keeps the parts of the path that are at least that wide, None all of it. ``steps`` is the
    number of widths beyond the thinnest.
    """
    yield 0.0, None
    length = skia.PathMeasure(path, False).getLength()
    if length <= 0:
        return
    period = length / max(1, round(length / period))
    for step in range(1, steps + 1):
        on = period * (1 - (step - 0.5) / steps)
        # A dash begins half its gap after the start, so that swells of all widths share their middles.
        yield step / steps, skia.DashPathEffect.Make([on, period - on], period - (period - on) / 2)
