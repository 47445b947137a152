"""Pictures of a suspected label: what a model that has not seen it would draw, and where the two differ."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from django.core.cache import cache
from numpy.typing import NDArray

from annotation.labels import label_get
from annotation.models import LabelSearch, Suspect
from annotation.selectors.profiles import kind_of
from annotation.thumbs import THUMB_LONG, encode_webp, overlay
from core import blobs
from core.paths import data_path
from modeling.images import read_rgb, resize_long_side
from modeling.labelio import LabelMap, read_label
from modeling.labels import IGNORE, LabelKind

DRAWN_ONLY, MODEL_ONLY, OTHERWISE = (255, 159, 67), (61, 220, 151), (199, 146, 234)
"""Drawn where the model sees class 0, the other way round, and two other classes: the colours of the review page."""
DIM = 0.35


def search_folder(search: LabelSearch) -> Path:
    """Where a search keeps its models' label maps; it need not exist."""
    return data_path("searches", str(search.pk))


def predicted_path(suspect: Suspect) -> Path:
    """The label map of a model that has not seen the frame; gone once the folder was cleaned up."""
    return search_folder(suspect.search) / "predictions" / f"{suspect.key}.png"


def model_thumb(suspect: Suspect) -> bytes | None:
    """The model's label over the frame, as WebP bytes; None where it is gone."""
    return _kept(suspect, "model", lambda rgb, drawn, predicted, kind: overlay(rgb, predicted, kind))


def difference_thumb(suspect: Suspect) -> bytes | None:
    """Where drawn and predicted label differ, over the darkened frame, as WebP bytes; None where one is gone."""
    return _kept(
        suspect, "difference", lambda rgb, drawn, predicted, kind: difference(rgb, drawn, predicted, kind)
    )


def _kept(suspect: Suspect, what: str, draw) -> bytes | None:  # type: ignore[no-untyped-def]
    key = f"suspect-{what}:{suspect.pk}"
    found = cache.get(key)
    if found is None and predicted_path(suspect).is_file():
        frame = suspect.frame
        kind = kind_of(frame.production_id, suspect.search.kind)
        rgb = resize_long_side(read_rgb(blobs.blob_path(frame.proxy or frame.blob)), THUMB_LONG)
        found = encode_webp(
            draw(rgb, label_get(suspect.label, kind), read_label(predicted_path(suspect), kind), kind)
        )
        cache.set(key, found, 3600)
    return None if found is None else bytes(found)


def difference(
    rgb: NDArray[np.uint8], drawn: LabelMap, predicted: LabelMap, kind: LabelKind
) -> NDArray[np.uint8]:
    """(h, w, 3) picture of where two (H, W) label maps of one frame differ in class; ignored pixels never do."""
    one, other = kind.to_classes(drawn), kind.to_classes(predicted)
    differs = (one != other) & (one != IGNORE) & (other != IGNORE)
    picture = DIM * rgb.astype(np.float32)
    for where, color in (
        (differs & (other == 0), DRAWN_ONLY),
        (differs & (one == 0), MODEL_ONLY),
        (differs & (one != 0) & (other != 0), OTHERWISE),
    ):
        share = cv2.resize(where.astype(np.float32), rgb.shape[1::-1], interpolation=cv2.INTER_AREA)[
            ..., None
        ]
        picture = (1 - share) * picture + share * np.array(color, np.float32)
    return picture.round().clip(0, 255).astype(np.uint8)
