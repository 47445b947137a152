"""Assignments, drafts, working copies, revisions, reviews."""

from annotation.models.assignments import Assignment, AssignmentState, SkipReason
from annotation.models.drafts import Draft
from annotation.models.revisions import AcceptedLabel, Origin, Review, Revision, RevisionAction, Verdict, WorkingCopy

__all__ = [
    "AcceptedLabel",
    "Assignment",
    "AssignmentState",
    "Draft",
    "Origin",
    "Review",
    "Revision",
    "RevisionAction",
    "SkipReason",
    "Verdict",
    "WorkingCopy",
]
