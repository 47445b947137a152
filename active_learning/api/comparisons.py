"""Two model versions on the same held-out frames: the page's numbers, its frames, and the job behind them."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from active_learning import selectors
from active_learning.api.lookups import pool_for
from active_learning.choosing import Chosen, choose
from active_learning.comparisons import Comparison
from active_learning.services.judging import versions_judge_start
from core.api.serializers import StandingField
from core.errors import ConflictError
from core.http import signed_in
from modeling.comparing import Difference
from modeling.metrics import Interval
from modeling.tasks import TASKS

ORDERS = ("worse", "better")
LIMIT = 100
MOST = 1000

PAIR = [
    OpenApiParameter("task", OpenApiTypes.STR, description="Name of the model task", default="cel"),
    OpenApiParameter("old", OpenApiTypes.INT, description="Number of a version, by default the one in use"),
    OpenApiParameter(
        "new", OpenApiTypes.INT, description="Number of a version, by default the newest other one"
    ),
]
PAGE = [
    OpenApiParameter("order", OpenApiTypes.STR, enum=ORDERS, default="worse"),
    OpenApiParameter("offset", OpenApiTypes.INT, default=0),
    OpenApiParameter("limit", OpenApiTypes.INT, description=f"At most {MOST}", default=LIMIT),
]


class IntervalField(serializers.ListField):
    """``[low, high]``, bootstrapped over cuts; null with fewer than three."""

    child = serializers.FloatField()

    def to_representation(self, interval: Interval) -> list[float]:  # type: ignore[override]
        """Both bounds."""
        return [interval.low, interval.high]


class DifferenceSerializer(serializers.Serializer[Difference]):
    """A figure of both versions in 0..1 and ``difference``, new less old; null for a class the truth does not hold."""

    name = serializers.CharField()
    old = serializers.FloatField(allow_null=True)
    new = serializers.FloatField(allow_null=True)
    difference = serializers.FloatField(source="value", allow_null=True)
    old_interval = IntervalField(allow_null=True)
    new_interval = IntervalField(allow_null=True)
    interval = IntervalField(allow_null=True)


class JudgingSerializer(serializers.Serializer[Any]):
    """The job that judges the two versions."""

    id = serializers.UUIDField()
    state = serializers.CharField()
    text = StandingField()


class ComparisonSerializer(serializers.Serializer[Any]):
    """How two versions compare.

    ``state`` is ready, unjudged (POST to judge them), judging, no_labels (nothing held-out is labelled) or too_few
    (versions). ``left_out`` counts frames by reason. ``doubt`` says why the new one may be worse, empty for no reason;
    ``caution`` what to keep in mind about the intervals. ``to_judge`` lists versions that have not judged the newest
    held-out labels.
    """

    state = serializers.CharField()
    old = serializers.IntegerField(allow_null=True)
    new = serializers.IntegerField(allow_null=True)
    in_use = serializers.IntegerField(allow_null=True)
    frames = serializers.IntegerField()
    cuts = serializers.IntegerField()
    worse = serializers.IntegerField()
    better = serializers.IntegerField()
    headline = DifferenceSerializer(allow_null=True)
    classes = DifferenceSerializer(many=True)
    left_out = serializers.DictField(child=serializers.IntegerField())
    doubt = serializers.CharField()
    caution = serializers.CharField()
    to_judge = serializers.ListField(child=serializers.IntegerField())
    job = JudgingSerializer(allow_null=True)


class FrameChangeSerializer(serializers.Serializer[Any]):
    """A frame's headline metric by both versions, and the shares of its counted pixels that either has wrong."""

    key = serializers.CharField()
    cut = serializers.CharField()
    production = serializers.CharField()
    old = serializers.FloatField()
    new = serializers.FloatField()
    change = serializers.FloatField()
    old_wrong = serializers.FloatField()
    new_wrong = serializers.FloatField()


class FrameChangesSerializer(serializers.Serializer[Any]):
    """Frames that got worse (the worst first) or better (the best first), ``count`` of them in all."""

    count = serializers.IntegerField()
    results = FrameChangeSerializer(many=True)


def chosen_of(request: Request, pk: int) -> Chosen:
    """The two versions that the query names, of a pool the user may see."""
    query = request.query_params
    task = TASKS.get(query.get("task", TASKS.names()[0]))
    return choose(pool_for(request.user, pk), task, query.get("old"), query.get("new"))


class PoolComparison(APIView):
    """Two model versions of a pool on the same held-out frames."""

    @extend_schema(parameters=PAIR, responses=ComparisonSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Read how they compare."""
        return Response(ComparisonSerializer(_numbers(chosen_of(request, pk))).data)

    @extend_schema(parameters=PAIR, request=None, responses={202: ComparisonSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Judge both on the newest held-out labels."""
        chosen = chosen_of(request, pk)
        if chosen.old is None or chosen.new is None:
            raise ConflictError("There are no two versions to compare yet.", code="too_few_versions")
        versions_judge_start(old=chosen.old, new=chosen.new, user=signed_in(request))
        return Response(ComparisonSerializer(_numbers(chosen)).data, status=status.HTTP_202_ACCEPTED)


def _numbers(chosen: Chosen) -> dict[str, Any]:
    versions = {"old": chosen.old, "new": chosen.new, "in_use": chosen.in_use}
    return {
        "state": chosen.state,
        **{name: version.number if version else None for name, version in versions.items()},
        "to_judge": [version.number for version in chosen.to_judge],
        "job": chosen.job,
        **_figures(chosen.comparison),
    }


def _figures(comparison: Comparison | None) -> dict[str, Any]:
    result = comparison.result if comparison else None
    compared = result.compared if result else None
    return {
        "frames": compared.frames if compared else 0,
        "cuts": compared.cuts if compared else 0,
        "worse": len(result.worse) if result else 0,
        "better": len(result.better) if result else 0,
        "headline": compared.headline if compared else None,
        "classes": compared.classes if compared else [],
        "left_out": result.left_out if result else {},
        "doubt": comparison.doubt if comparison else "",
        "caution": comparison.caution if comparison else "",
    }


class PoolComparisonFrames(APIView):
    """The frames of a comparison."""

    @extend_schema(parameters=[*PAIR, *PAGE], responses=FrameChangesSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """List frames that got worse or better, for whoever may see every production of the pool."""
        chosen = chosen_of(request, pk)
        if not selectors.sees_all(signed_in(request), chosen.pool):
            raise PermissionDenied
        rows = _rows(chosen.comparison, request.query_params.get("order", ORDERS[0]))
        start, limit = _whole(request, "offset", 0), min(MOST, _whole(request, "limit", LIMIT))
        found = {"count": len(rows), "results": rows[start : start + limit]}
        return Response(FrameChangesSerializer(found).data)


def _rows(comparison: Comparison | None, order: str) -> Any:
    if comparison is None:
        return ()
    return comparison.result.better if order == "better" else comparison.result.worse


def _whole(request: Request, name: str, default: int) -> int:
    text = request.query_params.get(name, "")
    return int(text) if text.isdecimal() else default
