"""Labels worked out from a neighbour's: nobody has saved them, so no row names them, but a signature does."""

from __future__ import annotations

from django.core import signing
from django.http import Http404, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from rest_framework.request import Request
from rest_framework.views import APIView

from annotation.labels import label_get
from annotation.models import Assignment
from annotation.selectors.profiles import kind_of
from annotation.services.carry import mask_read
from annotation.views.media import raw_response
from core.blobs import blob_exists
from core.http import signed_in


class CarriedLabel(APIView):
    """A carried label or its locked pixels, for whoever may see the frame."""

    schema = None

    def get(self, request: Request, pk: int, token: str) -> HttpResponseBase:
        """H x W uint8: stored values, or 1 where a pixel is locked."""
        rows = Assignment.objects.visible_to(signed_in(request)).select_related("frame")
        assignment = get_object_or_404(rows, pk=pk)
        what, sha256 = _read(token, pk)
        if what == "frozen":
            return raw_response(request, mask_read(sha256).tobytes())
        kind = kind_of(assignment.frame.production_id, assignment.kind)
        return raw_response(request, label_get(sha256, kind).tobytes())


def carried_url(assignment: int, what: str, sha256: str) -> str:
    """Where a carried ``label`` or its ``frozen`` pixels are served until cleanup takes them, a day at least."""
    token = signing.dumps([what, sha256], salt=_salt(assignment))
    return reverse("carried-label", args=[assignment, token])


def _read(token: str, assignment: int) -> tuple[str, str]:
    try:
        what, sha256 = signing.loads(token, salt=_salt(assignment))
    except signing.BadSignature:
        raise Http404("There is no such label.") from None
    if not blob_exists(sha256):
        raise Http404("This label is too old; copy it again.")
    return what, sha256


def _salt(assignment: int) -> str:
    return f"carried-{assignment}"
