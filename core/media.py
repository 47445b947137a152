"""Sends blobs and pictures made of them; the views that call this have checked the frame."""

from __future__ import annotations

from collections.abc import Callable

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.cache import get_conditional_response
from django.utils.http import quote_etag

from core.blobs import blob_exists, blob_path

_FOREVER = "private, max-age=31536000, immutable"


def blob_response(
    request: HttpRequest, sha256: str, content_type: str, *, download_name: str | None = None
) -> HttpResponseBase:
    """Return the blob as a file response, or 304: its bytes never change, and only this user's browser may
    keep them.

    Args:
        request: Conditional headers are honoured.
        sha256: The blob; empty or absent is 404.
        content_type: Sent as it is.
        download_name: Makes the browser save a file of that name.
    """
    if not blob_exists(sha256):
        raise Http404("There is no such picture.")
    etag = quote_etag(sha256)
    unchanged = get_conditional_response(request, etag=etag)
    response: HttpResponseBase = unchanged or FileResponse(
        blob_path(sha256).open("rb"),
        content_type=content_type,
        as_attachment=download_name is not None,
        filename=download_name or "",
    )
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = _FOREVER
    return response


def made_response(
    request: HttpRequest, tag: str, content_type: str, make: Callable[[], bytes]
) -> HttpResponseBase:
    """A picture made on the way out, unless the browser has it.

    Args:
        request: Conditional headers are honoured.
        tag: Names what is made: another picture, another tag.
        content_type: Sent as it is.
        make: Makes the bytes.
    """
    etag = quote_etag(tag)
    response = get_conditional_response(request, etag=etag) or HttpResponse(make(), content_type=content_type)
    response.headers["ETag"] = etag
    response.headers["Cache-Control"] = _FOREVER
    return response
