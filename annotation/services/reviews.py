"""What a reviewer says of a version, and what follows from it."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from annotation.models import Assignment, AssignmentState, Review, Revision, RevisionAction, Verdict
from annotation.permissions import may_review_own, require_reviewer
from annotation.services.revisions import accepted_set, revision_append, revision_tally
from core import audit
from core.errors import ConflictError
from core.models import User
from modeling.errors import UserError


def review_accept(*, revision: Revision, user: User, comment: str = "") -> Review:
    """Accept a submitted version: from now on it is the frame's label.

    Raises:
        ConflictError: ``reviewed`` when somebody else was faster.
        UserError: ``own_work`` when the reviewer drew it and is no lead.
    """
    _guard(revision, user)
    tally = revision_tally(revision)
    with transaction.atomic():
        _move_on(revision, AssignmentState.ACCEPTED)
        accepted_set(revision, tally)
        return _verdict(revision, user, Verdict.ACCEPT, comment)


@transaction.atomic
def review_return(*, revision: Revision, user: User, comment: str) -> Review:
    """Give a submitted version back to its author, saying what to mend; into the queue where nobody here drew it.

    Raises:
        ConflictError: ``reviewed``.
        UserError: ``own_work``; ``comment_missing``.
    """
    _guard(revision, user)
    if not comment.strip():
        raise UserError("Say what to mend.", code="comment_missing")
    mender = revision.assignment.person_id if revision.assignment else None
    _move_on(revision, AssignmentState.RETURNED if mender else AssignmentState.OPEN)
    review = _verdict(revision, user, Verdict.RETURN, comment)
    revision_append(
        frame=revision.frame,
        kind=revision.kind,
        action=RevisionAction.RETURN,
        origin=revision.origin,
        author=user,
        label=revision.label,
        layers=revision.layers,
        assignment=revision.assignment,
        draft=revision.draft,
        changed=revision.changed_share,
        comment=comment,
    )
    return review


def _guard(revision: Revision, user: User) -> None:
    require_reviewer(user, revision.frame)
    if revision.author_id == user.pk and not may_review_own(user, revision.frame):
        raise UserError(
            "You drew this yourself.", code="own_work", remedy="Another reviewer or a lead looks at it."
        )


def _move_on(revision: Revision, state: AssignmentState) -> None:
    """The conditional UPDATE that only one verdict on one version wins."""
    waiting = Revision.objects.awaiting_review().filter(pk=revision.pk)
    pk = revision.assignment_id or 0
    submitted = Assignment.objects.filter(pk=pk, state=AssignmentState.SUBMITTED)
    if not waiting.exists() or not submitted.update(state=state, updated_at=timezone.now()):
        raise ConflictError("This version does not wait for review any more.", code="reviewed")


def _verdict(revision: Revision, user: User, verdict: Verdict, comment: str) -> Review:
    review = Review.objects.create(revision=revision, reviewer=user, verdict=verdict, comment=comment.strip())
    audit.record(
        f"revision.{verdict}",
        subject=revision,
        actor=user,
        production_id=revision.frame.production_id,
        number=revision.number,
    )
    return review
