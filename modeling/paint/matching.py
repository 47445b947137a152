"""Which region of one drawing is which region of another.

Likeness of two regions: where the flow takes them, overlap, shape, area, fill class. Then a global assignment in which
regions support each other through their neighbours across lines of one kind: graduated assignment (Gold and Rangarajan
1996, "A graduated assignment algorithm for graph matching", PAMI 18(4)) at a fixed temperature, rows and columns
balanced after Sinkhorn with a slack that takes what has no counterpart. Its result are chances, not a choice; so a
caller sees how sure it is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_array, diags_array

from modeling.douga.classes import NAMES
from modeling.paint.graph import KINDS, Floats, Graph
from modeling.paint.motion import find_flow, seen_from
from modeling.paint.regions import NONE

BOOK_FILL = NAMES.index("book_fill")
_NEVER = -50.0
_NEAR, _OTHER_SHAPE = 0.05, 0.8
"""Nearness and likeness of shapes below which, without overlap, a region is elsewhere and of another shape."""


@dataclass(frozen=True, slots=True)
class Weights:
    """What counts how much; chosen by a random search on the procedural production (seed 7), not on real drawings.

    Attributes:
        overlap, inside, place, shape, area, fill: Weight of intersection over union, of the target's share that lies in
            the source, of the place, of the small pictures' likeness, of the areas' ratio, of one fill class.
        elsewhere: What a region elsewhere and of another shape loses; chosen by hand.
        reach, slack: A place is as good as near: in root areas, and in hundredths of the drawing's root area.
        sharp: Power of the shapes' likeness.
        neighbours, rounds: Weight of the neighbours' support, and how often it is asked for.
        temperature: Of the assignment; lower is more decided.
        least, least_neighbours: Likeness, and support, at which having no counterpart is as good.
    """

    overlap: float = 0.4
    inside: float = 0.7
    place: float = 0.8
    shape: float = 1.2
    area: float = 0.8
    fill: float = 1.2
    elsewhere: float = 2.5
    reach: float = 0.8
    slack: float = 3.5
    sharp: float = 2.5
    neighbours: float = 2.5
    rounds: int = 3
    temperature: float = 0.17
    least: float = 1.3
    least_neighbours: float = 0.39


WEIGHTS = Weights()


@dataclass(frozen=True, slots=True)
class Match:
    """What became of N regions of a source in a target of M regions.

    Attributes:
        chances: (N, M) float32 chance that two are one; rows and columns sum to 1 at most, the rest has no counterpart.
        inside: (N, M) float32 share of each target region that lies in a source region moved by the flow.
        covered: (N, M) float32 share of each source region that a target region covers, so moved.
        moved: (H, W) int32 the source's territory as the flow lays it over the target.
    """

    chances: Floats
    inside: Floats
    covered: Floats
    moved: NDArray[np.int32]


def match_regions(
    source: Graph, target: Graph, weights: Weights = WEIGHTS, *, without: NDArray[np.bool_] | None = None
) -> Match:
    """Match the regions of two drawings of one size.

    Args:
        source, target: The drawings.
        weights: What counts how much.
        without: (N,) source regions that nothing is matched to.
    """
    size = target.territory.shape
    flow = find_flow(target.glow, source.glow, (size[0], size[1]))
    moved = seen_from(source.territory, flow)
    common = _common(moved, target, len(source))
    areas = [np.maximum(graph.regions.areas, 1).astype(np.float32) for graph in (source, target)]
    inside, covered = common / areas[1][None], np.minimum(common / areas[0][:, None], 1)
    likeness = _likeness(source, target, flow, common, weights)
    if without is not None:
        likeness[without] = _NEVER
    return Match(_assigned(likeness, source, target, weights), inside, covered, moved)


def _common(moved: NDArray[np.int32], target: Graph, count: int) -> Floats:
    """(N, M) pixels of each target region that come from each source region."""
    labels, others = target.regions.labels, len(target)
    there = (labels != NONE) & (moved != NONE)
    codes = moved[there].astype(np.int64) * others + labels[there]
    return np.bincount(codes, minlength=count * others).reshape(count, others).astype(np.float32)


def _likeness(
    source: Graph, target: Graph, flow: NDArray[np.float32], common: Floats, weights: Weights
) -> Floats:
    """(N, M) how alike two regions are by themselves."""
    one, other = (np.maximum(graph.regions.areas, 1).astype(np.float32) for graph in (source, target))
    union = one[:, None] + other[None] - np.minimum(common, np.minimum(one[:, None], other[None]))
    fills = source.regions.fills[:, None], target.regions.fills[None]
    near = _nearness(source, target, flow, weights)
    shape = np.clip(source.shapes @ target.shapes.T, 0, 1)
    found = (
        weights.overlap * np.minimum(common / union, 1)
        + weights.inside * common / other[None]
        + weights.place * near
        + weights.shape * shape**weights.sharp
        + weights.area * np.exp(-np.abs(np.log(one[:, None] / other[None])))
        + weights.fill * (fills[0] == fills[1])
    )
    found[(near < _NEAR) & (common == 0) & (shape < _OTHER_SHAPE)] -= weights.elsewhere
    found[(fills[0] == BOOK_FILL) != (fills[1] == BOOK_FILL)] = _NEVER
    return np.asarray(found, np.float32)


def _nearness(source: Graph, target: Graph, flow: NDArray[np.float32], weights: Weights) -> Floats:
    """(N, M) 1 where the flow takes a target's centre to a source's."""
    labels, count = target.regions.labels.ravel() + 1, len(target) + 1
    area = np.maximum(target.regions.areas, 1)
    mean = [np.bincount(labels, flow[..., axis].ravel(), count)[1:] / area for axis in (0, 1)]
    was = target.centers + np.stack(mean, 1).astype(np.float32)
    away = np.sqrt(((source.centers[:, None] - was[None]) ** 2).sum(-1))
    size = np.sqrt(np.sqrt(source.regions.areas[:, None] * area[None].astype(np.float64)))
    size += weights.slack * np.sqrt(target.territory.size) / 100
    return np.exp(-0.5 * (away / (weights.reach * size)) ** 2).astype(np.float32)


def _assigned(likeness: Floats, source: Graph, target: Graph, weights: Weights) -> Floats:
    """Chances after the rounds in which neighbours support each other."""
    if not likeness.size:
        return likeness
    kinds = [k for k in range(KINDS) if source.borders[k].nnz and target.borders[k].nnz]
    shares = [_shares(graph) for graph in (source, target)]
    sides = [(shares[0][k], shares[1][k]) for k in kinds]
    chances = balanced(likeness, weights.temperature, weights.least)
    least = weights.least + weights.neighbours * weights.least_neighbours
    for _ in range(weights.rounds):
        support = np.zeros_like(likeness)
        for one, other in sides:
            support += (other @ (one @ chances).T).T
        chances = balanced(likeness + weights.neighbours * support, weights.temperature, least)
    return chances


def _shares(graph: Graph) -> list[csr_array]:
    """Root share of each region's border that it has with each other, by kind; two equal regions give 1 in sum."""
    whole = np.asarray(sum(kind.sum(1) for kind in graph.borders)).ravel()
    per = diags_array(1 / np.maximum(whole, 1)).tocsr()
    return [(per @ kind).sqrt().astype(np.float32) for kind in graph.borders]


def balanced(likeness: Floats, temperature: float, least: float, *, rounds: int = 8) -> Floats:
    """Chances whose rows and columns sum to 1 with a slack that is worth ``least``.

    Args:
        likeness: (N, M) float32, larger is more alike.
        temperature: What a difference in likeness is divided by.
        least: Likeness of having no counterpart.
        rounds: Of Sinkhorn's scaling.

    Returns:
        (N, M) float32; 1 minus a row's or column's sum is its chance to have no counterpart.
    """
    count, others = likeness.shape
    kernel = np.ones((count + 1, others + 1), np.float32)
    kernel[:-1, :-1] = np.exp(np.clip((likeness - least) / temperature, -60, 60))
    rows, columns = np.ones(count + 1, np.float32), np.ones(others + 1, np.float32)
    rows[-1], columns[-1] = others, count
    across, down = np.ones(count + 1, np.float32), np.ones(others + 1, np.float32)
    for _ in range(rounds):
        across = rows / (kernel @ down + np.float32(1e-30))
        down = columns / (kernel.T @ across + np.float32(1e-30))
    found = (kernel * across[:, None] * down[None])[:-1, :-1]
    return np.minimum(found, 1).astype(np.float32)
