"""The Studio: its steps, what they ask, orders with their pictures, and results on their way into a pool."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from active_learning import registries
from active_learning.models import BROKEN, ModelVersion, Order, OrderPicture, OrderSending
from active_learning.order_archive import has_archive
from active_learning.ordering import Wish, asked_by, chosen_of
from active_learning.services.order_sending import sending_create
from active_learning.services.orders import order_cancel, order_create, order_delete, order_retry
from core.api.pagination import KeysetPagination
from core.api.serializers import ProgressOut
from core.http import signed_in
from core.models import JobState
from datasets.models import Upload


class StepSerializer(serializers.Serializer[Any]):
    """A kind of result: its parameters as a JSON schema, and the model tasks that it asks with their defaults."""

    name = serializers.CharField()
    text = serializers.CharField()
    tasks = serializers.ListField(child=serializers.CharField())
    drafts = serializers.CharField(help_text="Task whose draft its file is; empty where it is no label.")
    parameters = serializers.DictField()


class WishSerializer(serializers.Serializer[Any]):
    """A step to be made; settings that are left out are its defaults."""

    step = serializers.CharField()
    settings = serializers.DictField(required=False)


class WishesSerializer(serializers.Serializer[Any]):
    """Steps in their order."""

    steps = WishSerializer(many=True)

    @property
    def wishes(self) -> list[Wish]:
        """As `active_learning.ordering` takes them."""
        return [Wish(one["step"], one.get("settings", {})) for one in self.validated_data["steps"]]


class ServingSerializer(serializers.ModelSerializer[ModelVersion]):
    """A version that may serve."""

    name = serializers.CharField(read_only=True)
    promoted = serializers.SerializerMethodField()

    class Meta:
        model = ModelVersion
        fields = ("id", "name", "task", "pool", "number", "promoted")
        read_only_fields = fields

    def get_promoted(self, version: ModelVersion) -> bool:
        """Whether its pool drafts with it."""
        return version.promoted_at is not None


class AskedSerializer(serializers.Serializer[Any]):
    """A model task that is asked: what may serve, what does by default, or why nothing can."""

    task = serializers.CharField()
    versions = ServingSerializer(many=True)
    default = serializers.IntegerField(source="default.pk", allow_null=True, default=None)
    problem = serializers.CharField()


class OrderSerializer(serializers.ModelSerializer[Order]):
    """An order; counts grow while it is made."""

    state = serializers.ChoiceField(choices=JobState.choices, read_only=True)
    steps = WishSerializer(many=True, read_only=True)
    progress = ProgressOut(source="job", read_only=True, allow_null=True)
    error = serializers.CharField(source="job.error_text", default="", read_only=True)
    url = serializers.CharField(source="get_absolute_url", read_only=True)
    archive = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = (
            "id",
            "title",
            "state",
            "steps",
            "total",
            "whole",
            "broken",
            "progress",
            "error",
            "job_id",
            "created_at",
            "finished_at",
            "emptied_at",
            "url",
            "archive",
        )
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.STR)
    def get_archive(self, order: Order) -> str:
        """Where the zip of its results is, which may be fetched in ranges; empty while there is none."""
        return reverse("order-archive", args=[order.pk]) if has_archive(order) else ""


class SendingSerializer(serializers.ModelSerializer[OrderSending]):
    """Results on their way into a pool, or there; ``left`` counts those that became no draft by reason."""

    pool = serializers.IntegerField(source="ingest.pool_id", read_only=True)
    pool_name = serializers.CharField(source="ingest.pool.name", read_only=True)
    state = serializers.SerializerMethodField()
    error = serializers.CharField(source="job.error_text", default="", read_only=True)

    class Meta:
        model = OrderSending
        fields = (
            "id",
            "ingest",
            "pool",
            "pool_name",
            "state",
            "error",
            "job_id",
            "drafted",
            "left",
            "created_at",
        )
        read_only_fields = fields

    @extend_schema_field(serializers.ChoiceField(choices=JobState.choices))
    def get_state(self, sending: OrderSending) -> str:
        """Of its job."""
        return sending.job.state if sending.job else JobState.DONE


class OrderDetailSerializer(OrderSerializer):
    """An order with the versions that serve and where its results went."""

    versions = ServingSerializer(many=True, read_only=True)
    sendings = SendingSerializer(many=True, read_only=True)

    class Meta(OrderSerializer.Meta):
        fields = read_only_fields = (*OrderSerializer.Meta.fields, "versions", "sendings")  # type: ignore[assignment]


class OrderInputSerializer(WishesSerializer):
    """What is wanted: complete uploads of one's own, steps, and versions where not those in use."""

    uploads = serializers.ListField(child=serializers.UUIDField(), allow_empty=False)
    versions = serializers.DictField(
        child=serializers.IntegerField(), required=False, help_text="Id of the model version by task."
    )


class LeftSerializer(serializers.Serializer[Any]):
    """What a step left for a person: regions not painted, how many, in a sentence, and a line for each larger one."""

    count = serializers.IntegerField()
    text = serializers.CharField()
    lines = serializers.ListField(child=serializers.CharField())


