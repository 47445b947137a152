"""Assignments, drafts, working copies, revisions, reviews."""

from annotation.models.assignments import DRAWABLE, LIVE, Assignment, AssignmentState, SkipReason
from annotation.models.drafts import Draft
from annotation.models.revisions import (
    AcceptedLabel,
    KeptCopy,
    KeptReason,
    Origin,
    Review,
    Revision,
    RevisionAction,
    Verdict,
    WorkingCopy,
)

__all__ = [
    "DRAWABLE",
    "LIVE",
    "AcceptedLabel",
    "Assignment",
    "AssignmentState",
    "Draft",
    "KeptCopy",
    "KeptReason",
    "Origin",
    "Review",
    "Revision",
    "RevisionAction",
    "SkipReason",
    "Verdict",
    "WorkingCopy",
]
