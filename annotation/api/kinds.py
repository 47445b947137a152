"""Label kinds and their palettes."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.selectors import kinds


class ClassSerializer(serializers.Serializer[Any]):
    """One class of a kind."""

    index = serializers.IntegerField()
    name = serializers.CharField()
    group = serializers.CharField()
    text = serializers.CharField()


class EntrySerializer(serializers.Serializer[Any]):
    """One stored value of a kind."""

    value = serializers.IntegerField()
    color = serializers.CharField()
    class_index = serializers.IntegerField()
    name = serializers.CharField()


class KindSerializer(serializers.Serializer[Any]):
    """A label kind with its palette."""

    name = serializers.CharField()
    text = serializers.CharField()
    storage = serializers.CharField()
    ignore = serializers.IntegerField()
    ignore_color = serializers.CharField()
    classes = ClassSerializer(many=True)
    entries = EntrySerializer(many=True)


class KindList(APIView):
    """What people draw."""

    @extend_schema(responses=KindSerializer(many=True))
    def get(self, request: Request) -> Response:
        """Every label kind with classes and stored values."""
        return Response(KindSerializer(kinds(), many=True).data)
