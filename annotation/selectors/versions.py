"""Every state of a frame's label that can be looked at and taken again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.http import urlencode

from annotation.models import AcceptedLabel, Assignment, KeptCopy, Revision
from core.models import User
from modeling.labels import get_kind

REVISIONS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Version:
    """One state: a revision (numbered), or a copy kept beside the working copy (``number`` is None)."""

    id: str
    number: int | None
    action: str
    author: str | None
    created_at: datetime
    thumb_url: str
    label_url: str
    layers_url: str
    active_seconds: float
    accepted: bool
    comment: str = ""


def versions_of(assignment: Assignment, user: User) -> list[Version]:
    """Revisions of the assignment's frame and kind and the kept copies of the assignment, newest first."""
    found = [*_revisions(assignment, user), *_copies(assignment, user)]
    return sorted(found, key=lambda version: version.created_at, reverse=True)


def _revisions(assignment: Assignment, user: User) -> list[Version]:
    rows = Revision.objects.visible_to(user).filter(frame_id=assignment.frame_id, kind=assignment.kind)
    accepted = AcceptedLabel.objects.filter(frame_id=assignment.frame_id, kind=assignment.kind)
    chosen = accepted.values_list("revision_id", flat=True).first()
    newest = rows.select_related("author").order_by("-number")[:REVISIONS_SHOWN]
    return [_revision(row, assignment, accepted=row.pk == chosen) for row in newest]


def _revision(row: Revision, assignment: Assignment, *, accepted: bool) -> Version:
    return Version(
        id=f"revision-{row.pk}",
        number=row.number,
        action=row.action,
        author=row.author.username if row.author else None,
        created_at=row.created_at,
        thumb_url=reverse("revision-thumb", args=[row.pk]),
        label_url=reverse("revision-label", args=[row.pk]),
        layers_url=_layers_url(assignment, revision=row.pk),
        active_seconds=row.active_seconds,
        accepted=accepted,
        comment=row.comment,
    )


def _copies(assignment: Assignment, user: User) -> list[Version]:
    rows = KeptCopy.objects.visible_to(user).filter(assignment=assignment).select_related("saved_by")
    return [_copy(row, assignment) for row in rows]


def _copy(row: KeptCopy, assignment: Assignment) -> Version:
    return Version(
        id=f"copy-{row.pk}",
        number=None,
        action=row.reason,
        author=row.saved_by.username if row.saved_by else None,
        created_at=row.saved_at,
        thumb_url=reverse("kept-copy-thumb", args=[row.pk]),
        label_url=reverse("kept-copy-label", args=[row.pk]),
        layers_url=_layers_url(assignment, kept=row.pk),
        active_seconds=row.active_seconds,
        accepted=False,
    )


def _layers_url(assignment: Assignment, **which: int) -> str:
    if not get_kind(assignment.kind).scalar:
        return ""
    return f"{reverse('assignment-layers', args=[assignment.pk])}?{urlencode(which)}"
