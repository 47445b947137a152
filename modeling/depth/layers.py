"""Depth by layers: regions, each with one depth or a gradient, laid over each other front to back.

What a person draws is kept as a document of JSON, and the map that trains is worked out of it here. The page works out
the same numbers (``static/editor/depth/render.js``): the same sums of IEEE doubles in the same order.

A document: ``{"format": "sakkan-depth-layers", "version": 1, "width": W, "height": H, "layers": [...]}``, layers front
to back. A layer has ``id``, ``name``, ``runs`` and either ``depth`` (0..1, larger is nearer), ``depth`` as a gradient
``{"from": [x, y, depth], "to": [x, y, depth]}`` (frame pixels), or ``map``: the SHA-256 of a stored depth map, such as
a model's draft, which is shown where it is known. ``runs`` are lengths along the rows, outside and inside by turns;
what is left is outside, and None is the whole frame.
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.labels import FULL, UNKNOWN

FORMAT, VERSION = "sakkan-depth-layers", 1
MOST_LAYERS = 64
_NAME, _FAR = 80, 1e6

Levels: TypeAlias = NDArray[np.uint16]
"""(H, W) uint16 inverse depth, larger is nearer, 0 unknown."""


@dataclass(frozen=True, slots=True)
class Gradient:
    """Depth ``near`` at ``start`` and ``far`` at ``end`` (x, y in frame pixels), linear between, the same beyond."""

    start: tuple[float, float]
    near: float
    end: tuple[float, float]
    far: float


@dataclass(frozen=True, slots=True)
class Layer:
    """One layer: ``runs`` None is the whole frame; ``depth`` None shows the map of that SHA-256."""

    name: str
    runs: tuple[int, ...] | None
    depth: float | Gradient | None
    map: str = ""


def layers_from(body: bytes, size: tuple[int, int]) -> list[Layer]:
    """Read a document, layers front to back.

    Args:
        body: JSON as UTF-8.
        size: (height, width) of its frame.

    Raises:
        UserError: ``depth_layers``, saying what is wrong with it.
    """
    try:
        document = json.loads(body)
    except ValueError:
        raise _refused("is no JSON") from None
    if not isinstance(document, dict) or (document.get("format"), document.get("version")) != (
        FORMAT,
        VERSION,
    ):
        raise _refused(f"is no {FORMAT} of version {VERSION}")
    if (document.get("height"), document.get("width")) != size:
        raise _refused(f"is of another size than its frame of {size[1]}x{size[0]}")
    rows = document.get("layers")
    if not isinstance(rows, list) or len(rows) > MOST_LAYERS:
        raise _refused(f"has no list of at most {MOST_LAYERS} layers")
    return [_layer(row, size) for row in rows]


def layers_document(layers: Sequence[Mapping[str, Any]], size: tuple[int, int]) -> dict[str, Any]:
    """The document of layers that are plain JSON already."""
    return {"format": FORMAT, "version": VERSION, "width": size[1], "height": size[0], "layers": list(layers)}


def rendered(layers: Sequence[Layer], size: tuple[int, int], maps: Mapping[str, Levels]) -> Levels:
    """Work the map out: of each pixel the foremost layer's depth, 0 where there is none.

    Args:
        layers: Front to back.
        size: (height, width).
        maps: (H, W) uint16 by SHA-256, of the layers that show one.
    """
    out = np.full(size, UNKNOWN, np.uint16)
    for layer in reversed(layers):
        inside = mask_of(layer.runs, size)
        levels = levels_of_layer(layer, size, maps)
        inside &= levels != UNKNOWN
        np.copyto(out, levels, where=inside)
    return out


def levels_of_layer(layer: Layer, size: tuple[int, int], maps: Mapping[str, Levels]) -> Levels:
    """(H, W) uint16 of a layer over the whole frame, whatever its region."""
    if layer.depth is None:
        return maps[layer.map]
    if isinstance(layer.depth, Gradient):
        return _stored(_ramp(layer.depth, size))
    return np.broadcast_to(_stored(np.array(layer.depth, np.float64)), size)


def mask_of(runs: Sequence[int] | None, size: tuple[int, int]) -> NDArray[np.bool_]:
    """(H, W) bool of run lengths along the rows, outside first."""
    inside = np.zeros(size[0] * size[1], bool)
    if runs is None:
        return ~inside.reshape(size)
    turns = np.arange(len(runs)) % 2 == 1
    inside[: sum(runs)] = np.repeat(turns, runs)
    return inside.reshape(size)


def runs_of(mask: NDArray[np.bool_]) -> list[int]:
    """The run lengths of a (H, W) mask, outside first; what is outside at the end is left out."""
    flat = np.concatenate([[False], mask.ravel()])
    changes = np.flatnonzero(flat[1:] != flat[:-1])
    ends = [0, *changes.tolist()] if len(changes) % 2 == 0 else [0, *changes.tolist(), mask.size]
    return np.diff(ends).tolist()


def _ramp(gradient: Gradient, size: tuple[int, int]) -> NDArray[np.float64]:
    """(H, W) depths at the pixels' middles."""
    (x0, y0), (x1, y1) = gradient.start, gradient.end
    dx, dy = x1 - x0, y1 - y0
    length = dx * dx + dy * dy
    if length == 0:
        return np.full(size, gradient.near, np.float64)
    x = (np.arange(size[1]) + 0.5 - x0) * dx
    y = (np.arange(size[0]) + 0.5 - y0) * dy
    share = np.clip((x[None, :] + y[:, None]) / length, 0, 1)
    return np.asarray(gradient.near * (1 - share) + gradient.far * share, np.float64)


