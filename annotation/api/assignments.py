"""The queue and the editor's requests."""

from __future__ import annotations

from typing import Any, cast

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, status
from rest_framework.exceptions import ValidationError
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.api import serializers as shapes
from annotation.api.revision_serializers import SubmitOutputSerializer
from annotation.labels import body_limit, frame_size
from annotation.models import Assignment, AssignmentState
from annotation.selectors import assignment_detail
from annotation.services import assignments, revisions, working_copies
from annotation.services.working_copies import WorkingCopyConflict
from core.api.errors import error_body
from core.http import signed_in
from datasets.models import Pool
from modeling.errors import UserError


def assignment_of(request: Request, pk: int) -> Assignment:
    """The assignment in the address, if the user may see it."""
    rows = Assignment.objects.visible_to(signed_in(request)).with_names()
    return get_object_or_404(rows, pk=pk)


def _detail(request: Request, assignment: Assignment) -> Response:
    return Response(
        shapes.AssignmentSerializer(cast(Any, assignment_detail(assignment, signed_in(request)))).data
    )


def _input(serializer: type, request: Request) -> dict[str, Any]:
    checked = serializer(data=request.data)
    checked.is_valid(raise_exception=True)
    return dict(checked.validated_data)


@extend_schema(
    parameters=[
        OpenApiParameter("pool", OpenApiTypes.INT),
        OpenApiParameter("kind", OpenApiTypes.STR),
        OpenApiParameter("state", OpenApiTypes.STR, enum=AssignmentState.values),
        OpenApiParameter("mine", OpenApiTypes.BOOL, description="Only those of which I am the person."),
    ]
)
class AssignmentList(generics.ListAPIView[Assignment]):
    """Assignments on frames the user may see, oldest first."""

    serializer_class = shapes.AssignmentRowSerializer
    queryset = Assignment.objects.none()

    def get_queryset(self) -> Any:
        """Filter by pool, kind, state and person."""
        query = self.request.query_params
        rows = Assignment.objects.visible_to(signed_in(self.request)).with_names()
        if query.get("pool", "").isdigit():
            rows = rows.filter(pool=int(query["pool"]))
        for field in ("kind", "state"):
            if query.get(field):
                rows = rows.filter(**{field: query[field]})
        return rows.filter(person=signed_in(self.request)) if query.get("mine") in ("1", "true") else rows


class AssignmentNext(APIView):
    """The next frame that nobody else holds."""

    @extend_schema(
        request=shapes.NextInputSerializer, responses={200: shapes.AssignmentSerializer, 204: None}
    )
    def post(self, request: Request) -> Response:
        """Claim it; 204 when nothing is left."""
        wanted = _input(shapes.NextInputSerializer, request)
        pool = None
        if wanted.get("pool"):
            pool = get_object_or_404(Pool.objects.visible_to(signed_in(request)), pk=wanted["pool"])
        claimed = assignments.assignment_claim_next(
            user=signed_in(request), pool=pool, kind=wanted.get("kind") or None
        )
        if claimed is None:
            return Response(status=status.HTTP_204_NO_CONTENT)
        return _detail(request, assignment_of(request, claimed.pk))


