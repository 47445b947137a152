"""Line extractors to stand beside: XDoG, Canny, and a user's own networks (thesis 5.8, table 5.5); torch-free."""

from __future__ import annotations

from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from modeling.douga.extractors import RGB, LineExtractor
from modeling.douga.plugins import MANGA_LINE, SKETCHKERAS
from modeling.douga.skeletons import drawn
from modeling.registry import Entry, Params, Registry


class XdogParams(Params):
    """Parameters of ``xdog``, the letters those of the paper; grey values run from 0 to 1."""

    sigma: float = Field(1.0, gt=0, description="Width in px of the narrower blur: about that of the lines")
    k: float = Field(1.6, gt=1, description="How many times wider the other blur is")
    p: float = Field(20.0, ge=0, description="Strength of the edges against the grey they lie on")
    epsilon: float = Field(0.5, description="Grey from which on all is white")
    phi: float = Field(10.0, gt=0, description="Steepness of the ramp to black below epsilon")


class CannyParams(Params):
    """Parameters of ``canny``."""

    sigma: float = Field(1.0, ge=0, description="Blur in px before; 0 for none")
    low: float = Field(50.0, ge=0, description="Gradient from which on an edge goes on")
    high: float = Field(150.0, ge=0, description="Gradient from which on an edge begins")
    width: Literal[1, 3, 5] = Field(1, description="How many px wide edges are drawn")


def xdog(rgb: RGB, params: XdogParams) -> NDArray[np.uint8]:
    """(H, W) uint8 strength of lines: the eXtended difference of Gaussians, thresholded softly, inverted.

    Winnemöller, Kyprianidis, Olsen 2012, "XDoG: An eXtended difference-of-Gaussians compendium": the sharpened grey
    (1 + p) G(sigma) - p G(k sigma) is white from epsilon on, and 1 + tanh(phi (grey - epsilon)) below. Dark areas come
    out as lines, as they do there.
    """
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) / 255
    narrow, wide = (
        cv2.GaussianBlur(grey, (0, 0), sigma) for sigma in (params.sigma, params.sigma * params.k)
    )
    sharpened = (1 + params.p) * narrow - params.p * wide
    white = 1 + np.tanh(params.phi * np.minimum(sharpened - params.epsilon, 0))
    return np.asarray(np.rint(255 * (1 - white)), np.uint8)


def canny(rgb: RGB, params: CannyParams) -> NDArray[np.uint8]:
    """(H, W) uint8, 255 on the edges of the grey picture (Canny 1986, as OpenCV has it), else 0."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    blurred = cv2.GaussianBlur(grey, (0, 0), params.sigma) if params.sigma else grey
    edges = cv2.Canny(blurred, params.low, params.high, L2gradient=True) > 0
    return np.where(drawn(edges, params.width), np.uint8(255), np.uint8(0))


def _build_xdog(params: XdogParams) -> LineExtractor:
    return LineExtractor(lambda rgb: xdog(rgb, params))


def _build_canny(params: CannyParams) -> LineExtractor:
    return LineExtractor(lambda rgb: canny(rgb, params))


EXTRACTORS: Registry[Entry[Any]] = Registry("extractor")
"""Line extractors by name; ``build(params)`` returns a `LineExtractor`, from (H, W, 3) uint8 sRGB to (H, W) bool."""

for _entry in (
    Entry("xdog", "Extended difference of Gaussians (Winnemöller et al. 2012)", XdogParams, _build_xdog),
    Entry("canny", "Canny edges (OpenCV)", CannyParams, _build_canny),
    SKETCHKERAS,
    MANGA_LINE,
):
    EXTRACTORS.add(_entry)
