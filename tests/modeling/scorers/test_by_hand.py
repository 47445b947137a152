"""Every scorer on pictures small enough to work out by hand."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from modeling.errors import UserError
from modeling.inference.predictor import Predictor
from modeling.inference.scoring import Panel
from modeling.networks.base import AnySize
from modeling.scorers import DEFAULT, SCORERS, parse_scorers, scorer_settings
from modeling.tasks import TASKS

LN2 = math.log(2)
QUARTER = math.log(1 / 3)
"""The logit of a probability of 1/4."""
H_QUARTER = -(0.25 * math.log(0.25) + 0.75 * math.log(0.75))


class Told(nn.Module):
    """Says the same logits about any picture: (C, H, W)."""

    def __init__(self, logits: Any) -> None:
        super().__init__()
        self.logits = torch.as_tensor(logits, dtype=torch.float32)

    def forward(self, x: Tensor) -> Tensor:
        return self.logits.expand(len(x), *self.logits.shape)


class Red(nn.Module):
    """The logit of a pixel is its red, less a half, times eight."""

    def forward(self, x: Tensor) -> Tensor:
        return 8 * (x[:, :1] - 0.5)


class Deep(nn.Module):
    """Features are the means of 2 x 2 pixels' RGB; logits are the red, doubled in size."""

    def __init__(self) -> None:
        super().__init__()
        self.bottleneck = nn.AvgPool2d(2)
        self.drop = nn.Dropout2d(0.5)

    def forward(self, x: Tensor) -> Tensor:
        return self.drop(self.bottleneck(x))[:, :1].repeat_interleave(2, 2).repeat_interleave(2, 3)


def cel(network: nn.Module, **options: Any) -> Predictor:
    """A predictor of two classes that works at up to 16 px."""
    return Predictor(network, TASKS.get("cel"), 16, torch.device("cpu"), **options)


def douga(network: nn.Module) -> Predictor:
    """A predictor of ten classes at native pixels."""
    return Predictor(network, TASKS.get("douga"), 0, torch.device("cpu"))


def picture(height: int = 2, width: int = 4) -> np.ndarray:
    """White."""
    return np.full((height, width, 3), 255, np.uint8)


def scored(predictor: Predictor, name: str, rgb: np.ndarray | None = None, **params: Any) -> Any:
    """The frame's score by one scorer."""
    panel = Panel.open(predictor, [name], {name: params} if params else None)
    return panel.frame(picture() if rgb is None else rgb)[name]


def test_entropy_margin_and_confidence_of_known_chances() -> None:
    # half the pixels at 1/2, half at 1/4
    told = cel(Told([[[0, 0, QUARTER, QUARTER]] * 2]))
    assert scored(told, "entropy") == pytest.approx((LN2 + H_QUARTER) / 2)
    # leads of 0 and 3/4 - 1/4
    assert scored(told, "margin") == pytest.approx((1 + 0.5) / 2)
    assert scored(told, "least_confidence") == pytest.approx((0.5 + 0.25) / 2)


def test_margin_of_more_classes_is_between_the_two_likeliest() -> None:
    chances = np.zeros((10, 2, 4)) + 1e-9
    chances[[2, 5, 7], :, :] = np.array([0.5, 0.3, 0.2])[:, None, None]
    told = douga(Told(np.log(chances)))
    assert scored(told, "margin") == pytest.approx(1 - (0.5 - 0.3), abs=1e-5)
    assert scored(told, "least_confidence") == pytest.approx(0.5, abs=1e-5)
    wanted = -sum(p * math.log(p) for p in (0.5, 0.3, 0.2))
    assert scored(told, "entropy") == pytest.approx(wanted, abs=1e-5)


def test_a_temperature_softens_the_entropy_of_its_own_scorer_alone() -> None:
    told = cel(Told([[[2 * QUARTER] * 4] * 2]), temperature=2.0)
    assert scored(told, "calibrated_entropy") == pytest.approx(H_QUARTER)
    tenth = 1 / (1 + 9)
    wanted = -(tenth * math.log(tenth) + (1 - tenth) * math.log(1 - tenth))
    assert scored(told, "entropy") == pytest.approx(wanted)


def test_the_band_lies_on_both_sides_of_a_predicted_border() -> None:
    # classes 0 0 0 | 1 1 1: within one pixel of the border lie the two columns beside it
    row = [-500.0, -500, QUARTER, 0.01, 500, 500]
    near = cel(Told([[row] * 3]))
    assert scored(near, "boundary_entropy", picture(3, 6), radius=1) == pytest.approx(
        (H_QUARTER + LN2) / 2, abs=1e-4
    )
    assert scored(near, "boundary_entropy", picture(3, 6), radius=2) == pytest.approx(
        (H_QUARTER + LN2) / 4, abs=1e-4
    )
    assert scored(cel(Told([[[QUARTER] * 4] * 2])), "boundary_entropy") == 0


