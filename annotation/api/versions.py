"""Every state of a frame's label that can be looked at and taken again."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.api.neighbours import assignment_of
from annotation.models import KeptReason, RevisionAction
from annotation.selectors.versions import versions_of
from annotation.services.working_copies import working_copy_keep
from core.http import signed_in

ACTIONS = (*RevisionAction.values, *KeptReason.values)


class VersionSerializer(serializers.Serializer[Any]):
    """A revision, or a copy kept beside the working copy (then without a number)."""

    id = serializers.CharField()
    number = serializers.IntegerField(allow_null=True)
    action = serializers.ChoiceField(choices=ACTIONS)
    author = serializers.CharField(allow_null=True)
    created_at = serializers.DateTimeField()
    thumb_url = serializers.CharField()
    label_url = serializers.CharField(help_text="Indexed PNG; `?raw=1` gives H x W bytes.")
    layers_url = serializers.CharField(
        allow_blank=True, help_text="Its document, of kinds drawn by layers; else empty."
    )
    active_seconds = serializers.FloatField()
    accepted = serializers.BooleanField()
    comment = serializers.CharField(allow_blank=True)


class AssignmentRevisions(APIView):
    """Versions of the frame's label, and earlier states of the drawing."""

    @extend_schema(responses=VersionSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """Newest first."""
        versions = versions_of(assignment_of(request, pk), signed_in(request))
        return Response(VersionSerializer(versions, many=True).data)

    @extend_schema(request=None, responses={204: None})
    def post(self, request: Request, pk: int) -> Response:
        """Keep the saved drawing as it stands among the earlier states."""
        working_copy_keep(assignment=assignment_of(request, pk), user=signed_in(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
