"""Restored frames: asked for, waited for, and where the picture is."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from active_learning.models import RestoredFrame
from active_learning.services.restoring import Restoring, frame_restore, restoring_of
from annotation.models import Assignment
from core.api.serializers import ProgressOut
from core.http import signed_in


class RestoredSerializer(serializers.ModelSerializer[RestoredFrame]):
    """A sharper picture of a frame, to be looked at only."""

    model_version = serializers.CharField(source="version.name", read_only=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = RestoredFrame
        fields = ("id", "model_version", "url")
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.STR)
    def get_url(self, restored: RestoredFrame) -> str:
        """RGB PNG at frame size."""
        return reverse("restored-picture", args=[restored.pk])


class RestoringSerializer(serializers.Serializer[Any]):
    """How far a frame's restored picture is."""

    state = serializers.ChoiceField(choices=("none", "making", "ready", "failed"))
    restored = RestoredSerializer(allow_null=True)
    progress = ProgressOut(source="job", allow_null=True)
    error = serializers.CharField(source="job.error_text", default="")


class AssignmentRestored(APIView):
    """The restored picture of a turn's frame."""

    @extend_schema(responses=RestoringSerializer, operation_id="assignments_restored_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """How far it is; changes nothing."""
        return Response(_answer(restoring_of(_assignment(request, pk))))

    @extend_schema(
        request=None, responses={200: RestoringSerializer}, operation_id="assignments_restored_create"
    )
    def post(self, request: Request, pk: int) -> Response:
        """Have it made by the pool's model in use, unless it is there or on its way. 409 where there is no model."""
        found = frame_restore(assignment=_assignment(request, pk), user=signed_in(request))
        return Response(_answer(found), status=status.HTTP_200_OK)


def _assignment(request: Request, pk: int) -> Assignment:
    rows = Assignment.objects.visible_to(signed_in(request)).select_related("frame__production", "pool")
    return get_object_or_404(rows, pk=pk)


def _answer(found: Restoring) -> Any:
    return RestoringSerializer(found).data
