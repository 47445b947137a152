"""What a discriminator is shown of a douga, by name (Kugler 2020, section 5.5.2; torch-free specs)."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING, Any

from modeling.labels import LabelKind
from modeling.registry import Entry, Params, Registry

if TYPE_CHECKING:
    from modeling.losses.adversarial import Encoding


class EncodingParams(Params):
    """Parameters of an encoding: none."""


def _function(name: str) -> Callable[[EncodingParams, LabelKind], Encoding]:
    """A ``build`` that gives the function of that name its label kind."""

    def build(params: EncodingParams, kind: LabelKind) -> Encoding:
        encoding: Encoding = getattr(import_module("modeling.losses.adversarial"), name)(kind)
        return encoding

    return build


ENCODINGS: Registry[Entry[Any]] = Registry("encoding")
"""Encodings by name; ``build(params, kind)`` returns a `modeling.losses.adversarial.Encoding` of a label kind."""

for _name, _text in (
    ("image", "Three channels: the classes' colours"),
    ("channels", "A channel a class, the network's as they come"),
    ("softmax", "A channel a class, the network's as probabilities"),
    ("argmax", "A channel a class, only 0 and 1, with the softmax's gradient"),
):
    ENCODINGS.add(Entry(_name, _text, EncodingParams, _function(_name)))
