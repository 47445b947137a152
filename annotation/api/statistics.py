"""Histograms of a pool, and counting the labels that are not in them yet."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.selectors.statistics import pool_statistics
from annotation.services.tallies import labels_count_start
from core.api.serializers import JobOut
from core.http import signed_in
from datasets.api.statistics import StatisticsSerializer
from datasets.models import Pool


class PoolStatistics(APIView):
    """What a pool is made of."""

    @extend_schema(responses=StatisticsSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Resolution and release year of its frames, drawn share and class frequency of its accepted labels."""
        user = signed_in(request)
        return Response(StatisticsSerializer(pool_statistics(_pool(request, pk), user)).data)

    @extend_schema(request=None, responses={202: JobOut})
    def post(self, request: Request, pk: int) -> Response:
        """Count the labels that nobody has counted, as a job (leads only)."""
        job = labels_count_start(pool=_pool(request, pk), user=signed_in(request))
        return Response(JobOut(job, context={"request": request}).data, status=status.HTTP_202_ACCEPTED)


def _pool(request: Request, pk: int) -> Pool:
    return get_object_or_404(Pool.objects.visible_to(request.user), pk=pk)
