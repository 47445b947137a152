"""The labels of one frame in every kind, as far as a person may look at them beside each other."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse

from annotation.models import AcceptedLabel, Assignment, Draft, Profile
from annotation.selectors.film import own_copies
from annotation.selectors.profiles import profile_of
from core.models import User
from datasets.models import Frame
from modeling.labels import KINDS

ACCEPTED, OWN, DRAFT = ORIGINS = ("accepted", "own", "draft")
"""What a label shown beside another is: accepted by a reviewer, the looker's own work, a model's proposal."""


@dataclass(frozen=True, slots=True)
class FrameLabel:
    """One kind's label of a frame: ``origin`` one of ``ORIGINS``, ``label_url`` an indexed PNG (``?raw=1``: H x W
    bytes), ``page`` where it is looked at closely, ``profile`` how the production draws that kind."""

    kind: str
    origin: str
    label_url: str
    page: str | None
    profile: Profile


def frame_labels(frame: Frame, user: User, *, drafts: bool = True) -> list[FrameLabel]:
    """The frame's labels, at most one a kind, in the order of the registry of kinds.

    Of each kind the accepted one, else what the user saved of it, else the newest draft of a model. What other people
    have not had accepted is nobody else's to look at here.

    Args:
        frame: Whose labels.
        user: Who looks; frames the user may not see have none.
        drafts: Whether a model's proposals count.
    """
    found = _drafts(frame, user) if drafts else {}
    for kind in KINDS:
        if own := own_copies(kind, [frame.pk], user):
            found[kind] = (OWN, own[frame.pk].url, None)
    found |= _accepted(frame, user)
    return [
        FrameLabel(kind, *found[kind], profile_of(frame.production_id, kind))
        for kind in KINDS
        if kind in found
    ]


def other_labels(assignment: Assignment, user: User) -> list[FrameLabel]:
    """Labels of the assignment's frame in other kinds; no drafts where the frame is to be drawn without."""
    labels = frame_labels(assignment.frame, user, drafts=assignment.with_draft)
    return [label for label in labels if label.kind != assignment.kind]


_Found = dict[str, tuple[str, str, str | None]]
"""Kind -> origin, label_url, page."""


def _accepted(frame: Frame, user: User) -> _Found:
    rows = AcceptedLabel.objects.visible_to(user).filter(frame=frame).values_list("kind", "revision_id")
    pages = [
        (kind, reverse("revision-label", args=[pk]), reverse("review-revision", args=[pk]))
        for kind, pk in rows
    ]
    return {kind: (ACCEPTED, url, page) for kind, url, page in pages}


def _drafts(frame: Frame, user: User) -> _Found:
    """The newest of each kind."""
    rows = Draft.objects.visible_to(user).filter(frame=frame).order_by("id").values_list("kind", "pk")
    return {kind: (DRAFT, reverse("draft-label", args=[pk]), None) for kind, pk in rows}
