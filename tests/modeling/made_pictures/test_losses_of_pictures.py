"""Losses of pictures by hand: which proposal bears them, what does not count, and both sides of a duel."""

from __future__ import annotations

import math
from copy import deepcopy

import pytest
import torch
from torch import Tensor, nn

from modeling.errors import UserError
from modeling.losses import LOSSES
from modeling.losses.of_pictures import LAMBDAS
from modeling.losses.picture_duel import ConvCritic, PictureDuel, ResNetCritic
from modeling.losses.pictures import (
    Perceptual,
    feature_distance,
    l1_gradient_ssim_rgb,
    mse,
    nearest,
    picture_l1,
    pictures_of,
    proposal_errors,
)


def logits_of(*values: float, pixels: int = 2) -> Tensor:
    """(1, 3 P, 1, pixels) logits of flat grey proposals whose values in 0..1 these are."""
    return torch.tensor(values).mul(2).sub(1).repeat_interleave(3).view(1, -1, 1, 1).expand(-1, -1, 1, pixels)


def truth_of(*greys: int, uncounted: int = 0) -> Tensor:
    """(1, 4, 1, W) uint8 grey pixels, the first ``uncounted`` of which do not count."""
    rgb = torch.tensor(greys, dtype=torch.uint8).view(1, 1, 1, -1).expand(1, 3, 1, -1)
    counted = torch.full((1, 1, 1, len(greys)), 255, dtype=torch.uint8)
    counted[..., :uncounted] = 0
    return torch.cat([rgb, counted], 1)


def built(name: str, **params):
    entry = LOSSES.get(name)
    return entry.build(entry.parse(params))


def test_logits_are_pictures_from_black_to_white() -> None:
    found = pictures_of(torch.tensor([-1.0, 0.0, 1.0, 1.0, 1.0, 1.0]).view(1, 6, 1, 1))
    assert found.shape == (1, 2, 3, 1, 1)
    assert found.flatten().tolist() == [0, 0.5, 1, 1, 1, 1]


def test_the_nearest_proposal_bears_the_loss_and_a_share_is_everyones() -> None:
    logits, truth = logits_of(0.0, 0.8, 1.0), truth_of(255, 255)
    assert proposal_errors(logits, truth)[0].tolist() == pytest.approx([1.0, 0.2, 0.0], abs=1e-6)
    assert picture_l1(logits, truth, spare=0.0) == pytest.approx(0.0, abs=1e-6)
    assert picture_l1(logits, truth, spare=0.5) == pytest.approx(0.5 * 1.2 / 3)


def test_each_drawing_has_a_nearest_proposal_of_its_own() -> None:
    logits = logits_of(0.0, 1.0).repeat(2, 1, 1, 1)
    truth = torch.cat([truth_of(0, 0), truth_of(255, 255)])
    assert picture_l1(logits, truth, spare=0.0) == 0
    assert nearest(logits, truth).mean((1, 2, 3)).tolist() == [0, 1]


def test_only_the_nearest_is_pulled_when_nothing_is_spare() -> None:
    logits = logits_of(0.0, 0.8).clone().requires_grad_()
    picture_l1(logits, truth_of(255, 255), spare=0.0).backward()
    assert not logits.grad[:, :3].any()
    assert logits.grad[:, 3:].all()


def test_what_does_not_count_neither_errs_nor_shows() -> None:
    logits, truth = logits_of(0.5), truth_of(0, 255, uncounted=1)
    assert proposal_errors(logits, truth).item() == pytest.approx(0.5)
    assert mse(logits, truth) == pytest.approx(0.25)
    assert nearest(logits, truth)[0, 0, 0].tolist() == [0, 0.5]
    nothing = truth_of(0, 255, uncounted=2)
    assert picture_l1(logits, nothing) == mse(logits, nothing) == 0


def test_classes_are_no_picture() -> None:
    with pytest.raises(ValueError, match="takes pictures"):
        picture_l1(logits_of(0.5), torch.zeros(1, 1, 2, dtype=torch.uint8))


def test_features_weigh_by_lambda_relative_to_the_true_ones() -> None:
    true = [torch.full((1, 1, 2, 2), 2.0), torch.full((1, 3, 1, 1), 10.0)]
    made = [torch.full((1, 1, 2, 2), 3.0), torch.full((1, 3, 1, 1), 5.0)]
    assert feature_distance(made, true, (0.8, 0.1)) == pytest.approx(0.8 * 0.5 + 0.1 * 0.5)


class Halves(nn.Module):
    """Five layers, each the picture times its number."""

    def forward(self, rgb: Tensor) -> list[Tensor]:
        return [rgb * number for number in (1, 2, 3, 4, 5)]