class AssignmentDetail(APIView):
    """One frame's turn."""

    @extend_schema(responses=shapes.AssignmentSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """All that the editor needs."""
        return _detail(request, assignment_of(request, pk))


class AssignmentClaim(APIView):
    """Hold this frame."""

    @extend_schema(request=None, responses=shapes.AssignmentSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Claim it; 409 ``held`` says who holds it and until when."""
        assignment = assignment_of(request, pk)
        assignments.assignment_claim(assignment=assignment, user=signed_in(request))
        return _detail(request, assignment)


class AssignmentRenew(APIView):
    """Hold it longer."""

    @extend_schema(request=shapes.RenewInputSerializer, responses=shapes.LeaseSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Renew the lease; the editor calls this while the person is active."""
        seconds = _input(shapes.RenewInputSerializer, request).get("active_seconds")
        assignment = assignment_of(request, pk)
        assignments.assignment_renew(assignment=assignment, user=signed_in(request), active_seconds=seconds)
        return Response(shapes.LeaseSerializer(assignment).data)


class AssignmentRelease(APIView):
    """Save for later."""

    @extend_schema(request=None, responses=shapes.AssignmentSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Give the lease back; what was saved stays."""
        assignment = assignment_of(request, pk)
        assignments.assignment_release(assignment=assignment, user=signed_in(request))
        return _detail(request, assignment)


class AssignmentSkip(APIView):
    """Not worth drawing."""

    @extend_schema(request=shapes.SkipInputSerializer, responses=shapes.AssignmentSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Skip it for a reason."""
        assignment = assignment_of(request, pk)
        assignments.assignment_skip(
            assignment=assignment, user=signed_in(request), **_input(shapes.SkipInputSerializer, request)
        )
        return _detail(request, assignment)


class AssignmentWithdraw(APIView):
    """Out of the queue."""

    @extend_schema(request=None, responses=shapes.AssignmentSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Withdraw it (leads)."""
        assignment = assignment_of(request, pk)
        assignments.assignment_withdraw(assignment=assignment, user=signed_in(request))
        return _detail(request, assignment)


class AssignmentReopen(APIView):
    """Back into the queue."""

    @extend_schema(request=None, responses=shapes.AssignmentSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Put a skipped or withdrawn frame back (leads)."""
        assignment = assignment_of(request, pk)
        assignments.assignment_reopen(assignment=assignment, user=signed_in(request))
        return _detail(request, assignment)


SAVE_HEADERS = [
    OpenApiParameter("If-Match", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True),
    OpenApiParameter("X-Active-Seconds", OpenApiTypes.NUMBER, OpenApiParameter.HEADER),
    OpenApiParameter("Content-Encoding", OpenApiTypes.STR, OpenApiParameter.HEADER, enum=["gzip"]),
]
"""What a drawing is saved with."""


class AssignmentWorkingCopy(APIView):
    """What the person draws."""

    @extend_schema(
        request={"image/png": OpenApiTypes.BINARY, "application/octet-stream": OpenApiTypes.BINARY},
        parameters=SAVE_HEADERS,
        responses={200: shapes.WorkingCopySerializer, 409: shapes.WorkingCopyConflictSerializer},
    )
    def put(self, request: Request, pk: int) -> Response:
        """Save: an indexed PNG, or H x W stored values; 409 shows the version that stands."""
        assignment = assignment_of(request, pk)
        expected = sent_version(request)
        try:
            copy = working_copies.working_copy_save(
                assignment=assignment,
                user=signed_in(request),
                expected_version=expected,
                label_png=bounded_body(request, body_limit(frame_size(assignment.frame))),
                active_seconds=sent_seconds(request),
                gzipped=request.headers.get("Content-Encoding", "").lower() == "gzip",
            )
        except WorkingCopyConflict as conflict:
            return conflict_response(conflict)
        return Response(shapes.WorkingCopySerializer(copy).data)


def sent_version(request: Request) -> int:
    """The version a save started from."""
    text = request.headers.get("If-Match", "").removeprefix("W/").strip('"')
    if not text.isdecimal():
        raise ValidationError({"If-Match": ["Name the version that this drawing started from."]})
    return int(text)


def sent_seconds(request: Request) -> float:
    """The drawing time a save tells."""
    try:
        return float(request.headers.get("X-Active-Seconds", "0"))
    except ValueError:
        raise ValidationError({"X-Active-Seconds": ["This is no number of seconds."]}) from None


def bounded_body(request: Request, limit: int) -> bytes:
    """The body as it is; UserError ``label_body`` beyond ``limit`` bytes."""
    body = request._request.read(limit + 1)
    if len(body) > limit:
        raise UserError("The label is larger than its frame allows.", code="label_body")
    return bytes(body)


def conflict_response(conflict: WorkingCopyConflict) -> Response:
    """409 with both drawings."""
    body = error_body(conflict.code, conflict.message, conflict.remedy)
    body["current"] = shapes.WorkingCopySerializer(conflict.current).data
    body["kept"] = shapes.KeptCopySerializer(conflict.kept).data
    return Response(body, status=status.HTTP_409_CONFLICT)


class AssignmentSubmit(APIView):
    """Hand in."""

    @extend_schema(request=shapes.SubmitInputSerializer, responses=SubmitOutputSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Submit the working copy and claim the next frame of the same pool and kind."""
        assignment = assignment_of(request, pk)
        revision = revisions.annotation_submit(
            assignment=assignment, user=signed_in(request), **_input(shapes.SubmitInputSerializer, request)
        )
        following = assignments.assignment_claim_next(
            user=signed_in(request), pool=assignment.pool, kind=assignment.kind
        )
        return Response(SubmitOutputSerializer({"revision": revision, "next_assignment": following}).data)
