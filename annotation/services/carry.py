"""Copying a label from a neighbour drawing of the cut."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO

import numpy as np
from django.utils.translation import gettext as _
from numpy.typing import NDArray
from PIL import Image

from annotation.labels import label_get, label_put
from annotation.models import Assignment
from annotation.permissions import require_annotator
from annotation.selectors.film import drawings_of, visible_labels
from annotation.selectors.profiles import kind_of
from core import blobs
from core.models import User
from datasets.models import Frame
from datasets.pictures import encode_mask
from datasets.selectors import frame_image
from datasets.video.carry import Box, carry, reverse
from datasets.video.motion import Motion
from modeling.errors import UserError
from modeling.images import read_rgb
from modeling.labels import LabelKind


@dataclass(frozen=True, slots=True)
class CarriedLabel:
    """Blobs of the label and of its locked pixels (1-bit PNG), and what is to be known of them."""

    label: str
    frozen: str
    moved: Box | None
    how: str
    copied: int
    guessed: int


def label_carry(*, assignment: Assignment, source: Frame, user: User) -> CarriedLabel:
    """Work the label of another drawing of the cut out for the assignment's frame; nothing is saved as its label.

    Args:
        assignment: What is being drawn.
        source: The drawing whose label is copied: the accepted one, else what was handed in, else the user's own.
        user: An annotator.

    Raises:
        UserError: ``carry_unlabelled`` when the user may see no label of it, ``carry_size`` when the two differ.
    """
    frame = assignment.frame
    require_annotator(user, frame)
    found = visible_labels(assignment.kind, [source.pk], user).get(source.pk)
    if found is None:
        message = _("%(key)s has no label that you may see.") % {"key": source.key}
        raise UserError(message, code="carry_unlabelled", remedy=_("Choose a drawing that has one."))
    if (source.width, source.height) != (frame.width, frame.height):
        said = {
            "key": source.key,
            "its": f"{source.width}x{source.height}",
            "this": f"{frame.width}x{frame.height}",
        }
        message = _("%(key)s is %(its)s, this frame %(this)s.") % said
        raise UserError(message, code="carry_size", remedy=_("Choose a drawing of this size."))
    kind = kind_of(frame.production_id, assignment.kind)
    carried = carry(
        read_rgb(frame_image(source)),
        read_rgb(frame_image(frame)),
        label_get(found.label, kind),
        two_fills=_two_fills(kind),
        motion=stored_motion(source, frame, user),
    )
    known = int(carried.known.sum())
    label = label_put(carried.label, kind)
    frozen = blobs.put_bytes(encode_mask(carried.known))
    return CarriedLabel(label, frozen, carried.moved, carried.how, known, carried.known.size - known)


def _two_fills(kind: LabelKind) -> bool:
    """Whether colour may decide between the two sides: lines are too thin for it."""
    return len(kind.classes) == 2 and all(cls.group == "fill" for cls in kind.classes)


def stored_motion(source: Frame, goal: Frame, user: User) -> Motion | None:
    """What ingest found between two drawings that follow each other; None where it found nothing."""
    later, other = (goal, source) if goal.index > source.index else (source, goal)
    if later.pan_x is None or later.pan_y is None or not blobs.blob_exists(later.change_blob):
        return None
    before = drawings_of(later, user).filter(index__lt=later.index).last()
    if before is None or before.pk != other.pk:
        return None
    changed = mask_read(later.change_blob)
    motion = Motion(later.pan_x, later.pan_y, changed)
    return motion if later is goal else reverse(motion)


def mask_read(sha256: str) -> NDArray[np.bool_]:
    """Read a stored 1-bit PNG, (H, W) bool."""
    with Image.open(BytesIO(blobs.blob_path(sha256).read_bytes())) as image:
        return np.array(image.convert("L")) > 0  # the bytes behind mode 1 are 0 and 255
