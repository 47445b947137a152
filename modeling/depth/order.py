"""Layer order: is every cel, book and prop rightly in front of or behind what it borders on?

Layers are areas within which the true depth changes gradually. Two layers that border on each other are in order where
the guess, a few pixels off their common border on either side, puts the same one in front as the truth does.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Depths = NDArray[np.floating[Any]]
Layers = NDArray[np.int64]

SIDE = 640
"""Long side in pixels at which layers are looked at; larger maps are reduced by nearest."""
JUMP = 0.02
"""A larger difference between neighbours is a border."""
OFF = 3
"""Pixels off the border where the guess is read: it is soft at the border itself."""
LEAST = 8
"""Places at which two layers must meet, with room on both sides, to count as neighbours."""


def order_counts(truth: Depths, guess: Depths) -> tuple[int, int]:
    """Pairs of neighbouring layers, and those that the guess puts in the right order.

    Args:
        truth: (H, W) inverse depth, larger is nearer, 0 unknown.
        guess: (H, W) of the same meaning.
    """
    truth, guess = _reduced(truth), _reduced(guess)
    layers = layers_of(truth)
    parts = [_meetings(layers, truth, guess), _meetings(layers.T, truth.T, guess.T)]
    pairs, true, guessed = (np.concatenate(columns) for columns in zip(*parts, strict=True))
    if not len(pairs):
        return 0, 0
    _, which, places = np.unique(pairs, return_inverse=True, return_counts=True)
    true, guessed = np.bincount(which, true), np.bincount(which, guessed)
    counted = places >= LEAST
    return int(counted.sum()), int((counted & (np.sign(true) == np.sign(guessed))).sum())


def layers_of(truth: Depths) -> Layers:
    """(H, W) int64 number of each pixel's layer; -1 where the depth is unknown."""
    number = np.arange(truth.size).reshape(truth.shape)
    edges = [
        np.stack([one[same], other[same]])
        for one, other, same in (
            (number[:, :-1], number[:, 1:], _same(truth[:, :-1], truth[:, 1:])),
            (number[:-1], number[1:], _same(truth[:-1], truth[1:])),
        )
    ]
    rows, columns = np.concatenate(edges, 1)
    graph = coo_array((np.ones(len(rows), bool), (rows, columns)), (truth.size, truth.size))
    _, labels = connected_components(graph, directed=False)
    return np.where(truth > 0, labels.reshape(truth.shape), -1).astype(np.int64)


def _same(one: Depths, other: Depths) -> NDArray[np.bool_]:
    return (np.abs(one - other) <= JUMP) & (one > 0) & (other > 0)


def _meetings(layers: Layers, truth: Depths, guess: Depths) -> tuple[Layers, Depths, Depths]:
    """Where two layers meet along the second axis: the pair's number, and how much nearer its first one is.

    In truth that is read at the border, of the guess `OFF` pixels off it, where both layers reach so far.
    """
    reach = 2 * OFF + 1
    if layers.shape[1] <= reach:
        return np.zeros(0, np.int64), np.zeros(0), np.zeros(0)
    far, beyond = layers[:, :-reach], layers[:, reach:]
    one, other = layers[:, OFF : -OFF - 1], layers[:, OFF + 1 : -OFF]
    meet = (one != other) & (one >= 0) & (other >= 0) & (far == one) & (beyond == other)
    a, b = one[meet], other[meet]
    turn = np.where(a < b, 1.0, -1.0)
    true = (truth[:, OFF : -OFF - 1] - truth[:, OFF + 1 : -OFF])[meet] * turn
    guessed = (guess[:, :-reach] - guess[:, reach:])[meet] * turn
    return np.minimum(a, b) * (layers.max() + 1) + np.maximum(a, b), true, guessed


def _reduced(depths: Depths) -> Depths:
    scale = SIDE / max(depths.shape)
    if scale >= 1:
        return depths
    size = max(1, round(depths.shape[1] * scale)), max(1, round(depths.shape[0] * scale))
    return np.asarray(cv2.resize(depths.astype(np.float32), size, interpolation=cv2.INTER_NEAREST_EXACT))
