"""What a user would pick instead of a model: unsharp masking and Wiener deconvolution, both of scikit-image."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from modeling.deblurring.blurs import disc_kernel

Pixels = NDArray[np.uint8]

RADIUS = 1.5
"""Blur in px that both assume: nobody tells them which it was."""
AMOUNT = 1.0
BALANCE = 0.05
"""Between sharpness and noise, scikit-image's ``balance``;
not tuned."""


def unsharp(rgb: Pixels) -> Pixels:
    """(H, W, 3) uint8, the difference to its Gaussian of `RADIUS` px added `AMOUNT` times."""
    from skimage.filters import unsharp_mask

    return _stored(unsharp_mask(rgb, radius=RADIUS, amount=AMOUNT, channel_axis=2))


def wiener(rgb: Pixels) -> Pixels:
    """(H, W, 3) uint8 deconvolved by a disc of `RADIUS` px, channel by channel, mirrored beyond its border."""
    from skimage.restoration import wiener as deconvolve

    kernel = disc_kernel(RADIUS)
    margin = 8 * kernel.shape[0]
    wide = np.pad(rgb, ((margin, margin), (margin, margin), (0, 0)), "symmetric") / np.float32(255)
    sharp = np.dstack([deconvolve(wide[..., c], kernel, BALANCE, clip=False) for c in range(3)])
    return _stored(sharp[margin:-margin, margin:-margin])


def _stored(values: NDArray[np.floating]) -> Pixels:
    return np.asarray(np.rint(np.clip(values, 0, 1) * 255), np.uint8)


CLASSICAL: Mapping[str, Callable[[Pixels], Pixels]] = MappingProxyType({"unsharp": unsharp, "wiener": wiener})
"""By name, as the report has them beside the blurred picture itself."""
