"""Assignments, drafts, working copies, revisions, reviews, comments, effort."""

from annotation.models.assignments import DRAWABLE, LIVE, Assignment, AssignmentState, SkipReason
from annotation.models.comments import Comment
from annotation.models.drafts import Draft
from annotation.models.effort import Effort
from annotation.models.profiles import Profile
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
    "Comment",
    "Draft",
    "Effort",
    "KeptCopy",
    "KeptReason",
    "Origin",
    "Profile",
    "Review",
    "Revision",
    "RevisionAction",
    "SkipReason",
    "Verdict",
    "WorkingCopy",
]
