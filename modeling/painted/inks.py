"""The colours a painting may be made of, and which of them a blend of two others can be taken for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.labels import IGNORE, IGNORE_HEX, LabelKind

ASK = "ask"
"""Meaning of a pencil colour that only a person can tell: its pixels are ignore."""

_EXACTLY, _MIXED, _ROUGHLY = 3.0, 14.0, 40.0
"""So near (Euclidean in RGB, 0 to 255) to the straight line between two others a colour may be a step of their
blend: in a clean picture, to the eye, in a compressed one."""
_END = 0.08
"""So near to one of the two, in shares of the way, it is that one."""


Pairs: TypeAlias = tuple[tuple[tuple[int, int], ...], ...]
"""For each ink, pairs of inks."""


@dataclass(frozen=True, slots=True)
class Inks:
    """Colours with their meaning; arrays of one length E.

    Attributes:
        colors: (E, 3) uint8 sRGB, all different.
        values: (E,) uint8, the stored value each stands for; several may share one.
        lines: (E,) bool, drawn over fills.
        shy: (E,) bool, lines that a blend must never turn into unless they are seen beside it.
        around: For each ink, pairs of others (a line first wherever there is one) whose blend passes through it.
        roughly: The same for compressed pictures, in which it need only pass near.
        paper: Index of what lies beneath transparent pixels.
    """

    colors: NDArray[np.uint8]
    values: NDArray[np.uint8]
    lines: NDArray[np.bool_]
    shy: NDArray[np.bool_]
    around: Pairs
    roughly: Pairs
    paper: int = 0


def make_inks(colors: Sequence[str], values: Sequence[int], lines: Sequence[bool], *, paper: int = 0) -> Inks:
    """Gather inks from ``RRGGBB`` (with or without ``#``); the first of two equal colours counts.

    Lines whose colour is a blend of another line and a fill, such as grey between black and white, are shy.
    """
    rows = list(dict.fromkeys(zip((c.lstrip("#").upper() for c in colors), values, lines, strict=True)))
    first = list({color: (color, value, line) for color, value, line in reversed(rows)}.values())[::-1]
    rgb = np.array([list(bytes.fromhex(color)) for color, _, _ in first], np.uint8).reshape(-1, 3)
    is_line = np.array([line for _, _, line in first], bool)
    exactly, mixed, roughly = (
        _pairs_around(rgb.astype(np.float64), is_line, far) for far in (_EXACTLY, _MIXED, _ROUGHLY)
    )
    shy = [line and any(is_line[a] and not is_line[b] for a, b in mixed[i]) for i, line in enumerate(is_line)]
    stored = np.array([value for _, value, _ in first], np.uint8)
    return Inks(rgb, stored, is_line, np.array(shy, bool), exactly, roughly, paper)


def inks_of(kind: LabelKind) -> Inks:
    """The palette of a class map, ``FF00FF`` meaning ignore; beneath lies the first class's colour.

    Raises:
        UserError: ``label_kind`` for a kind that is no class map.
    """
    if kind.storage != "class_map":
        raise UserError(f"Labels of kind {kind.name} cannot be painted.", code="label_kind")
    groups = [kind.classes[entry.class_index].group for entry in kind.entries]
    return make_inks(
        [*(entry.color for entry in kind.entries), IGNORE_HEX],
        [*(entry.value for entry in kind.entries), IGNORE],
        [*(group == "line" for group in groups), False],
    )


def pencil_inks(kind: LabelKind, pencil: Sequence[Mapping[str, str]]) -> Inks:
    """What pencil on white paper means in one production: black is the kind's first line class.

    Args:
        kind: A class map with lines.
        pencil: ``{"color": "#FF0000", "meaning": class name or "ask"}`` each; black may be among them.

    Raises:
        UserError: ``pencil_meaning`` when a colour means no class of the kind.
    """
    values = {cls.name: index for index, cls in enumerate(kind.classes)} | {ASK: IGNORE}
    first_line = next((i for i, cls in enumerate(kind.classes) if cls.group == "line"), None)
    if first_line is None:
        raise UserError(f"{kind.name} has no lines that a pencil could draw.", code="pencil_meaning")
    for row in pencil:
        if row["meaning"] not in values:
            message = f"{kind.name} has no class {row['meaning']!r} that pencil {row['color']} could mean."
            raise UserError(message, code="pencil_meaning", remedy="Correct the production's profile.")
    colors = ["FFFFFF", *(row["color"] for row in pencil), "000000"]
    meant = [0, *(values[row["meaning"]] for row in pencil), first_line]
    return make_inks(colors, meant, [False] + [True] * (len(colors) - 1))


def _pairs_around(colors: NDArray[np.float64], lines: NDArray[np.bool_], far: float) -> Pairs:
    """Pairs (a, b) whose straight line passes each colour within ``far``, well away from both ends."""
    from_b = colors[:, None] - colors[None]  # of ink or a, seen from b
    squares = (from_b**2).sum(-1)
    dots = np.einsum("ibc,abc->iab", from_b, from_b)
    share = dots / np.where(squares == 0, np.inf, squares)[None]
    rest = np.sqrt(np.maximum(squares[:, None, :] - share * dots, 0))
    order = np.arange(len(colors))
    ordered = np.where(lines[:, None] == lines[None], order[:, None] > order[None], lines[:, None])
    passes = (share > _END) & (share < 1 - _END) & (rest <= far) & ordered[None]
    return tuple(tuple(zip(*(axis.tolist() for axis in np.nonzero(part)), strict=True)) for part in passes)
