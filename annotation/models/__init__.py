"""Assignments, drafts, working copies, revisions, reviews, comments, effort, suspected labels."""

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
from annotation.models.suspects import LabelSearch, Suspect

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
    "LabelSearch",
    "Origin",
    "Profile",
    "Review",
    "Revision",
    "RevisionAction",
    "SkipReason",
    "Suspect",
    "Verdict",
    "WorkingCopy",
]
