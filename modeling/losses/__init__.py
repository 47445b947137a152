"""Losses by name: torch-free specs whose ``build`` imports torch.

Every loss takes logits (N, C, H, W) float and classes (N, H, W) uint8 and gives a scalar: C = 1 is the binary case
(sigmoid), C > 1 has a logit a class (softmax); 255 counts nowhere. A loss of numbers takes, instead of classes, (N, H,
W) float in 0..1, 0 where they are unknown, and one of pictures (N, 4, H, W) uint8, RGB and 255 where it counts
(`modeling.losses.pictures`). A loss that learns itself does more, see `modeling.losses.learning`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, ValidationInfo, field_validator

from modeling.errors import UserError
from modeling.labels import get_kind
from modeling.losses.encodings import ENCODINGS
from modeling.losses.of_pictures import (
    MseGanParams,
    MseParams,
    PerceptualGanParams,
    PerceptualParams,
    PictureL1Params,
    build_mse_gan,
    build_perceptual,
    build_perceptual_gan,
)
from modeling.registry import Entry, Params, Registry

Loss = Callable[..., Any]
Counts = NDArray[np.int64]
"""(C,) training pixels of each class; two of them in the binary case."""


@dataclass(frozen=True, slots=True)
class LossSpec(Entry[Any]):
    """A loss; ``of_numbers`` where it holds numbers or pictures against such, and not logits against classes."""

    of_numbers: bool = False


class CeParams(Params):
    """Parameters of ``ce`` and ``bce``: none."""


class BceDiceParams(Params):
    """Parameters of ``bce_dice``."""

    dice_weight: float = Field(
        0.5, ge=0, le=1, description="Share of the Dice part; the rest is cross-entropy"
    )


class FocalParams(Params):
    """Parameters of ``focal``."""

    gamma: float = Field(
        2.0, ge=0, description="How strongly well-classified pixels are played down; 0 is cross-entropy"
    )


class WeightedCeParams(Params):
    """Parameters of ``weighted_ce``."""

    scheme: Literal["sqrt", "inverse"] = Field(
        "sqrt", description="Weights are the inverse frequency of a class in training, or its square root"
    )
    cap: float = Field(
        50.0, ge=1, description="Most that a class weighs, relative to the commonest; large for no cap"
    )


class DiceParams(Params):
    """Parameters of ``dice``: none."""


class TverskyParams(Params):
    """Parameters of ``tversky``; the defaults are the best of Salehi et al. 2017."""

    alpha: float = Field(0.3, ge=0, description="Weight of false positives; 0.5 with beta 0.5 is Dice")
    beta: float = Field(0.7, ge=0, description="Weight of missed pixels")


class DepthParams(Params):
    """Parameters of ``l1_gradient_ssim``; the paper gives no weights."""

    eta1: float = Field(1.0, ge=0, description="Weight of the absolute error")
    eta2: float = Field(1.0, ge=0, description="Weight of the gradient's error, which keeps borders sharp")
    eta3: float = Field(1.0, ge=0, description="Weight of (1 - SSIM) / 2")
    window: int = Field(7, ge=2, le=33, description="Side of the windows of SSIM in pixels")


class LineParams(Params):
    """What losses of lines share."""

    kind: str = Field("douga", description="Label kind that says which classes are lines")

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        return get_kind(kind).name


class ClDiceParams(LineParams):
    """Parameters of ``cldice``."""

    iterations: int = Field(
        3, ge=0, description="Erosions of the skeleton: at least half the widest line in pixels"
    )
    as_one: bool = Field(False, description="All line classes are one: a line of the wrong class is whole")


class SkeletonRecallParams(LineParams):
    """Parameters of ``skeleton_recall``."""

    radius: int = Field(
        2, ge=0, description="How far the tube reaches around the true skeleton, within the line"
    )


def _function(module: str, name: str) -> Callable[..., Loss]:
    """A ``build`` that gives the function of that name its parameters."""

    def build(params: Params, counts: Counts | None = None) -> Loss:
        return partial(getattr(import_module(f"modeling.losses.{module}"), name), **params.model_dump())

    return build


def _build_weighted_ce(params: WeightedCeParams, counts: Counts | None = None) -> Loss:
    if counts is None:
        raise ValueError("weighted_ce needs counts, the training pixels of each class")
    import torch

    from modeling.losses.pixelwise import weighted_ce
    from modeling.losses.weights import class_weights

    return partial(
        weighted_ce, weights=torch.from_numpy(class_weights(counts, params.scheme, params.cap)).float()
    )


LOSSES: Registry[LossSpec] = Registry("loss")
"""Losses by name; ``build(params, counts=None)`` returns ``loss(logits, classes) -> scalar``.

