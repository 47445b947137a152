"""The cut around a frame: its film strip, and labels copied from its drawings."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation import frame_urls
from annotation.models import Assignment
from annotation.selectors.film import WINDOW, WINDOW_MAX, FilmFrame, drawings_of, film
from annotation.services.carry import label_carry
from annotation.views.carried import carried_url
from core.http import signed_in

STATES = ("labelled", "open", "submitted", "returned", "skipped", "none")


class FilmInputSerializer(serializers.Serializer[Any]):
    """Which piece of the cut."""

    first = serializers.IntegerField(required=False, min_value=0)
    count = serializers.IntegerField(required=False, min_value=1, max_value=WINDOW_MAX, default=WINDOW)


class FilmFrameSerializer(serializers.Serializer[Any]):
    """One drawing of the cut."""

    frame = serializers.IntegerField(source="frame.pk")
    key = serializers.CharField(source="frame.key")
    index = serializers.IntegerField(source="frame.index")
    time_s = serializers.FloatField(source="frame.time_s", allow_null=True)
    width = serializers.IntegerField(source="frame.width")
    height = serializers.IntegerField(source="frame.height")
    pan_x = serializers.FloatField(source="frame.pan_x", allow_null=True)
    pan_y = serializers.FloatField(source="frame.pan_y", allow_null=True)
    thumb_url = serializers.SerializerMethodField()
    image_url = serializers.SerializerMethodField()
    state = serializers.ChoiceField(choices=STATES)
    assignment = serializers.IntegerField(allow_null=True)
    page = serializers.CharField(allow_null=True, help_text="Where the user may draw it.")
    label_url = serializers.CharField(allow_null=True)
    same_as = serializers.IntegerField(allow_null=True, help_text="Earliest drawing that looks the same.")
    current = serializers.BooleanField()

    def get_thumb_url(self, row: FilmFrame) -> str:
        """Thumbnail."""
        return frame_urls.thumb_url(row.frame.pk)

    def get_image_url(self, row: FilmFrame) -> str:
        """Exact pixels."""
        return frame_urls.image_url(row.frame.pk)


class FilmSerializer(serializers.Serializer[Any]):
    """A piece of a cut; positions count from 0."""

    frames = FilmFrameSerializer(many=True)
    first = serializers.IntegerField()
    total = serializers.IntegerField()
    current = serializers.IntegerField()


class CarryInputSerializer(serializers.Serializer[Any]):
    """The drawing whose label is copied."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        """``from`` is no name that Python allows in a class."""
        return {"from": serializers.IntegerField()}


class CarrySerializer(serializers.Serializer[Any]):
    """A label for this frame; nothing is saved until the editor saves it."""

    label_url = serializers.CharField(help_text="H x W stored values.")
    frozen_url = serializers.CharField(help_text="H x W bytes, 1 where nothing changed.")
    moved = serializers.ListField(
        child=serializers.IntegerField(), allow_null=True, help_text="x0, y0, x1, y1 of what moved."
    )
    how = serializers.ChoiceField(choices=("same", "flow"))
    copied = serializers.IntegerField(help_text="Pixels taken as they are.")
    guessed = serializers.IntegerField(help_text="Pixels that followed what moved.")


def assignment_of(request: Request, pk: int) -> Assignment:
    """The assignment, if the user may see its frame."""
    rows = Assignment.objects.visible_to(signed_in(request)).with_names()
    return get_object_or_404(rows, pk=pk)


class AssignmentFilm(APIView):
    """The cut's drawings in order."""

    @extend_schema(
        parameters=[
            OpenApiParameter("first", OpenApiTypes.INT, description="Position to begin at."),
            OpenApiParameter("count", OpenApiTypes.INT, description=f"At most {WINDOW_MAX}."),
        ],
        responses=FilmSerializer,
    )
    def get(self, request: Request, pk: int) -> Response:
        """A piece of the film strip, by default around the frame."""
        wanted = FilmInputSerializer(data=request.query_params)
        wanted.is_valid(raise_exception=True)
        shown = film(assignment_of(request, pk), signed_in(request), **wanted.validated_data)
        return Response(FilmSerializer(shown).data)


class AssignmentCarry(APIView):
    """Copy a label from another drawing of the cut."""

    @extend_schema(request=CarryInputSerializer, responses=CarrySerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Work it out; 400 ``carry_unlabelled`` when that drawing has no label the user may see."""
        wanted = CarryInputSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        assignment, user = assignment_of(request, pk), signed_in(request)
        drawings = drawings_of(assignment.frame, user).exclude(pk=assignment.frame_id)
        source = get_object_or_404(drawings, pk=wanted.validated_data["from"])
        carried = label_carry(assignment=assignment, source=source, user=user)
        urls = {f"{what}_url": carried_url(pk, what, getattr(carried, what)) for what in ("label", "frozen")}
        return Response(CarrySerializer(asdict(carried) | urls).data)
