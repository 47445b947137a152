"""What changed from one snapshot to another."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from datasets.models import Difference, Snapshot
from datasets.services.differences import difference_of, difference_start


class MovedFrameSerializer(serializers.Serializer[Any]):
    """A frame whose cut went to the other side of the split."""

    key = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        """``from`` is a word of Python."""
        return super().get_fields() | {"from": serializers.CharField(), "to": serializers.CharField()}


class RelabelledFrameSerializer(serializers.Serializer[Any]):
    """A label drawn anew."""

    key = serializers.CharField()
    changed = serializers.IntegerField(help_text="Pixels whose stored value is another.")
    pixels = serializers.IntegerField()
    classes = serializers.IntegerField(
        allow_null=True, help_text="Those among them of another class; null where sizes differ."
    )
    origins = serializers.ListField(child=serializers.CharField(), help_text="Before and after.")


class SnapshotLabelsSerializer(serializers.Serializer[Any]):
    """What changed of the labels of a kind, in frames that both snapshots have."""

    added = serializers.ListField(child=serializers.CharField())
    dropped = serializers.ListField(child=serializers.CharField())
    relabelled = RelabelledFrameSerializer(many=True, help_text="The most changed first.")
    changed = serializers.IntegerField()
    confusion = serializers.ListField(
        child=serializers.ListField(child=serializers.IntegerField()),
        allow_null=True,
        help_text="Pixels by class before (row) and after (column), ignored ones last.",
    )


class SnapshotDifferenceSerializer(serializers.Serializer[Any]):
    """What `modeling.snapshots.difference` gives."""

    old = serializers.CharField()
    new = serializers.CharField()
    frames = serializers.DictField(
        child=serializers.IntegerField(), help_text="How many are the same, added, dropped, replaced, moved."
    )
    added = serializers.ListField(child=serializers.CharField())
    dropped = serializers.ListField(child=serializers.CharField())
    replaced = serializers.ListField(child=serializers.CharField(), help_text="Another picture, same key.")
    moved = MovedFrameSerializer(many=True)
    labels = serializers.DictField(child=SnapshotLabelsSerializer(), help_text="By kind.")


class SnapshotDifferenceJobSerializer(serializers.Serializer[Difference]):
    """The counting of what changed."""

    job_id = serializers.UUIDField(allow_null=True, help_text="Null where nobody asked for it, see POST.")
    done = serializers.SerializerMethodField()

    def get_done(self, row: Difference) -> bool:
        """Whether there is nothing left to do."""
        return bool(row.report)


class SnapshotDifference(APIView):
    """What changed from one snapshot to another that both are visible."""

    @extend_schema(
        operation_id="snapshots_diff_retrieve",
        responses={200: SnapshotDifferenceSerializer, 202: SnapshotDifferenceJobSerializer},
    )
    def get(self, request: Request, pk: str, other: str) -> Response:
        """Frames and labels by key; 202 while comparing them takes a job, which POST queues."""
        old, new = _both(request, pk, other)
        told = difference_of(old, new)
        if told is not None:
            return Response(told)
        row = Difference.objects.filter(old=old, new=new).first() or Difference(old=old, new=new)
        return Response(SnapshotDifferenceJobSerializer(row).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        operation_id="snapshots_diff_count", request=None, responses={202: SnapshotDifferenceJobSerializer}
    )
    def post(self, request: Request, pk: str, other: str) -> Response:
        """Queue the counting; asked twice, it is counted once."""
        old, new = _both(request, pk, other)
        row = difference_start(old=old, new=new, user=request.user)  # type: ignore[arg-type]
        return Response(SnapshotDifferenceJobSerializer(row).data, status=status.HTTP_202_ACCEPTED)


def _both(request: Request, pk: str, other: str) -> tuple[Snapshot, Snapshot]:
    visible = Snapshot.objects.visible_to(request.user).select_related("pool")
    return get_object_or_404(visible, pk=pk), get_object_or_404(visible, pk=other)