def _stored(depth: NDArray[np.float64]) -> Levels:
    """Halves go up, as the page rounds them; no depth is stored as unknown."""
    return np.maximum(np.floor(depth * FULL + 0.5), UNKNOWN + 1).astype(np.uint16)


def _layer(row: Any, size: tuple[int, int]) -> Layer:
    if not isinstance(row, dict) or not isinstance(row.get("name"), str) or len(row["name"]) > _NAME:
        raise _refused(f"has a layer without a name of at most {_NAME} letters")
    name, runs = row["name"], _runs(row.get("runs"), size)
    if sha256 := row.get("map"):
        if not isinstance(sha256, str):
            raise _refused(f"names no map for {name}")
        return Layer(name, runs, None, sha256)
    return Layer(name, runs, _depth(row.get("depth"), name))


def _runs(runs: Any, size: tuple[int, int]) -> tuple[int, ...] | None:
    if runs is None:
        return None
    whole = isinstance(runs, list) and all(type(run) is int and run >= 0 for run in runs)
    if not whole or len(runs) > size[0] * size[1] + 1 or sum(runs) > size[0] * size[1]:
        raise _refused("has a region that does not fit into its frame")
    return tuple(runs)


def _depth(given: Any, name: str) -> float | Gradient:
    if isinstance(given, dict):
        (x0, y0, near), (x1, y1, far) = (_point(given.get(end), name) for end in ("from", "to"))
        return Gradient((x0, y0), near, (x1, y1), far)
    return _share(given, name)


def _point(given: Any, name: str) -> tuple[float, float, float]:
    if not isinstance(given, list) or len(given) != 3 or not all(_is_number(part) for part in given):
        raise _refused(f"has a gradient without two points for {name}")
    return float(given[0]), float(given[1]), _share(given[2], name)


def _share(given: Any, name: str) -> float:
    if not _is_number(given) or not 0 <= given <= 1:
        raise _refused(f"has no depth between 0 and 1 for {name}")
    return float(given)


def _is_number(given: Any) -> bool:
    known = isinstance(given, int | float) and not isinstance(given, bool)
    return known and math.isfinite(given) and abs(given) <= _FAR


def _refused(what: str) -> UserError:
    return UserError(f"The drawing of depth {what}.", code="depth_layers", remedy="Load the frame again.")
