"""Pixel-wise losses, their weights and losses of overlap, worked by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from modeling.labels import IGNORE
from modeling.losses import LOSSES
from modeling.losses.weights import class_weights

TRUTH = torch.tensor([[[0, 1, 1, 0]]], dtype=torch.uint8)
HALF = torch.zeros(1, 1, 1, 4)
"""Logits whose every probability is 1/2."""


def built(name: str, counts=None, **values):
    entry = LOSSES.get(name)
    return entry.build(entry.parse(values), counts)


def test_binary_values() -> None:
    assert built("bce")(HALF, TRUTH).item() == pytest.approx(math.log(2))
    # 2 * (1/2 + 1/2) + 1 over 4 * 1/2 + 2 + 1
    assert built("dice")(HALF, TRUTH).item() == pytest.approx(1 - 3 / 5)
    mixed = built("bce_dice", dice_weight=0.25)(HALF, TRUTH)
    assert mixed.item() == pytest.approx(0.25 * 0.4 + 0.75 * math.log(2))
    assert built("focal", gamma=2)(HALF, TRUTH).item() == pytest.approx(math.log(2) / 4)


def test_values_of_ten_classes() -> None:
    x, truth = torch.zeros(1, 10, 1, 4), torch.tensor([[[0, 4, 9, IGNORE]]], dtype=torch.uint8)
    assert built("ce")(x, truth).item() == pytest.approx(math.log(10))
    assert built("focal", gamma=2)(x, truth).item() == pytest.approx(0.9**2 * math.log(10))


def test_cross_entropy_of_two_classes_is_the_binary_one() -> None:
    x = torch.tensor([[[[1.0, -2, 0.5, 3]]]])
    both = torch.cat([torch.zeros_like(x), x], 1)
    assert built("ce")(both, TRUTH).item() == pytest.approx(built("ce")(x, TRUTH).item())


@settings(deadline=None)
@given(
    values=arrays(np.float32, (2, 10, 2, 3), elements=st.floats(-30, 30, width=32)),
    classes=arrays(np.uint8, (2, 2, 3), elements=st.sampled_from([*range(10), IGNORE])),
    channels=st.sampled_from([1, 10]),
)
def test_focal_at_gamma_zero_is_cross_entropy(values, classes, channels) -> None:
    x, truth = torch.from_numpy(values)[:, :channels], torch.from_numpy(classes)
    assert torch.equal(built("focal", gamma=0)(x, truth), built("ce")(x, truth))


# --- weights ---


@pytest.mark.parametrize(
    ("scheme", "cap", "expected"),
    [
        # rarity 1, 4, 25; times their pixels 100 + 100 + 100, of 129
        ("inverse", 1e6, [129 / 300, 4 * 129 / 300, 1, 25 * 129 / 300]),
        # 1, 2, 5; 100 + 50 + 20
        ("sqrt", 1e6, [129 / 170, 2 * 129 / 170, 1, 5 * 129 / 170]),
        # 1, 4, 4; 100 + 100 + 16
        ("inverse", 4, [129 / 216, 4 * 129 / 216, 1, 4 * 129 / 216]),
        ("sqrt", 1, [1, 1, 1, 1]),
    ],
)
def test_weights_of_small_counts(scheme, cap, expected) -> None:
    assert class_weights(np.array([100, 25, 0, 4]), scheme, cap) == pytest.approx(expected)


@settings(deadline=None)
@given(
    counts=arrays(np.int64, 6, elements=st.integers(0, 10**9)),
    scheme=st.sampled_from(["inverse", "sqrt"]),
    cap=st.floats(1, 1000),
)
def test_weights_keep_what_is_promised(counts, scheme, cap) -> None:
    weights, present = class_weights(counts, scheme, cap), counts > 0
    assert (weights[~present] == 1).all()
    if present.any():
        assert (weights * counts).sum() == pytest.approx(counts.sum())
        assert weights[present].max() <= weights[counts.argmax()] * cap * (1 + 1e-9)


def test_weighted_cross_entropy_by_hand() -> None:
    # class 0: ln 2, weight 1; class 1 at p = 3/4: ln(4/3), weight 3
    x, truth = torch.tensor([[[[0, math.log(3), 9]]]]), torch.tensor([[[0, 1, IGNORE]]], dtype=torch.uint8)
    loss = built("weighted_ce", np.array([300, 100]), scheme="inverse")
    assert loss(x, truth).item() == pytest.approx((math.log(2) + 3 * math.log(4 / 3)) / 4)


def test_weighted_cross_entropy_is_torchs() -> None:
    x = torch.randn(2, 4, 3, 5, generator=torch.Generator().manual_seed(1))
    truth = torch.arange(30, dtype=torch.uint8).view(2, 3, 5) % 5
    truth[truth == 4] = IGNORE
    counts = np.array([100, 25, 9, 4])
    weights = torch.from_numpy(class_weights(counts)).float()
    expected = F.cross_entropy(x, truth.long(), weight=weights, ignore_index=IGNORE)
    assert built("weighted_ce", counts)(x, truth).item() == pytest.approx(expected.item(), rel=1e-5)


# --- overlap ---


def test_dice_is_the_mean_over_the_classes_in_the_truth() -> None:
    # Every probability 1/3; class 2 is not in the truth and does not enter.
    x, truth = torch.zeros(1, 3, 1, 4), torch.tensor([[[0, 0, 1, IGNORE]]], dtype=torch.uint8)
    first = (2 * 2 / 3 + 1) / (3 / 3 + 2 + 1)
    second = (2 * 1 / 3 + 1) / (3 / 3 + 1 + 1)
    assert built("dice")(x, truth).item() == pytest.approx(1 - (first + second) / 2)


def test_dice_shows_what_an_absent_class_takes() -> None:
    truth = torch.zeros(1, 1, 4, dtype=torch.uint8)
    right, wrong = torch.zeros(2, 1, 3, 1, 4)
    right[:, 0] = wrong[:, 0] = wrong[:, 2, :, 0] = 9
    assert built("dice")(wrong, truth) > built("dice")(right, truth) + 0.05


def test_tversky_by_hand() -> None:
    # One pixel's worth of probability hit, one false, one missed, and the half that smooths.
    value = built("tversky", alpha=0.3, beta=0.7)(HALF, TRUTH).item()
    assert value == pytest.approx(1 - 1.5 / (1 + 0.3 + 0.7 + 0.5))


def test_tversky_weighs_missed_pixels_above_false_ones() -> None:
    loss = built("tversky")
    missed = loss(torch.tensor([[[[-20.0, 20, -20, -20]]]]), TRUTH)
    false = loss(torch.tensor([[[[20.0, 20, 20, -20]]]]), TRUTH)
    assert missed.item() == pytest.approx(1 - 1.5 / (1 + 0.7 + 0.5))
    assert false.item() == pytest.approx(1 - 2.5 / (2 + 0.3 + 0.5))


@settings(deadline=None)
@given(
    values=arrays(np.float32, (2, 10, 2, 3), elements=st.floats(-9, 9, width=32)),
    classes=arrays(np.uint8, (2, 2, 3), elements=st.sampled_from([*range(10), IGNORE])),
    channels=st.sampled_from([1, 10]),
)
def test_tversky_at_a_half_is_dice(values, classes, channels) -> None:
    x, truth = torch.from_numpy(values)[:, :channels], torch.from_numpy(classes)
    half = built("tversky", alpha=0.5, beta=0.5)
    assert half(x, truth).item() == pytest.approx(built("dice")(x, truth).item(), abs=1e-5)
