"""Histograms of pools and snapshots as numbers (Kugler 2020, figures 4.1 to 4.3 and 5.3 to 5.5)."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.models import Snapshot
from datasets.services.snapshot_figures import snapshot_statistics


class ResolutionSerializer(serializers.Serializer[Any]):
    """Frames of one size in pixels."""

    width = serializers.IntegerField()
    height = serializers.IntegerField()
    frames = serializers.IntegerField()


class OtherResolutionsSerializer(serializers.Serializer[Any]):
    """What the less common sizes come to."""

    resolutions = serializers.IntegerField()
    frames = serializers.IntegerField()


class YearSerializer(serializers.Serializer[Any]):
    """Frames of productions that came out in one year."""

    year = serializers.IntegerField()
    frames = serializers.IntegerField()


class ClassShareSerializer(serializers.Serializer[Any]):
    """Pixels of one class; ``share`` (0 to 1) is of all pixels that are not ignored."""

    index = serializers.IntegerField()
    name = serializers.CharField()
    pixels = serializers.IntegerField()
    share = serializers.FloatField(allow_null=True)


class DrawnSerializer(serializers.Serializer[Any]):
    """Labels by the share of their pixels that is not class 0, in equal bins from 0 to 1.

    ``blank`` are labels of which every pixel is ignored.
    """

    name = serializers.CharField()
    bins = serializers.ListField(child=serializers.IntegerField())
    blank = serializers.IntegerField()


class LabelStatisticsSerializer(serializers.Serializer[Any]):
    """Labels of one kind; ``uncounted`` of them are not in the figures yet."""

    kind = serializers.CharField()
    labelled = serializers.IntegerField()
    uncounted = serializers.IntegerField()
    scale = serializers.ChoiceField(
        choices=["linear", "log"], help_text="On which shares of classes are shown."
    )
    classes = ClassShareSerializer(many=True)
    ignored = serializers.IntegerField(help_text="Pixels of value 255.")
    ignored_share = serializers.FloatField(allow_null=True, help_text="Of all pixels.")
    drawn = DrawnSerializer()


class StatisticsSerializer(serializers.Serializer[Any]):
    """What a dataset is made of."""

    frames = serializers.IntegerField()
    resolutions = ResolutionSerializer(many=True, help_text="The most common first.")
    other_resolutions = OtherResolutionsSerializer()
    years = YearSerializer(many=True)
    frames_of_unknown_year = serializers.IntegerField()
    labels = LabelStatisticsSerializer(many=True, help_text="Kinds of which there is a label.")


class SnapshotStatistics(APIView):
    """What a version is made of."""

    @extend_schema(responses=StatisticsSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """Resolution, release year, drawn share and class frequency of its frames, labelled and held-out."""
        snapshot = get_object_or_404(Snapshot.objects.visible_to(request.user), pk=pk)
        return Response(StatisticsSerializer(snapshot_statistics(snapshot, request.user)).data)
