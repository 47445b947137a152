"""Losses by name: torch-free specs whose ``build`` imports torch. All are pixel-wise; 255 counts nowhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from pydantic import Field

from modeling.registry import Entry, Params, Registry


class BceParams(Params):
    """Parameters of ``bce``: none."""


class BceDiceParams(Params):
    """Parameters of ``bce_dice``."""

    dice_weight: float = Field(
        0.5, ge=0, le=1, description="Share of the Dice part; the rest is cross-entropy"
    )


class FocalParams(Params):
    """Parameters of ``focal``."""

    gamma: float = Field(
        2.0, ge=0, description="How strongly well-classified pixels are played down; 0 is bce"
    )


def _build_bce(params: BceParams) -> Callable[..., Any]:
    from modeling.losses.pixelwise import bce

    return bce


def _build_bce_dice(params: BceDiceParams) -> Callable[..., Any]:
    from functools import partial

    from modeling.losses.pixelwise import bce_dice

    return partial(bce_dice, dice_weight=params.dice_weight)


def _build_focal(params: FocalParams) -> Callable[..., Any]:
    from functools import partial

    from modeling.losses.pixelwise import focal

    return partial(focal, gamma=params.gamma)


LOSSES: Registry[Entry[Any]] = Registry("loss")
"""Losses by name; ``build(params)`` returns ``loss(logits, classes) -> scalar``."""

LOSSES.add(
    Entry("bce_dice", "Cross-entropy and Dice: small figures count as much", BceDiceParams, _build_bce_dice)
)
LOSSES.add(Entry("bce", "Binary cross-entropy a pixel", BceParams, _build_bce))
LOSSES.add(
    Entry("focal", "Cross-entropy that dwells on hard pixels (Lin et al. 2017)", FocalParams, _build_focal)
)
