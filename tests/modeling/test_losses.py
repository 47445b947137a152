"""One conformance test over every loss, and values worked by hand."""

from __future__ import annotations

import math

import pytest
import torch

from modeling.labels import IGNORE
from modeling.losses import LOSSES
from modeling.losses.pixelwise import bce, bce_dice, dice, focal

TRUTH = torch.tensor([[[0, 1, 1, 0]]], dtype=torch.uint8)


@pytest.fixture(params=LOSSES.names())
def loss(request: pytest.FixtureRequest):
    entry = LOSSES.get(request.param)
    return entry.build(entry.parse({}))


def logits(*values: float) -> torch.Tensor:
    return torch.tensor(values, dtype=torch.float32).view(1, 1, 1, -1)


def test_right_is_better_than_unsure_is_better_than_wrong(loss) -> None:
    right, unsure, wrong = logits(-9, 9, 9, -9), logits(0, 0, 0, 0), logits(9, -9, -9, 9)
    assert loss(right, TRUTH) < 0.01
    assert loss(right, TRUTH) < loss(unsure, TRUTH) < loss(wrong, TRUTH)


def test_ignored_pixels_count_nowhere(loss) -> None:
    truth = torch.tensor([[[0, 1, IGNORE]]], dtype=torch.uint8)
    x = logits(-1, 2, 30).requires_grad_()
    value = loss(x, truth)
    value.backward()
    assert value.item() == pytest.approx(loss(logits(-1, 2, -30), truth).item())
    assert x.grad is not None
    assert x.grad[..., 2].item() == 0


def test_nothing_counted_is_finite(loss) -> None:
    x = logits(1, 2).requires_grad_()
    value = loss(x, torch.full((1, 1, 2), IGNORE, dtype=torch.uint8))
    value.backward()
    assert math.isfinite(value.item())
    assert x.grad is not None
    assert x.grad.abs().sum().item() == 0


def test_values_worked_by_hand() -> None:
    half = logits(0, 0, 0, 0)  # every probability 1/2
    assert bce(half, TRUTH).item() == pytest.approx(math.log(2))
    # 2 * (1/2 + 1/2) + 1 over 4 * 1/2 + 2 + 1
    assert dice(half, TRUTH).item() == pytest.approx(1 - 3 / 5)
    assert bce_dice(half, TRUTH, dice_weight=0.25).item() == pytest.approx(0.25 * 0.4 + 0.75 * math.log(2))
    assert focal(half, TRUTH, gamma=2).item() == pytest.approx(math.log(2) / 4)
    assert focal(logits(1, 2, -1, 0), TRUTH, gamma=0).item() == pytest.approx(
        bce(logits(1, 2, -1, 0), TRUTH).item()
    )
