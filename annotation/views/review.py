"""Review: what waits for a verdict, and one version looked at closely."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import urlencode

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
from annotation.selectors.reviews import ReviewCount, kind_asked, neighbours, review_counts, review_queue
from core.http import signed_in
from core.models import Role
from core.permissions import has_role, productions_of
from modeling.labels import get_kind

PAGE = 48
UNCHANGED_SHOWN = 24


def review(request: HttpRequest) -> HttpResponse:
    """Show what waits: drafts handed in unchanged first, then the rest, page by page."""
    pool_id = int(request.GET["pool"]) if request.GET.get("pool", "").isdigit() else None
    kind = kind_asked(request.GET)
    after = int(request.GET["after"]) if request.GET.get("after", "").isdigit() else 0
    waiting = review_queue(signed_in(request), pool_id=pool_id, kind=kind)
    rows = list(waiting.exclude(changed_share=0).filter(id__gt=after)[: PAGE + 1])
    unchanged = [] if after else list(waiting.filter(changed_share=0)[: UNCHANGED_SHOWN + 1])
    return render(
        request,
        "annotation/review.html",
        {
            **_filters(review_counts(signed_in(request)), pool_id, kind),
            "kind_query": _query(kind=kind),
            "list_query": _query(pool=pool_id, kind=kind),
            "more_query": _query(pool=pool_id, kind=kind, after=rows[PAGE - 1].pk)
            if len(rows) > PAGE
            else "",
            "filtered": bool(pool_id or kind),
            "unchanged": unchanged[:UNCHANGED_SHOWN],
            "more_unchanged": len(unchanged) > UNCHANGED_SHOWN,
            "rows": rows[:PAGE],
            "first_page": not after,
            "first": next((row.pk for row in (unchanged + rows)), None),
            "may_review": productions_of(signed_in(request), Role.REVIEWER).exists(),
        },
    )


class Choice(NamedTuple):
    """A link that filters the list, with how many versions it would show."""

    name: str
    query: str
    waiting: int
    chosen: bool


def _filters(counts: Sequence[ReviewCount], pool_id: int | None, kind: str | None) -> dict[str, list[Choice]]:
    """What waits by pool and by kind; the choice of one keeps that of the other."""

    def choice(name: str, pool: int | None, of: str | None) -> Choice:
        waiting = sum(c.waiting for c in counts if pool in (None, c.pool_id) and of in (None, c.kind))
        return Choice(name, _query(pool=pool, kind=of), waiting, (pool, of) == (pool_id, kind))

    pools = {count.pool_id: count.pool_name for count in counts}
    kinds = sorted({count.kind for count in counts} | ({kind} if kind else set()))
    return {
        "pools": [choice("All pools", None, kind), *(choice(name, pk, kind) for pk, name in pools.items())],
        "kinds": [choice("All kinds", pool_id, None), *(choice(name, pool_id, name) for name in kinds)],
    }


def _query(**values: int | str | None) -> str:
    """``?name=value&...`` of those that are given; empty for none."""
    given = urlencode({name: value for name, value in values.items() if value})
    return given and f"?{given}"


def review_revision(request: HttpRequest, pk: int) -> HttpResponse:
    """Show one version over its frame, what it changed of the draft, and its figures."""
    rows = Revision.objects.visible_to(signed_in(request)).select_related(
        "frame__cut", "author", "draft", "assignment__pool", "assignment__person"
    )
    revision = get_object_or_404(rows, pk=pk)
    user = signed_in(request)
    kind = kind_asked(request.GET)
    before, after = neighbours(revision, user, kind=kind)
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
            "kind_query": _query(kind=kind),
            "list_query": _query(
                pool=revision.assignment.pool_id if revision.assignment else None, kind=kind
            ),
            "waits": review_queue(user).filter(pk=revision.pk).exists(),
            "history": list(history.order_by("-number")[:50]),
            "scalar": get_kind(revision.kind).scalar,
            "verdicts": revision.reviews.select_related("reviewer"),
            "comments_json": CommentSerializer(comments, many=True).data,
            "may_comment": has_role(user, [revision.frame.production_id], Role.ANNOTATOR),
            "effort": effort_of(revision.assignment, user) if revision.assignment else None,
        },
    )
