"""Ingests, and their reports while they run."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.api import serializers as shapes
from datasets.models import Ingest, Upload
from datasets.services.ingest import ingest_create, ingest_start


class IngestList(generics.ListAPIView[Ingest]):
    """Ingests, newest last."""

    serializer_class = shapes.IngestSerializer
    queryset = Ingest.objects.none()

    def get_queryset(self) -> Any:
        """Only what the user may see."""
        return Ingest.objects.visible_to(self.request.user)

    @extend_schema(request=shapes.IngestInputSerializer, responses={201: shapes.IngestSerializer})
    def post(self, request: Request) -> Response:
        """Start one with complete uploads of one's own."""
        asked = shapes.IngestInputSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        mine = Upload.objects.filter(user=request.user)  # type: ignore[misc]
        ingest = ingest_create(
            pool_name=values["pool"],
            production_name=values["production"],
            licence=values["licence"],
            rights=values["rights"],
            year=values["year"],
            user=request.user,  # type: ignore[arg-type]
            uploads=[get_object_or_404(mine, pk=pk) for pk in dict.fromkeys(values["uploads"])],
        )
        ingest_start(ingest=ingest, user=request.user)  # type: ignore[arg-type]
        ingest.refresh_from_db()
        return Response(shapes.IngestSerializer(ingest).data, status=status.HTTP_201_CREATED)


class IngestDetail(APIView):
    """One ingest."""

    @extend_schema(responses=shapes.IngestReportSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Its numbers, its job and its report."""
        ingest = get_object_or_404(Ingest.objects.visible_to(request.user), pk=pk)
        return Response(shapes.IngestReportSerializer(ingest).data)
