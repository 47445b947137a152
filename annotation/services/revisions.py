"""Append-only versions: handing in, and going back to an older one."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.db import transaction
from django.utils.translation import gettext as _

from annotation.labels import changed_share, label_get
from annotation.models import (
    AcceptedLabel,
    Assignment,
    AssignmentState,
    Draft,
    Origin,
    Revision,
    RevisionAction,
    WorkingCopy,
)
from annotation.permissions import require_annotator, require_reviewer
from annotation.services.assignments import assignment_close
from annotation.services.leases import assignment_claim
from annotation.services.tallies import label_tally
from core import audit
from core.errors import ConflictError
from core.models import User
from datasets.models import Frame, LabelTally
from modeling.errors import UserError
from modeling.labels import get_kind

Finding: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class _Drawing:
    """What is handed in: the label's blob, what it began from, and how much of that was changed."""

    label: str
    draft: Draft | None
    changed: float | None
    seconds: float
    layers: str


def annotation_submit(
    *,
    assignment: Assignment,
    user: User,
    expected_version: int,
    comment: str = "",
    findings: Iterable[Finding] = (),
) -> Revision:
    """Hand the working copy in for review; a draft nobody touched is handed in as it is.

    Args:
        assignment: The user's frame.
        user: Who draws.
        expected_version: The version of the working copy that is meant.
        comment: For the reviewer.
        findings: What the editor's checks found, for the reviewer: ``{check, box, size, reason}``, the reason
            empty where it was left open.

    Raises:
        ConflictError: ``working_copy_conflict`` when another version stands, ``held``, ``not_open``.
        UserError: ``nothing_drawn`` when there is neither a saved drawing nor a draft.
    """
    require_annotator(user, assignment.frame)
    drawing = _drawing(assignment, expected_version)
    with transaction.atomic():
        assignment_claim(assignment=assignment, user=user)
        _lock_version(assignment, expected_version)
        revision = revision_append(
            frame=assignment.frame,
            kind=assignment.kind,
            action=RevisionAction.SUBMIT,
            origin=_origin(user, drawing),
            author=user,
            label=drawing.label,
            layers=drawing.layers,
            assignment=assignment,
            draft=drawing.draft,
            changed=drawing.changed,
            active_seconds=drawing.seconds,
            comment=comment,
            findings=findings,
        )
        assignment_close(assignment, AssignmentState.SUBMITTED)
        _audit("submit", revision, user)
    return revision


def _drawing(assignment: Assignment, expected_version: int) -> _Drawing:
    """Read what is handed in and compare it with its draft, before any transaction."""
    copy = WorkingCopy.objects.select_related("base_draft").filter(assignment=assignment).first()
    if copy is None or copy.version != expected_version:
        raise _other_version(copy)
    draft = copy.base_draft
    label = copy.label or (draft.label if draft else "")
    if not label:
        message = _("There is neither a saved drawing nor a draft to hand in.")
        raise UserError(message, code="nothing_drawn", remedy=_("Draw, save, and submit then."))
    return _Drawing(label, draft, _share(label, draft), copy.active_seconds, copy.layers)


def _share(label: str, draft: Draft | None) -> float | None:
    if draft is None:
        return None
    if label == draft.label:
        return 0.0
    kind = get_kind(draft.kind)
    return changed_share(label_get(label, kind), label_get(draft.label, kind))


def _lock_version(assignment: Assignment, expected_version: int) -> None:
    copy = WorkingCopy.objects.select_for_update().get(assignment=assignment)
    if copy.version != expected_version:
        raise _other_version(copy)


def _other_version(copy: WorkingCopy | None) -> ConflictError:
    return ConflictError(
        _("The saved drawing is version %(version)s, not the one you meant.")
        % {"version": copy.version if copy else 0},
        code="working_copy_conflict",
        remedy=_("Load the frame again."),
    )


def _origin(user: User, drawing: _Drawing) -> Origin:
    if user.is_oracle:
        return Origin.ORACLE
    return Origin.DRAFT_UNCHANGED if drawing.changed == 0 else Origin.PERSON


def revision_append(
    *,
    frame: Frame,
    kind: str,
    action: RevisionAction,
    origin: Origin | str,
    author: User | None,
    label: str,
    layers: str = "",
    assignment: Assignment | None = None,
    draft: Draft | None = None,
    changed: float | None = None,
    active_seconds: float = 0.0,
    comment: str = "",
    findings: Iterable[Finding] = (),
) -> Revision:
    """Add the next version of a frame's label. Call it inside a transaction: the frame's row is locked."""
    Frame.objects.select_for_update(of=("self",)).only("pk").get(pk=frame.pk)
    history = Revision.objects.filter(frame=frame, kind=kind)
    last = history.order_by("-number").first()
    return Revision.objects.create(
        frame=frame,
        kind=kind,
        number=(last.number if last else 0) + 1,
        parent=last,
        assignment=assignment,
        action=action,
        origin=origin,
        author=author,
        label=label,
        layers=layers,
        draft=draft,
        model_version=draft.model_version if draft else "",
        changed_share=changed,
        active_seconds=active_seconds,
        comment=comment.strip(),
        findings=[dict(finding) for finding in findings],
    )


def revision_restore(*, revision: Revision, user: User, comment: str = "") -> Revision:
    """Make an older version the accepted one again, as a new version.

    Raises:
        ConflictError: ``accepted_already`` when its label is the accepted one.
    """
    require_reviewer(user, revision.frame)
    tally = revision_tally(revision)
    with transaction.atomic():
        return _restore(revision, user, comment, tally)


def _restore(revision: Revision, user: User, comment: str, tally: LabelTally | None) -> Revision:
    accepted = AcceptedLabel.objects.filter(
        frame=revision.frame, kind=revision.kind, revision__label=revision.label
    )
    if accepted.exists():
        raise ConflictError("This label is the accepted one.", code="accepted_already")
    restored = revision_append(
        frame=revision.frame,
        kind=revision.kind,
        action=RevisionAction.RESTORE,
        origin=revision.origin,
        author=user,
        label=revision.label,
        layers=revision.layers,
        draft=revision.draft,
        changed=revision.changed_share,
        active_seconds=revision.active_seconds,
        comment=comment,
    )
    accepted_set(restored, tally)
    _audit("restore", restored, user, restored=revision.number)
    return restored


def revision_tally(revision: Revision) -> LabelTally | None:
    """The counts of its label, for `accepted_set`; it may read the file, so call it before the transaction."""
    production_id = revision.frame.production_id
    return label_tally(production_id=production_id, kind=revision.kind, label=revision.label)


def accepted_set(revision: Revision, tally: LabelTally | None) -> None:
    """Make a version, whose label has these counts, the one that counts for its frame and kind."""
    AcceptedLabel.objects.update_or_create(
        frame_id=revision.frame_id, kind=revision.kind, defaults={"revision": revision, "tally": tally}
    )


def _audit(verb: str, revision: Revision, user: User, **data: int) -> None:
    audit.record(
        f"revision.{verb}",
        subject=revision,
        actor=user,
        production_id=revision.frame.production_id,
        number=revision.number,
        **data,
    )
