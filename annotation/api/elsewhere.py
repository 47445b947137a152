"""Drawing in other programs: what to take along, and bringing it back in two steps."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.api import serializers as shapes
from annotation.api.assignments import assignment_of, conflict_response
from annotation.elsewhere.reading import HOW
from annotation.models import Assignment
from annotation.services import elsewhere, elsewhere_downloads
from annotation.services.elsewhere import PICTURES, Preview
from annotation.services.working_copies import WorkingCopyConflict
from core.http import signed_in
from datasets.models import Pool

_FILE = {200: OpenApiTypes.BINARY}
_FILES = ("frame.png", "draft.png", "palette.gpl", "palette.kpl", "palette.png", "template.psd", "all.zip")


class ElsewhereSerializer(serializers.Serializer[Any]):
    """Where the files of a frame are, where to bring a painting, and the page for both."""

    files = serializers.DictField(child=serializers.CharField())
    previews = serializers.CharField()
    batch = serializers.CharField()
    page = serializers.CharField()


class ClassChangeSerializer(serializers.Serializer[Any]):
    """Pixels of one class before and after."""

    name = serializers.CharField()
    before = serializers.IntegerField()
    after = serializers.IntegerField()
    gained = serializers.IntegerField()
    lost = serializers.IntegerField()


class PreviewSerializer(serializers.Serializer[Any]):
    """A painting that was read and not taken yet."""

    key = serializers.CharField()
    name = serializers.CharField()
    how = serializers.CharField()
    size = serializers.ListField(child=serializers.IntegerField(), help_text="Width and height.")
    version = serializers.IntegerField(help_text="Version of the working copy it would follow.")
    against = serializers.CharField(help_text="What it is compared with; empty for nothing.")
    different = serializers.IntegerField(allow_null=True, help_text="Pixels whose class differs from that.")
    registration = serializers.DictField()
    pixels = serializers.IntegerField()
    counts = serializers.DictField(child=serializers.IntegerField())
    lossy = serializers.BooleanField()
    notes = serializers.ListField(child=serializers.CharField())
    classes = ClassChangeSerializer(many=True)
    pictures = serializers.DictField(child=serializers.CharField())
    url = serializers.CharField()
    page = serializers.CharField()


class PaintingInputSerializer(serializers.Serializer[Any]):
    """A painting."""

    painting = serializers.FileField()
    read = serializers.ChoiceField(choices=HOW, default=HOW[0])


class AssignmentElsewhere(APIView):
    """Drawing this frame in another program."""

    parser_classes = [MultiPartParser]

    @extend_schema(responses=ElsewhereSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """What can be downloaded, and where to."""
        return Response(described(assignment_of(request, pk)))

    @extend_schema(request=PaintingInputSerializer, responses={201: PreviewSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Bring a painting: it is read and shown, and nothing of the frame changes yet."""
        assignment = assignment_of(request, pk)
        checked = PaintingInputSerializer(data=request.data)
        checked.is_valid(raise_exception=True)
        file = checked.validated_data["painting"]
        preview = elsewhere.preview_make(
            assignment=assignment,
            user=signed_in(request),
            name=file.name,
            pieces=file.chunks(),
            size=file.size,
            how=checked.validated_data["read"],
        )
        return Response(preview_json(preview), status=status.HTTP_201_CREATED)


def described(assignment: Assignment) -> dict[str, Any]:
    """The addresses of a frame's files; of a draft only where there is one."""
    names = [name for name in _FILES if name != "draft.png" or elsewhere_downloads.draft_of(assignment)]
    batch = reverse("pool-elsewhere", args=[assignment.pool_id])
    return {
        "files": {name: reverse("elsewhere-file", args=[assignment.pk, name]) for name in names},
        "previews": reverse("assignment-elsewhere", args=[assignment.pk]),
        "batch": f"{batch}?kind={assignment.kind}",
        "page": reverse("elsewhere", args=[assignment.pk]),
    }


def preview_json(preview: Preview) -> dict[str, Any]:
    """A preview as it goes out."""
    place = [preview.assignment.pk, preview.key]
    pictures = {
        name: reverse("elsewhere-picture", args=[*place, name]) for name in PICTURES if preview.picture(name)
    }
    more = {"key": preview.key, "pictures": pictures, "url": reverse("elsewhere-preview", args=place)}
    return dict(
        PreviewSerializer({**preview.state, **more, "page": reverse("elsewhere-look", args=place)}).data
    )


