"""What rounds took, and what is foretold from it."""

from __future__ import annotations

import math
from typing import Any

from django.http import Http404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from active_learning.api.lookups import pool_for
from active_learning.api.rounds import TASK, asked_task
from active_learning.api.serializers import HeadlineSerializer
from active_learning.forecast import Range
from active_learning.forecasting import Needs, forecast_of
from active_learning.ledger import ledger
from active_learning.selectors import as_json
from active_learning.targets import checked_target
from active_learning.views.common import is_lead
from core.http import signed_in
from datasets.models import Pool

TARGET = OpenApiParameter(
    "target", OpenApiTypes.FLOAT, description="Quality asked for, 0 to 1; half of what is left by default"
)


class DeviceUseSerializer(serializers.Serializer[Any]):
    """Seconds of one kind of work on one device; ``cost`` is null where no rate is set."""

    work = serializers.CharField()
    device = serializers.CharField()
    machine = serializers.CharField()
    seconds = serializers.FloatField()
    cost = serializers.FloatField(allow_null=True)


class LedgerEntrySerializer(serializers.Serializer[Any]):
    """What a round took and brought.

    ``people_seconds`` is active work since the start of the round before; ``labels`` are those it learned from,
    ``added`` those that the last evaluated round did not have, ``gain`` how much its headline is above that one's.
    """

    round = serializers.IntegerField(source="round.pk")
    number = serializers.IntegerField(source="round.number")
    state = serializers.CharField(source="round.state")
    uses = DeviceUseSerializer(many=True)
    device_seconds = serializers.FloatField(allow_null=True)
    cost = serializers.FloatField(allow_null=True)
    people_seconds = serializers.FloatField(source="people")
    labels = serializers.IntegerField(allow_null=True)
    added = serializers.IntegerField(allow_null=True)
    headline = serializers.SerializerMethodField()
    gain = serializers.FloatField(allow_null=True)
    gain_an_hour = serializers.FloatField(allow_null=True)

    @extend_schema_field(HeadlineSerializer(allow_null=True))
    def get_headline(self, entry: Any) -> dict[str, Any] | None:
        """Its figure, once it is evaluated."""
        return as_json(entry.headline)


class ForecastRangeSerializer(serializers.Serializer[Any]):
    """A 95 % interval and its middle; null beyond what can be reached."""

    low = serializers.FloatField(allow_null=True)
    middle = serializers.FloatField(allow_null=True)
    high = serializers.FloatField(allow_null=True)


class ForecastNeedsSerializer(serializers.Serializer[Any]):
    """What it takes to a target: more training labels, and minutes, for leads and where any were kept."""

    target = serializers.FloatField()
    labels = ForecastRangeSerializer()
    frames = ForecastRangeSerializer()
    people_minutes = ForecastRangeSerializer(allow_null=True)
    device_minutes = ForecastRangeSerializer(allow_null=True)
    chance = serializers.FloatField(help_text="Share of curves that come to it within the pool.")


class ForecastTrialSerializer(serializers.Serializer[Any]):
    """A round as the rounds before it foretold it, and as it came."""

    round = serializers.IntegerField()
    low = serializers.FloatField()
    middle = serializers.FloatField()
    high = serializers.FloatField()
    truth = serializers.FloatField()
    inside = serializers.BooleanField()


class ForecastSerializer(serializers.Serializer[Any]):
    """How the curve may go on: ``reason`` says why nothing can be told, ``law`` is a, b and c of a - b n^-c."""

    reason = serializers.CharField(allow_blank=True)
    warning = serializers.CharField(allow_blank=True)
    law = serializers.ListField(child=serializers.FloatField(), allow_null=True)
    needs = ForecastNeedsSerializer(allow_null=True)
    trials = ForecastTrialSerializer(many=True)


class PoolLedger(APIView):
    """What the rounds of a pool took."""

    @extend_schema(parameters=[TASK], responses=LedgerEntrySerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """An entry a round, oldest first; for leads of all of its productions."""
        pool = pool_for(request.user, pk)
        if not is_lead(signed_in(request), pool):
            raise Http404
        return Response(LedgerEntrySerializer(ledger(pool, asked_task(request)), many=True).data)


class PoolForecast(APIView):
    """How far a pool's model may come."""

    @extend_schema(parameters=[TASK, TARGET], responses=ForecastSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What it takes to a target, and how earlier rounds would have been foretold."""
        pool: Pool = pool_for(request.user, pk)
        forecast = forecast_of(ledger(pool, asked_task(request)), pool.frame_count)
        asked = checked_target(request.query_params.get("target", ""))
        needs = forecast.needs(asked if asked is not None else forecast.usual_target)
        told = {
            "reason": forecast.reason,
            "warning": forecast.warning,
            "law": forecast.curves.law.tolist() if forecast.curves else None,
            "needs": _needs(needs, is_lead(signed_in(request), pool)) if needs else None,
            "trials": [
                {
                    "round": forecast.entries[trial.index].round.number,
                    "low": trial.low,
                    "middle": trial.middle,
                    "high": trial.high,
                    "truth": trial.truth,
                    "inside": trial.inside,
                }
                for trial in forecast.trials
            ],
        }
        return Response(ForecastSerializer(told).data)


def _needs(needs: Needs, with_time: bool) -> dict[str, Any]:
    return {
        "target": needs.target,
        "labels": _range(needs.labels),
        "frames": _range(needs.frames),
        "people_minutes": _range(needs.people_minutes) if with_time else None,
        "device_minutes": _range(needs.device_minutes) if with_time else None,
        "chance": needs.chance,
    }


def _range(found: Range | None) -> dict[str, float | None] | None:
    """JSON has no infinity."""
    if found is None:
        return None
    ends = {"low": found.low, "middle": found.middle, "high": found.high}
    return {name: value if math.isfinite(value) else None for name, value in ends.items()}
