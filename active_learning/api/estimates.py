"""What a round would take."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from active_learning.api.lookups import pool_for
from active_learning.api.serializers import RoundJobSerializer, StartSerializer
from active_learning.estimates import Estimate, estimate_numbered, estimate_of
from active_learning.services.estimating import estimate_start
from core.http import signed_in


class EstimatePartSerializer(serializers.Serializer[Any]):
    """A part of a round and its seconds."""

    title = serializers.CharField()
    seconds = serializers.FloatField()


class RoundEstimateSerializer(serializers.Serializer[Any]):
    """An estimate; what it found is null until its job is done, and where memory did not suffice.

    ``cost`` is in ``currency``, null where no rate is set for the device.
    """

    job = RoundJobSerializer()
    task = serializers.CharField()
    config = serializers.JSONField()
    device = serializers.SerializerMethodField()
    step_seconds = serializers.SerializerMethodField()
    steps = serializers.SerializerMethodField()
    seconds = serializers.SerializerMethodField()
    parts = EstimatePartSerializer(many=True)
    memory_bytes = serializers.SerializerMethodField()
    free_bytes = serializers.SerializerMethodField()
    cost = serializers.FloatField(allow_null=True)
    currency = serializers.SerializerMethodField()
    fits = serializers.SerializerMethodField()
    sentences = serializers.SerializerMethodField()

    def get_device(self, estimate: Estimate) -> str | None:
        """Where it was timed."""
        return (estimate.measured or {}).get("device")

    def get_step_seconds(self, estimate: Estimate) -> float | None:
        """Median of the timed steps."""
        return ((estimate.measured or {}).get("pace") or {}).get("step")

    def get_steps(self, estimate: Estimate) -> int | None:
        """Optimizer steps, at most where the recipe may stop early."""
        return (estimate.expected or {}).get("steps")

    def get_seconds(self, estimate: Estimate) -> float | None:
        """Of all of it."""
        return (estimate.expected or {}).get("seconds")

    def get_memory_bytes(self, estimate: Estimate) -> int | None:
        """At most."""
        return (estimate.measured or {}).get("memory_bytes")

    def get_free_bytes(self, estimate: Estimate) -> int | None:
        """Of the device's memory, when it was timed."""
        return (estimate.measured or {}).get("free_bytes")

    def get_currency(self, estimate: Estimate) -> str:
        """Of the cost."""
        return str(settings.SAKKAN_CURRENCY)

    def get_fits(self, estimate: Estimate) -> bool | None:
        """Whether memory and disk suffice."""
        return estimate.fits if estimate.done else None

    def get_sentences(self, estimate: Estimate) -> list[str]:
        """What it comes to."""
        return estimate.sentences if estimate.done else []


class PoolEstimates(APIView):
    """Estimates of rounds of a pool."""

    @extend_schema(
        request=StartSerializer, responses={202: RoundEstimateSerializer}, operation_id="estimates_start"
    )
    def post(self, request: Request, pk: int) -> Response:
        """Time ten steps of a training in the background, with the settings of a start; nothing is trained."""
        wanted = StartSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        config = dict(wanted.validated_data)
        task = config.pop("task")
        pool = pool_for(request.user, pk)
        job = estimate_start(pool=pool, task=task, config=config, user=signed_in(request))
        return Response(RoundEstimateSerializer(estimate_of(job)).data, status=status.HTTP_202_ACCEPTED)


class PoolEstimate(APIView):
    """One estimate."""

    @extend_schema(responses=RoundEstimateSerializer)
    def get(self, request: Request, pk: int, job_id: UUID) -> Response:
        """How far it is, and what it found."""
        found = estimate_numbered(pool_for(request.user, pk), job_id)
        if found is None:
            raise Http404
        return Response(RoundEstimateSerializer(found).data)
