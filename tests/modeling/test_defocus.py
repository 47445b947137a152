"""Augmentation: the plate out of focus behind a sharp cel."""

from __future__ import annotations

import numpy as np
import torch

from modeling.training.augmentation import Example
from modeling.training.defocus import defocused


def scene(channels: int = 3) -> Example:
    """A flat red cel before a checkered plate, 64 px."""
    rows, columns = np.mgrid[:64, :64]
    image = np.repeat(((rows + columns) % 2 * 255)[None].astype(np.uint8), channels, 0)
    cel = np.zeros((1, 64, 64), np.uint8)
    cel[0, 20:44, 20:44] = 1
    image[:3, 20:44, 20:44] = np.array([200, 30, 30])[:, None, None]
    classes = torch.from_numpy(cel)
    return Example(torch.from_numpy(image), classes, classes)


def test_the_cel_stays_sharp_and_the_plate_does_not() -> None:
    before = scene(channels=4)
    after = defocused(before, np.random.default_rng(0))
    cel = before.cel[0] == 1
    assert torch.equal(after.image[:3, cel], before.image[:3, cel])
    assert after.image[:3, ~cel].float().std() < 0.5 * before.image[:3, ~cel].float().std()
    assert not after.image[0, ~cel].eq(200).any()  # no halo of the cel's red
    assert torch.equal(after.image[3], before.image[3])  # a mask is not a picture
    assert torch.equal(after.classes, before.classes)


def test_without_a_cel_nothing_changes() -> None:
    before = scene()
    bare = before._replace(cel=torch.full_like(before.cel, 255))
    assert defocused(bare, np.random.default_rng(0)) is bare


def test_where_depth_is_learned_it_says_what_is_far() -> None:
    before = scene()
    depth = before.cel.float().clamp(0.1)
    depth[:, 50:] = 1.0  # a floor as near as the cel
    after = defocused(before._replace(classes=depth), np.random.default_rng(0))
    assert torch.equal(after.image[:, 56:], before.image[:, 56:])
    assert not torch.equal(after.image[:, :8], before.image[:, :8])
