"""Overview, upload, report, a pool's frames."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from datasets.models import Ingest, Pool, Production, Split
from datasets.selectors import (
    cuts_of,
    frame_page,
    ingest_job,
    pool_cards,
    running_ingests,
)

_CUTS_TO_CHOOSE = 500


@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """Every pool one may see, with a few of its frames."""
    context = {"cards": pool_cards(request.user), "running": running_ingests(request.user)}
    return render(request, "datasets/overview.html", context)


@require_safe
@ensure_csrf_cookie
def upload(request: HttpRequest) -> HttpResponse:
    """Drop files, name a pool."""
    context = {
        "pools": Pool.objects.changeable_by(request.user).order_by("name"),
        "productions": Production.objects.changeable_by(request.user).order_by("name"),
        "chosen": request.GET.get("pool", ""),
    }
    return render(request, "datasets/upload.html", context)


@require_safe
@ensure_csrf_cookie
def ingest(request: HttpRequest, pk: int) -> HttpResponse:
    """The report, live while the ingest runs."""
    found = get_object_or_404(
        Ingest.objects.visible_to(request.user).select_related("pool", "production", "user"), pk=pk
    )
    return render(request, "datasets/ingest.html", {"ingest": found, "job": ingest_job(found)})


@require_safe
def pool_frames(request: HttpRequest, pk: int) -> HttpResponse:
    """A page of a pool's frames, by key, so that the last page costs what the first one does."""
    pool = get_object_or_404(Pool.objects.visible_to(request.user), pk=pk)
    query = request.GET
    split = query.get("split", "") if query.get("split", "") in Split.values else ""
    cut = int(query["cut"]) if query.get("cut", "").isdigit() else None
    search = query.get("q", "").strip()
    at = {name: int(query[name]) for name in ("after", "before") if query.get(name, "").isdigit()}
    among = [int(part) for part in query.get("among", "").split(",") if part.isdigit() and len(part) < 12]
    page = frame_page(pool, request.user, split=split, cut=cut, search=search, among=among, **at)
    said = {"split": split, "cut": cut, "q": search, "among": ",".join(map(str, among))}
    kept = {name: value for name, value in said.items() if value}
    context = {"pool": pool, "page": page, "split": split, "cut": cut, "search": search, "among": among}
    context |= {
        "cuts": cuts_of(pool, request.user, at_most=_CUTS_TO_CHOOSE),
        "filters": f"{urlencode(kept)}&" if kept else "",
    }
    return render(request, "datasets/frames.html", context)
