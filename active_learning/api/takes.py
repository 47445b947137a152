"""Takes: a step of one picture of an order made again with what somebody clicked, and pictures to refer to."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from active_learning.api.orders import WishSerializer, order_for
from active_learning.models import OrderPicture, OrderReference, OrderTake
from active_learning.services.references import keys_offered, reference_add
from active_learning.services.takes import take_create, take_delete
from core.api.serializers import ProgressOut
from core.http import signed_in
from core.models import JobState
from datasets.models import Upload


class TakeSerializer(serializers.ModelSerializer[OrderTake]):
    """A step made again, or being so: all its settings, and where its file is once there is one."""

    state = serializers.ChoiceField(choices=JobState.choices, read_only=True)
    settings = serializers.DictField(read_only=True)
    progress = ProgressOut(source="job", read_only=True, allow_null=True)
    error = serializers.CharField(source="job.error_text", default="", read_only=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = OrderTake
        fields = ("id", "step", "settings", "state", "progress", "error", "url", "created_at")
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.STR)
    def get_url(self, take: OrderTake) -> str:
        """Its file; empty while there is none."""
        where = [take.picture.order_id, take.picture.position, take.pk]
        return reverse("order-take", args=where) if take.file else ""


class ReferenceSerializer(serializers.ModelSerializer[OrderReference]):
    """A painted picture that takes may refer to by its key."""

    class Meta:
        model = OrderReference
        fields = ("key", "created_at")
        read_only_fields = fields


class ReferenceInputSerializer(serializers.Serializer[Any]):
    """A complete upload of one's own: an image. It is used up."""

    upload = serializers.UUIDField()


class OrderReferences(APIView):
    """Pictures that takes of an order may refer to."""

    @extend_schema(
        parameters=[OpenApiParameter("q", OpenApiTypes.STR, description="words in the key")],
        responses={200: {"type": "array", "items": {"type": "string"}}},
        operation_id="orders_references_list",
    )
    def get(self, request: Request, pk: int) -> Response:
        """Keys, twenty at most: pictures handed over for takes, the newest first, then those of the order."""
        return Response(keys_offered(order_for(request, pk), request.query_params.get("q", "")))

    @extend_schema(
        request=ReferenceInputSerializer,
        responses={201: ReferenceSerializer},
        operation_id="orders_references_create",
    )
    def post(self, request: Request, pk: int) -> Response:
        """Hand over a painted picture; takes refer to it by the key answered. No result is made of it."""
        order, wanted = order_for(request, pk), ReferenceInputSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        user = signed_in(request)
        upload = get_object_or_404(Upload.objects.filter(user=user), pk=wanted.validated_data["upload"])
        reference = reference_add(order=order, upload=upload, user=user)
        return Response(ReferenceSerializer(reference).data, status=status.HTTP_201_CREATED)


class PictureTakes(APIView):
    """Takes of a picture."""

    @extend_schema(responses=TakeSerializer(many=True), operation_id="orders_pictures_takes_list")
    def get(self, request: Request, pk: int, position: int) -> Response:
        """All of them, the first one first."""
        rows = _picture(request, pk, position).takes.select_related("job", "picture")
        return Response(TakeSerializer(rows, many=True).data)

    @extend_schema(
        request=WishSerializer, responses={202: TakeSerializer}, operation_id="orders_pictures_takes_create"
    )
    def post(self, request: Request, pk: int, position: int) -> Response:
        """Make a step again with settings that differ from the order's; its own result stays."""
        picture, wanted = _picture(request, pk, position), WishSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        values: dict[str, Any] = wanted.validated_data
        take = take_create(
            picture=picture,
            user=signed_in(request),
            step=values["step"],
            settings=values.get("settings"),
        )
        return Response(TakeSerializer(take).data, status=status.HTTP_202_ACCEPTED)


class TakeDetail(APIView):
    """One take."""

    @extend_schema(responses={204: None}, operation_id="orders_pictures_takes_destroy")
    def delete(self, request: Request, pk: int, position: int, take: int) -> Response:
        """Remove it with its file; the order's own result stays. 409 while it is made."""
        found = get_object_or_404(_picture(request, pk, position).takes.select_related("job"), pk=take)
        take_delete(take=found, user=signed_in(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _picture(request: Request, pk: int, position: int) -> OrderPicture:
    rows = order_for(request, pk).pictures.filter(width__gt=0).select_related("order")
    return get_object_or_404(rows, position=position)
