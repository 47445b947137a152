"""Look-alikes across the split, side by side, with what was done about them."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from datasets.models import LookAlike, Snapshot
from datasets.querysets import LookAlikeQuerySet

PAGE = 24


@require_safe
def snapshot_pairs(request: HttpRequest, pk: str) -> HttpResponse:
    """A page of the pairs known when a snapshot was frozen, by key: every page costs the same."""
    snapshot = get_object_or_404(Snapshot.objects.visible_to(request.user).select_related("pool"), pk=pk)
    known = pairs_of(snapshot)
    after = int(request.GET["after"]) if request.GET.get("after", "").isdigit() else 0
    rows = list(
        known.filter(pk__gt=after).select_related("frame__cut", "twin__cut").order_by("pk")[: PAGE + 1]
    )
    context = {
        "snapshot": snapshot,
        "rows": rows[:PAGE],
        "after": rows[PAGE - 1].pk if len(rows) > PAGE else None,
        "start": after,
        "united": known.filter(united=True).count(),
        "remaining": known.filter(united=False).count(),
    }
    return render(request, "datasets/lookalikes.html", context)


def pairs_of(snapshot: Snapshot) -> LookAlikeQuerySet:
    """Pairs found in its pool by the time it was frozen."""
    return LookAlike.objects.in_pool(snapshot.pool_id).filter(found_at__lte=snapshot.created_at)
