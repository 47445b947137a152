"""Frames on which a production's profile is shown while it is edited."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from django.urls import reverse

from annotation import frame_urls
from annotation.models import Draft, Revision, WorkingCopy
from datasets.models import Frame

SHOWN = 24
_LOOKED_AT = 8 * SHOWN
"""Newest rows among which frames are looked for: one frame has several versions."""


@dataclass(frozen=True, slots=True)
class Preview:
    """A frame, and its newest label map where it has one: handed in, being drawn, or a draft.

    ``other_url`` is the newest version of its label of the other kind, for checks that compare the two.
    """

    key: str
    image_url: str
    label_url: str | None
    origin: str
    other_url: str | None = None


def preview_frames(production_id: int, kind: str) -> list[Preview]:
    """Up to ``SHOWN`` frames of the production: those drawn last first, then drafts, then frames without a label.

    Whoever asks has to be a member of the production.
    """
    found: dict[int, Preview] = {}
    for frame, label_url, origin in _candidates(production_id, kind):
        if len(found) == SHOWN:
            break
        found.setdefault(frame.pk, Preview(frame.key, frame_urls.image_url(frame.pk), label_url, origin))
    others = _others(found, kind)
    return [replace(preview, other_url=others.get(pk)) for pk, preview in found.items()]


def _others(frame_ids: Iterable[int], kind: str) -> dict[int, str]:
    """Address of the newest version of another kind by frame."""
    revisions = Revision.objects.filter(frame__in=list(frame_ids)).exclude(kind=kind).order_by("pk")
    found = revisions.values_list("frame_id", "pk")
    return {frame_id: reverse("revision-label", args=[pk]) for frame_id, pk in found}


def _candidates(production_id: int, kind: str) -> Iterator[tuple[Frame, str | None, str]]:
    """Frames in the order they are wanted, a frame perhaps several times; each query only when it is needed."""
    revisions = Revision.objects.filter(frame__production_id=production_id, kind=kind).select_related("frame")
    for revision in revisions.order_by("-pk")[:_LOOKED_AT]:
        yield revision.frame, reverse("revision-label", args=[revision.pk]), "revision"
    copies = WorkingCopy.objects.filter(
        assignment__frame__production_id=production_id, assignment__kind=kind
    ).exclude(label="")
    for copy in copies.select_related("assignment__frame").order_by("-saved_at")[:_LOOKED_AT]:
        url = reverse("working-copy-label", args=[copy.assignment_id, copy.version])
        yield copy.assignment.frame, url, "working copy"
    drafts = Draft.objects.filter(frame__production_id=production_id, kind=kind).select_related("frame")
    for draft in drafts.order_by("-pk")[:_LOOKED_AT]:
        yield draft.frame, reverse("draft-label", args=[draft.pk]), "draft"
    for frame in Frame.objects.filter(production_id=production_id).order_by("pk")[:_LOOKED_AT]:
        yield frame, None, "no label"
