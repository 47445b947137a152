"""Colours carried through a cut, drawing by drawing, from those that are painted.

Drawings are taken outwards from the references. Each hears its neighbour that was painted just before, and the
references on either side; a drawing that comes back is the same drawing. What the sources say is combined as
independent evidence (noisy or), contradiction counts against. A region is painted when the chance of one
entry reaches ``least``; otherwise it stays open, with the reason and the best guess, for a person.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.paint.evidence import Evidence, Painted, hear
from modeling.paint.graph import Floats, Graph, make_graph
from modeling.paint.matching import BOOK_FILL
from modeling.paint.regions import Classes, find_regions
from modeling.paint.sampling import BACKGROUND, UNPAINTED, Values

LEAST = 0.7
"""Chance from which a region is painted."""
_ANY = 0.01
"""Chance from which an entry is worth being named as a guess."""
_SECOND = 0.25
"""Chance of another entry from which a region counts as ambiguous, not as new."""

REASONS = {
    "new": "nothing like it in any painted drawing",
    "merged": "several regions of different entries went into it",
    "split": "a piece of a region that was parted",
    "ambiguous": "several entries fit",
    "pending": "its counterpart was left open",
    "unsure": "a counterpart, but not a clear one",
    "mixed": "painted, but another colour lies in it, too: a line is open",
}
"""Why a region stays open, or of a reference why it is told of, by code."""


@dataclass(frozen=True, slots=True)
class Policy:
    """How careful a transfer is.

    Attributes:
        least: Chance, 0 to 1, from which a region is painted.
        splits: Whether pieces of a parted region are painted like it.
        gap: Passages of so many pixels are closed when regions are sought.
    """

    least: float = LEAST
    splits: bool = False
    gap: int = 0


@dataclass(frozen=True, slots=True)
class Open:
    """A region that stays open: its number, a code of `REASONS`, stored values that it may have (the best guess first),
    and the drawing that told so."""

    region: int
    reason: str
    candidates: tuple[int, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Result:
    """One drawing's outcome.

    Attributes:
        index: Its place in the cut.
        classes: (H, W) uint8 its douga.
        graph: Its regions.
        values: (N,) uint16 stored values, `UNPAINTED` where open.
        chances: (N,) float32 chance of what was painted, or of the best guess.
        left: The open regions, by falling area.
        sources: Names of the drawings heard; empty for a reference.
    """

    index: int
    classes: Classes
    graph: Graph
    values: Values
    chances: NDArray[np.float32]
    left: tuple[Open, ...]
    sources: tuple[str, ...]


def paint_cut(
    drawings: Sequence[Callable[[], Classes]],
    references: Mapping[int, Painted],
    *,
    names: Sequence[str] | None = None,
    policy: Policy | None = None,
) -> Iterator[Result]:
    """Carry the references' colours through a cut.

    Drawings are loaded one at a time; references and the last two results are what is kept of them.

    Args:
        drawings: For each drawing of the cut, in order, what gives its (H, W) uint8 douga classes.
        references: Painted drawings by place in the cut; their regions found with the policy's gap.
        names: What the drawings are called in lists.
        policy: How careful to be.

    Yields:
        A result a drawing, references among them, outwards from the references (not in the cut's order).

    Raises:
        UserError: ``paint_reference`` without a reference, or with one outside the cut; ``paint_size`` for a drawing of
            another size than the references.
    """
    policy = policy or Policy()
    called = list(names) if names is not None else [f"drawing {n}" for n in range(len(drawings))]
    _check_references(references, len(drawings))
    memory: dict[bytes, Result] = {}
    for index, painted in sorted(references.items()):
        classes = drawings[index]()
        yield _keep(reference_result(index, classes, painted), memory)
    last: dict[tuple[int, int], Painted] = {}
    for index, start, others in _order(len(drawings), sorted(references)):
        side = (start, 1 if index > start else -1)
        sources = [references[start], *(references[n] for n in others)]
        if side in last:
            sources.insert(0, last[side])
        classes = drawings[index]()
        check_size(classes, references[start], called[index])
        result = memory.get(_digest(classes))
        result = _again(result, index, called) if result else _paint(index, classes, sources, policy)
        last[side] = Painted(called[index], result.graph, result.values)
        yield _keep(result, memory)


def paint_drawing(classes: Classes, sources: Sequence[Painted], *, policy: Policy | None = None) -> Result:
    """Paint one drawing from others, the nearest first; as `paint_cut` does for each."""
    return _paint(0, classes, sources, policy or Policy())


def _order(count: int, starts: Sequence[int]) -> Iterator[tuple[int, int, list[int]]]:
    """(drawing, its nearest reference, the next one on the other side) in the order of painting."""
    rows = []
    for index in sorted(set(range(count)) - set(starts)):
        start, others = nearest_references(index, starts)
        rows.append((abs(start - index), index, start, others))
    for _, index, start, others in sorted(rows):
        yield index, start, others


def nearest_references(index: int, starts: Sequence[int]) -> tuple[int, list[int]]:
    """The nearest reference of a drawing, and the next one on the other side where there is one.

    Args:
        index: Place of the drawing.
        starts: Places of the references, sorted; none is ``index``, and there is at least one.
    """
    before = [start for start in starts if start < index]
    after = [start for start in starts if start > index]
    near = sorted([*before[-1:], *after[:1]], key=lambda start: (abs(start - index), start))
    return near[0], near[1:]


def _check_references(references: Mapping[int, Painted], count: int) -> None:
    if not references:
        raise UserError(
            "The cut has no painted drawing to take colours from.",
            code="paint_reference",
            remedy="Paint one and name it as reference.",
        )
    outside = [index for index in references if not 0 <= index < count]
    if outside:
        message = f"There is no drawing {outside[0]} in a cut of {count}."
        raise UserError(message, code="paint_reference", remedy=f"References lie from 0 to {count - 1}.")


def check_size(classes: Classes, reference: Painted, name: str) -> None:
    """Refuse a drawing of another size than its reference.

    Raises:
        UserError: ``paint_size``, naming both.
    """
    have, want = classes.shape, reference.graph.territory.shape
    if have != want:
        raise UserError(
            f"{name} is {have[1]}x{have[0]}, its reference {reference.name} {want[1]}x{want[0]}.",
            code="paint_size",
            remedy="A cut's drawings have one size; lay them on one canvas.",
        )


def reference_result(index: int, classes: Classes, painted: Painted) -> Result:
    """A reference as an outcome: what it was painted with is sure, and the rest is open."""
    sure = (painted.values != UNPAINTED).astype(np.float32)
    order = np.argsort(-painted.graph.regions.areas, kind="stable")
    left = tuple(Open(int(n), "unsure") for n in order if not sure[n])
    return Result(index, classes, painted.graph, painted.values, sure, left, ())


def _digest(classes: Classes) -> bytes:
    return hashlib.sha256(classes.tobytes() + str(classes.shape).encode()).digest()


def _keep(result: Result, memory: dict[bytes, Result]) -> Result:
    """Remember a drawing for when it comes back; the first painting of it counts."""
    memory.setdefault(_digest(result.classes), result)
    while len(memory) > 12:
        memory.pop(next(iter(memory)))
    return result


def _again(result: Result, index: int, called: Sequence[str]) -> Result:
    same = (called[result.index],)
    return Result(index, result.classes, result.graph, result.values, result.chances, result.left, same)


def _paint(index: int, classes: Classes, sources: Sequence[Painted], policy: Policy) -> Result:
    graph = make_graph(classes, find_regions(classes, gap=policy.gap))
    heard = [hear(source, graph) for source in sources]
    values, chances, second = _combined(heard, len(graph))
    guesses = [values[:, n] for n in range(len(graph))]
    painted = np.full(len(graph), UNPAINTED, np.uint16)
    left = []
    for region in np.argsort(-graph.regions.areas, kind="stable").tolist():
        if graph.regions.fills[region] == BOOK_FILL:
            painted[region] = BACKGROUND
            continue
        reason = _why_open(region, heard, chances[region], second[region], policy)
        if reason is None:
            painted[region] = guesses[region][0]
        elif policy.splits and reason.reason == "split" and reason.candidates[0] != UNPAINTED:
            painted[region] = reason.candidates[0]
        else:
            left.append(reason if reason.candidates else _guessed(reason, guesses[region], chances[region]))
    return Result(index, classes, graph, painted, chances, tuple(left), tuple(e.source for e in heard))


def _combined(heard: Sequence[Evidence], count: int) -> tuple[Values, Floats, Floats]:
    """(2, N) best and second value of each region, (N,) chance of the best less contradiction, and of the second."""
    known = np.unique(np.concatenate([evidence.values for evidence in heard]))
    against = np.ones((max(len(known), 2), count), np.float32)
    for evidence in heard:
        chances = evidence.chances.copy()
        chances[:, [*evidence.merged]] = 0
        against[np.searchsorted(known, evidence.values)] *= 1 - chances
    order = np.argsort(against, 0, kind="stable")[:2]
    best, second = 1 - np.take_along_axis(against, order, 0)
    names = np.append(known, [UNPAINTED] * (2 - min(len(known), 2))).astype(np.uint16)
    return names[order], best * (1 - second), second


def _why_open(
    region: int, heard: Sequence[Evidence], chance: float, second: float, policy: Policy
) -> Open | None:
    """Why a region is not painted, None if it is."""
    parted = [evidence for evidence in heard if region in evidence.split]
    if chance >= policy.least and len(parted) < len(heard):
        return None
    for evidence in heard:
        if region in evidence.merged:
            return Open(region, "merged", evidence.merged[region], evidence.source)
    if parted:
        return Open(region, "split", (parted[0].split[region][0],), parted[0].source)
    if second >= _SECOND:
        return Open(region, "ambiguous")
    pending = max(heard, key=lambda evidence: float(evidence.pending[region]))
    if pending.pending[region] >= 0.5:
        return Open(region, "pending", source=pending.source)
    return Open(region, "unsure" if chance >= 1 - LEAST else "new")


def _guessed(reason: Open, values: Values, chance: float) -> Open:
    """With the values that may be meant: both of an ambiguous region, else the best where there is any."""
    count = 2 if reason.reason == "ambiguous" else int(chance > _ANY)
    candidates = tuple(int(value) for value in values[:count] if value != UNPAINTED)
    return Open(reason.region, reason.reason, candidates, reason.source)