class ElsewhereFile(APIView):
    """One file to take along."""

    @extend_schema(
        operation_id="assignments_elsewhere_file",
        responses=_FILE,
        parameters=[OpenApiParameter("name", str, OpenApiParameter.PATH, enum=_FILES)],
    )
    def get(self, request: Request, pk: int, name: str) -> HttpResponseBase:
        """The frame, its draft, the palette, the PSD to draw in, or all of them."""
        assignment = assignment_of(request, pk)
        stem = assignment.frame.key.replace("/", "_")
        if name == "all.zip":
            return _zipped([assignment], f"{stem}.zip")
        if name.startswith("palette."):
            name_for = f"{assignment.kind}.{name.partition('.')[2]}"
        else:
            name_for = f"{stem} draft.png" if name == "draft.png" else f"{stem}.{name.partition('.')[2]}"
        return _download(_content(assignment, name), name_for)


def _content(assignment: Assignment, name: str) -> bytes:
    if name == "frame.png":
        return elsewhere_downloads.frame_png(assignment.frame)
    if name == "draft.png":
        return elsewhere_downloads.draft_png(assignment)
    if name == "template.psd":
        return elsewhere_downloads.template_psd(assignment)
    if name not in _FILES:
        raise Http404("There is no such file.")
    suffix = name.partition(".")[2]
    return elsewhere_downloads.palette_file(assignment.frame.production_id, assignment.kind, suffix)


def _download(data: bytes, name: str) -> HttpResponse:
    kind = "image/png" if name.endswith(".png") else "application/octet-stream"
    response = HttpResponse(data, content_type=kind)
    response["Content-Disposition"] = _attachment(name)
    response["Cache-Control"] = "private, no-cache"
    return response


def _attachment(name: str) -> str:
    return f"attachment; filename*=UTF-8''{quote(name)}"


def _zipped(assignments: list[Assignment], name: str) -> StreamingHttpResponse:
    stream = elsewhere_downloads.package(assignments)
    response = StreamingHttpResponse(stream, content_type="application/zip")
    response["Content-Disposition"] = _attachment(name)
    return response


class PoolElsewhere(APIView):
    """Many frames at once."""

    @extend_schema(
        responses=_FILE,
        parameters=[
            OpenApiParameter("kind", str, required=True),
            OpenApiParameter("count", int, description=f"At most {elsewhere_downloads.LARGEST_BATCH}."),
        ],
    )
    def get(self, request: Request, pk: int) -> HttpResponseBase:
        """A zip of what I would draw next in a pool; nothing is claimed."""
        pool = get_object_or_404(Pool.objects.visible_to(signed_in(request)), pk=pk)
        count, kind = request.query_params.get("count", ""), request.query_params.get("kind", "")
        number = int(count) if count.isdecimal() else elsewhere_downloads.BATCH
        waiting = elsewhere_downloads.waiting_for(signed_in(request), pool, kind, number)
        return _zipped(waiting, f"{pool.name.replace('/', '_')} {kind}.zip")


class ElsewherePreview(APIView):
    """A painting that was read and not taken yet; only who brought it sees it."""

    @extend_schema(responses=PreviewSerializer)
    def get(self, request: Request, pk: int, key: str) -> Response:
        """What it would change."""
        return Response(preview_json(own_preview(request, pk, key)))

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int, key: str) -> Response:
        """Forget it."""
        elsewhere.preview_drop(preview=own_preview(request, pk, key))
        return Response(status=status.HTTP_204_NO_CONTENT)


def own_preview(request: Any, pk: int, key: str) -> Preview:
    """The signed-in user's preview; 404 where there is none, or no longer."""
    assignment = assignment_of(request, pk)
    found = elsewhere.preview_get(assignment=assignment, user=signed_in(request), key=key)
    if found is None:
        raise Http404("There is no such painting, or no longer.")
    return found


class ElsewhereTake(APIView):
    """Take it."""

    @extend_schema(
        request=None, responses={200: shapes.WorkingCopySerializer, 409: shapes.WorkingCopyConflictSerializer}
    )
    def post(self, request: Request, pk: int, key: str) -> Response:
        """Make it the next version of the working copy; 409 when somebody drew on meanwhile: both are kept."""
        preview = own_preview(request, pk, key)
        try:
            copy = elsewhere.preview_take(preview=preview, user=signed_in(request))
        except WorkingCopyConflict as conflict:
            return conflict_response(conflict)
        return Response(shapes.WorkingCopySerializer(copy).data)


class ElsewherePicture(APIView):
    """A picture of a preview."""

    @extend_schema(
        responses={(200, "image/png"): OpenApiResponse(OpenApiTypes.BINARY)},
        parameters=[OpenApiParameter("name", str, OpenApiParameter.PATH, enum=PICTURES)],
    )
    def get(self, request: Request, pk: int, key: str, name: str) -> HttpResponseBase:
        """What was read, where it was off the palette, what differs, where the frame lies."""
        path = own_preview(request, pk, key).picture(name)
        if path is None:
            raise Http404("There is no such picture.")
        response = FileResponse(path.open("rb"), content_type="image/png")
        response["Cache-Control"] = "private, no-cache"
        return response
