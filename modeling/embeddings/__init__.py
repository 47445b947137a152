"""Embeddings by name: vectors by which frames are alike, without a model of ours (torch-free specs).

A run's own features are scorers (`modeling.scorers`: ``embedding``, ``gradient``); where a frame's edges lie is
measured when it comes in (``datasets.features``).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

import numpy as np
from numpy.typing import NDArray
from pydantic import Field

from modeling.registry import Entry, Params, Registry

BUNDLED = "tf_efficientnet_lite0"
"""timm's name of the network whose weights an installed package carries."""


class Embedder(Protocol):
    """What ``build`` returns. ``batch`` is how many frames it takes at once."""

    batch: int

    def prepare(self, rgb: NDArray[np.uint8]) -> NDArray[Any]:
        """What is kept of a (H, W, 3) uint8 sRGB frame until its batch is full: of the same shape for every frame."""

    def vectors(self, prepared: NDArray[Any]) -> NDArray[np.float32]:
        """(N, D) float32 of N prepared frames, stacked."""


class Identity(NamedTuple):
    """Under which name and version the vectors are kept: other weights are another name and version."""

    name: str
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedding(Entry[Any]):
    """A way to turn a frame into a vector.

    ``identity(params)`` says what the vectors are kept under; it reads files where the vectors depend on them, and
    raises UserError where they are not there. ``build(params, device, threads)`` returns an `Embedder`.
    """

    identity: Callable[[Any], Identity]


class BackboneParams(Params):
    """Parameters of ``timm``."""

    model: str = Field(BUNDLED, description="timm's name of the network, such as resnet18")
    weights: str = Field(
        "",
        description="File of its weights (.safetensors, .pth); none for those that come installed",
        json_schema_extra={"choices": "weights"},
    )


def _colors_build(params: Params, device: str = "auto", threads: int | None = None) -> Embedder:
    from modeling.embeddings.colors import Colors

    return Colors()


def _colors_identity(params: Params) -> Identity:
    from modeling.embeddings.colors import VERSION

    return Identity("colors", VERSION)


def _backbone_build(params: BackboneParams, device: str = "auto", threads: int | None = None) -> Embedder:
    from modeling.devices import set_threads
    from modeling.embeddings.backbone import Backbone

    set_threads(threads)
    return Backbone.open(params.model, weights_file(params), device)


def _backbone_identity(params: BackboneParams) -> Identity:
    from modeling.embeddings.weights import identity

    return identity(params.model, weights_file(params))


def weights_file(params: BackboneParams) -> Path:
    """Where the weights lie.

    Raises:
        UserError: ``no_weights``, with what to do.
    """
    from modeling.embeddings.weights import find

    return find(params.model, params.weights)


EMBEDDINGS: Registry[Embedding] = Registry("embedding")
"""Embeddings by name."""

EMBEDDINGS.add(
    Embedding(
        name="colors",
        text="How much of a frame is of each of 6 x 6 x 6 colours",
        params=Params,
        build=_colors_build,
        identity=_colors_identity,
    )
)
EMBEDDINGS.add(
    Embedding(
        name="timm",
        text="The last features of a pretrained network, averaged over the frame",
        params=BackboneParams,
        build=_backbone_build,
        identity=_backbone_identity,
    )
)
