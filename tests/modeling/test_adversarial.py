"""What the discriminator is shown, what it says, and the losses of both sides."""

from __future__ import annotations

import math
import subprocess
import sys

import numpy as np
import pytest
import torch

from modeling.labels import DOUGA, IGNORE
from modeling.losses.adversarial import Discriminator, discriminator_loss, generator_loss
from modeling.losses.encodings import ENCODINGS

CLASSES = torch.tensor([[[0, 1, 4, IGNORE]]], dtype=torch.uint8)


def encoding(name: str):
    entry = ENCODINGS.get(name)
    return entry.build(entry.parse({}), DOUGA)


def noise() -> torch.Tensor:
    return torch.randn(1, 10, 1, 4, generator=torch.Generator().manual_seed(2))


@pytest.fixture(params=ENCODINGS.names())
def each(request: pytest.FixtureRequest):
    return encoding(request.param)


def test_the_four_of_the_thesis_are_listed_without_torch() -> None:
    assert ENCODINGS.names() == ["image", "channels", "softmax", "argmax"]
    code = "import sys, modeling.losses.encodings; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_truth_and_generated_have_the_declared_shape(each) -> None:
    assert each.truth(CLASSES).shape == each.generated(noise(), CLASSES).shape == (1, each.channels, 1, 4)


def test_ignored_pixels_are_nothing_in_both_and_train_nothing(each) -> None:
    x = noise().requires_grad_()
    generated = each.generated(x, CLASSES)
    generated.square().sum().backward()
    assert each.truth(CLASSES)[..., 3].abs().max() == 0
    assert generated[..., 3].abs().max() == 0
    assert x.grad is not None
    assert x.grad[..., 3].abs().max() == 0
    assert x.grad[..., :3].abs().max() > 0


def test_logits_of_another_number_of_classes_are_refused(each) -> None:
    with pytest.raises(ValueError, match="10 classes, not 3"):
        each.generated(noise()[:, :3], CLASSES)


def test_the_image_is_in_the_palettes_colors() -> None:
    colors = encoding("image").truth(CLASSES)[0, :, 0].T
    assert (colors[:3] * 255).round().tolist() == [[255, 255, 255], [0, 0, 0], [255, 0, 0]]


def test_the_image_is_linear_in_the_ten_channels() -> None:
    matrix = torch.from_numpy(DOUGA.palette[:10].astype(np.float32).T / 255)
    for side in (lambda e: e.truth(CLASSES), lambda e: e.generated(noise(), CLASSES)):
        ten, three = side(encoding("softmax")), side(encoding("image"))
        assert torch.allclose(torch.einsum("rc,nchw->nrhw", matrix, ten), three, atol=1e-6)


def test_channels_show_logits_as_they_come_against_one_hot() -> None:
    ten, x = encoding("channels"), noise()
    assert torch.equal(ten.generated(x, CLASSES)[..., :3], x[..., :3])
    assert ten.truth(CLASSES)[0, :, 0, :3].argmax(0).tolist() == [0, 1, 4]
    assert ten.truth(CLASSES).sum() == 3


def test_softmax_sums_to_one() -> None:
    sums = encoding("softmax").generated(noise(), CLASSES).sum(1)[0, 0]
    assert sums.tolist() == pytest.approx([1, 1, 1, 0])


def test_argmax_is_one_hot_with_the_gradient_of_the_softmax() -> None:
    weights = torch.arange(40.0).view(1, 10, 1, 4)
    gradients = []
    for name in ("argmax", "softmax"):
        x = noise().requires_grad_()
        (encoding(name).generated(x, CLASSES) * weights).sum().backward()
        gradients.append(x.grad)
    assert torch.equal(*gradients)
    hard = encoding("argmax").generated(noise(), CLASSES)[..., :3]
    assert hard.unique().tolist() == [0, 1]
    assert torch.equal(hard.argmax(1), noise()[..., :3].argmax(1))


# --- discriminator ---


@pytest.mark.parametrize("condition", [False, True])
def test_the_discriminator_says_one_logit_a_douga_and_trains_the_generator(each, condition) -> None:
    x = torch.randn(2, 10, 40, 33).requires_grad_()
    classes = torch.zeros(2, 40, 33, dtype=torch.uint8)
    frame = torch.rand(2, 3, 40, 33) if condition else None
    said = Discriminator(each.channels, condition=condition)(each.generated(x, classes), frame)
    generator_loss(said).backward()
    assert said.shape == (2,)
    assert x.grad is not None
    assert x.grad.abs().max() > 0


@pytest.mark.parametrize("condition", [False, True])
def test_the_frame_goes_with_the_condition(condition) -> None:
    frame = None if condition else torch.zeros(1, 3, 32, 32)
    with pytest.raises(ValueError, match="frame"):
        Discriminator(3, condition=condition)(torch.zeros(1, 3, 32, 32), frame)


def test_losses_at_logit_zero_are_ln_2() -> None:
    zero = torch.zeros(3)
    assert generator_loss(zero).item() == pytest.approx(math.log(2))
    assert discriminator_loss(zero, zero).item() == pytest.approx(math.log(2))


def test_what_is_easy_to_tell_trains_the_generator_most() -> None:
    fake = torch.tensor([-20.0]).requires_grad_()
    loss = generator_loss(fake)
    loss.backward()
    assert loss.item() == pytest.approx(20)
    assert fake.grad is not None
    assert fake.grad.item() == pytest.approx(-1)
    assert discriminator_loss(-fake.detach(), fake.detach()).item() == pytest.approx(0, abs=1e-6)
