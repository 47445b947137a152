"""Why a frame was picked: a card, by itself with ``?part=1``, for the selection's page, a frame's and the editor."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from active_learning.models import SelectionItem
from active_learning.pictures import unsure_picture
from active_learning.why import item_of_assignment, item_of_frame, item_visible, why_picked
from annotation.models import Draft
from core.http import signed_in

SIDE = 480


@require_safe
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    """Of a pick."""
    return _card(request, item_visible(signed_in(request), pk))


@require_safe
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """Of the pick that a turn came from."""
    return _card(request, item_of_assignment(signed_in(request), pk))


@require_safe
def frame(request: HttpRequest, pk: int) -> HttpResponse:
    """Of the newest confirmed pick of a frame."""
    return _card(request, item_of_frame(signed_in(request), pk))


def _card(request: HttpRequest, item: SelectionItem) -> HttpResponse:
    name = "_why.html" if request.GET.get("part") == "1" else "why.html"
    context = {"why": why_picked(item, signed_in(request)), "pool": item.selection.pool}
    return render(request, f"active_learning/{name}", context)


@require_safe
def unsure(request: HttpRequest, pk: int) -> HttpResponse:
    """The frame of a draft, warmer where its model was unsure: a WebP."""
    drafts = Draft.objects.visible_to(signed_in(request)).exclude(entropy="").select_related("frame")
    draft = get_object_or_404(drafts, pk=pk)
    try:
        picture = unsure_picture(draft.frame.blob, draft.entropy, SIDE)
    except OSError:
        raise Http404("A file of it is missing.") from None
    response = HttpResponse(picture, content_type="image/webp")
    response["Cache-Control"] = "private, max-age=31536000, immutable"
    return response
