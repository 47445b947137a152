"""Saving depth drawn by layers: the map is worked out here, so that what trains is always what the layers say."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from typing import Any

from django.db.models import Q

from annotation.labels import frame_size, gunzip_limited, label_get, label_put
from annotation.models import Assignment, Draft, KeptCopy, KeptReason, Revision, WorkingCopy
from annotation.permissions import require_annotator
from annotation.services.leases import checked_seconds
from annotation.services.working_copies import Drawn, working_copy_put
from core import blobs
from core.models import User
from modeling.depth.layers import Layer, Levels, layers_from, rendered
from modeling.errors import UserError
from modeling.labels import get_kind

MOST_BYTES = 1 << 25
"""A document of more bytes is refused before it is read."""


def layers_save(
    *,
    assignment: Assignment,
    user: User,
    expected_version: int,
    document: bytes,
    active_seconds: float = 0.0,
    gzipped: bool = False,
) -> WorkingCopy:
    """Save what the user drew by layers, and the map that it gives; renew the lease.

    Args:
        assignment: What is drawn; of a kind of numbers.
        user: Who draws.
        expected_version: The version this drawing started from; 0 when nothing was saved yet.
        document: As `modeling.depth.layers` reads it.
        active_seconds: Total drawing time on this frame as the editor counts it.
        gzipped: Whether the document is packed.

    Raises:
        WorkingCopyConflict: As `working_copy_save`; the drawing is kept as a `KeptCopy`.
        UserError: ``depth_layers``; ``layers_kind`` where the kind is drawn pixel by pixel; ``active_seconds``.
    """
    require_annotator(user, assignment.frame)
    kind, size = get_kind(assignment.kind), frame_size(assignment.frame)
    if not kind.scalar:
        raise UserError(f"A label of kind {kind.name} is not drawn by layers.", code="layers_kind")
    seconds = checked_seconds(active_seconds)
    if gzipped:
        document = gunzip_limited(document, MOST_BYTES)
    layers = layers_from(document, size)
    maps = _maps(assignment, layers)
    drawn = Drawn(label_put(rendered(layers, size, maps), kind), _put(document))
    _keep_base(assignment, maps)
    return working_copy_put(
        assignment=assignment, user=user, expected_version=expected_version, drawn=drawn, seconds=seconds
    )


def layers_get(sha256: str) -> dict[str, Any]:
    """A stored document as plain JSON."""
    return dict(json.loads(gzip.decompress(blobs.blob_path(sha256).read_bytes())))


def may_show(assignment: Assignment, sha256: str) -> bool:
    """Whether a depth map is one of this frame's: a draft, a version, or what lies in a turn.

    In any turn: a version's layers may stand on a map of the turn in which it was drawn.
    """
    own = Q(label=sha256, frame_id=assignment.frame_id, kind=assignment.kind)
    if Draft.objects.filter(own).exists() or Revision.objects.filter(own).exists():
        return True
    copies = Q(label=sha256, assignment__frame_id=assignment.frame_id, assignment__kind=assignment.kind)
    return WorkingCopy.objects.filter(copies).exists() or KeptCopy.objects.filter(copies).exists()


def _maps(assignment: Assignment, layers: Iterable[Layer]) -> dict[str, Levels]:
    kind, found = get_kind(assignment.kind), {}
    for sha256 in {layer.map for layer in layers if layer.map}:
        if not may_show(assignment, sha256):
            raise UserError("A layer shows a depth map that is none of this frame's.", code="depth_layers")
        found[sha256] = label_get(sha256, kind)
    return found


def _put(document: bytes) -> str:
    """Packed without a date: the same drawing always gets the same SHA-256."""
    return blobs.put_bytes(gzip.compress(document, 6, mtime=0))


def _keep_base(assignment: Assignment, maps: Iterable[str]) -> None:
    """A map that was saved without layers stays, once layers stand on it."""
    for copy in WorkingCopy.objects.filter(assignment=assignment, label__in=list(maps), layers=""):
        KeptCopy.objects.get_or_create(
            assignment=assignment,
            label=copy.label,
            reason=KeptReason.TAKEN_OVER,
            defaults={
                "base_version": copy.version,
                "active_seconds": copy.active_seconds,
                "saved_by": copy.saved_by,
            },
        )