``counts`` are the (C,) int64 training pixels of each class; losses that weight classes raise a ValueError without.
"""

for _entry in (
    LossSpec(
        "bce_dice",
        "Cross-entropy and Dice: small figures count as much",
        BceDiceParams,
        _function("pixelwise", "bce_dice"),
    ),
    LossSpec("bce", "Cross-entropy a pixel, by its binary name", CeParams, _function("pixelwise", "ce")),
    LossSpec("ce", "Cross-entropy a pixel", CeParams, _function("pixelwise", "ce")),
    LossSpec(
        "focal",
        "Cross-entropy that dwells on hard pixels (Lin et al. 2017)",
        FocalParams,
        _function("pixelwise", "focal"),
    ),
    LossSpec(
        "weighted_ce",
        "Cross-entropy in which rare classes weigh more (Kugler 2020, section 5.5.1)",
        WeightedCeParams,
        _build_weighted_ce,
    ),
    LossSpec(
        "dice",
        "Overlap of each class there is, however rare (Milletari et al. 2016)",
        DiceParams,
        _function("overlap", "dice"),
    ),
    LossSpec(
        "tversky",
        "Dice that weighs missed pixels above false ones (Salehi et al. 2017)",
        TverskyParams,
        _function("overlap", "tversky"),
    ),
    LossSpec(
        "cldice",
        "Whether lines hang together, by soft skeletons of both (Shit et al. 2021)",
        ClDiceParams,
        _function("lines", "cldice"),
    ),
    LossSpec(
        "skeleton_recall",
        "How much of the true lines' skeletons is found (Kirchhoff et al. 2024)",
        SkeletonRecallParams,
        _function("lines", "skeleton_recall"),
    ),
    LossSpec(
        "l1_gradient_ssim",
        "Absolute error, gradient and structure of depth (He and Jia 2023)",
        DepthParams,
        _function("scalars", "l1_gradient_ssim"),
        of_numbers=True,
    ),
):
    LOSSES.add(_entry)


# --- sums of losses ---


class Part(Params):
    """One summand of ``mixed``."""

    weight: float = Field(1.0, gt=0, description="Factor of this loss in the sum")
    params: dict[str, Any] = Field({}, description="Its parameters")


_DEFAULT_PARTS = {
    name: Part.model_validate({"weight": weight})
    for name, weight in (("weighted_ce", 1.0), ("dice", 1.0), ("skeleton_recall", 0.5))
}


def parse_parts(text: str) -> dict[str, dict[str, float]]:
    """Read ``ce:1, dice:0.5`` into parts by name; a name alone weighs 1.

    Raises:
        ValueError: for a weight that is no number, or a loss named twice.
    """
    parts: dict[str, dict[str, float]] = {}
    for item in filter(None, (item.strip() for item in text.split(","))):
        name, _, weight = (side.strip() for side in item.partition(":"))
        if name in parts:
            raise ValueError(f"{name} is named twice")
        try:
            parts[name] = {"weight": float(weight or 1)}
        except ValueError:
            raise ValueError(f"write NAME:WEIGHT, such as {name or 'ce'}:0.5, not {item!r}") from None
    return parts


def spell_parts(parts: Mapping[str, Part]) -> str:
    """``ce:1, dice:0.5``: what `parse_parts` reads."""
    return ", ".join(f"{name}:{part.weight:g}" for name, part in parts.items())


class MixedParams(Params):
    """Parameters of ``mixed``; the default is meant for thin, rare lines."""

    parts: dict[str, Part] = Field(
        _DEFAULT_PARTS,
        min_length=1,
        validate_default=True,
        description="Losses by name, each with its weight and parameters; as text NAME:WEIGHT, NAME:WEIGHT",
        json_schema_extra={"text": spell_parts(_DEFAULT_PARTS)},
    )

    @field_validator("parts", mode="before")
    @classmethod
    def _read(cls, parts: Any) -> Any:
        """Parts may be written as text, which form and command line do."""
        return parse_parts(parts) if isinstance(parts, str) else parts

    @field_validator("parts")
    @classmethod
    def _complete(cls, parts: dict[str, Part]) -> dict[str, Part]:
        """The parts with all their parameters, validated by the registry."""
        return {name: _completed(name, part) for name, part in parts.items()}


def _completed(name: str, part: Part) -> Part:
    if name == "mixed":
        raise UserError("mixed holds no other mixed.", code="nested_mixed", remedy="Name its parts instead.")
    if name == "adversarial":
        raise UserError(
            "mixed holds no adversarial.", code="nested_adversarial", remedy="Use mixed as its base instead."
        )
    spec = LOSSES.get(name)
    if spec.of_numbers:
        raise UserError(f"mixed holds no {name}: it is no loss of classes.", code="nested_numbers")
    values = spec.parse(part.params)
    return part.model_copy(update={"params": values.model_dump(mode="json")})


def _build_mixed(params: MixedParams, counts: Counts | None = None) -> Loss:
    """The weighted sum of the parts' losses."""
    entries = [(LOSSES.get(name), part) for name, part in params.parts.items()]
    losses = [(part.weight, entry.build(entry.parse(part.params), counts)) for entry, part in entries]

    def mixed(logits: Any, classes: Any) -> Any:
        return sum(weight * loss(logits, classes) for weight, loss in losses)

    return mixed


