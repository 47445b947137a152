"""The adversarial loss in training: each side's step by hand, what is ignored, and who wins when one stands still."""

from __future__ import annotations

import io
import math

import pytest
import torch
from torch import Tensor, nn

from modeling.errors import UserError
from modeling.labels import DOUGA, IGNORE
from modeling.losses import LOSSES
from modeling.losses.duel import Duel
from modeling.losses.encodings import ENCODINGS
from modeling.losses.learning import LearningLoss

SHARP = 20.0
"""Logit of a generated class that leaves its softmax no doubt."""


class Share(nn.Module):
    """Says ``w`` times the share of pixels that are class 1; ``frames`` are what it was shown besides."""

    def __init__(self, w: float = 0.0, *, condition: bool = False) -> None:
        super().__init__()
        self.w = nn.Parameter(torch.tensor(w))
        self.condition = condition
        self.frames: list[Tensor | None] = []

    def forward(self, encoded: Tensor, frame: Tensor | None = None) -> Tensor:
        self.frames.append(frame)
        return self.w * encoded[:, 1].mean((1, 2))


def duel(discriminator: nn.Module, encoding: str = "softmax", weight: float = 0.0, rate: float = 0.1) -> Duel:
    entry = ENCODINGS.get(encoding)
    shown = entry.build(entry.parse(), DOUGA)
    base = LOSSES.get("ce")
    return Duel(shown, discriminator, base.build(base.parse()), weight=weight, learning_rate=rate)


def built(**values) -> Duel:
    entry = LOSSES.get("adversarial")
    return entry.build(entry.parse(values))


def maps(*classes: int) -> Tensor:
    """(N, 32, 32) uint8: a constant map of each class."""
    return torch.tensor(classes, dtype=torch.uint8).view(-1, 1, 1).repeat(1, 32, 32)


def sure_of(classes: Tensor) -> Tensor:
    return SHARP * torch.nn.functional.one_hot(classes.long(), 10).permute(0, 3, 1, 2).float()


HALF = torch.tensor([[[0, 1], [0, 1]]], dtype=torch.uint8)
FRAMES = torch.rand(1, 4, 2, 2, generator=torch.Generator().manual_seed(1))
NONE = sure_of(torch.zeros_like(HALF))
"""Logits of one 2 x 2 douga without any class 1."""


# --- each side's step, by hand ---


def test_the_discriminator_steps_towards_what_is_drawn() -> None:
    # It says w * 1/2 of what is drawn and w * 0 of what is generated: at w = 0 both are even, ln 2 nats. More w tells
    # them apart, and the first step of Adam is the learning rate.
    share = Share()
    assert duel(share).learn(FRAMES, NONE, HALF) == pytest.approx(math.log(2))
    assert share.w.item() == pytest.approx(0.1, abs=1e-5)


def test_the_network_is_told_how_clearly_it_is_seen() -> None:
    # All of class 1 under w = -4 is a logit of -4: softplus(4) nats, and -sigmoid(4) of it reaches the logit.
    share = Share(-4.0)
    x = sure_of(torch.ones_like(HALF))
    assert duel(share).against(FRAMES, x, HALF).item() == pytest.approx(math.log1p(math.exp(4)), abs=1e-5)


def test_the_sum_and_its_parts() -> None:
    share = Share()
    loss, parts = duel(share, weight=3.0).contend(FRAMES, torch.zeros(1, 10, 2, 2), HALF)
    # Against w = 0.1, learned a moment ago, a tenth of class 1 says 0.01. Unsure pixels cost ln 10 each.
    assert parts["discriminator"] == pytest.approx(math.log(2), abs=1e-6)
    assert parts["generator"] == pytest.approx(math.log1p(math.exp(-0.01)), abs=1e-5)
    assert parts["pixels"] == pytest.approx(math.log(10), abs=1e-5)
    assert loss.item() == pytest.approx(parts["generator"] + 3 * parts["pixels"], abs=1e-5)


