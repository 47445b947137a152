"""How evenly a snapshot covers classes, productions and styles, as numbers."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.models import Snapshot
from datasets.services.snapshot_balance import snapshot_balance

BITS = "Jensen-Shannon divergence in bits, 0 alike to 1 nothing in common; null where a side is empty."


class SidesSerializer(serializers.Serializer[Any]):
    """A number of each side."""

    train = serializers.IntegerField()
    test = serializers.IntegerField()


class ClassSidesSerializer(serializers.Serializer[Any]):
    """Share (0 to 1) of a side's pixels that are of one class, null where the side has none."""

    index = serializers.IntegerField()
    name = serializers.CharField()
    train = serializers.FloatField(allow_null=True)
    test = serializers.FloatField(allow_null=True)


class ClassBalanceSerializer(serializers.Serializer[Any]):
    """Classes of one kind of label by side; labels that nobody has counted yet are not in it."""

    kind = serializers.CharField()
    labels = SidesSerializer()
    classes = ClassSidesSerializer(many=True)
    divergence = serializers.FloatField(allow_null=True, help_text=f"Of the two sides' classes. {BITS}")


class ProductionSidesSerializer(SidesSerializer):
    """Frames of one production by side."""

    name = serializers.CharField()


class _Evenness(serializers.Serializer[Any]):
    effective = serializers.FloatField(
        help_text="How many groups of equal size would be as even as the training frames' (Hill number of order 1)."
    )
    divergence = serializers.FloatField(allow_null=True, help_text=f"Of the two sides. {BITS}")


class ProductionBalanceSerializer(_Evenness):
    """Frames by production."""

    rows = ProductionSidesSerializer(many=True, help_text="The largest first.")


class StyleSerializer(serializers.Serializer[Any]):
    """A group of similar frames: its share (0 to 1) of the pool and of each side, and a typical frame's id."""

    frame = serializers.IntegerField()
    pool = serializers.FloatField()
    train = serializers.FloatField(allow_null=True)
    test = serializers.FloatField(allow_null=True)


class StyleBalanceSerializer(_Evenness):
    """Groups of the pool's frames by a feature, the largest first."""

    feature = serializers.CharField()
    rows = StyleSerializer(many=True)
    left_out = serializers.FloatField(help_text="Share of the pool in groups of which no training frame is.")
    pool_divergence = serializers.FloatField(
        allow_null=True, help_text=f"Of training frames and pool. {BITS}"
    )


class BalanceSerializer(serializers.Serializer[Any]):
    """How evenly a snapshot covers what there is."""

    labels = ClassBalanceSerializer(many=True)
    productions = ProductionBalanceSerializer()
    styles = StyleBalanceSerializer(allow_null=True, help_text="Null where the frames have no feature.")


class SnapshotBalance(APIView):
    """How evenly a version covers classes, productions and styles."""

    @extend_schema(responses=BalanceSerializer)
    def get(self, request: Request, pk: str) -> Response:
        """Classes, productions and styles of its training and held-out frames, and of the pool as it is now."""
        snapshot = get_object_or_404(Snapshot.objects.visible_to(request.user), pk=pk)
        return Response(BalanceSerializer(snapshot_balance(snapshot)).data)
