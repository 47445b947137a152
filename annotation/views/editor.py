"""The page on which people draw; what it does lives in ``static/editor``."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from annotation.api.kinds import KindSerializer
from annotation.api.serializers import AssignmentSerializer
from annotation.models import Assignment, SkipReason
from annotation.selectors import assignment_detail, kinds
from annotation.services.assignments import assignment_claim, assignment_claim_next
from core.errors import ConflictError
from core.http import signed_in
from datasets.models import Pool
from modeling.guide import GUIDES
from modeling.labels import get_kind


def annotate(request: HttpRequest, pk: int) -> HttpResponse:
    """Claim the frame and open the editor on it; whoever cannot have it is told why, in the queue."""
    rows = Assignment.objects.visible_to(signed_in(request)).with_names()
    assignment = get_object_or_404(rows, pk=pk)
    try:
        assignment_claim(assignment=assignment, user=signed_in(request))
    except ConflictError as error:
        messages.warning(request, str(error))
        return redirect("queue")
    page = "depth" if get_kind(assignment.kind).scalar else "editor"
    return render(request, f"annotation/{page}.html", _context(request, assignment))


def _context(request: HttpRequest, assignment: Assignment) -> dict[str, object]:
    detail = assignment_detail(assignment, signed_in(request))
    return {
        "assignment": assignment,
        "assignment_json": AssignmentSerializer(cast(Any, detail)).data,
        "guides": GUIDES.items(),
        "kinds_json": KindSerializer(kinds(), many=True).data,
        "skip_reasons_json": [{"value": value, "label": label} for value, label in SkipReason.choices],
    }


def annotate_next(request: HttpRequest) -> HttpResponse:
    """Claim the next frame and open it; back to the queue when nothing is left."""
    pool = None
    if request.GET.get("pool", "").isdigit():
        pool = get_object_or_404(Pool.objects.visible_to(signed_in(request)), pk=int(request.GET["pool"]))
    claimed = assignment_claim_next(user=signed_in(request), pool=pool, kind=request.GET.get("kind") or None)
    if claimed is None:
        messages.info(request, "Nothing is waiting for you at the moment.")
        return redirect("queue")
    return HttpResponseRedirect(reverse("annotate", args=[claimed.pk]))
