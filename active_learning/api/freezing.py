"""Versions of a pool's accepted labels, without a round."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from active_learning.api.lookups import pool_for
from active_learning.services.freezing import freeze_start
from core.api.serializers import JobOut
from core.http import signed_in


class FreezeInputSerializer(serializers.Serializer[Any]):
    """What to freeze."""

    kind = serializers.CharField(help_text="Label kind; what training could use beside it is frozen too.")


class PoolFreeze(APIView):
    """A version of what is accepted now."""

    @extend_schema(request=FreezeInputSerializer, responses={202: JobOut})
    def post(self, request: Request, pk: int) -> Response:
        """Freeze the accepted labels, as a job (leads only); when it is done, its subject is the snapshot."""
        wanted = FreezeInputSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        job = freeze_start(pool=pool_for(request.user, pk), user=signed_in(request), **wanted.validated_data)
        return Response(JobOut(job, context={"request": request}).data, status=status.HTTP_202_ACCEPTED)
