"""Two model versions on the same held-out frames: the page, a frame of it, its pictures, and promoting."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from active_learning import selectors
from active_learning.api.lookups import pool_for
from active_learning.choosing import Chosen, choose
from active_learning.comparisons import Comparison, FrameChange
from active_learning.models import ModelVersion
from active_learning.pictures import PICTURES, comparison_picture, verdict_shares
from active_learning.plots import differences, reach_of, scatter
from active_learning.services.judging import versions_judge_start
from active_learning.services.versions import model_version_promote, promotion_of
from active_learning.views.common import is_lead, task_of, told_on
from core.errors import ConflictError
from core.http import signed_in
from core.models import User
from datasets.models import Pool, PoolFrame
from modeling.errors import UserError

PAGE = 24
ORDERS = {"worse": "Got worse", "better": "Got better"}
THUMB_SIDE, PICTURE_SIDE = 480, 1280
WORST_SHOWN = 3
"""Regressions on the page of promoting."""


def compare_url(pool: int, chosen: Chosen | None = None, **more: object) -> str:
    """The page that compares two versions."""
    query = {**(chosen.query if chosen else {}), **more}
    return f"{reverse('pool-compare', args=[pool])}?{urlencode(query)}"


def chosen_of(request: HttpRequest, pool: Pool) -> Chosen:
    """The two versions that ``?task=&old=&new=`` names."""
    return choose(pool, task_of(request), request.GET.get("old"), request.GET.get("new"))


def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Selectors, figures, difference a class, frames against each other, and frames that got worse or better."""
    found, user = pool_for(request.user, pk), signed_in(request)
    chosen = chosen_of(request, found)
    context = _context(chosen, user, request.GET.get("order", ""), request.GET.get("page"))
    return render(request, "active_learning/compare.html", context)


def _context(chosen: Chosen, user: User, order: str, page: str | None) -> dict[str, Any]:
    comparison, sees_all = chosen.comparison, selectors.sees_all(user, chosen.pool)
    order = order if order in ORDERS else "worse"
    context = {
        "pool": chosen.pool,
        "task": chosen.task,
        "chosen": chosen,
        "pair": [("old", chosen.old), ("new", chosen.new)],
        "comparison": comparison,
        "is_lead": is_lead(user, chosen.pool),
        "sees_all": sees_all,
        "query": urlencode(chosen.query),
        "orders": ORDERS,
        "order": order,
    }
    if comparison is not None and comparison.result.compared is not None:
        context |= _figures(comparison)
        if sees_all:
            context["scatter"] = scatter(comparison.result.frames)
            context["page"] = Paginator(_ordered(comparison, order), PAGE).get_page(page)
    return context


def _figures(comparison: Comparison) -> dict[str, Any]:
    compared = comparison.result.compared
    assert compared is not None
    rows = (compared.headline, *compared.classes)
    colors = {cls.name: cls.colors[0] for cls in comparison.kind.classes}
    bars = [{**bar, "color": colors.get(bar["row"].name)} for bar in differences(rows)]
    return {
        "bars": bars,
        "reach": reach_of(rows),
        "reach_low": -reach_of(rows),
        "lost": [row for row in compared.classes if row.loses],
    }


def _ordered(comparison: Comparison, order: str) -> tuple[FrameChange, ...]:
    return comparison.result.worse if order == "worse" else comparison.result.better


def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """One frame: who is right where, truth and both predictions, and the frames before and after it."""
    chosen, comparison = _whole(request, pk)
    key, order = request.GET.get("key", ""), request.GET.get("order", "worse")
    rows = _ordered(comparison, order if order in ORDERS else "worse")
    at = next((index for index, row in enumerate(rows) if row.key == key), None)
    row = rows[at] if at is not None else _named(comparison, key)
    member = PoolFrame.objects.visible_to(request.user).filter(pool=pk, key=key).first()
    context = {
        "pool": chosen.pool,
        "task": chosen.task,
        "chosen": chosen,
        "comparison": comparison,
        "row": row,
        "order": order,
        "place": at + 1 if at is not None else None,
        "total": len(rows),
        "before": rows[at - 1] if at else None,
        "after": rows[at + 1] if at is not None and at + 1 < len(rows) else None,
        "back": compare_url(pk, chosen, order=order, page=1 + (at or 0) // PAGE),
        "query": urlencode({**chosen.query, "order": order}),
        "pictures": urlencode({**chosen.query, "key": key, "side": PICTURE_SIDE}),
        "member": member,
        "shares": verdict_shares(comparison, key),
    }
    return render(request, "active_learning/compare_frame.html", context)


def picture(request: HttpRequest, pk: int) -> HttpResponse:
    """``?show=`` three_way, truth, old or new of ``?key=``, as a WebP at most ``?side=`` px long."""
    _, comparison = _whole(request, pk)
    row, show = _named(comparison, request.GET.get("key", "")), request.GET.get("show", "")
    if show not in PICTURES:
        raise Http404
    side = PICTURE_SIDE if request.GET.get("side") == str(PICTURE_SIDE) else THUMB_SIDE
    response = HttpResponse(comparison_picture(comparison, row.key, show, side), content_type="image/webp")
    response["Cache-Control"] = "private, max-age=3600"
    return response


def _whole(request: HttpRequest, pk: int) -> tuple[Chosen, Comparison]:
    """Held-out frames are of any production in the pool, so all of them must be the user's to see."""
    found = pool_for(request.user, pk)
    if not selectors.sees_all(signed_in(request), found):
        raise Http404
    chosen = chosen_of(request, found)
    if chosen.comparison is None:
        raise Http404
    return chosen, chosen.comparison


def _named(comparison: Comparison, key: str) -> FrameChange:
    row = next((row for row in comparison.result.frames if row.key == key), None)
    if row is None:
        raise Http404
    return row


@require_POST
@told_on(lambda pk: compare_url(pk))
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Judge both on the newest held-out labels."""
    found, user = pool_for(request.user, pk), signed_in(request)
    chosen = chosen_of(request, found)
    if chosen.old is None or chosen.new is None:
        raise ConflictError("There are no two versions to compare yet.", code="too_few_versions")
    versions_judge_start(old=chosen.old, new=chosen.new, user=user)
    return redirect(compare_url(pk, chosen))


def promote(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what changes for the version in use; promote when asked to, and told to where a loss is not excluded."""
    versions = ModelVersion.objects.visible_to(request.user).select_related("pool", "round")
    version, user = get_object_or_404(versions, pk=pk), signed_in(request)
    error = ""
    if request.method == "POST":
        try:
            confirmed = request.POST.get("confirm") == "yes"
            model_version_promote(version=version, user=user, confirm=confirmed)
            return redirect(f"{reverse('pool', args=[version.pool_id])}?task={version.task}#versions")
        except UserError as refused:
            error = str(refused.message)
    return render(
        request,
        "active_learning/promote.html",
        {**_promotion(version, user), "error": error},
        status=409 if error else 200,
    )


def _promotion(version: ModelVersion, user: User) -> dict[str, Any]:
    found = promotion_of(version)
    used = found.against
    context: dict[str, Any] = {"promotion": found, "version": version, "pool": version.pool}
    if used is None:
        return {**context, "is_lead": is_lead(user, version.pool)}
    chosen = choose(version.pool, found.task, str(used.number), str(version.number))
    context |= _context(chosen, user, "worse", None)
    if "page" in context:
        context["worst"] = context["page"].object_list[:WORST_SHOWN]
    return context
