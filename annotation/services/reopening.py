"""An accepted label goes back to review; it stays in use until somebody decides."""

from __future__ import annotations

from django.db import transaction

from annotation.models import (
    AcceptedLabel,
    Assignment,
    AssignmentState,
    Origin,
    Revision,
    RevisionAction,
    WorkingCopy,
)
from annotation.permissions import require_reviewer
from annotation.services.revisions import revision_append
from core import audit
from core.errors import ConflictError
from core.models import Role, User
from core.permissions import has_role
from datasets.models import Frame, Pool, Split

_DRAWN = (Origin.PERSON, Origin.DRAFT_UNCHANGED)


def label_reopen(*, accepted: AcceptedLabel, pool: Pool, user: User, comment: str) -> Revision:
    """Let an accepted label wait for review again, as a new version with the same author and label.

    A reviewer who accepts it leaves everything as it is; one who returns it gives it to whoever drew it, else into the
    queue, with the drawing to begin from.

    Args:
        accepted: The label.
        pool: Whose queue it goes through.
        user: A reviewer of the frame's production.
        comment: For the reviewer: what is suspected.

    Raises:
        ConflictError: ``in_queue`` where the frame is being drawn or reviewed already.
    """
    frame = accepted.frame
    require_reviewer(user, frame)
    with transaction.atomic():
        _require_free(pool, accepted)
        assignment = _assignment(accepted, pool)
        before = accepted.revision
        revision = revision_append(
            frame=frame,
            kind=accepted.kind,
            action=RevisionAction.REOPEN,
            origin=before.origin,
            author=before.author,
            label=before.label,
            layers=before.layers,
            assignment=assignment,
            draft=before.draft,
            changed=before.changed_share,
            comment=comment,
        )
        audit.record(
            "revision.reopen",
            subject=revision,
            actor=user,
            production_id=frame.production_id,
            number=revision.number,
            comment=comment,
        )
    return revision


def _require_free(pool: Pool, accepted: AcceptedLabel) -> None:
    Frame.objects.select_for_update(of=("self",)).only("pk").get(pk=accepted.frame_id)
    if Assignment.objects.live().filter(frame=accepted.frame_id, kind=accepted.kind).exists():
        message = f"{accepted.frame.key} is being drawn or waits for review already."
        raise ConflictError(message, code="in_queue")


def _assignment(accepted: AcceptedLabel, pool: Pool) -> Assignment:
    """A turn that is handed in already, with the drawing as its working copy."""
    before, frame = accepted.revision, accepted.frame
    assignment = Assignment.objects.create(
        pool=pool,
        frame=frame,
        kind=accepted.kind,
        state=AssignmentState.SUBMITTED,
        person=_person(before),
        with_draft=frame.cut.split != Split.TEST,
        selection_reason="suspected label error",
    )
    WorkingCopy.objects.create(
        assignment=assignment,
        version=1,
        label=before.label,
        layers=before.layers,
        base_draft=before.draft,
        saved_by=before.author,
    )
    return assignment


def _person(revision: Revision) -> User | None:
    """Who mends it: its author, where that is a person who still draws here."""
    author = revision.author
    drew = author is not None and revision.origin in _DRAWN and author.is_active
    return author if drew and has_role(author, [revision.frame.production_id], Role.ANNOTATOR) else None
