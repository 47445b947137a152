"""Depth drawn by layers: opened and saved as one document."""

from __future__ import annotations

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.api import serializers as shapes
from annotation.api.assignments import (
    SAVE_HEADERS,
    assignment_of,
    bounded_body,
    conflict_response,
    sent_seconds,
    sent_version,
)
from annotation.selectors.layers import kept_layers, revision_layers, working_layers
from annotation.services.depth_layers import MOST_BYTES, layers_save
from annotation.services.working_copies import WorkingCopyConflict
from core.http import signed_in
from modeling.labels import get_kind


class AssignmentLayers(APIView):
    """The layers of one frame's turn."""

    @extend_schema(
        parameters=[
            OpenApiParameter("kept", OpenApiTypes.INT, description="A drawing kept beside it instead."),
            OpenApiParameter("revision", OpenApiTypes.INT, description="A version of the frame instead."),
        ],
        responses=OpenApiTypes.OBJECT,
    )
    def get(self, request: Request, pk: int) -> Response:
        """What is drawn: the saved layers, else the draft as the lowest one."""
        assignment = assignment_of(request, pk)
        if not get_kind(assignment.kind).scalar:
            raise Http404("This kind is not drawn by layers.")
        kept, revision = (request.query_params.get(name, "") for name in ("kept", "revision"))
        if kept.isdecimal():
            return Response(kept_layers(assignment, int(kept)))
        if revision.isdecimal():
            return Response(revision_layers(assignment, int(revision)))
        return Response(working_layers(assignment))

    @extend_schema(
        request=OpenApiTypes.OBJECT,
        parameters=SAVE_HEADERS,
        responses={200: shapes.WorkingCopySerializer, 409: shapes.WorkingCopyConflictSerializer},
    )
    def put(self, request: Request, pk: int) -> Response:
        """Save the document and the map it gives; 409 shows the version that stands."""
        try:
            copy = layers_save(
                assignment=assignment_of(request, pk),
                user=signed_in(request),
                expected_version=sent_version(request),
                document=bounded_body(request, MOST_BYTES),
                active_seconds=sent_seconds(request),
                gzipped=request.headers.get("Content-Encoding", "").lower() == "gzip",
            )
        except WorkingCopyConflict as conflict:
            return conflict_response(conflict)
        return Response(shapes.WorkingCopySerializer(copy).data)
