"""One frame and its labels."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from annotation.models import Assignment
from annotation.selectors.pairs import frame_labels
from core.http import signed_in
from datasets.models import Frame, Pool
from datasets.selectors import frame_neighbours


@require_safe
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """Its picture, the label of each kind beside it, its cut, its hold, what changed."""
    user = signed_in(request)
    found = get_object_or_404(
        Frame.objects.visible_to(user).select_related("cut", "source", "production"), pk=pk
    )
    around = frame_neighbours(found)
    place = around.index(found)
    context = {
        "frame": found,
        "labels": frame_labels(found, user),
        "pools": Pool.objects.visible_to(user).filter(members__frame=found),
        "around": around,
        "previous": around[place - 1] if place else None,
        "next": around[place + 1] if place + 1 < len(around) else None,
        # A reason is what a selection leaves; frames that were queued by hand have none.
        "picked": Assignment.objects.visible_to(user)
        .filter(frame=found)
        .exclude(selection_reason="")
        .exists(),
        "change_percent": 100 * (found.change_share or 0),
    }
    return render(request, "annotation/frame.html", context)
