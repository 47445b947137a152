"""Label kinds and their palettes."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.api.serializers import KindSerializer
from annotation.selectors import kinds


class KindList(APIView):
    """What people draw."""

    @extend_schema(responses=KindSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Every label kind with classes and stored values."""
        return Response(KindSerializer(kinds(), many=True).data)
