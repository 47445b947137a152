"""Strategies and selections."""

from __future__ import annotations

from typing import Any

from django.db.models import Count
from drf_spectacular.utils import extend_schema
from rest_framework import generics, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from active_learning import registries
from active_learning.api.lookups import pool_for, selection_for
from active_learning.api.serializers import (
    PickSerializer,
    ProposeSerializer,
    SelectionSerializer,
    StrategySerializer,
    TaskSerializer,
)
from active_learning.models import Selection, SelectionItem
from active_learning.services.selections import selection_confirm, selection_discard, selection_propose
from core.http import signed_in


class StrategyList(APIView):
    """Strategies."""

    @extend_schema(responses=StrategySerializer(many=True), operation_id="strategies_list")
    def get(self, request: Request) -> Response:
        """List every strategy with its text, requirements and parameters."""
        return Response(StrategySerializer(registries.strategies(), many=True).data)


class TaskList(APIView):
    """Model tasks."""

    @extend_schema(responses=TaskSerializer(many=True), operation_id="tasks_list")
    def get(self, request: Request) -> Response:
        """List every model task with networks, losses and recipes."""
        return Response(TaskSerializer(registries.tasks(), many=True).data)


class PoolSelections(generics.ListAPIView[Selection]):
    """Selections of a pool."""

    serializer_class = SelectionSerializer
    queryset = Selection.objects.none()

    def get_queryset(self) -> Any:
        """Those of the pool, counted."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return pool_for(self.request.user, self.kwargs["pk"]).selections.annotate(picks=Count("items"))

    @extend_schema(
        request=ProposeSerializer, responses={201: SelectionSerializer}, operation_id="selections_propose"
    )
    def post(self, request: Request, pk: int) -> Response:
        """Propose a selection; nothing is queued before it is confirmed."""
        wanted = ProposeSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        pool = pool_for(request.user, pk)
        selection = selection_propose(pool=pool, user=signed_in(request), **wanted.validated_data)
        return Response(SelectionSerializer(_counted(selection)).data, status=status.HTTP_201_CREATED)


class SelectionDetail(APIView):
    """One selection."""

    @extend_schema(responses=SelectionSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Read a selection."""
        return Response(SelectionSerializer(_counted(selection_for(request.user, pk))).data)


class SelectionPicks(generics.ListAPIView[SelectionItem]):
    """The frames of a selection."""

    serializer_class = PickSerializer
    queryset = SelectionItem.objects.none()

    def get_queryset(self) -> Any:
        """Those that the user may see, in their order."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        selection = selection_for(self.request.user, self.kwargs["pk"])
        return SelectionItem.objects.visible_to(self.request.user).filter(selection=selection).with_pictures()


class SelectionConfirm(APIView):
    """Queue a proposal."""

    @extend_schema(request=None, responses=SelectionSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Queue its frames in the open round, or the next."""
        selection = selection_confirm(selection=selection_for(request.user, pk), user=signed_in(request))
        return Response(SelectionSerializer(_counted(selection)).data)


class SelectionDiscard(APIView):
    """Drop a proposal."""

    @extend_schema(request=None, responses=SelectionSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Forget the proposal."""
        selection = selection_discard(selection=selection_for(request.user, pk), user=signed_in(request))
        return Response(SelectionSerializer(_counted(selection)).data)


def _counted(selection: Selection) -> Selection:
    selection.picks = selection.items.count()  # type: ignore[attr-defined]
    return selection
