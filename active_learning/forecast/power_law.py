"""The saturating power law of learning curves, quality = a - b n^-c, by least squares.

Hestness et al. 2017, "Deep Learning Scaling is Predictable, Empirically"; Mahmood et al. 2022, "How Much More Data Do I
Need?", who fit the same law to rounds of labelling. For a given c the law is linear in a and b, so c is looked for on a
grid and the other two follow (variable projection, Golub and Pereyra 1973): unlike a general solver it always ends, and
a thousand curves are fitted at once.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

RATES = np.geomspace(0.05, 3.0, 60)
"""(G,) values of c that are tried: below the first a curve is a logarithm, beyond the last a step."""


def fit_many(frames: Floats, quality: Floats, best: float = 1.0) -> Floats:
    """Fit a law to each row of ``quality``.

    Args:
        frames: (K,) labelled frames, above zero.
        quality: (R, K) what was reached with them, up to ``best``.
        best: No ceiling lies higher.

    Returns:
        (R, 3) float64 of a (at most ``best``), b (at least 0) and c of the law ``a - b n^-c``.
    """
    first = frames.min()
    shape = (frames / first)[None] ** -RATES[:, None]  # (G, K), 1 at the fewest frames
    a, b = _lines(shape, quality, best)
    chosen = _wrong(a, b, shape, quality).argmin(1)
    rows = np.arange(len(quality))
    c = RATES[chosen]
    return np.stack([a[rows, chosen], b[rows, chosen] * first**c, c], 1)


def _wrong(a: Floats, b: Floats, shape: Floats, quality: Floats) -> Floats:
    """(R, G) sums of squares, less what is the same for every c; multiplied out: memory does not grow with K."""
    count, sum_x, sum_xx = shape.shape[1], shape.sum(1), (shape**2).sum(1)
    sum_q, sum_xq = quality.sum(1)[:, None], quality @ shape.T
    found: Floats = count * a**2 + b**2 * sum_xx - 2 * a * b * sum_x - 2 * a * sum_q + 2 * b * sum_xq
    return found


def _lines(shape: Floats, quality: Floats, best: float) -> tuple[Floats, Floats]:
    """(R, G) a and b of the best lines ``a - b x``: b is not below 0, a not above ``best``."""
    spread = shape - shape.mean(1, keepdims=True)
    power = (spread**2).sum(1)
    falls = -(quality @ spread.T)
    b = np.maximum(0.0, np.divide(falls, power, out=np.zeros_like(falls), where=power > 0))
    a = quality.mean(1)[:, None] + b * shape.mean(1)
    held = (shape @ (best - quality).T).T / (shape**2).sum(1)
    over = a > best
    return np.where(over, best, a), np.where(over, np.maximum(0.0, held), b)
