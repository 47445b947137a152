"""Searches for label errors, their lists, and what is done about an entry."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from active_learning.api.lookups import pool_for
from active_learning.services.label_errors import search_start
from active_learning.views.label_errors import search_for, suspect_for
from annotation.models import LabelSearch, Suspect
from annotation.selectors.suspects import STATES, suspects_visible, with_standing
from annotation.services.suspects import MOST_SENT, suspect_confirm, suspect_send, suspects_send
from core.api.pagination import KeysetPagination
from core.http import signed_in
from core.models import Job
from modeling.crossfit.folds import FEWEST, MOST


class LabelSearchSerializer(serializers.ModelSerializer[LabelSearch]):
    """A search; ``state`` is that of its job, ``done`` once its list is there."""

    state = serializers.SerializerMethodField()

    class Meta:
        model = LabelSearch
        fields = (
            "id",
            "pool",
            "snapshot",
            "task",
            "kind",
            "config",
            "job_id",
            "state",
            "looked_at",
            "known_right",
            "created_at",
            "finished_at",
        )
        read_only_fields = fields

    def get_state(self, search: LabelSearch) -> str:
        """``queued``, ``running``, ``done``, ``failed`` or ``cancelled``."""
        if search.finished_at is not None:
            return "done"
        job = Job.objects.filter(pk=search.job_id).first() if search.job_id else None
        return job.state if job else "queued"


class SearchStartSerializer(serializers.Serializer[Any]):
    """How to look; what is left out is the task's default."""

    task = serializers.CharField(default="cel")
    folds = serializers.IntegerField(required=False, min_value=FEWEST, max_value=MOST)
    network = serializers.CharField(required=False)
    loss = serializers.CharField(required=False)
    recipe = serializers.CharField(required=False)
    settings = serializers.ListField(child=serializers.CharField(), required=False)
    steps = serializers.IntegerField(required=False, min_value=1)
    seconds = serializers.FloatField(required=False, min_value=1)
    seed = serializers.IntegerField(required=False)
    device = serializers.CharField(required=False)


class SuspectSerializer(serializers.ModelSerializer[Suspect]):
    """A label in a list: rank 1 is the most suspicious."""

    standing = serializers.ChoiceField(choices=STATES, read_only=True)
    model_url = serializers.SerializerMethodField()
    difference_url = serializers.SerializerMethodField()

    class Meta:
        model = Suspect
        fields = (
            "id",
            "rank",
            "frame",
            "key",
            "suspicion",
            "reasons",
            "measures",
            "revision",
            "sent_as",
            "standing",
            "model_url",
            "difference_url",
        )
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.URI)
    def get_model_url(self, suspect: Suspect) -> str:
        """The label of a model that has not seen the frame, over it."""
        return reverse("suspect-thumb", args=[suspect.pk, "model"])

    @extend_schema_field(OpenApiTypes.URI)
    def get_difference_url(self, suspect: Suspect) -> str:
        """Where drawn and predicted label differ."""
        return reverse("suspect-thumb", args=[suspect.pk, "difference"])


class SendSerializer(serializers.Serializer[Any]):
    """How many undecided ones from the top of the list."""

    count = serializers.IntegerField(min_value=1, max_value=MOST_SENT)


class SentSerializer(serializers.Serializer[Any]):
    """Versions that wait for review now, and why others were left."""

    revisions = serializers.ListField(child=serializers.IntegerField())
    left = serializers.ListField(child=serializers.CharField())


class ConfirmSerializer(serializers.Serializer[Any]):
    """Whether it is right; false takes that back."""

    right = serializers.BooleanField(default=True)


class ByRank(KeysetPagination):
    """A list in the order of its ranks."""

    ordering = "rank"


class PoolLabelSearches(generics.ListAPIView[LabelSearch]):
    """Searches for errors in a pool's labels."""

    serializer_class = LabelSearchSerializer
    queryset = LabelSearch.objects.none()

    def get_queryset(self) -> Any:
        """Those of the pool, for whoever reviews all of it."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        pool = pool_for(self.request.user, self.kwargs["pk"])
        return LabelSearch.objects.visible_to(signed_in(self.request)).filter(pool=pool)

    @extend_schema(
        request=SearchStartSerializer,
        responses={202: LabelSearchSerializer},
        operation_id="label_searches_start",
    )
    def post(self, request: Request, pk: int) -> Response:
        """Freeze what is accepted and look through it."""
        wanted = SearchStartSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        config = dict(wanted.validated_data)
        task = config.pop("task")
        search = search_start(
            pool=pool_for(request.user, pk), task=task, config=config, user=signed_in(request)
        )
        return Response(LabelSearchSerializer(search).data, status=status.HTTP_202_ACCEPTED)


class LabelSearchDetail(APIView):
    """One search."""

    @extend_schema(responses=LabelSearchSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """How far it is."""
        return Response(LabelSearchSerializer(search_for(signed_in(request), pk)).data)


@extend_schema(parameters=[OpenApiParameter("standing", OpenApiTypes.STR, enum=STATES)])
class LabelSearchSuspects(generics.ListAPIView[Suspect]):
    """The list of a search, the most suspicious label first."""

    serializer_class = SuspectSerializer
    pagination_class = ByRank
    queryset = Suspect.objects.none()

    def get_queryset(self) -> Any:
        """Filter by what has become of an entry."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        user = signed_in(self.request)
        rows = suspects_visible(search_for(user, self.kwargs["pk"]), user)
        standing = self.request.query_params.get("standing", "")
        return rows.filter(standing=standing) if standing in STATES else rows


class LabelSearchSend(APIView):
    """The first of a list back to review."""

    @extend_schema(request=SendSerializer, responses=SentSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Send the first so many undecided ones; their labels stay in use until somebody decides."""
        asked = SendSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user = signed_in(request)
        sent = suspects_send(search=search_for(user, pk), count=asked.validated_data["count"], user=user)
        return Response({"revisions": [row.pk for row in sent.revisions], "left": sent.left})


class SuspectSend(APIView):
    """One back to review."""

    @extend_schema(request=None, responses=SuspectSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Let it wait for a reviewer; it stays in use until somebody decides."""
        user = signed_in(request)
        suspect_send(suspect=suspect_for(user, pk), user=user)
        return _answer(pk)


class SuspectConfirm(APIView):
    """It is right after all."""

    @extend_schema(request=ConfirmSerializer, responses=SuspectSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Remember that it is right: no later search lists it unless it changes."""
        asked = ConfirmSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        user = signed_in(request)
        suspect_confirm(suspect=suspect_for(user, pk), user=user, right=asked.validated_data["right"])
        return _answer(pk)


def _answer(pk: int) -> Response:
    return Response(SuspectSerializer(with_standing(Suspect.objects.filter(pk=pk)).get()).data)
