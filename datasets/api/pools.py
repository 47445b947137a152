"""Productions, pools, cuts and frames."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response

from core.http import signed_in
from datasets.api import serializers as shapes
from datasets.models import Cut, Frame, Pool, PoolFrame, Production
from datasets.selectors import pool_frames
from datasets.services.productions import production_set_year


class ProductionList(generics.ListAPIView[Production]):
    """Productions in which one has a role."""

    serializer_class = shapes.ProductionSerializer
    queryset = Production.objects.none()

    def get_queryset(self) -> Any:
        """Only what the user may see."""
        return Production.objects.visible_to(self.request.user)


class ProductionDetail(generics.RetrieveAPIView[Production]):
    """One production."""

    serializer_class = shapes.ProductionSerializer
    queryset = Production.objects.none()

    def get_queryset(self) -> Any:
        """Only what the user may see."""
        return Production.objects.visible_to(self.request.user)

    @extend_schema(request=shapes.ProductionInputSerializer, responses=shapes.ProductionSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Say in which year it came out (leads only)."""
        production, said = self.get_object(), shapes.ProductionInputSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        year = said.validated_data["year"]
        changed = production_set_year(production=production, year=year, user=signed_in(request))
        return Response(shapes.ProductionSerializer(changed).data)


class PoolList(generics.ListAPIView[Pool]):
    """Pools with at least one production of one's own."""

    serializer_class = shapes.PoolSerializer
    queryset = Pool.objects.none()

    def get_queryset(self) -> Any:
        """Only what the user may see."""
        return Pool.objects.visible_to(self.request.user).prefetch_related("productions")


class PoolDetail(generics.RetrieveAPIView[Pool]):
    """One pool."""

    serializer_class = shapes.PoolSerializer
    queryset = Pool.objects.none()

    def get_queryset(self) -> Any:
        """Only what the user may see."""
        return Pool.objects.visible_to(self.request.user).prefetch_related("productions")


@extend_schema(
    parameters=[OpenApiParameter("cut", OpenApiTypes.INT), OpenApiParameter("split", OpenApiTypes.STR)]
)
class PoolFrameList(generics.ListAPIView[PoolFrame]):
    """Frames of a pool in the order they came in; ``cut`` and ``split`` (train, test, gap) filter."""

    serializer_class = shapes.PoolFrameSerializer
    queryset = PoolFrame.objects.none()

    def get_queryset(self) -> Any:
        """Only what the user may see."""
        pool = get_object_or_404(Pool.objects.visible_to(self.request.user), pk=self.kwargs["pk"])
        query = self.request.query_params
        cut = int(query["cut"]) if query.get("cut", "").isdigit() else None
        rows = pool_frames(pool, self.request.user, cut=cut, split=query.get("split") or None)
        return rows.select_related("frame__cut", "frame__source")


class PoolCutList(generics.ListAPIView[Cut]):
    """Cuts with frames in a pool."""

    serializer_class = shapes.CutSerializer
    queryset = Cut.objects.none()

    def get_queryset(self) -> Any:
        """Only what the user may see."""
        pool = get_object_or_404(Pool.objects.visible_to(self.request.user), pk=self.kwargs["pk"])
        frames = Frame.objects.in_pool(pool).visible_to(self.request.user)
        return Cut.objects.filter(pk__in=frames.values("cut"))


class FrameDetail(generics.RetrieveAPIView[Frame]):
    """One frame."""

    serializer_class = shapes.FrameDetailSerializer
    queryset = Frame.objects.none()

    def get_queryset(self) -> Any:
        """Only what the user may see."""
        return Frame.objects.visible_to(self.request.user).select_related("cut", "source")