def test_without_weight_the_pixels_pull_nowhere() -> None:
    gradients = []
    for weight in (0.0, 1.0):
        x = torch.zeros(1, 10, 2, 2, requires_grad=True)
        loss, _ = duel(Share(), weight=weight).contend(FRAMES, x, HALF)
        loss.backward()
        assert x.grad is not None
        gradients.append(x.grad)
    assert gradients[0].abs().max() > 0
    # Against w > 0 class 1 grows everywhere, also where nothing of it is drawn; the pixel loss knows better.
    assert (gradients[0][:, 1] < 0).all()
    assert (gradients[1][0, 1, :, 0] > 0).all()


def test_each_side_leaves_the_other_alone() -> None:
    share = Share(1.0)
    fight = duel(share)
    x = NONE.clone().requires_grad_()
    fight.against(FRAMES, x, HALF).backward()
    assert share.w.grad is None
    assert x.grad is not None
    x.grad = None
    fight.contend(
        FRAMES, x, HALF
    )  # the discriminator has learned, nobody has asked for the network's gradient
    assert x.grad is None
    assert share.w.requires_grad


def test_called_like_any_loss_it_is_its_pixel_loss() -> None:
    x = torch.randn(1, 10, 2, 2, generator=torch.Generator().manual_seed(3))
    ce = LOSSES.get("ce")
    assert duel(Share(), weight=100.0)(x, HALF).item() == ce.build(ce.parse())(x, HALF).item()


@pytest.mark.parametrize("condition", [False, True])
def test_it_sees_the_frame_and_no_mask_when_told_to(condition) -> None:
    share = Share(condition=condition)
    duel(share).contend(FRAMES, NONE, HALF)
    assert len(share.frames) == 2  # to learn, and against what it has learned
    for frame in share.frames:
        assert torch.equal(frame, FRAMES[[0, 0], :3]) if condition else frame is None


# --- what is ignored ---


@pytest.mark.parametrize("encoding", ["argmax", "channels"])
def test_ignored_pixels_tell_neither_side_anything(encoding) -> None:
    torch.manual_seed(5)
    classes = torch.randint(0, 10, (2, 32, 32), dtype=torch.uint8)
    classes[:, :, 16:] = IGNORE
    frames, x = torch.rand(2, 3, 32, 32), torch.randn(2, 10, 32, 32)
    other = torch.where((classes == IGNORE)[:, None], -7 * x - 3, x)
    said = []
    for logits in (x.requires_grad_(), other.detach().requires_grad_()):
        torch.manual_seed(6)
        fight = built(encoding=encoding, discriminator="resnet18")
        loss, parts = fight.contend(frames, logits, classes)
        loss.backward()
        assert logits.grad is not None
        assert logits.grad[..., 16:].abs().max() == 0
        assert logits.grad[..., :16].abs().max() > 0
        said.append((loss.item(), parts))
    assert said[0] == said[1]


def test_a_map_all_ignored_is_neither_drawn_nor_generated() -> None:
    torch.manual_seed(0)
    fight = built(encoding="channels", discriminator="resnet18")
    x = torch.randn(2, 10, 32, 32, requires_grad=True)
    loss, parts = fight.contend(torch.rand(2, 3, 32, 32), x, maps(IGNORE, IGNORE))
    loss.backward()
    assert math.isfinite(loss.item())
    assert x.grad is not None
    assert x.grad.abs().max() == 0
    # What says z of both is at best undecided: (softplus(-z) + softplus(z)) / 2 is at least ln 2.
    assert parts["discriminator"] >= math.log(2) - 1e-6


# --- contests ---


@pytest.mark.parametrize("encoding", ENCODINGS.names())
def test_the_discriminator_tells_two_constant_maps_apart(encoding) -> None:
    torch.manual_seed(1)
    fight = built(encoding=encoding, discriminator="resnet18", learning_rate=1e-3)
    frames, drawn, generated = torch.rand(2, 3, 32, 32), maps(1, 1), sure_of(maps(8, 8))
    losses = [fight.learn(frames, generated, drawn) for _ in range(6)]
    assert losses[-1] < 0.2 < 0.5 < losses[0]


