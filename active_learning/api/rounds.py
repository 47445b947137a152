"""Rounds, their progress, and model versions."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from active_learning import selectors
from active_learning.api.lookups import pool_for, round_for
from active_learning.api.serializers import (
    LoopSerializer,
    MetricsSerializer,
    ModelVersionSerializer,
    PromoteSerializer,
    RoundSerializer,
    StartSerializer,
)
from active_learning.models import ModelVersion, Round
from active_learning.services.rounds import round_cancel, round_retry, round_start
from active_learning.services.versions import model_version_promote, model_version_roll_back
from core.http import signed_in
from modeling.tasks import TASKS

TASK = OpenApiParameter("task", OpenApiTypes.STR, description="Name of the model task", default="cel")
AFTER = OpenApiParameter("after", OpenApiTypes.INT, description="First line to read", default=0)


def asked_task(request: Request) -> str:
    """``?task=``, checked; the first registered one by default."""
    return TASKS.get(request.query_params.get("task", TASKS.names()[0])).name


class PoolLoop(APIView):
    """Where a pool's loop stands."""

    @extend_schema(parameters=[TASK], responses=LoopSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """The next action, the current round with its stages, and the learning curve."""
        pool, task = pool_for(request.user, pk), asked_task(request)
        round_ = selectors.latest_round(pool, task)
        action = selectors.next_action(pool, task)
        loop = {
            "next_action": action.name,
            "next_text": action.text,
            "stages": selectors.stages(round_, selectors.job_of(round_) if round_ else None),
            "round": round_,
            "learning_curve": selectors.learning_curve(pool, task),
        }
        return Response(LoopSerializer(loop).data)


class PoolRounds(generics.ListAPIView[Round]):
    """Rounds of a pool."""

    serializer_class = RoundSerializer
    queryset = Round.objects.none()

    def get_queryset(self) -> Any:
        """Those of the pool."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return pool_for(self.request.user, self.kwargs["pk"]).rounds.all()

    @extend_schema(request=StartSerializer, responses={202: RoundSerializer}, operation_id="rounds_start")
    def post(self, request: Request, pk: int) -> Response:
        """Start the pool's open round, or open and start the next."""
        wanted = StartSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        config = dict(wanted.validated_data)
        task = config.pop("task")
        round_ = round_start(
            pool=pool_for(request.user, pk), task=task, config=config, user=signed_in(request)
        )
        return Response(RoundSerializer(round_).data, status=status.HTTP_202_ACCEPTED)


class RoundDetail(APIView):
    """One round."""

    @extend_schema(responses=RoundSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Read a round and how far its job is."""
        return Response(RoundSerializer(round_for(request.user, pk)).data)


class RoundCancel(APIView):
    """Stop a round."""

    @extend_schema(request=None, responses=RoundSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Cancel it; its checkpoint, its labels and its assignments stay."""
        return Response(
            RoundSerializer(round_cancel(round_=round_for(request.user, pk), user=signed_in(request))).data
        )


class RoundRetry(APIView):
    """Go on with a round."""

    @extend_schema(request=None, responses=RoundSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Retry a failed or cancelled round where it stopped."""
        return Response(
            RoundSerializer(round_retry(round_=round_for(request.user, pk), user=signed_in(request))).data
        )


class RoundMetrics(APIView):
    """The training log."""

    @extend_schema(parameters=[AFTER], responses=MetricsSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Rows of the log from line ``after`` on."""
        run = selectors.run_of(round_for(request.user, pk))
        rows = run.metrics() if run else []
        after = _line(request.query_params.get("after", "0"))
        # A resumed training cuts its log back: whoever is ahead of it begins again.
        after = after if after <= len(rows) else 0
        return Response(MetricsSerializer({"rows": rows[after:], "next": len(rows)}).data)


def _line(text: str) -> int:
    return int(text) if text.isdigit() else 0


class PoolModelVersions(generics.ListAPIView[ModelVersion]):
    """Model versions of a pool."""

    serializer_class = ModelVersionSerializer
    queryset = ModelVersion.objects.none()

    def get_queryset(self) -> Any:
        """Those of the pool."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return pool_for(self.request.user, self.kwargs["pk"]).model_versions.select_related(
            "pool", "round__pool"
        )


class ModelVersionPromote(APIView):
    """Use a model version."""

    @extend_schema(request=PromoteSerializer, responses=ModelVersionSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Use this version for drafts from now on; 409 where a loss is not excluded and nobody confirms."""
        version = generics.get_object_or_404(ModelVersion.objects.visible_to(request.user), pk=pk)
        asked = PromoteSerializer(data=request.data)
        asked.is_valid(raise_exception=True)
        promoted = model_version_promote(
            version=version, user=signed_in(request), confirm=asked.validated_data["confirm"]
        )
        return Response(ModelVersionSerializer(promoted).data)


class PoolRollBack(APIView):
    """Go back a model version."""

    @extend_schema(parameters=[TASK], request=None, responses=ModelVersionSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Use the version before the one in use."""
        pool = pool_for(request.user, pk)
        version = model_version_roll_back(pool=pool, task=asked_task(request), user=signed_in(request))
        return Response(ModelVersionSerializer(version).data)
