"""Snapshots and exports."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from core.api.pagination import KeysetPagination
from datasets.api import serializers as shapes
from datasets.models import Export, Snapshot
from datasets.services.exports import export_create


class _NewestFirst(KeysetPagination):
    ordering = ("-created_at", "id")  # type: ignore[assignment]


@extend_schema(parameters=[OpenApiParameter("pool", OpenApiTypes.INT)])
class SnapshotList(generics.ListAPIView[Snapshot]):
    """Versions, newest first."""

    serializer_class = shapes.SnapshotSerializer
    queryset = Snapshot.objects.none()
    pagination_class = _NewestFirst

    def get_queryset(self) -> Any:
        """Only what the user may see."""
        rows = Snapshot.objects.visible_to(self.request.user)
        pool = self.request.query_params.get("pool", "")
        return rows.filter(pool=int(pool)) if pool.isdigit() else rows


class SnapshotDetail(generics.RetrieveAPIView[Snapshot]):
    """One version."""

    serializer_class = shapes.SnapshotSerializer
    queryset = Snapshot.objects.none()

    def get_queryset(self) -> Any:
        """Only what the user may see."""
        return Snapshot.objects.visible_to(self.request.user)


@extend_schema(parameters=[OpenApiParameter("snapshot", OpenApiTypes.STR)])
class ExportList(generics.ListAPIView[Export]):
    """Exports."""

    serializer_class = shapes.ExportSerializer
    queryset = Export.objects.none()

    def get_queryset(self) -> Any:
        """Only what the user may see."""
        rows = Export.objects.visible_to(self.request.user)
        snapshot = self.request.query_params.get("snapshot")
        return rows.filter(snapshot=snapshot) if snapshot else rows

    @extend_schema(request=shapes.ExportInputSerializer, responses={201: shapes.ExportSerializer})
    def post(self, request: Request) -> Response:
        """Write a snapshot in a format, as a job."""
        asked = shapes.ExportInputSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        snapshot = get_object_or_404(Snapshot.objects.visible_to(request.user), pk=values["snapshot"])
        export = export_create(
            snapshot=snapshot,
            format=values["format"],
            kind=values["kind"],
            user=request.user,  # type: ignore[arg-type]
            terms=values.get("terms"),
            params=values.get("params"),
        )
        return Response(shapes.ExportSerializer(export).data, status=status.HTTP_201_CREATED)


class ExportDetail(generics.RetrieveAPIView[Export]):
    """One export, with its download once it is written."""

    serializer_class = shapes.ExportSerializer
    queryset = Export.objects.none()

    def get_queryset(self) -> Any:
        """Only what the user may see."""
        return Export.objects.visible_to(self.request.user)