def test_classes_have_their_own_entropy_and_share() -> None:
    told = cel(Told([[[QUARTER, QUARTER, QUARTER, 0.0]] * 2]))
    assert scored(told, "class_share").tolist() == [1, 0]
    entropies = scored(told, "class_entropy")
    assert entropies[0] == pytest.approx((3 * H_QUARTER + LN2) / 4)
    assert math.isnan(entropies[1])
    split = cel(Told([[[-QUARTER, QUARTER, QUARTER, 0.001]] * 2]))
    assert scored(split, "class_share").tolist() == [0.5, 0.5]
    assert scored(split, "class_entropy") == pytest.approx([H_QUARTER, (H_QUARTER + LN2) / 2], abs=1e-4)


def test_letterbox_bars_count_nowhere() -> None:
    rgb = picture(10, 4)
    rgb[:2] = rgb[-2:] = 5
    logits = np.zeros((1, 10, 4))
    logits[:, :2] = logits[:, -2:] = 500
    told = cel(Told(logits))
    assert scored(told, "entropy", rgb) == pytest.approx(LN2)
    assert scored(told, "class_share", rgb).tolist() == [1, 0]
    assert scored(told, "entropy", picture(10, 4)) == pytest.approx(LN2 * 6 / 10)


def test_pixels_labelled_as_ignored_count_nowhere() -> None:
    told = cel(Told([[[0, 0, QUARTER, QUARTER]] * 2]))
    truth = np.array([[0, 1, 255, 255]] * 2, np.uint8)
    panel = Panel.open(told, ["entropy", "class_share"], None)
    assert panel.frame(picture(), {"cel": truth})["entropy"] == pytest.approx(LN2)
    nothing = panel.frame(picture(), {"cel": np.full_like(truth, 255)})
    assert math.isnan(float(nothing["entropy"]))
    assert np.isnan(nothing["class_share"]).all()


def test_a_pixels_network_agrees_with_its_mirror_image_and_a_slope_does_not() -> None:
    rgb = np.random.default_rng(0).integers(30, 255, (4, 6, 3), dtype=np.uint8)
    assert scored(cel(Red()), "flip", rgb) == pytest.approx(0, abs=1e-6)
    # left says 0 for sure and right 1: mirrored it is the other way round, and two sure contradictions have ln 2
    assert scored(cel(Told([[[-500.0, -500, 500, 500]] * 2])), "flip") == pytest.approx(LN2)


def test_an_ensembles_information_is_the_entropy_of_the_mean_less_the_mean_entropy(monkeypatch) -> None:
    members = {"sure": cel(Told([[[500.0] * 4] * 2])), "other": cel(Told([[[-500.0] * 4] * 2]))}
    monkeypatch.setattr(Predictor, "open", classmethod(lambda cls, run, device: members[run]))
    half = cel(Told([[[0.0] * 4] * 2]))
    # mean 1/2; entropies ln 2, 0 and 0
    assert scored(half, "ensemble", runs=["sure", "other"]) == pytest.approx(LN2 - LN2 / 3)
    assert scored(members["sure"], "ensemble", runs=["sure"]) == pytest.approx(0)
    members["sure"].side = 8
    with pytest.raises(UserError, match="sure cannot vote"):
        scored(half, "ensemble", runs=["sure"])
    with pytest.raises(UserError, match="needs further run folders"):
        scored(half, "ensemble")


class Dropping(nn.Module):
    """A channel of 16 is dropped or not, under a batch norm that would notice training."""

    def __init__(self) -> None:
        super().__init__()
        self.norm = nn.BatchNorm2d(1)
        self.drop = nn.Dropout2d(0.5)

    def forward(self, x: Tensor) -> Tensor:
        return self.drop(torch.full_like(self.norm(x[:, :1]), -500.0)) + 250


def test_bald_is_the_information_in_dropped_channels() -> None:
    network = Dropping()
    predictor = cel(network)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    passes = 8
    score = scored(predictor, "bald", passes=passes, seed=3)
    # each pass says 1 or 0 for sure, so that the score is the entropy of how many say which
    possible = [k / passes for k in range(passes + 1)]
    entropies = [-sum(p * math.log(p) for p in (q, 1 - q) if p) for q in possible]
    assert min(abs(score - entropy) for entropy in entropies) < 1e-5
    assert score > 0
    assert scored(predictor, "bald", passes=passes, seed=3) == score
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())
    assert not any(part.training for part in network.modules())
    assert not any(part._forward_hooks for part in network.modules())


def test_bald_of_a_frame_does_not_depend_on_what_is_beside_it() -> None:
    predictor = cel(AnySize(Deep(), stride=2))
    rng = np.random.default_rng(1)
    one, other = (rng.integers(30, 255, (4, 6, 3), dtype=np.uint8) for _ in range(2))
    panel = Panel.open(predictor, ["bald"], None)
    first = panel._sums(np.stack([one, other]), None)[0][0]
    second = panel._sums(np.stack([other, one]), None)[0][1]
    assert first == pytest.approx(second, rel=1e-5)  # vectors and their rests round differently


