"""Review: what waits for a verdict, and one version looked at closely."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from annotation.api.comments import CommentSerializer
from annotation.api.kinds import KindSerializer
from annotation.api.revision_serializers import RevisionSerializer
from annotation.models import Revision
from annotation.permissions import may_review_own
from annotation.selectors import kinds
from annotation.selectors.comments import comments_of
from annotation.selectors.effort import effort_of
from annotation.selectors.reviews import neighbours, review_counts, review_queue
from core.http import signed_in
from core.models import Role
from core.permissions import has_role, productions_of

PAGE = 48
UNCHANGED_SHOWN = 24


def review(request: HttpRequest) -> HttpResponse:
    """Show what waits: drafts handed in unchanged first, then the rest, page by page."""
    pool_id = int(request.GET["pool"]) if request.GET.get("pool", "").isdigit() else None
    after = int(request.GET["after"]) if request.GET.get("after", "").isdigit() else 0
    waiting = review_queue(signed_in(request), pool_id=pool_id)
    rows = list(waiting.exclude(changed_share=0).filter(id__gt=after)[: PAGE + 1])
    unchanged = [] if after else list(waiting.filter(changed_share=0)[: UNCHANGED_SHOWN + 1])
    return render(
        request,
        "annotation/review.html",
        {
            "counts": review_counts(signed_in(request)),
            "pool_id": pool_id,
            "unchanged": unchanged[:UNCHANGED_SHOWN],
            "more_unchanged": len(unchanged) > UNCHANGED_SHOWN,
            "rows": rows[:PAGE],
            "after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
            "first_page": not after,
            "first": next((row.pk for row in (unchanged + rows)), None),
            "may_review": productions_of(signed_in(request), Role.REVIEWER).exists(),
        },
    )


def review_revision(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version over its frame, what it changed of the draft, and its figures."""
    rows = Revision.objects.visible_to(signed_in(request)).select_related(
        "frame__cut", "author", "draft", "assignment__pool", "assignment__person"
    )
    revision = get_object_or_404(rows, pk=pk)
    user = signed_in(request)
    before, after = neighbours(revision, user)
    comments = comments_of(revision.frame, revision.kind, user)
    history = Revision.objects.filter(frame=revision.frame, kind=revision.kind).select_related("author")
    return render(
        request,
        "annotation/review_revision.html",
        {
            "revision": revision,
            "revision_json": RevisionSerializer(revision).data,
            "kinds_json": KindSerializer(kinds(revision.frame.production_id), many=True).data,
            "own": revision.author_id == user.pk,
            "may_review_own": may_review_own(user, revision.frame),
            "before": before,
            "after": after,
            "waits": review_queue(user).filter(pk=revision.pk).exists(),
            "history": list(history.order_by("-number")[:50]),
            "verdicts": revision.reviews.select_related("reviewer"),
            "comments_json": CommentSerializer(comments, many=True).data,
            "may_comment": has_role(user, [revision.frame.production_id], Role.ANNOTATOR),
            "effort": effort_of(revision.assignment, user) if revision.assignment else None,
        },
    )
