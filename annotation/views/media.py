"""Label maps as pictures or raw values, for whoever may see their frame.

What lies under an address never changes.
"""

from __future__ import annotations

import gzip

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.utils.http import parse_etags
from rest_framework.request import Request
from rest_framework.views import APIView

from annotation.labels import label_get
from annotation.models import Assignment, Draft, KeptCopy, Revision, Suspect, WorkingCopy
from annotation.services.depth_layers import may_show
from annotation.suspects import difference_thumb, model_thumb
from annotation.thumbs import THUMB_TYPE, label_thumb
from core.http import signed_in
from core.media import blob_response
from core.models import Role
from modeling.labels import get_kind

_FOREVER = "private, max-age=31536000, immutable"


class _Media(APIView):
    """A picture, open to sessions and tokens alike; no part of the JSON API's schema."""

    schema = None


class WorkingCopyLabel(_Media):
    """A working copy at the version in the address; 404 once another stands."""

    def get(self, request: Request, pk: int, version: int) -> HttpResponseBase:
        """Indexed PNG or raw values."""
        copies = (
            WorkingCopy.objects.visible_to(signed_in(request)).select_related("assignment").exclude(label="")
        )
        copy = get_object_or_404(copies, assignment_id=pk, version=version)
        return label_response(request, copy.label, copy.assignment.kind)


class KeptCopyLabel(_Media):
    """A drawing kept beside a working copy."""

    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """Indexed PNG or raw values."""
        copy = get_object_or_404(
            KeptCopy.objects.visible_to(signed_in(request)).select_related("assignment"), pk=pk
        )
        return label_response(request, copy.label, copy.assignment.kind)


class LayerMap(_Media):
    """A depth map that a layer of a drawing shows."""

    def get(self, request: Request, pk: int, sha256: str) -> HttpResponseBase:
        """A grey PNG of 16 bits or raw values; 404 for maps that are none of this frame's."""
        rows = Assignment.objects.visible_to(signed_in(request)).select_related("frame")
        assignment = get_object_or_404(rows, pk=pk)
        if not may_show(assignment, sha256):
            raise Http404("There is no such map.")
        return label_response(request, sha256, assignment.kind)


class DraftLabel(_Media):
    """A model's proposal."""

    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """Indexed PNG or raw values."""
        draft = get_object_or_404(Draft.objects.visible_to(signed_in(request)), pk=pk)
        return label_response(request, draft.label, draft.kind)


class DraftEntropy(_Media):
    """How unsure the model was."""

    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """Grey PNG, entropy / ln 2 * 255."""
        drafts = Draft.objects.visible_to(signed_in(request)).exclude(entropy="")
        return blob_response(request, get_object_or_404(drafts, pk=pk).entropy, "image/png")


class RevisionLabel(_Media):
    """A version."""

    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """Indexed PNG or raw values."""
        revision = get_object_or_404(Revision.objects.visible_to(signed_in(request)), pk=pk)
        return label_response(request, revision.label, revision.kind)


class RevisionThumb(_Media):
    """A version laid over its frame, small."""

    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """WebP."""
        rows = Revision.objects.visible_to(signed_in(request)).select_related("frame")
        revision = get_object_or_404(rows, pk=pk)
        thumb = label_thumb(revision.label, revision.kind, revision.frame)
        return _immutable(HttpResponse(thumb, content_type=THUMB_TYPE))


class KeptCopyThumb(_Media):
    """A drawing kept beside a working copy laid over its frame, small."""

    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """WebP."""
        rows = KeptCopy.objects.visible_to(signed_in(request)).select_related("assignment__frame")
        copy = get_object_or_404(rows, pk=pk)
        thumb = label_thumb(copy.label, copy.assignment.kind, copy.assignment.frame)
        return _immutable(HttpResponse(thumb, content_type=THUMB_TYPE))


def label_response(request: Request, sha256: str, kind: str) -> HttpResponseBase:
    """Answer with a stored label: an indexed PNG, or with ``?raw=1`` H x W uint8 stored values."""
    if request.query_params.get("raw") != "1":
        return blob_response(request, sha256, "image/png")
    etag = f'"{sha256}-raw"'
    if etag in parse_etags(request.headers.get("If-None-Match", "")):
        return _immutable(HttpResponse(status=304), etag)
    raw = label_get(sha256, get_kind(kind)).tobytes()
    return _immutable(_packed(request, raw), etag)


def raw_response(request: HttpRequest | Request, raw: bytes) -> HttpResponse:
    """Answer with bytes that never change under their address, packed where the browser takes it."""
    return _immutable(_packed(request, raw))


def _packed(request: HttpRequest | Request, raw: bytes) -> HttpResponse:
    if "gzip" not in request.headers.get("Accept-Encoding", ""):
        return HttpResponse(raw, content_type="application/octet-stream")
    response = HttpResponse(gzip.compress(raw, 3), content_type="application/octet-stream")
    response["Content-Encoding"] = "gzip"
    return response


def _immutable(response: HttpResponse, etag: str = "") -> HttpResponse:
    response["Cache-Control"] = _FOREVER
    response["Vary"] = "Cookie, Accept-Encoding, Authorization"
    if etag:
        response["ETag"] = etag
    return response


class SuspectThumb(_Media):
    """A suspected label's frame with what a model that has not seen it draws, or with where the two differ, small."""

    def get(self, request: Request, pk: int, what: str) -> HttpResponseBase:
        """WebP; 404 once the search's folder was cleaned up."""
        rows = Suspect.objects.visible_to(signed_in(request), Role.REVIEWER).select_related("frame", "search")
        draw = {"model": model_thumb, "difference": difference_thumb}.get(what)
        thumb = draw(get_object_or_404(rows, pk=pk)) if draw else None
        if thumb is None:
            raise Http404("There is no such picture.")
        return _immutable(HttpResponse(thumb, content_type=THUMB_TYPE))
