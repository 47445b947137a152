"""Restored pictures, for whoever may see their frame."""

from __future__ import annotations

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from rest_framework.request import Request
from rest_framework.views import APIView

from active_learning.models import RestoredFrame
from core.http import signed_in
from core.media import blob_response


class RestoredPicture(APIView):
    """What a model made of a frame, open to sessions and tokens alike; no part of the JSON API's schema."""

    schema = None

    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """RGB PNG at frame size."""
        restored = get_object_or_404(RestoredFrame.objects.visible_to(signed_in(request)), pk=pk)
        return blob_response(request, restored.picture, "image/png")
