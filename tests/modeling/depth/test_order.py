"""Layer order, on stripes that are counted by eye."""

from __future__ import annotations

import numpy as np
import pytest

from modeling.depth.order import LEAST, layers_of, order_counts


def stripes(*depths: float, width: int = 10, height: int = 12) -> np.ndarray:
    """(height, width a stripe) float32."""
    return np.repeat(np.array(depths, np.float32), width)[None].repeat(height, 0)


def test_layers_are_areas_of_gradual_depth_and_unknown_is_none() -> None:
    floor = np.tile(np.linspace(0.2, 0.8, 60, dtype=np.float32), (4, 1))
    assert len(np.unique(layers_of(floor))) == 1
    truth = np.concatenate([floor, np.zeros((1, 60), np.float32), floor])
    layers = layers_of(truth)
    assert layers[0, 0] == layers[3, -1] != layers[5, 0]
    assert (layers[4] == -1).all()
    assert len(np.unique(layers_of(stripes(0.2, 0.5, 0.2)))) == 3


def test_three_layers_are_two_pairs() -> None:
    truth = stripes(0.2, 0.9, 0.5)
    assert order_counts(truth, truth) == (2, 2)
    assert order_counts(truth, 1 - truth) == (2, 0)
    # the cel is put in front of the plate, but behind the book
    assert order_counts(truth, stripes(0.1, 0.4, 0.6)) == (2, 1)
    assert order_counts(truth, np.full_like(truth, 0.5)) == (2, 0)


def test_order_does_not_hang_on_scale_or_on_the_axis() -> None:
    truth, guess = stripes(0.2, 0.9, 0.5), stripes(0.61, 0.63, 0.62)
    assert order_counts(truth, guess) == (2, 2)
    assert order_counts(truth.T, guess.T) == (2, 2)


def test_what_is_guessed_right_at_the_soft_border_does_not_matter() -> None:
    truth = stripes(0.2, 0.8)
    guess = truth.copy()
    guess[:, 9:11] = guess[:, 10:8:-1]
    assert order_counts(truth, guess) == (1, 1)


@pytest.mark.parametrize(("height", "pairs"), [(LEAST - 1, 0), (LEAST, 1)])
def test_layers_that_hardly_meet_are_no_neighbours(height: int, pairs: int) -> None:
    truth = stripes(0.2, 0.8, height=height)
    assert order_counts(truth, truth) == (pairs, pairs)


def test_thin_things_and_unknown_borders_are_left_out() -> None:
    assert order_counts(*[stripes(0.2, 0.8, 0.2, width=3)] * 2) == (0, 0)
    assert order_counts(*[stripes(0.2, 0.0, 0.8)] * 2) == (0, 0)
    assert order_counts(*[np.full((2, 2), 0.5, np.float32)] * 2) == (0, 0)


def test_a_large_map_is_looked_at_reduced() -> None:
    truth = stripes(0.2, 0.9, 0.5, width=640, height=400)
    assert order_counts(truth, truth) == (2, 2)
