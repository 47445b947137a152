"""Which cuts a model has not seen: labelled frames dealt out by cut, never one cut on both sides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from modeling.errors import UserError
from modeling.snapshots import FrameRow

FEWEST, MOST = 2, 20
"""Folds one may ask for."""


@dataclass(frozen=True, slots=True)
class Fold:
    """Rows to train on, and rows to judge that share no cut with them."""

    number: int
    train: list[FrameRow]
    judged: list[FrameRow]


def folds_of(rows: Sequence[FrameRow], count: int, seed: int = 0) -> list[Fold]:
    """Deal the cuts out to folds of about as many frames each.

    Held-out frames are judged as well, by one fold each, and train in none.

    Args:
        rows: Labelled frames of both splits.
        count: Folds; fewer where there are fewer cuts to train on.
        seed: Of the order of cuts of one size.

    Raises:
        UserError: ``bad_folds``, or ``too_few_cuts`` where fewer than two cuts may train.
    """
    if not FEWEST <= count <= MOST:
        raise UserError(f"Folds are {FEWEST} to {MOST}, not {count}.", code="bad_folds")
    training = _dealt([row for row in rows if row.split == "train"], count, seed)
    if len(training) < FEWEST:
        message = f"Labels of {len(training) or 'no'} cut that may train are too few to judge one by another."
        raise UserError(message, code="too_few_cuts", remedy="Label frames of at least two cuts.")
    held_out = _dealt([row for row in rows if row.split == "test"], len(training), seed)
    held_out += [[] for _ in range(len(training) - len(held_out))]
    return [
        Fold(
            number,
            [row for other in range(len(training)) if other != number for row in training[other]],
            [*training[number], *held_out[number]],
        )
        for number in range(len(training))
    ]


def cut_of(row: FrameRow) -> tuple[str, str]:
    """What tells a row's cut from others; a frame without one is its own."""
    return row.production, row.cut or row.key


def _dealt(rows: Sequence[FrameRow], count: int, seed: int) -> list[list[FrameRow]]:
    """The longest cut first, each to whoever has fewest frames; no empty hands."""
    cuts: dict[tuple[str, str], list[FrameRow]] = {}
    for row in rows:
        cuts.setdefault(cut_of(row), []).append(row)
    names = sorted(cuts)
    shuffled = [names[i] for i in np.random.default_rng(seed).permutation(len(names))]
    hands: list[list[FrameRow]] = [[] for _ in range(min(count, len(cuts)))]
    for name in sorted(shuffled, key=lambda name: -len(cuts[name])):
        min(hands, key=len).extend(cuts[name])
    return hands