@pytest.mark.parametrize(
    ("encoding", "condition"), [*((name, False) for name in ENCODINGS.names()), ("argmax", True)]
)
def test_against_one_that_stands_still_the_network_wins(encoding, condition) -> None:
    torch.manual_seed(2)
    fight = built(encoding=encoding, condition=condition, discriminator="resnet18")
    network = nn.Conv2d(3, 10, 3, padding=1)
    optimizer = torch.optim.Adam(network.parameters(), lr=0.05)
    frames, classes = torch.rand(2, 3, 32, 32), maps(1, 8)
    losses = []
    for _ in range(8):
        optimizer.zero_grad()
        loss = fight.against(frames, network(frames), classes)
        loss.backward()
        assert all(p.grad is not None and p.grad.abs().max() > 0 for p in network.parameters())
        optimizer.step()
        losses.append(loss.item())
    assert losses[-1] < losses[0]


@pytest.mark.parametrize("optimizer", ["adam", "rmsprop"])
def test_restored_it_goes_on_as_if_never_stopped(optimizer) -> None:
    torch.manual_seed(3)
    frames, x, classes = torch.rand(2, 3, 32, 32), torch.randn(2, 10, 32, 32), maps(1, 8)
    one = built(discriminator="resnet18", optimizer=optimizer)
    one.contend(frames, x, classes)
    other = built(discriminator="resnet18", optimizer=optimizer)
    stored = io.BytesIO()
    torch.save(one.state(), stored)
    stored.seek(0)
    other.restore(torch.load(stored, weights_only=True))
    for _ in range(2):
        assert one.contend(frames, x, classes)[1] == other.contend(frames, x, classes)[1]


# --- the registry's entry ---


def test_only_duels_learn() -> None:
    entries = [(entry.name, entry.build(entry.parse(), torch.ones(10).long().numpy())) for entry in LOSSES]
    learning = {name for name, loss in entries if isinstance(loss, LearningLoss)}
    assert learning == {"adversarial", "perceptual_gan", "mse_gan"}


def test_its_encodings_are_those_there_are() -> None:
    for name in ENCODINGS.names():
        assert LOSSES.get("adversarial").parse({"encoding": name}).encoding == name


def test_it_keeps_every_parameter_of_its_pixel_loss() -> None:
    entry = LOSSES.get("adversarial")
    assert entry.parse().base_params == {"gamma": 2.0}
    assert entry.parse({"base": "mixed"}).base_params["parts"].keys() == {
        "weighted_ce",
        "dice",
        "skeleton_recall",
    }
    assert entry.parse({"base": "focal", "base_params": {"gamma": "1"}}).base_params == {"gamma": 1.0}


@pytest.mark.parametrize(
    ("name", "values", "code", "words"),
    [
        ("adversarial", {"encoding": "argmin"}, "bad_parameter", "encoding"),
        ("adversarial", {"weight": -1}, "bad_parameter", "weight"),
        ("adversarial", {"learning_rate": 0}, "bad_parameter", "learning_rate"),
        ("adversarial", {"discriminator": "resnet50"}, "bad_parameter", "discriminator"),
        ("adversarial", {"kind": "duoga"}, "unknown_kind", "Did you mean 'douga'"),
        ("adversarial", {"base": "focale"}, "unknown_loss", "Did you mean 'focal'"),
        ("adversarial", {"base_params": {"gamma": -1}}, "bad_parameter", "focal: gamma"),
        ("adversarial", {"base": "adversarial"}, "nested_adversarial", "no pixel loss"),
        ("mixed", {"parts": {"adversarial": {}}}, "nested_adversarial", "as its base"),
    ],
)
def test_bad_parameters_are_refused_with_a_word(name, values, code, words) -> None:
    with pytest.raises(UserError, match=words) as caught:
        LOSSES.get(name).parse(values)
    assert caught.value.code == code


def test_logits_of_another_number_of_classes_are_refused() -> None:
    with pytest.raises(ValueError, match="10 classes, not 1"):
        duel(Share()).contend(FRAMES, torch.zeros(1, 1, 2, 2), HALF)
