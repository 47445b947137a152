"""Remarks pinned to a place of a frame."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from annotation.models import Assignment, Comment
from annotation.permissions import require_annotator
from core import audit
from core.models import User
from modeling.errors import UserError

TEXT_LENGTH = 2000


@transaction.atomic
def comment_create(*, assignment: Assignment, user: User, x: int, y: int, text: str) -> Comment:
    """Pin a remark to pixel (x, y) of the assignment's frame.

    Raises:
        UserError: ``comment_empty``, ``comment_long``, or ``comment_place`` when it lies outside the frame.
    """
    frame = assignment.frame
    require_annotator(user, frame)
    text = text.strip()
    if not text:
        raise UserError(_("Write what there is to say."), code="comment_empty")
    if len(text) > TEXT_LENGTH:
        message = _("A comment has at most %(most)s characters.") % {"most": TEXT_LENGTH}
        raise UserError(message, code="comment_long")
    if not (0 <= x < frame.width and 0 <= y < frame.height):
        message = f"{x}, {y} lies outside the frame of {frame.width}x{frame.height} pixels."
        raise UserError(message, code="comment_place")
    comment = Comment.objects.create(frame=frame, kind=assignment.kind, x=x, y=y, text=text, author=user)
    _audit("create", comment, user)
    return comment


@transaction.atomic
def comment_resolve(*, comment: Comment, user: User, resolved: bool = True) -> Comment:
    """Say that a remark is dealt with, or that it is not; saying it twice changes nothing."""
    require_annotator(user, comment.frame)
    waiting = Comment.objects.filter(pk=comment.pk, resolved_at__isnull=resolved)
    changed = waiting.update(
        resolved_at=timezone.now() if resolved else None, resolved_by=user if resolved else None
    )
    comment.refresh_from_db()
    if changed:
        _audit("resolve" if resolved else "reopen", comment, user)
    return comment


def _audit(verb: str, comment: Comment, user: User) -> None:
    audit.record(f"comment.{verb}", subject=comment, actor=user, production_id=comment.frame.production_id)
