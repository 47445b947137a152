"""What was said about a frame's label."""

from __future__ import annotations

from django.db.models import QuerySet

from annotation.models import Comment
from core.models import User
from datasets.models import Frame


def comments_of(frame: Frame, kind: str, user: User) -> QuerySet[Comment]:
    """Remarks on a frame's label of one kind, resolved ones included, oldest first."""
    rows = Comment.objects.visible_to(user).filter(frame=frame, kind=kind)
    return rows.select_related("author", "resolved_by").order_by("id")
