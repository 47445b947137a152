"""Two snapshots side by side: what came, went, moved and was drawn anew."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from core.media import made_response
from core.models import Job, JobState
from datasets.models import Difference, Snapshot
from datasets.pictures import change_strip
from datasets.services.differences import difference_of, difference_start
from datasets.services.snapshots import snapshot_folder
from modeling import snapshots as folders
from modeling.labels import get_kind

PAGE = 12
SHOWN = 40
"""Keys of each list on the page; the API gives all."""


@require_safe
def snapshot_diff(request: HttpRequest, pk: str, other: str) -> HttpResponse:
    """What changed from one snapshot to another; labels drawn anew a page at a time, the most changed first."""
    old, new = _both(request, pk, other)
    told = difference_of(old, new)
    context = {"old": old, "new": new} | (_job(old, new) if told is None else _told(told, request))
    return render(request, "datasets/diff.html", context)


def _job(old: Snapshot, new: Snapshot) -> dict[str, Any]:
    """How far the comparing is."""
    row = Difference.objects.filter(old=old, new=new).first()
    job = Job.objects.filter(pk=row.job_id).first() if row and row.job_id else None
    return {"job": job, "waiting": job is not None and job.state in (JobState.QUEUED, JobState.RUNNING)}


def _told(told: dict[str, Any], request: HttpRequest) -> dict[str, Any]:
    """What changed, of one kind of labels a page."""
    kinds = [kind for kind, found in told["labels"].items() if found["relabelled"]]
    asked = request.GET.get("kind", "")
    kind = asked if asked in kinds else next(iter(kinds), "")
    rows = told["labels"][kind]["relabelled"] if kind else []
    return {
        "told": told,
        "lists": _lists(told),
        "kinds": kinds,
        "kind": kind,
        "classes": _class_rows(told["labels"][kind]["confusion"], kind) if kind else None,
        "page": Paginator(rows, PAGE).get_page(request.GET.get("page")),
    }


@require_POST
def snapshot_diff_count(request: HttpRequest, pk: str, other: str) -> HttpResponse:
    """Queue the counting and come back."""
    old, new = _both(request, pk, other)
    difference_start(old=old, new=new, user=request.user)  # type: ignore[arg-type]
    return redirect("snapshot-diff", pk=pk, other=other)


@require_safe
def snapshot_diff_picture(request: HttpRequest, pk: str, other: str) -> HttpResponseBase:
    """A frame with its label before, after, and what changed, side by side."""
    kind, key = request.GET.get("kind", ""), request.GET.get("key", "")
    sides = [folders.Snapshot.open_one(snapshot_folder(one), key) for one in _both(request, pk, other)]
    was, now = (next(iter(side.frames(kind=kind)), None) for side in sides)
    if was is None or now is None:
        raise Http404

    def make() -> bytes:
        pairs = [
            (side.stored(row, kind), side.label_kind(row, kind))
            for side, row in zip(sides, (was, now), strict=True)
        ]
        return change_strip(sides[1].path(now.file), *pairs)

    tag = f"{now.sha256[:16]}-{was.labels[kind].sha256[:16]}-{now.labels[kind].sha256[:16]}-change"
    return made_response(request, tag, "image/webp", make)


def _both(request: HttpRequest, pk: str, other: str) -> tuple[Snapshot, Snapshot]:
    """The two, of which the user may see each."""
    visible = Snapshot.objects.visible_to(request.user).select_related("pool")
    return get_object_or_404(visible, pk=pk), get_object_or_404(visible, pk=other)


def _lists(told: dict[str, Any]) -> list[tuple[str, list[str], int]]:
    """(what, keys to show, how many more) of each list that holds something."""
    moved = [f"{one['key']}: {one['from']} to {one['to']}" for one in told["moved"]]
    lists = {"Frames added": told["added"], "Frames dropped": told["dropped"]}
    lists |= {
        "Another picture under the same name": told["replaced"],
        "On the other side of the split": moved,
    }
    for kind, found in told["labels"].items():
        lists |= {f"Labelled: {kind}": found["added"], f"Label gone: {kind}": found["dropped"]}
    return [(what, keys[:SHOWN], len(keys[SHOWN:])) for what, keys in lists.items() if keys]


def _class_rows(
    confusion: list[list[int]] | None, kind: str
) -> tuple[list[str], list[tuple[str, list[int]]]] | None:
    """Class names, and a row of pixels for each old class that lost or kept some."""
    if confusion is None:
        return None
    names = [cls.name for cls in get_kind(kind).classes] or ["unknown", "known"]
    names.append("ignored")
    return names, list(zip(names, confusion, strict=True))