class OrderPictureSerializer(serializers.ModelSerializer[OrderPicture]):
    """A picture, its results by step, and what went wrong: whole, part, broken, or empty while it waits."""

    outcome = serializers.CharField(read_only=True)
    sentences = serializers.ListField(child=serializers.CharField(), read_only=True)
    before = serializers.SerializerMethodField()
    results = serializers.SerializerMethodField()
    left = serializers.DictField(child=LeftSerializer(), read_only=True)

    class Meta:
        model = OrderPicture
        fields = (
            "position",
            "key",
            "source",
            "sha256",
            "width",
            "height",
            "outcome",
            "sentences",
            "before",
            "results",
            "left",
        )
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.STR)
    def get_before(self, picture: OrderPicture) -> str:
        """The picture as it came; empty where it is none."""
        if not picture.width:
            return ""
        return reverse("order-before", args=[picture.order_id, picture.position])

    @extend_schema_field(serializers.DictField(child=serializers.CharField()))
    def get_results(self, picture: OrderPicture) -> dict[str, str]:
        """Address of each step's file."""
        where = [picture.order_id, picture.position]
        return {step: reverse("order-result", args=[*where, step]) for step in picture.results}


class SendInputSerializer(serializers.Serializer[Any]):
    """Whose frames they become; the pool is called as the production by default."""

    production = serializers.CharField(max_length=200)
    pool = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    licence = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    rights = serializers.CharField(
        max_length=300,
        required=False,
        allow_blank=True,
        default="",
        help_text="Who holds the rights in the frames.",
    )
    year = serializers.IntegerField(required=False, allow_null=True, default=None)


class NewestFirst(KeysetPagination):
    """The newest order first."""

    ordering = "-id"


class ByPosition(KeysetPagination):
    """Pictures in the order of their files."""

    ordering = "position"


class StudioSteps(APIView):
    """What the Studio can make."""

    @extend_schema(responses=StepSerializer(many=True), operation_id="studio_steps_list")
    def get(self, request: Request) -> Response:
        """List every step."""
        return Response(StepSerializer(registries.studio_steps(), many=True).data)


class StudioAsked(APIView):
    """Which models steps ask."""

    @extend_schema(
        request=WishesSerializer, responses=AskedSerializer(many=True), operation_id="studio_asked"
    )
    def post(self, request: Request) -> Response:
        """Check steps with their settings and say which model versions may serve; changes nothing."""
        wanted = WishesSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        asked = asked_by(chosen_of(wanted.wishes), signed_in(request))
        return Response(AskedSerializer(asked, many=True).data)


class OrderList(generics.ListAPIView[Order]):
    """One's orders."""

    serializer_class = OrderSerializer
    pagination_class = NewestFirst
    queryset = Order.objects.none()

    def get_queryset(self) -> Any:
        """With their jobs."""
        return Order.objects.filter(owner=signed_in(self.request)).with_states()

    @extend_schema(
        request=OrderInputSerializer, responses={201: OrderDetailSerializer}, operation_id="orders_create"
    )
    def post(self, request: Request) -> Response:
        """Order steps of every picture in one's uploads."""
        wanted = OrderInputSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        user, values = signed_in(request), wanted.validated_data
        mine = Upload.objects.filter(user=user)
        order = order_create(
            user=user,
            uploads=[get_object_or_404(mine, pk=pk) for pk in dict.fromkeys(values["uploads"])],
            wishes=wanted.wishes,
            versions=values.get("versions"),
        )
        return Response(OrderDetailSerializer(order).data, status=status.HTTP_201_CREATED)


class OrderDetail(APIView):
    """One order."""

    @extend_schema(responses=OrderDetailSerializer, operation_id="orders_retrieve")
    def get(self, request: Request, pk: int) -> Response:
        """How far it is."""
        return Response(OrderDetailSerializer(order_for(request, pk)).data)

    @extend_schema(responses={204: None}, operation_id="orders_destroy")
    def delete(self, request: Request, pk: int) -> Response:
        """Remove it with its files; what was sent into pools stays there. 409 while it is worked on."""
        order_delete(order=order_for(request, pk), user=signed_in(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


class OrderCancel(APIView):
    """Stop."""

    @extend_schema(request=None, responses=OrderDetailSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Stop an order; what is made stays."""
        order = order_cancel(order=order_for(request, pk), user=signed_in(request))
        return Response(OrderDetailSerializer(order).data)


class OrderRetry(APIView):
    """Go on."""

    @extend_schema(request=None, responses=OrderDetailSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Go on with an order that was cancelled or failed."""
        order = order_retry(order=order_for(request, pk), user=signed_in(request))
        return Response(OrderDetailSerializer(order).data)


@extend_schema(
    parameters=[OpenApiParameter("broken", OpenApiTypes.BOOL, description="only what is not whole")]
)
class OrderPictures(generics.ListAPIView[OrderPicture]):
    """Pictures of an order."""

    serializer_class = OrderPictureSerializer
    pagination_class = ByPosition
    queryset = OrderPicture.objects.none()

    def get_queryset(self) -> Any:
        """In the order of their files."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        rows = order_for(self.request, self.kwargs["pk"]).pictures.all()
        broken = self.request.query_params.get("broken", "").lower() in ("1", "true")
        return rows.filter(outcome__in=BROKEN) if broken else rows


class OrderSend(APIView):
    """Into a pool."""

    @extend_schema(request=SendInputSerializer, responses={202: SendingSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Ingest an order's files and keep what models drew of them as drafts."""
        order, wanted = order_for(request, pk), SendInputSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        sending = sending_create(order=order, user=signed_in(request), **wanted.validated_data)
        return Response(SendingSerializer(sending).data, status=status.HTTP_202_ACCEPTED)


def order_for(request: Any, pk: int) -> Order:
    """An order that the user may see, or 404."""
    return get_object_or_404(Order.objects.visible_to(signed_in(request)).with_states(), pk=pk)