LOSSES.add(LossSpec("mixed", "Weighted sum of losses: for thin, rare lines", MixedParams, _build_mixed))


# --- a discriminator's ---


class AdversarialParams(Params):
    """Parameters of ``adversarial``; the thesis gives no weight, 100 is that of pix2pix (Isola et al. 2017)."""

    kind: str = Field("douga", description="Label kind that says what the classes are")
    encoding: Literal["argmax", "softmax", "channels", "image"] = Field(
        "argmax",
        description="What the discriminator is shown: whole classes, probabilities, logits or colours",
    )
    condition: bool = Field(False, description="The discriminator sees the frame too")
    discriminator: Literal["resnet34", "resnet18"] = Field(
        "resnet34", description="The discriminator; the thesis uses 34 layers, 18 are for a CPU"
    )
    optimizer: Literal["adam", "rmsprop"] = Field("adam", description="Optimizer of the discriminator")
    learning_rate: float = Field(1e-4, gt=0, description="Learning rate of the discriminator, constant")
    weight: float = Field(100.0, ge=0, description="Factor of the pixel loss; 0 for the adversarial alone")
    base: str = Field(
        "focal",
        description="Pixel loss beside it, by name; alone it is what validation goes by",
        json_schema_extra={"text": "focal"},
    )
    base_params: dict[str, Any] = Field({}, validate_default=True, description="Parameters of the pixel loss")

    @field_validator("kind")
    @classmethod
    def _known(cls, kind: str) -> str:
        return get_kind(kind).name

    @field_validator("base")
    @classmethod
    def _ordinary(cls, base: str) -> str:
        if base == "adversarial":
            raise UserError("adversarial is no pixel loss.", code="nested_adversarial", remedy="Use focal.")
        if LOSSES.get(base).of_numbers:
            raise UserError(f"{base} is no loss of classes.", code="nested_numbers", remedy="Use focal.")
        return LOSSES.get(base).name

    @field_validator("base_params")
    @classmethod
    def _complete(cls, values: dict[str, Any], info: ValidationInfo) -> dict[str, Any]:
        """All parameters of the pixel loss, validated by the registry."""
        return LOSSES.get(info.data["base"]).parse(values).model_dump(mode="json")


def _build_adversarial(params: AdversarialParams, counts: Counts | None = None) -> Loss:
    """A `modeling.losses.duel.Duel`; its discriminator's first weights are drawn from torch's random state."""
    from modeling.losses.adversarial import Discriminator
    from modeling.losses.duel import Duel

    encoding = ENCODINGS.get(params.encoding)
    shown = encoding.build(encoding.parse(), get_kind(params.kind))
    base = LOSSES.get(params.base)
    return Duel(
        shown,
        Discriminator(shown.channels, condition=params.condition, body=params.discriminator),
        base.build(base.parse(params.base_params), counts),
        weight=params.weight,
        learning_rate=params.learning_rate,
        optimizer=params.optimizer,
    )


LOSSES.add(
    LossSpec(
        "adversarial",
        "A discriminator that learns to tell drawn from generated (Kugler 2020, section 5.5.2)",
        AdversarialParams,
        _build_adversarial,
    )
)


# --- of pictures ---

for _entry in (
    LossSpec(
        "perceptual",
        "Colours and ImageNet features of the nearest proposal (Wang 2022)",
        PerceptualParams,
        build_perceptual,
        of_numbers=True,
    ),
    LossSpec(
        "picture_l1",
        "Colours of the nearest proposal, without features",
        PictureL1Params,
        _function("pictures", "picture_l1"),
        of_numbers=True,
    ),
    LossSpec(
        "perceptual_gan",
        "The same with features of a discriminator that learns (Wang 2022)",
        PerceptualGanParams,
        build_perceptual_gan,
        of_numbers=True,
    ),
    LossSpec(
        "mse_gan",
        "Squared error and a discriminator (He and Jia 2023, section 3)",
        MseGanParams,
        build_mse_gan,
        of_numbers=True,
    ),
    LossSpec("mse", "Squared error a pixel", MseParams, _function("pictures", "mse"), of_numbers=True),
    LossSpec(
        "l1_gradient_ssim_rgb",
        "Absolute error, gradient and structure of a picture (He and Jia 2023)",
        DepthParams,
        _function("pictures", "l1_gradient_ssim_rgb"),
        of_numbers=True,
    ),
):
    LOSSES.add(_entry)