def test_the_perceptual_loss_is_the_papers_sum() -> None:
    loss = Perceptual(Halves(), spare=0.0)
    # a flat error of a fifth of the truth is a fifth of each layer, too
    value = loss(logits_of(0.0, 0.8), truth_of(255, 255))
    assert value == pytest.approx(0.2 * sum(LAMBDAS), rel=1e-5)
    assert LAMBDAS == (0.88, 0.79, 0.63, 0.51, 0.39, 1.07)
    pixels = Perceptual(Halves(), (1, 0, 0, 0, 0, 0), 0.0)(logits_of(0.0, 0.8), truth_of(255, 255))
    assert pixels == pytest.approx(0.2)


def test_l1_gradient_and_ssim_of_colours() -> None:
    flat, truth = logits_of(0.5, pixels=4), truth_of(255, 255, 255, 255)
    assert l1_gradient_ssim_rgb(flat, truth, eta2=0, eta3=0) == pytest.approx(0.5)
    assert l1_gradient_ssim_rgb(flat, truth, eta1=0, eta3=0) == 0  # both are flat
    assert l1_gradient_ssim_rgb(logits_of(1.0, pixels=4), truth) == pytest.approx(0, abs=1e-6)


# --- against a discriminator ---


class Brightness(nn.Module):
    """Real if bright: the mean, times a weight, is layer and verdict."""

    def __init__(self) -> None:
        super().__init__()
        self.weight = nn.Parameter(torch.tensor(1.0))

    def forward(self, rgb: Tensor) -> tuple[list[Tensor], Tensor]:
        said = rgb.mean((1, 2, 3)) * self.weight
        return [said[:, None, None, None]], said


def duel(**more) -> PictureDuel:
    given = {"adversarial": 1e-3, "learning_rate": 0.0, **more}
    return PictureDuel(Brightness(), mse, **given)


def softplus(x: float) -> float:
    return math.log1p(math.exp(x))


def test_the_sum_is_squared_error_and_a_thousandth_of_the_adversarial_term() -> None:
    total, parts = duel().contend(torch.zeros(1, 3, 1, 2), logits_of(0.5), truth_of(255, 255))
    assert parts["pixels"] == pytest.approx(0.25)
    assert parts["generator"] == pytest.approx(softplus(-0.5))
    assert parts["discriminator"] == pytest.approx((softplus(-1.0) + softplus(0.5)) / 2)
    assert total == pytest.approx(0.25 + 1e-3 * softplus(-0.5))


def test_the_critics_layers_are_the_perceptual_features() -> None:
    total, parts = duel(weight=0.88, lambdas=(2.0,), adversarial=0.0).contend(
        torch.zeros(1, 3, 1, 2), logits_of(0.5), truth_of(255, 255)
    )
    assert parts["features"] == pytest.approx(2.0 * 0.5)
    assert total == pytest.approx(0.88 * 0.25 + 1.0)


def test_each_side_leaves_the_other_alone() -> None:
    logits = logits_of(0.5).clone().requires_grad_()
    both = duel(learning_rate=0.1)
    total, _ = both.contend(torch.zeros(1, 3, 1, 2), logits, truth_of(255, 255))
    stepped = both.critic.weight.item()
    # (0.5 sigmoid(0.5) - sigmoid(-1)) / 2 is above zero: it has called too much of what is made real
    assert stepped == pytest.approx(1 - 0.1)
    total.backward()
    assert logits.grad.any()
    assert both.critic.weight.item() == stepped


def test_called_plainly_it_is_the_loss_of_pictures() -> None:
    assert duel()(logits_of(0.5), truth_of(255, 255)) == pytest.approx(0.25)


def test_restored_it_goes_on_as_if_never_stopped() -> None:
    one, other = duel(learning_rate=0.1), duel(learning_rate=0.1)
    batch = torch.zeros(1, 3, 1, 2), logits_of(0.5), truth_of(255, 255)
    one.contend(*batch)
    other.restore(deepcopy(one.state()))
    assert one.contend(*batch)[1] == other.contend(*batch)[1]


def test_the_critics_of_both_papers() -> None:
    layers, said = ConvCritic(width=4)(torch.rand(2, 3, 40, 56))
    assert (layers, said.shape) == ([], (2,))
    kinds = [type(part) for part in ConvCritic().body[0]]
    assert kinds == [nn.Conv2d, nn.BatchNorm2d, nn.ReLU]
    layers, said = ResNetCritic("resnet10t")(torch.rand(2, 3, 64, 64))
    assert (len(layers), said.shape) == (5, (2,))


def test_by_default_the_generator_has_no_adversarial_term_as_printed() -> None:
    assert LOSSES.get("perceptual_gan").parse().adversarial == 0
    assert LOSSES.get("mse_gan").parse().adversarial == 1e-3
    assert built("mse_gan").adversarial == 1e-3


def test_a_loss_of_pictures_is_no_part_of_a_loss_of_classes() -> None:
    with pytest.raises(UserError, match="no loss of classes"):
        LOSSES.get("mixed").parse({"parts": "mse:1"})
