"""Which cuts are held out: fixed when frames come in, never changed after (design.md, section 4)."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal, TypeAlias

from modeling.errors import UserError

Split: TypeAlias = Literal["train", "test"]
Placed: TypeAlias = Literal["train", "test", "gap"]
"""``gap``: too close to a held-out block to train on, no member of it either."""

SPLIT_WORDS: Mapping[str, Split] = MappingProxyType(
    {
        "train": "train",
        "training": "train",
        "test": "test",
        "held_out": "test",
        "heldout": "test",
        "val": "test",
        "valid": "test",
        "validation": "test",
    }
)
"""What a manifest may call the two sides."""

HELD_OUT_SHARE = 0.2
GAP_SECONDS = 2.0
MIN_CUTS = 3


@dataclass(frozen=True, slots=True)
class SplitItem:
    """A frame to place. Without ``cut`` it is its own; ``group`` unites cuts; a ``split`` is kept."""

    key: str
    production: str = ""
    cut: str = ""
    group: str = ""
    time_s: float | None = None
    split: Split | None = None


@dataclass(frozen=True, slots=True)
class SplitPlan:
    """Side of each frame by key, and remarks for whoever reads results."""

    splits: Mapping[str, Placed]
    notes: tuple[str, ...] = ()


def plan_splits(items: Sequence[SplitItem], *, seed: int = 0) -> SplitPlan:
    """Place frames: what is decided stays, of the other cuts those lowest in a seeded hash are held out.

    A fifth of all cuts is held out, at least one. With fewer than three cuts and nothing decided it is the
    last contiguous block of the frames in the order given (that of the stream), with a gap of 2 s before it.

    Raises:
        UserError: ``split_conflict`` when one cut, or cuts of one group, are put on both sides.
    """
    units = _units(items)
    decided = {unit: split for unit, members in units.items() if (split := _decided(members)) is not None}
    if len(units) < MIN_CUTS and not decided:
        return _last_block(items)
    return _by_hash(units, decided, seed)


def _by_hash(units: Mapping[str, list[SplitItem]], decided: Mapping[str, Split], seed: int) -> SplitPlan:
    wanted = max(1, round(HELD_OUT_SHARE * len(units))) - sum(split == "test" for split in decided.values())
    free = sorted((unit for unit in units if unit not in decided), key=lambda unit: _hash(unit, seed))
    held_out = set(free[: max(0, wanted)])
    sides = dict(decided) | {unit: "test" if unit in held_out else "train" for unit in free}
    return SplitPlan({item.key: sides[unit] for unit, members in units.items() for item in members})


def _hash(unit: str, seed: int) -> str:
    return hashlib.sha256(f"{seed}\0{unit}".encode()).hexdigest()


def _units(items: Iterable[SplitItem]) -> dict[str, list[SplitItem]]:
    """Frames by the smallest name among the cuts that groups unite, in the order of their first frame."""
    roots: dict[str, str] = {}

    def find(name: str) -> str:
        while roots.setdefault(name, name) != name:
            name = roots[name]
        return name

    def names(item: SplitItem) -> tuple[str, str]:
        cut = f"cut\0{item.production}\0{item.cut}" if item.cut else f"frame\0{item.production}\0{item.key}"
        return cut, f"group\0{item.production}\0{item.group}" if item.group else cut

    items = list(items)
    for item in items:
        first, second = sorted(map(find, names(item)))
        roots[second] = first
    units: dict[str, list[SplitItem]] = {}
    for item in items:
        units.setdefault(find(names(item)[0]), []).append(item)
    return units


def _decided(members: Sequence[SplitItem]) -> Split | None:
    sides = {item.split: item for item in members if item.split is not None}
    if len(sides) > 1:
        one, other = sides["train"], sides["test"]
        message = f"{one.key} is to train, {other.key} is held out, yet they are of one cut or group."
        raise UserError(message, code="split_conflict", remedy="Put the whole of it on one side.")
    return next(iter(sides), None)


def _last_block(items: Sequence[SplitItem]) -> SplitPlan:
    """Hold out the last fifth of too few cuts. A short clip's gap shrinks so that half of it still trains."""
    held_out = round(HELD_OUT_SHARE * len(items)) or 1
    if len(items) < 2:
        return SplitPlan(
            {item.key: "train" for item in items}, ("Nothing is held out: there is but one frame.",)
        )
    start = len(items) - held_out
    limit = min(start - 1, len(items) * 3 // 10)
    gap = next((n for n in range(limit) if not _close(items[start - 1 - n], items[start])), limit)
    sides: list[Placed] = [*["train"] * (start - gap), *["gap"] * gap, *["test"] * held_out]  # type: ignore[list-item]
    note = (
        f"The held-out frames are the last {held_out} of fewer than three cuts, {gap} before them left out: "
        "results on them are optimistic."
    )
    return SplitPlan({item.key: side for item, side in zip(items, sides, strict=True)}, (note,))


def _close(before: SplitItem, after: SplitItem) -> bool:
    """Whether two frames lie within the gap; without times, a run of one cut is close throughout."""
    if before.time_s is not None and after.time_s is not None:
        return abs(after.time_s - before.time_s) < GAP_SECONDS
    return bool(before.cut or after.cut) and before.cut == after.cut
