"""Specs of the losses of pictures (torch-free); `modeling.losses` adds them to its registry."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import Field

from modeling.registry import Params

SPARE = Field(
    0.1, ge=0, le=1, description="Share of the error that all proposals bear; the rest is the nearest one's"
)
LAMBDAS = (0.88, 0.79, 0.63, 0.51, 0.39, 1.07)
"""Of the picture and five layers: Wang 2022, section 3.2."""


class PictureL1Params(Params):
    """Parameters of ``picture_l1``."""

    spare: float = SPARE


class PerceptualParams(PictureL1Params):
    """Parameters of ``perceptual``."""

    lambdas: tuple[float, float, float, float, float, float] = Field(
        LAMBDAS, description="Weights of the picture itself and of five layers of features"
    )


class PerceptualGanParams(PerceptualParams):
    """Parameters of ``perceptual_gan``."""

    discriminator: Literal["resnet18", "resnet34", "resnet10t"] = Field(
        "resnet18",
        description="The discriminator, whose layers are the perceptual features; the paper gives no depth",
    )
    adversarial: float = Field(
        0.0, ge=0, description="Factor of the adversarial term; the paper's loss of the generator has none"
    )
    learning_rate: float = Field(1e-4, gt=0, description="Learning rate of the discriminator, constant")


class MseParams(Params):
    """Parameters of ``mse``: none."""


class MseGanParams(Params):
    """Parameters of ``mse_gan``."""

    adversarial: float = Field(1e-3, ge=0, description="Factor of the adversarial term (He and Jia 2023)")
    learning_rate: float = Field(1e-4, gt=0, description="Learning rate of the discriminator, constant")


def build_perceptual(params: PerceptualParams, counts: Any = None) -> Any:
    """A `modeling.losses.pictures.Perceptual` on ImageNet features."""
    from modeling.losses.pictures import ImageNetFeatures, Perceptual

    return Perceptual(ImageNetFeatures(), params.lambdas, params.spare)


def build_perceptual_gan(params: PerceptualGanParams, counts: Any = None) -> Any:
    """A `modeling.losses.picture_duel.PictureDuel` whose critic is the perceptual network, too."""
    from functools import partial

    from modeling.losses.picture_duel import PictureDuel, ResNetCritic
    from modeling.losses.pictures import picture_l1

    first, *rest = params.lambdas
    return PictureDuel(
        ResNetCritic(params.discriminator),
        partial(picture_l1, spare=params.spare),
        weight=first,
        lambdas=rest,
        adversarial=params.adversarial,
        learning_rate=params.learning_rate,
    )


def build_mse_gan(params: MseGanParams, counts: Any = None) -> Any:
    """A `modeling.losses.picture_duel.PictureDuel` without features."""
    from modeling.losses.picture_duel import ConvCritic, PictureDuel
    from modeling.losses.pictures import mse

    return PictureDuel(ConvCritic(), mse, adversarial=params.adversarial, learning_rate=params.learning_rate)
