"""NIQE, how far a picture is from natural ones (Mittal et al. 2013), as OpenMMLab's `mmeval` computes it.

Its code and its parameters, those that NIQE's authors published, are the package's; here is only what a picture must
be for it to have a number. `mmeval` asks for the OpenCV wheel that is not ours, so it is no dependency but installed
without its own (`scripts/bootstrap.py`), and may be absent.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from functools import cache

import numpy as np

from modeling.pictures.subjects import Pixels

BLOCK = 96
"""Side in px of the blocks that NIQE compares."""
MISSING = 'needs mmeval: pip install --no-deps "mmeval==0.2.1" "plum-dispatch==1.7.4"'

Quality = Callable[[Pixels], float]


def installed() -> bool:
    """Whether there is a NIQE on this machine."""
    return _quality() is not None


def niqe(rgb: Pixels) -> float | None:
    """NIQE of a (H, W, 3) uint8 picture, 0 upwards, less is better; None below two blocks, where too many
    are flat, or where no NIQE is installed.

    It is of the grey picture, in whole blocks from the upper left.
    """
    quality = _quality()
    if quality is None or (rgb.shape[0] // BLOCK) * (rgb.shape[1] // BLOCK) < 2:
        return None
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore", RuntimeWarning)  # of flat blocks, which it leaves out itself
        try:
            value = quality(rgb)
        except np.linalg.LinAlgError:
            return None
    return value if np.isfinite(value) else None


@cache
def _quality() -> Quality | None:
    try:
        from mmeval import NaturalImageQualityEvaluator
    except Exception:  # not there, or too old for what is: whatever it stumbles over, there is no NIQE then
        return None
    found = NaturalImageQualityEvaluator(input_order="HWC", convert_to="gray", channel_order="rgb")
    given = found.mu_pris_param, found.cov_pris_param, found.gaussian_window
    return lambda rgb: float(found.compute_niqe(rgb, "rgb", *given))
