"""Maps of a pool: what there is, points and colours as bytes, frames drawn round, and what is yet to be computed."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from active_learning.api.lookups import pool_for
from active_learning.api.serializers import SelectionSerializer
from active_learning.map_colors import color_values, coloring_named
from active_learning.maps import MapState, map_keyed, map_table, packed_points, round_asked, title_of
from active_learning.models import Selection
from active_learning.services.by_hand import selection_by_hand
from active_learning.services.mapping import source_named
from active_learning.services.selections import MAX_BUDGET, selection_confirm
from core.http import signed_in
from core.models import Job
from datasets.models import Pool
from datasets.services.embeddings import embedding_start
from datasets.services.maps import map_start
from modeling.tasks import TASKS, Task

TASK = OpenApiParameter("task", OpenApiTypes.STR, description="Model task, the first by default.")
MAP = OpenApiParameter("map", OpenApiTypes.STR, description="Key of the map.")


class PoolMapsSerializer(serializers.Serializer[Any]):
    """Maps that are there, and what one can make and look at."""

    maps = serializers.ListField(child=serializers.DictField())
    sources = serializers.ListField(child=serializers.DictField())
    projections = serializers.ListField(child=serializers.DictField())
    embeddings = serializers.ListField(child=serializers.DictField())
    weights = serializers.ListField(child=serializers.CharField())
    colorings = serializers.ListField(child=serializers.DictField())
    rounds = serializers.ListField(child=serializers.DictField())
    jobs = serializers.ListField(child=serializers.DictField())


class MapStartSerializer(serializers.Serializer[Any]):
    """Of which feature and how; ``task`` says whose scored round a model's features are from."""

    feature = serializers.CharField(default="edges")
    projection = serializers.CharField(default="pca")
    task = serializers.CharField(default="cel")


class EmbedSerializer(serializers.Serializer[Any]):
    """Which embedding; ``weights`` among its parameters names a file in the site's folder of weights."""

    embedding = serializers.CharField(default="colors")
    params = serializers.DictField(child=serializers.CharField(allow_blank=True), default=dict)


class QueuedJobSerializer(serializers.ModelSerializer[Job]):
    """The job that does it."""

    class Meta:
        model = Job
        fields = ("id", "title", "state")
        read_only_fields = fields


class LassoSerializer(serializers.Serializer[Any]):
    """Frames somebody drew round on a map; with ``queue`` they are queued at once instead of proposed."""

    task = serializers.CharField(default="cel")
    map = serializers.CharField()
    frames = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**31 - 1), min_length=1, max_length=MAX_BUDGET
    )
    queue = serializers.BooleanField(default=False)


class PoolMaps(APIView):
    """Maps of a pool."""

    @extend_schema(parameters=[TASK], responses=PoolMapsSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """Say what maps there are, what can be made, and by what frames can be coloured."""
        return Response(MapState(pool_for(request.user, pk), _task(request)).as_json())

    @extend_schema(request=MapStartSerializer, responses={202: QueuedJobSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Place the frames on a map, by a job (leads only)."""
        pool, wanted = pool_for(request.user, pk), _valid(MapStartSerializer, request)
        source = source_named(pool, TASKS.get(wanted["task"]), wanted["feature"])
        job = map_start(
            pool=pool,
            projection=wanted["projection"],
            feature=source.feature,
            version=source.version,
            user=signed_in(request),
        )
        return Response(QueuedJobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class PoolEmbeddings(APIView):
    """Features of a pool that need no model of ours."""

    @extend_schema(request=EmbedSerializer, responses={202: QueuedJobSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Compute one, by a job (leads only)."""
        pool, wanted = pool_for(request.user, pk), _valid(EmbedSerializer, request)
        job = embedding_start(pool=pool, user=signed_in(request), **wanted)
        return Response(QueuedJobSerializer(job).data, status=status.HTTP_202_ACCEPTED)


class PoolMapPoints(APIView):
    """Where the frames are."""

    @extend_schema(
        parameters=[
            MAP,
            OpenApiParameter(
                "every", OpenApiTypes.INT, description="Only every so many-th frame, to show first."
            ),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        """N ids as little-endian uint32, then N x and N y as float32, ids rising; nothing without a map."""
        pool, query = pool_for(request.user, pk), request.query_params
        if not query.get("map"):
            return _bytes(b"")
        every = max(1, int(query["every"])) if query.get("every", "").isdigit() else 1
        return _bytes(packed_points(map_keyed(pool, query["map"]), pool, request.user, every))


class PoolMapValues(APIView):
    """By what they are coloured."""

    @extend_schema(
        parameters=[
            MAP,
            TASK,
            OpenApiParameter("by", OpenApiTypes.STR, description="Key of the colouring."),
            OpenApiParameter("round", OpenApiTypes.INT, description="A scored round; the newest by default."),
        ],
        responses={(200, "application/octet-stream"): OpenApiTypes.BINARY},
    )
    def get(self, request: Request, pk: int) -> HttpResponse:
        """N little-endian float32 in the order of the points, NaN where there is nothing to say."""
        pool, task, query = pool_for(request.user, pk), _task(request), request.query_params
        if not query.get("map"):
            return _bytes(b"")
        coloring = coloring_named(pool, task, query.get("by", "state"))
        asked = int(query["round"]) if query.get("round", "").isdigit() else None
        table, _ = map_table(map_keyed(pool, query["map"]), pool, request.user)
        round_ = round_asked(pool, task, asked)
        return _bytes(_values(coloring, pool, task, table, round_))


class PoolMapSelections(APIView):
    """Frames drawn round on the map."""

    @extend_schema(request=LassoSerializer, responses={201: SelectionSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Make a selection of them (leads only), queued at once where asked."""
        pool, wanted = pool_for(request.user, pk), _valid(LassoSerializer, request)
        selection = _drawn_round(pool, wanted, request)
        selection.picks = selection.items.count()  # type: ignore[attr-defined]
        return Response(SelectionSerializer(selection).data, status=status.HTTP_201_CREATED)


@transaction.atomic
def _drawn_round(pool: Pool, wanted: dict[str, Any], request: Request) -> Selection:
    made, user = map_keyed(pool, wanted["map"]), signed_in(request)
    selection = selection_by_hand(
        pool=pool,
        task=wanted["task"],
        frame_ids=wanted["frames"],
        reason=f"Drawn round on the map of {title_of(made)}",
        params={"map": made.key},
        user=user,
    )
    return selection_confirm(selection=selection, user=user) if wanted["queue"] else selection


def _values(coloring: Any, pool: Pool, task: Task, table: Any, round_: Any) -> bytes:
    found = color_values(coloring, pool=pool, task=task, table=table, round_=round_)
    return found.astype("<f4").tobytes()


def _bytes(data: bytes) -> HttpResponse:
    return HttpResponse(data, content_type="application/octet-stream")


def _task(request: Request) -> Task:
    return TASKS.get(request.query_params.get("task") or TASKS.names()[0])


def _valid(serializer: type[serializers.Serializer[Any]], request: Request) -> dict[str, Any]:
    found = serializer(data=request.data)
    found.is_valid(raise_exception=True)
    return found.validated_data
