"""Keeping what a model proposes."""

from __future__ import annotations

import io

from PIL import Image

from annotation.labels import frame_size, label_put, unpack_label
from annotation.models import Draft
from core import blobs
from datasets.models import Frame
from modeling.errors import UserError
from modeling.images import probe
from modeling.labels import get_kind


def draft_store(
    *, frame_id: int, kind: str, model_version: str, label_png: bytes, entropy_png: bytes = b""
) -> Draft:
    """Keep a model's label of a frame, and its entropy map. Models draw classes in their default colours.

    A draft never changes: storing another for the same frame and model version returns the first.

    Args:
        frame_id: The frame.
        kind: Name of the label kind.
        model_version: ``<pool>/<task>/<number>``.
        label_png: Indexed PNG at frame size.
        entropy_png: Grey 8-bit PNG at frame size, entropy / ln 2 * 255; may be empty.

    Raises:
        UserError: ``label_size``, ``label_value``, ``draft_entropy`` or one of `decode_label`.
    """
    frame = Frame.objects.get(pk=frame_id)
    label_kind = get_kind(kind)
    label = label_put(unpack_label(label_png, label_kind, frame_size(frame)), label_kind)
    entropy = _entropy_put(entropy_png, frame) if entropy_png else ""
    draft, _ = Draft.objects.get_or_create(
        frame=frame, kind=kind, model_version=model_version, defaults={"label": label, "entropy": entropy}
    )
    return draft


def _entropy_put(data: bytes, frame: Frame) -> str:
    info = probe(data)
    with Image.open(io.BytesIO(data), formats=["PNG"]) as image:
        grey = image.mode == "L"
    if not grey or (info.height, info.width) != frame_size(frame):
        raise UserError("An entropy map is a grey PNG at its frame's size.", code="draft_entropy")
    return blobs.put_bytes(data)
