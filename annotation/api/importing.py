"""Bringing label files for a whole pool."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.importing.paintings import READ, STRICT
from annotation.services.labels_upload import labels_upload
from core.api.serializers import JobOut
from core.http import signed_in
from datasets.models import Pool


class LabelsInputSerializer(serializers.Serializer[Any]):
    """Label files, what they show and how they are read."""

    files = serializers.ListField(
        child=serializers.FileField(),
        help_text="One zip with its folders (a dataset in it is known by its files), COCO's or Label Studio's JSON, "
        "or up to 100 label files.",
    )
    kind = serializers.CharField(help_text="Label kind.")
    look = serializers.BooleanField(
        default=False, help_text="Only say, in the job's log, what an import would do; nothing is changed."
    )
    read = serializers.ChoiceField(
        choices=READ,
        default=STRICT,
        help_text="Exact colours only, or paintings by blends or nearest colour.",
    )


class PoolImportLabels(APIView):
    """Labels that exist already."""

    parser_classes = [MultiPartParser]

    @extend_schema(request=LabelsInputSerializer, responses={202: JobOut})
    def post(self, request: Request, pk: int) -> Response:
        """Import them as accepted labels, as a job (reviewers only), whose log says what was left out and why."""
        pool = get_object_or_404(Pool.objects.visible_to(request.user), pk=pk)
        brought = LabelsInputSerializer(data=request.data)
        brought.is_valid(raise_exception=True)
        job = labels_upload(pool=pool, user=signed_in(request), **brought.validated_data)
        return Response(JobOut(job, context={"request": request}).data, status=status.HTTP_202_ACCEPTED)
