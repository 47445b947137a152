"""What a discriminator is shown of a douga, by name (Kugler 2020, section 5.5.2; torch-free specs)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from modeling.labels import LabelKind
from modeling.registry import Entry, Params, Registry

if TYPE_CHECKING:
    from modeling.losses.adversarial import Encoding


class EncodingParams(Params):
    """Parameters of an encoding: none."""


def _build_image(params: EncodingParams, kind: LabelKind) -> Encoding:
    from modeling.losses.adversarial import image

    return image(kind)


def _build_channels(params: EncodingParams, kind: LabelKind) -> Encoding:
    from modeling.losses.adversarial import channels

    return channels(kind)


def _build_softmax(params: EncodingParams, kind: LabelKind) -> Encoding:
    from modeling.losses.adversarial import softmax

    return softmax(kind)


def _build_argmax(params: EncodingParams, kind: LabelKind) -> Encoding:
    from modeling.losses.adversarial import argmax

    return argmax(kind)


ENCODINGS: Registry[Entry[Any]] = Registry("encoding")
"""Encodings by name; ``build(params, kind)`` returns a `modeling.losses.adversarial.Encoding` of a label kind."""

ENCODINGS.add(Entry("image", "Three channels: the classes' colours", EncodingParams, _build_image))
ENCODINGS.add(
    Entry("channels", "A channel a class, the network's as they come", EncodingParams, _build_channels)
)
ENCODINGS.add(
    Entry("softmax", "A channel a class, the network's as probabilities", EncodingParams, _build_softmax)
)
ENCODINGS.add(
    Entry(
        "argmax",
        "A channel a class, only 0 and 1, with the softmax's gradient",
        EncodingParams,
        _build_argmax,
    )
)
