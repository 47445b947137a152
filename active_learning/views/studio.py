"""The Studio's page, and the pictures and downloads of orders, each checked before a byte is sent."""

from __future__ import annotations

from mimetypes import guess_type
from pathlib import Path

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_safe

from active_learning.api.orders import order_for
from active_learning.forms_studio import StepsForm
from active_learning.models import Order, OrderPicture
from active_learning.order_archive import archive_of, archive_tag, has_archive
from active_learning.order_pictures import thumb_of
from active_learning.ordering import may_order
from active_learning.views.orders import RECENT, cards_of
from core.http import signed_in
from core.media import made_response
from core.ranges import part_of, ranged_stream
from datasets.content_types import is_browser_exact
from datasets.pictures import encode_thumb
from modeling.images import encode_png, read_rgb

_KEPT = "private, max-age=86400"


@require_safe
@ensure_csrf_cookie
def studio(request: HttpRequest) -> HttpResponse:
    """Drop files, choose steps, start; the newest orders below."""
    user = signed_in(request)
    orders = Order.objects.filter(owner=user).with_states()[:RECENT]
    context = {"form": StepsForm(), "may_order": may_order(user), "cards": cards_of(list(orders))}
    return render(request, "active_learning/studio.html", context)


@require_safe
def archive(request: HttpRequest, pk: int) -> HttpResponseBase:
    """All results in one zip, made while it is sent; a download that broke off goes on where it was."""
    order = order_for(request, pk)
    if not has_archive(order):
        raise Http404("There is no zip of this order.")
    stream = archive_of(order)
    return ranged_stream(
        request,
        lambda wanted: part_of(stream, wanted),
        len(stream),
        archive_tag(order),
        "application/zip",
        download_name=f"studio-{order.pk}.zip",
    )


@require_safe
def before(request: HttpRequest, pk: int, position: int) -> HttpResponseBase:
    """The picture as the steps saw it."""
    path = _checked(_picture(request, pk, position).path)
    if is_browser_exact(path):
        return _file(path, "image/png")
    return made_response(request, f"order-{pk}-{position}", "image/png", lambda: encode_png(read_rgb(path)))


@require_safe
def before_thumb(request: HttpRequest, pk: int, position: int) -> HttpResponseBase:
    """The picture for grids."""
    path = _checked(_picture(request, pk, position).path)
    tag = f"order-{pk}-{position}-thumb"
    return made_response(request, tag, "image/webp", lambda: encode_thumb(read_rgb(path)))


@require_safe
def result(request: HttpRequest, pk: int, position: int, step: str) -> HttpResponseBase:
    """The file of a step."""
    path = _result(request, pk, position, step)
    return _file(path, guess_type(path.name)[0] or "application/octet-stream")


@require_safe
def take(request: HttpRequest, pk: int, position: int, take: int) -> HttpResponseBase:
    """The file of a take."""
    found = get_object_or_404(_picture(request, pk, position).takes.exclude(file=""), pk=take)
    path = _checked(found.path)
    return _file(path, guess_type(path.name)[0] or "application/octet-stream")


@require_safe
def result_thumb(request: HttpRequest, pk: int, position: int, step: str) -> HttpResponseBase:
    """The file of a step for grids."""
    path = _result(request, pk, position, step)
    tag = f"order-{pk}-{position}-{step}-thumb"
    return made_response(request, tag, "image/webp", lambda: thumb_of(path))


def _picture(request: HttpRequest, pk: int, position: int) -> OrderPicture:
    found = get_object_or_404(order_for(request, pk).pictures, position=position)
    if not found.width:
        raise Http404("It is no picture.")
    return found


def _result(request: HttpRequest, pk: int, position: int, step: str) -> Path:
    picture = _picture(request, pk, position)
    if step not in picture.results:
        raise Http404("There is no such result.")
    return _checked(picture.order.results / picture.results[step])


def _checked(path: Path) -> Path:
    if not path.is_file():
        raise Http404("The files of this order were removed.")
    return path


def _file(path: Path, content_type: str) -> HttpResponseBase:
    response = FileResponse(path.open("rb"), content_type=content_type)
    response.headers["Cache-Control"] = _KEPT
    return response