@pytest.mark.parametrize("network", [Red(), nn.Sequential(Red(), nn.Dropout(0.0))])
def test_a_network_without_dropout_is_refused(network) -> None:
    with pytest.raises(UserError, match="has no dropout"):
        Panel.open(cel(network), ["bald"], None)


def test_an_embedding_is_the_mean_of_the_deepest_features() -> None:
    rng = np.random.default_rng(2)
    rgb = rng.integers(30, 255, (4, 6, 3), dtype=np.uint8)
    predictor = cel(AnySize(Deep(), stride=2, mean=(0, 0, 0), std=(1, 1, 1)))
    assert scored(predictor, "embedding", rgb) == pytest.approx(rgb.mean((0, 1)) / 255, abs=1e-5)
    # 5 x 7 is padded to 6 x 8 by repeating the border: such a cell counts for as much of it as is picture
    odd = rng.integers(30, 255, (5, 7, 3), dtype=np.uint8)
    padded = np.pad(odd, ((0, 1), (0, 1), (0, 0)), "edge").astype(float)
    cells = padded.reshape(3, 2, 4, 2, 3).mean((1, 3)) / 255
    inside = np.pad(np.ones((5, 7)), ((0, 1), (0, 1))).reshape(3, 2, 4, 2).mean((1, 3))
    wanted = (cells * inside[..., None]).sum((0, 1)) / inside.sum()
    assert scored(predictor, "embedding", odd) == pytest.approx(wanted, abs=1e-5)


def test_a_gradient_is_features_times_what_is_missing_to_certainty() -> None:
    rgb = np.random.default_rng(3).integers(30, 255, (4, 6, 3), dtype=np.uint8)
    predictor = cel(AnySize(Deep(), stride=2, mean=(0, 0, 0), std=(1, 1, 1)))
    features = rgb.reshape(2, 2, 3, 2, 3).mean((1, 3)) / 255
    chance = 1 / (1 + np.exp(-features[..., 0]))  # of class 1, above a half everywhere
    missing = np.stack([1 - chance, chance - 1], -1)
    by_hand = np.einsum("hwd,hwc->dc", features, missing).ravel() / 6
    generator = torch.Generator().manual_seed(7)
    matrix = torch.randn((6, 16), generator=generator).numpy() / 4
    assert scored(predictor, "gradient", rgb, size=16, seed=7) == pytest.approx(by_hand @ matrix, abs=1e-5)


def test_features_need_a_network_that_names_its_deepest() -> None:
    for name in ("embedding", "gradient"):
        with pytest.raises(UserError, match="which of its features are the deepest"):
            Panel.open(cel(Red()), [name], None)


class TenOfRed(nn.Module):
    """Ten classes of a pixel's red: features are the pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.bottleneck = nn.AvgPool2d(4)

    def forward(self, x: Tensor) -> Tensor:
        self.bottleneck(x)
        return -10 * (x[:, :1] - torch.linspace(0, 1, 10).view(1, 10, 1, 1)).abs()


def test_a_frame_in_tiles_has_the_scores_of_the_whole() -> None:
    network = AnySize(TenOfRed(), stride=4, mean=(0, 0, 0), std=(1, 1, 1))
    rgb = np.random.default_rng(4).integers(0, 255, (40, 85, 3), dtype=np.uint8).repeat(8, 0).repeat(8, 1)
    whole = Predictor(network, TASKS.get("douga"), 2000, torch.device("cpu"))
    names = [name for name in DEFAULT if name != "calibrated_entropy"] + ["flip"]
    wanted = Panel.open(whole, names, None).frame(rgb)
    found = Panel.open(douga(network), names, None).frame(rgb)
    for name in names:
        np.testing.assert_allclose(found[name], wanted[name], atol=2e-5, err_msg=name)


def test_names_and_settings_are_checked() -> None:
    assert [scorer.name for scorer, _ in parse_scorers(["margin", "entropy", "margin"])] == [
        "margin",
        "entropy",
    ]
    with pytest.raises(UserError, match="Did you mean 'entropy'"):
        parse_scorers(["entropi"])
    with pytest.raises(UserError, match="not among the scorers"):
        parse_scorers(["entropy"], {"bald": {"passes": 3}})
    with pytest.raises(UserError, match="bald: passes"):
        parse_scorers(["bald"], {"bald": {"passes": 1}})
    assert scorer_settings(["bald.passes=3", "ensemble.runs=a,b"]) == {
        "bald": {"passes": "3"},
        "ensemble": {"runs": ["a", "b"]},
    }
    with pytest.raises(UserError, match="is no setting of a scorer"):
        scorer_settings(["passes=3"])


def test_the_default_takes_no_further_pass_and_the_others_say_what_they_take() -> None:
    assert [SCORERS.get(name).passes for name in DEFAULT] == [0] * len(DEFAULT)
    assert {s.name: s.passes for s in SCORERS if s.name not in DEFAULT} == {
        "bald": 8,
        "flip": 1,
        "ensemble": 0,
        "proposals": 0,
    }
