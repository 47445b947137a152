"""What the editor counts."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.api.neighbours import assignment_of
from annotation.services.effort import COUNT_MAX, ToolEffort, effort_record
from core.http import signed_in


class ToolEffortSerializer(serializers.Serializer[Any]):
    """Totals of one tool in this visit."""

    strokes = serializers.IntegerField(min_value=0, max_value=COUNT_MAX, default=0)
    clicks = serializers.IntegerField(min_value=0, max_value=COUNT_MAX, default=0)
    seconds = serializers.FloatField(min_value=0, default=0.0)


class EffortInputSerializer(serializers.Serializer[Any]):
    """Totals, not increments: the same report twice counts once."""

    session = serializers.RegexField(r"^[\w-]{8,64}$", help_text="Random id of the tab's visit.")
    active_seconds = serializers.FloatField(min_value=0, default=0.0)
    tools = serializers.DictField(child=ToolEffortSerializer())

    def validate_tools(self, tools: dict[str, Any]) -> dict[str, Any]:
        """Names are short."""
        if any(len(name) > 40 for name in tools):
            raise serializers.ValidationError("A tool's name has at most 40 characters.")
        return tools


class AssignmentEffort(APIView):
    """Strokes, clicks and seconds by tool."""

    @extend_schema(request=EffortInputSerializer, responses={204: None})
    def post(self, request: Request, pk: int) -> Response:
        """Keep the totals of one visit."""
        told = EffortInputSerializer(data=request.data)
        told.is_valid(raise_exception=True)
        totals = told.validated_data
        effort_record(
            assignment=assignment_of(request, pk),
            user=signed_in(request),
            session=totals["session"],
            tools={name: ToolEffort(**tool) for name, tool in totals["tools"].items()},
            active_seconds=totals["active_seconds"],
        )
        return Response(status=status.HTTP_204_NO_CONTENT)
