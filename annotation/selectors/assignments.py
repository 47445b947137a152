"""What the editor is told of a frame."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from annotation.models import Assignment, AssignmentState, KeptReason, Review, Verdict, WorkingCopy
from annotation.selectors.findings import dismissed_before
from annotation.selectors.pairs import other_labels
from annotation.selectors.profiles import profile_of
from annotation.services.leases import latest_draft, next_candidates
from core.models import User


def assignment_detail(assignment: Assignment, user: User) -> dict[str, Any]:
    """Gather all that `AssignmentSerializer` puts out, working copy and draft included."""
    copy = WorkingCopy.objects.filter(assignment=assignment).select_related("base_draft", "saved_by").first()
    copy = copy or WorkingCopy(assignment=assignment, base_draft=latest_draft(assignment))
    fields = ("id", "state", "kind", "pool", "frame", "person", "holder", "lease_expires_at", "priority")
    more = ("selection_reason", "with_draft", "skip_reason", "skip_note", "updated_at")
    return {name: getattr(assignment, name) for name in fields + more} | {
        "profile": profile_of(assignment.frame.production_id, assignment.kind),
        "draft": copy.base_draft,
        "working_copy": copy,
        "kept_copies": assignment.kept_copies.exclude(reason=KeptReason.EARLIER).select_related("saved_by"),
        "returned": returned_with(assignment),
        "others": other_labels(assignment, user),
        "dismissed": dismissed_before(assignment),
        "next": next_hint(assignment, user),
    }


def returned_with(assignment: Assignment) -> dict[str, str] | None:
    """What the reviewer of a returned frame wants mended."""
    if assignment.state != AssignmentState.RETURNED:
        return None
    reviews = Review.objects.filter(revision__assignment=assignment, verdict=Verdict.RETURN)
    last = reviews.select_related("reviewer").order_by("-id").first()
    return {"comment": last.comment, "reviewer": str(last.reviewer or "")} if last else None


def next_hint(assignment: Assignment, user: User) -> dict[str, Any] | None:
    """What the user would probably get next in this pool and kind, for loading ahead; nothing is claimed."""
    groups = next_candidates(user=user, pool=assignment.pool, kind=assignment.kind, besides=assignment)
    for candidates in groups:
        row = candidates.select_related("frame__cut").order_by("-priority", "id").first()
        if row is not None:
            return {"assignment": row.pk, "frame": row.frame, "label_url": _start_url(row)}
    return None


def _start_url(assignment: Assignment) -> str | None:
    """Where drawing on it would begin: the saved copy, else the draft."""
    copy = WorkingCopy.objects.filter(assignment=assignment).exclude(label="").first()
    if copy is not None:
        return reverse("working-copy-label", args=[assignment.pk, copy.version])
    draft = latest_draft(assignment)
    return reverse("draft-label", args=[draft.pk]) if draft else None
