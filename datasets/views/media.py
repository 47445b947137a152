"""Pictures of frames, each checked before a byte is sent."""

from __future__ import annotations

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from core.blobs import blob_exists, blob_path
from core.media import blob_response, made_response
from datasets.content_types import content_type_of, is_browser_exact
from datasets.models import Frame
from datasets.pictures import encode_thumb
from modeling.images import encode_png, read_rgb


@require_safe
def frame_image(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The frame's pixels exactly as ``read_rgb`` gives them: the file itself where browsers agree, else a PNG."""
    frame = _frame(request, pk)
    path = blob_path(frame.blob)
    if not blob_exists(frame.blob) or is_browser_exact(path):
        return blob_response(request, frame.blob, "image/png")
    return made_response(request, f"{frame.blob}-rgb", "image/png", lambda: encode_png(read_rgb(path)))


@require_safe
def frame_original(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The frame's file as it came in, to save."""
    frame = _frame(request, pk)
    name = frame.key.replace("/", "_")
    kind = content_type_of(blob_path(frame.blob)) if blob_exists(frame.blob) else ""
    return blob_response(request, frame.blob, kind, download_name=name)


@require_safe
def frame_proxy(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The frame at working size."""
    proxy = _frame(request, pk).proxy
    kind = content_type_of(blob_path(proxy)) if blob_exists(proxy) else ""
    return blob_response(request, proxy, kind)


@require_safe
def frame_thumb(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The frame for grids, made from its proxy."""
    frame = _frame(request, pk)
    if not blob_exists(frame.proxy):
        return blob_response(request, frame.proxy, "image/webp")
    proxy = blob_path(frame.proxy)
    return made_response(request, f"{frame.proxy}-thumb", "image/webp", lambda: encode_thumb(read_rgb(proxy)))


@require_safe
def frame_change(request: HttpRequest, pk: int) -> HttpResponseBase:
    """What changed against the drawing before: white where it did."""
    return blob_response(request, _frame(request, pk).change_blob, "image/png")


def _frame(request: HttpRequest, pk: int) -> Frame:
    columns = ("pk", "key", "blob", "proxy", "change_blob")
    return get_object_or_404(Frame.objects.visible_to(request.user).only(*columns), pk=pk)
