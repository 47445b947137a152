"""What the editor's checks need of the server: the frame's other labels, and what was dismissed before."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from annotation.models import AcceptedLabel, Assignment, Revision, RevisionAction
from core.models import User


def other_labels(assignment: Assignment, user: User) -> list[dict[str, str]]:
    """Accepted labels of the same frame in other kinds, as far as the user may see them."""
    rows = AcceptedLabel.objects.visible_to(user).filter(frame=assignment.frame_id)
    others = rows.exclude(kind=assignment.kind).order_by("kind").values_list("kind", "revision_id")
    return [{"kind": kind, "label_url": reverse("revision-label", args=[pk])} for kind, pk in others]


def dismissed_before(assignment: Assignment) -> list[dict[str, Any]]:
    """Findings that were dismissed with a reason when this assignment was handed in last."""
    handed_in = Revision.objects.filter(assignment=assignment, action=RevisionAction.SUBMIT)
    last = handed_in.order_by("-number").first()
    return [finding for finding in last.findings if finding["reason"]] if last else []
