"""The loss of depth, worked by hand; unknown pixels say nothing."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from skimage.metrics import structural_similarity

from modeling.errors import UserError
from modeling.losses import LOSSES
from modeling.losses.scalars import C1, C2, absolute, dissimilarity, gradient, similarity

STRIPES = torch.tensor([[[0.0, 1.0], [0.0, 1.0]]])
GREY = torch.full((1, 2, 2), 0.5)


def built(**values):
    entry = LOSSES.get("l1_gradient_ssim")
    return entry.build(entry.parse(values))


def logits_of(guess: torch.Tensor) -> torch.Tensor:
    return torch.logit(guess)[:, None]


def test_the_absolute_error_is_a_mean_over_known_pixels() -> None:
    guess, truth = torch.tensor([[[0.5, 0.5, 0.9]]]), torch.tensor([[[0.25, 1.0, 0.0]]])
    assert absolute(guess, truth, truth > 0).item() == pytest.approx((0.25 + 0.5) / 2)


def test_the_gradient_is_of_the_error_between_known_neighbours() -> None:
    truth = torch.tensor([[[0.2, 0.4], [0.6, 0.0]]])
    guess = torch.tensor([[[0.3, 0.7], [0.5, 0.9]]])
    # errors 0.1, 0.3, -0.1: 0.2 apart in the row, 0.2 in the column, and three pixels are known
    assert gradient(guess, truth, truth > 0).item() == pytest.approx((0.2 + 0.2) / 3)


def test_a_shift_of_everything_has_no_gradient() -> None:
    truth = torch.rand(2, 5, 6) / 2 + 0.1
    assert gradient(truth + 0.3, truth, truth > 0).item() == pytest.approx(0, abs=1e-6)


def test_similarity_of_equal_flat_and_opposite_windows() -> None:
    assert similarity(STRIPES, STRIPES, (2, 2)).item() == pytest.approx(1)
    # both means 1/2, so that the first factor is 1; variances 1/4 and 0, covariance 0
    assert similarity(STRIPES, GREY, (2, 2)).item() == pytest.approx(C2 / (0.25 + C2))
    assert similarity(STRIPES, 1 - STRIPES, (2, 2)).item() == pytest.approx((C2 - 0.5) / (C2 + 0.5))
    # flat and of means 1 and 1/2
    assert similarity(GREY, 2 * GREY, (2, 2)).item() == pytest.approx((1 + C1) / (1.25 + C1), rel=1e-5)


def test_similarity_is_that_of_scikit_image() -> None:
    rng = np.random.default_rng(0)
    one, other = rng.random((2, 20, 24))
    ours = similarity(torch.tensor(one)[None], torch.tensor(other)[None], (7, 7))[0].numpy()
    _, theirs = structural_similarity(
        one, other, win_size=7, data_range=1, use_sample_covariance=False, full=True
    )
    np.testing.assert_allclose(ours, theirs[3:-3, 3:-3], atol=1e-10)


def test_windows_with_an_unknown_pixel_do_not_count() -> None:
    truth = torch.cat([STRIPES, torch.zeros(1, 2, 1)], 2) * 0.5 + 0.25
    truth[:, 0, 2] = 0
    guess = torch.rand(1, 2, 3)
    guess[..., :2] = truth[..., :2]
    assert dissimilarity(guess, truth, truth > 0, 2).item() == pytest.approx(0, abs=1e-6)
    assert dissimilarity(guess, truth, truth < 0, 2).item() == 0


def test_the_loss_is_the_weighted_sum() -> None:
    guess, truth = torch.full((1, 2, 2), 0.75), torch.full((1, 2, 2), 0.5)
    x = logits_of(guess)
    ssim = (2 * 0.375 + C1) / (0.5625 + 0.25 + C1)
    parts = {"eta1": 0.25, "eta2": 0.0, "eta3": (1 - ssim) / 2}
    assert built()(x, truth).item() == pytest.approx(sum(parts.values()), rel=1e-5)
    for name, value in parts.items():
        alone = built(**dict.fromkeys(parts, 0.0) | {name: 2.0})
        assert alone(x, truth).item() == pytest.approx(2 * value, abs=1e-6)


def test_unknown_pixels_get_no_gradient_and_nothing_known_is_no_loss() -> None:
    truth = torch.rand(1, 9, 9) * 0.8 + 0.1
    truth[:, 2:5, 3:4] = 0
    x = torch.randn(1, 1, 9, 9, requires_grad=True)
    built(window=3)(x, truth).backward()
    assert (x.grad[0, 0][truth[0] == 0] == 0).all()
    assert (x.grad[0, 0][truth[0] > 0] != 0).float().mean() > 0.9  # signs may cancel
    x.grad = None
    nothing = built()(x, torch.zeros(1, 9, 9))
    nothing.backward()
    assert nothing.item() == 0
    assert (x.grad == 0).all()


def test_a_step_against_the_gradient_lowers_it() -> None:
    truth, x = torch.rand(2, 12, 12) * 0.8 + 0.1, torch.zeros(2, 1, 12, 12, requires_grad=True)
    before = built()(x, truth)
    before.backward()
    assert built()(x - 0.5 * x.grad, truth) < before


def test_classes_are_refused_and_sums_of_class_losses_hold_none() -> None:
    with pytest.raises(ValueError, match="numbers, not classes"):
        built()(torch.zeros(1, 1, 2, 2), torch.zeros(1, 2, 2, dtype=torch.uint8))
    for name, values in (
        ("mixed", {"parts": {"l1_gradient_ssim": {}}}),
        ("adversarial", {"base": "l1_gradient_ssim"}),
    ):
        with pytest.raises(UserError, match="no loss of classes"):
            LOSSES.get(name).parse(values)
