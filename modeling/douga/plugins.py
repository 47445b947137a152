"""Plug-ins: a user's own weights of sketchKeras- and Manga-Line-Extraction-style networks; torch only in ``build``.

We ship neither their code nor weights. TorchScript brings its network along; a state dict (safetensors, or a file that
``torch.load`` reads with ``weights_only=True``) needs the network from the caller: ``build(params, network=Factory)``.
What goes in and comes out is as in the published programs.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import cv2
import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from modeling.douga.extractors import RGB, LineExtractor
from modeling.errors import UserError
from modeling.registry import Entry, Params

if TYPE_CHECKING:
    import torch
    from torch import nn

Planes = NDArray[np.float32]
SIDE, STRIDE, BLUR = 512, 16, 3.0
"""Square that sketchKeras sees; what sides Manga Line Extraction needs divide by; blur of sketchKeras in px."""


class NetworkParams(Params):
    """Parameters of a network of the user's own."""

    weights: Path = Field(description="TorchScript, or a state dict (safetensors or .pth)")
    threshold: int | None = Field(
        None, ge=1, le=255, description="Least strength of a line; empty: by the frequency of true lines"
    )
    device: str = Field("auto", description="Where it runs: auto, cpu, cuda")


@dataclass(frozen=True, slots=True)
class Style:
    """``prepare`` makes (N, C, h, w) float32 of a picture; ``finish`` (H, W) uint8 strength of what came out."""

    prepare: Callable[[RGB], Planes]
    finish: Callable[[Planes, tuple[int, int]], NDArray[np.uint8]]


def manga_planes(rgb: RGB) -> Planes:
    """(1, 1, h, w) grey from 0 to 255, its edge repeated up to sides that divide by 16."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY)
    more = [(0, -length % STRIDE) for length in grey.shape]
    return np.pad(grey, more, mode="edge").astype(np.float32)[None, None]


def manga_strength(planes: Planes, size: tuple[int, int]) -> NDArray[np.uint8]:
    """(H, W) uint8: 255 less the grey that came out, since it draws dark on white."""
    return np.rint(255 - planes[0, 0, : size[0], : size[1]].clip(0, 255)).astype(np.uint8)


def sketch_planes(rgb: RGB) -> Planes:
    """(3, 1, 512, 512): each colour less its blur, the largest value 1, the longer side scaled to 512 px."""
    height, width = _within_side(rgb.shape[:2])
    small = cv2.resize(rgb, (width, height), interpolation=cv2.INTER_AREA).astype(np.float32)
    edges = np.asarray(small - cv2.GaussianBlur(small, (0, 0), BLUR), np.float32)
    planes = np.zeros((3, 1, SIDE, SIDE), np.float32)
    planes[:, 0, :height, :width] = edges.transpose(2, 0, 1) / max(float(edges.max()), 1e-6)
    return planes


def sketch_strength(planes: Planes, size: tuple[int, int]) -> NDArray[np.uint8]:
    """(H, W) uint8: the strongest of the three planes, 0 to 1, scaled back to the picture's size."""
    height, width = _within_side(size)
    strongest = planes[:, 0].max(0)[:height, :width].clip(0, 1)
    large = cv2.resize(strongest, (size[1], size[0]), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.rint(255 * large), np.uint8)


def _within_side(size: tuple[int, ...]) -> tuple[int, int]:
    longer = max(size[:2])
    return max(size[0] * SIDE // longer, 1), max(size[1] * SIDE // longer, 1)


def load_network(path: Path, network: Callable[[], nn.Module] | None) -> nn.Module:
    """Load TorchScript, or a state dict into ``network()``.

    Raises:
        UserError: ``weights_missing``, ``weights_unreadable``, ``weights_network`` or ``weights_fit``.
    """
    import torch

    if not path.is_file():
        raise UserError(f"There are no weights at {path}.", code="weights_missing", remedy="Check the path.")
    if path.suffix != ".safetensors":
        try:
            return torch.jit.load(str(path), map_location="cpu").eval()  # type: ignore[no-untyped-call]
        except RuntimeError:
            pass  # not TorchScript: a state dict, or nothing of ours
    state = _read_state(path)
    if network is None:
        message = f"{path.name} is a state dict, which says nothing of its network."
        raise UserError(
            message, code="weights_network", remedy="Give TorchScript, or build(..., network=...)."
        )
    return _fitted(network().eval(), state, path)


def _read_state(path: Path) -> dict[str, Any]:
    import pickle

    import torch
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    try:
        if path.suffix == ".safetensors":
            return load_file(path)
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, ValueError, EOFError, OSError, pickle.UnpicklingError, SafetensorError):
        message = f"{path.name} is neither TorchScript nor a state dict."
        raise UserError(message, code="weights_unreadable", remedy="Export it anew.") from None
    return dict(state.get("state_dict", state)) if isinstance(state, dict) else {}


def _fitted(network: nn.Module, state: dict[str, Any], path: Path) -> nn.Module:
    try:
        network.load_state_dict(state)
    except RuntimeError as error:
        first = str(error).splitlines()[1:2] or [str(error)]
        message = f"{path.name} does not fit {type(network).__name__}: {first[0].strip()}"
        raise UserError(
            message, code="weights_fit", remedy="Take the network they were trained for."
        ) from None
    return network


def build_network(
    style: Style, params: NetworkParams, network: Callable[[], nn.Module] | None = None
) -> LineExtractor:
    """A line extractor of a user's network, tried on a small white picture.

    Args:
        style: What goes in and comes out.
        params: Path, threshold, device.
        network: Makes the network of a state dict.

    Raises:
        UserError: as `load_network` and `modeling.devices.pick`; ``weights_fit`` also where the network
            takes or gives other shapes.
    """
    from modeling.devices import pick

    device = pick(params.device)
    loaded = load_network(params.weights, network).to(device)

    def strength(rgb: RGB) -> NDArray[np.uint8]:
        planes = _run(loaded, style.prepare(rgb), device, params.weights.name)
        return style.finish(planes, (rgb.shape[0], rgb.shape[1]))

    strength(np.full((STRIDE, 2 * STRIDE, 3), 255, np.uint8))
    return LineExtractor(strength, params.threshold)


def _run(network: nn.Module, planes: Planes, device: torch.device, name: str) -> Planes:
    """What comes out, of the shape that went in."""
    import torch

    shape = planes.shape
    try:
        with torch.inference_mode():
            out = network(torch.from_numpy(planes).to(device)).float().cpu().numpy()
    except (RuntimeError, AttributeError) as error:
        message = f"{name} does not take planes of {shape}: {str(error).strip().splitlines()[-1]}"
        raise UserError(message, code="weights_fit", remedy="Choose the extractor it belongs to.") from error
    if out.shape != shape:
        message = f"{name} makes {out.shape} of planes of {shape}, which should keep their shape."
        raise UserError(message, code="weights_fit", remedy="Choose the extractor it belongs to.")
    return np.asarray(out, np.float32)


def _entry(name: str, text: str, style: Style) -> Entry[NetworkParams]:
    def build(params: NetworkParams, network: Callable[[], nn.Module] | None = None) -> LineExtractor:
        return build_network(style, params, network)

    return Entry(name, text, NetworkParams, build)


SKETCHKERAS = _entry(
    "sketchkeras",
    "Your own weights of a network like sketchKeras (Zhang 2017)",
    Style(sketch_planes, sketch_strength),
)
MANGA_LINE = _entry(
    "manga_line",
    "Your own weights of a network like Manga Line Extraction (Li et al. 2017)",
    Style(manga_planes, manga_strength),
)
