"""How far predictions of depth are apart, on networks that say what they are told."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from modeling.errors import UserError
from modeling.inference.drafts import entropy_bytes
from modeling.inference.predictor import Predictor
from modeling.inference.scoring import Panel, usable, without_ignored
from modeling.scorers import SCORERS, parse_scorers
from modeling.scorers.repeated import number_spread
from modeling.tasks import TASKS

RGB = np.zeros((2, 4, 3), np.uint8)


class Red(nn.Module):
    """The logit of a pixel is its red times four: it says the same of a mirrored frame, mirrored."""

    def forward(self, x: Tensor) -> Tensor:
        return 4 * x[:, :1]


class Tilted(nn.Module):
    """Depth 1/4 in the left half and 3/4 in the right, whatever the picture shows."""

    def forward(self, x: Tensor) -> Tensor:
        depth = torch.full_like(x[:, :1], 0.25)
        depth[..., x.shape[-1] // 2 :] = 0.75
        return torch.logit(depth)


class Dropping(nn.Module):
    """Depth 1/2, or with the channel dropped sigmoid(0): the same; else sigmoid(2 ln 3)."""

    def __init__(self) -> None:
        super().__init__()
        self.drop = nn.Dropout2d(0.5)

    def forward(self, x: Tensor) -> Tensor:
        return self.drop(torch.ones_like(x[:, :1]))


def depth(network: nn.Module, **options: Any) -> Predictor:
    """A predictor of depth that works at up to 16 px."""
    return Predictor(network, TASKS.get("depth"), 16, torch.device("cpu"), **options)


def scored(name: str, predictor: Predictor, drawn: Any = None) -> Any:
    return Panel.open(predictor, [name]).frame(RGB, {} if drawn is None else {"depth": drawn})[name]


def test_the_spread_of_numbers_is_their_standard_deviation() -> None:
    logits = [torch.logit(torch.tensor([[[[depth]]]])) for depth in (0.2, 0.4, 0.9)]
    assert number_spread(logits).item() == pytest.approx(np.std([0.2, 0.4, 0.9]), rel=1e-5)


def test_flips_that_agree_differ_by_nothing_and_others_by_half_their_difference() -> None:
    assert scored("flip", depth(Red())) == 0
    assert scored("flip", depth(Tilted())) == pytest.approx(0.25)
    np.testing.assert_allclose(depth(Tilted()).entropy(RGB), np.full((2, 4), 0.25), atol=1e-6)


def test_pixels_of_unknown_depth_do_not_count() -> None:
    drawn = np.full((2, 4), 0.5, np.float32)
    drawn[0, 0] = 0
    counted = without_ignored(None, drawn, (2, 4))
    assert counted is not None
    assert counted.tolist() == (drawn > 0).tolist()
    assert without_ignored(None, np.ones((2, 4), np.float32), (2, 4)) is None
    assert scored("flip", depth(Tilted()), drawn) == pytest.approx(0.25)
    assert np.isnan(scored("flip", depth(Tilted()), np.zeros((2, 4), np.float32)))


def test_dropped_channels_and_other_runs_spread_too() -> None:
    assert 0 < scored("bald", depth(Dropping())) <= 0.5
    with pytest.raises(UserError, match="no dropout"):
        scored("bald", depth(Red()))


def test_scorers_of_classes_are_left_out_with_a_sentence() -> None:
    names = [scorer.name for scorer in SCORERS if not scorer.needs_runs]
    kept, refused = usable(depth(Dropping()), names)
    assert kept == ["bald", "flip"]
    assert "asks how sure classes are, and depth has none" in refused["entropy"]
    assert set(refused) == {*names} - {"bald", "flip"}
    assert parse_scorers(TASKS.get("depth").scorers)


def test_a_labels_numbers_are_the_mean_at_frame_size() -> None:
    label = depth(Tilted()).label(np.zeros((4, 8, 3), np.uint8))
    assert label.dtype == np.uint16
    assert label[0].tolist() == [16384] * 4 + [49151] * 4


def test_a_tenth_of_all_depth_is_drawn_as_wholly_unsure() -> None:
    predictor = depth(Tilted())
    drawn = entropy_bytes(np.array([[0, 0.05, 0.1, 0.5]], np.float32), predictor.most_unsure)
    assert drawn.tolist() == [[0, 128, 255, 255]]
