"""What the editor's checks need of the server: what was dismissed before."""

from __future__ import annotations

from typing import Any

from annotation.models import Assignment, Revision, RevisionAction


def dismissed_before(assignment: Assignment) -> list[dict[str, Any]]:
    """Findings that were dismissed with a reason when this assignment was handed in last."""
    handed_in = Revision.objects.filter(assignment=assignment, action=RevisionAction.SUBMIT)
    last = handed_in.order_by("-number").first()
    return [finding for finding in last.findings if finding["reason"]] if last else []
