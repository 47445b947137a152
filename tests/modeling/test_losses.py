"""One conformance test over every loss, binary and of ten classes, and what the registry refuses."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from modeling.errors import UserError
from modeling.labels import DOUGA, IGNORE
from modeling.losses import LOSSES, MixedParams

BINARY = torch.tensor([[[0, 1, 1, 0]]], dtype=torch.uint8)
TEN = torch.tensor([[[0, 0, 0, 0], [1, 1, 1, 4], [6, 6, 6, 8], [0, 0, 0, 0]]], dtype=torch.uint8)
COUNTS = {1: np.array([300, 100]), 10: np.array([900, 80, 40, 0, 5, 10, 70, 60, 8, 20])}


@pytest.fixture(params=[1, 10], ids=["binary", "ten"], scope="module")
def channels(request: pytest.FixtureRequest) -> int:
    return request.param


@pytest.fixture(params=[entry.name for entry in LOSSES if not entry.of_numbers], scope="module")
def loss(request: pytest.FixtureRequest, channels: int):
    entry = LOSSES.get(request.param)
    return entry.build(entry.parse({}), COUNTS[channels])


@pytest.fixture
def truth(channels: int) -> torch.Tensor:
    return BINARY if channels == 1 else TEN


def sure_of(classes: torch.Tensor, channels: int) -> torch.Tensor:
    """Logits that leave no doubt about (N, H, W) classes."""
    if channels == 1:
        return (classes.float() * 24 - 12)[:, None]
    return torch.nn.functional.one_hot(classes.long(), channels).permute(0, 3, 1, 2).float() * 24


def noise(truth: torch.Tensor, channels: int) -> torch.Tensor:
    shape = (len(truth), channels, *truth.shape[1:])
    return torch.randn(shape, generator=torch.Generator().manual_seed(4))


def test_right_is_better_than_unsure_is_better_than_wrong(loss, truth, channels) -> None:
    right = loss(sure_of(truth, channels), truth)
    unsure = loss(torch.zeros(1, channels, *truth.shape[1:]), truth)
    wrong = loss(sure_of((truth + 1) % max(2, channels), channels), truth)
    assert right.shape == ()
    assert right < 0.01
    assert right < unsure < wrong


def test_a_step_against_the_gradient_lowers_it(loss, truth, channels) -> None:
    x = noise(truth, channels).requires_grad_()
    before = loss(x, truth)
    before.backward()
    assert x.grad is not None
    assert loss(x.detach() - 0.1 * x.grad, truth) < before


def test_ignored_pixels_count_nowhere(loss, truth, channels) -> None:
    truth = truth.clone()
    truth[..., 2] = IGNORE
    ignored = (truth == IGNORE)[:, None].expand(-1, channels, -1, -1)
    x = noise(truth, channels).requires_grad_()
    value = loss(x, truth)
    value.backward()
    assert value.item() == pytest.approx(loss(torch.where(ignored, -7 * x - 3, x), truth).item())
    assert x.grad is not None
    assert x.grad[ignored].abs().max() == 0
    assert x.grad[~ignored].abs().max() > 0


def test_nothing_counted_is_finite(loss, truth, channels) -> None:
    x = noise(truth, channels).requires_grad_()
    value = loss(x, torch.full_like(truth, IGNORE))
    value.backward()
    assert math.isfinite(value.item())
    assert x.grad is not None
    assert x.grad.abs().sum() == 0


def test_a_batch_without_lines_is_finite(loss, channels) -> None:
    truth = torch.zeros(2, 5, 6, dtype=torch.uint8)
    x = noise(truth, channels).requires_grad_()
    value = loss(x, truth)
    value.backward()
    assert math.isfinite(value.item())
    assert x.grad is not None
    assert x.grad.isfinite().all()


# --- mixed, and what is refused ---


def built(name: str, values: dict, counts=COUNTS[10]):
    entry = LOSSES.get(name)
    return entry.build(entry.parse(values), counts)


def test_mixed_is_the_weighted_sum_of_its_parts() -> None:
    x = noise(TEN, 10)
    parts = {"focal": {"weight": 2, "params": {"gamma": 1}}, "dice": {"weight": 0.25}}
    expected = 2 * built("focal", {"gamma": 1})(x, TEN) + 0.25 * built("dice", {})(x, TEN)
    assert built("mixed", {"parts": parts})(x, TEN).item() == pytest.approx(expected.item())


def test_mixed_is_by_default_for_thin_rare_lines() -> None:
    x = noise(TEN, 10)
    weights = {"weighted_ce": 1, "dice": 1, "skeleton_recall": 0.5}
    expected = sum(weight * built(name, {})(x, TEN) for name, weight in weights.items())
    assert built("mixed", {})(x, TEN).item() == pytest.approx(expected.item())


def test_parts_may_be_written_as_text() -> None:
    read = LOSSES.get("mixed").parse({"parts": " ce, dice:0.25,focal : 2 "})
    parts = {"ce": {}, "dice": {"weight": 0.25}, "focal": {"weight": 2}}
    assert read == LOSSES.get("mixed").parse({"parts": parts})
    written = MixedParams.model_fields["parts"].json_schema_extra["text"]
    assert written == "weighted_ce:1, dice:1, skeleton_recall:0.5"
    assert LOSSES.get("mixed").parse({"parts": written}) == LOSSES.get("mixed").parse()


def test_mixed_keeps_every_parameter_of_its_parts() -> None:
    values = LOSSES.get("mixed").parse({"parts": {"focal": {}}}).model_dump(mode="json")
    assert values == {"parts": {"focal": {"weight": 1.0, "params": {"gamma": 2.0}}}}


@pytest.mark.parametrize(
    ("name", "values", "code", "words"),
    [
        ("mixed", {"parts": {"dise": {}}}, "unknown_loss", "Did you mean 'dice'"),
        ("mixed", {"parts": {"mixed": {}}}, "nested_mixed", "no other mixed"),
        ("mixed", {"parts": {"focal": {"params": {"gamma": -1}}}}, "bad_parameter", "focal: gamma"),
        ("mixed", {"parts": {"focal": {"weight": 0}}}, "bad_parameter", "parts.focal.weight"),
        ("mixed", {"parts": {}}, "bad_parameter", "parts"),
        ("mixed", {"parts": "ce:1, dise:1"}, "unknown_loss", "Did you mean 'dice'"),
        ("mixed", {"parts": "ce:lots"}, "bad_parameter", "such as ce:0.5, not 'ce:lots'"),
        ("mixed", {"parts": "ce:0"}, "bad_parameter", "parts.ce.weight"),
        ("mixed", {"parts": "ce, ce:2"}, "bad_parameter", "ce is named twice"),
        ("mixed", {"parts": " , "}, "bad_parameter", "parts"),
        ("weighted_ce", {"scheme": "cube"}, "bad_parameter", "scheme"),
        ("weighted_ce", {"cap": 0.5}, "bad_parameter", "cap"),
        ("cldice", {"kind": "duoga"}, "unknown_kind", "Did you mean 'douga'"),
    ],
)
def test_bad_parameters_are_refused_with_a_word(name, values, code, words) -> None:
    with pytest.raises(UserError, match=words) as caught:
        LOSSES.get(name).parse(values)
    assert caught.value.code == code


@pytest.mark.parametrize("name", ["weighted_ce", "mixed"])
def test_weights_without_counts_are_refused(name) -> None:
    with pytest.raises(ValueError, match="counts"):
        built(name, {}, counts=None)


def test_counts_of_other_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="10 classes"):
        built("weighted_ce", {}, counts=COUNTS[1])(noise(TEN, 10), TEN)


@pytest.mark.parametrize("name", ["cldice", "skeleton_recall"])
def test_lines_of_another_number_of_classes_are_refused(name) -> None:
    with pytest.raises(ValueError, match=f"douga has {len(DOUGA.classes)} classes"):
        built(name, {})(noise(BINARY, 3), BINARY)
