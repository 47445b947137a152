"""What waits for a reviewer, and verdicts."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.api import revision_serializers as shapes
from annotation.models import Review, Revision
from annotation.selectors.reviews import kind_asked, neighbours, review_queue
from annotation.services import reviews, revisions
from core.http import signed_in
from modeling.labels import KINDS

KIND = OpenApiParameter("kind", OpenApiTypes.STR, enum=list(KINDS), description="Of one label kind only.")


@extend_schema(
    parameters=[
        OpenApiParameter("pool", OpenApiTypes.INT),
        KIND,
        OpenApiParameter("zero_edit", OpenApiTypes.BOOL),
    ]
)
class ReviewQueue(generics.ListAPIView[Revision]):
    """Submitted versions that the user may review, oldest first."""

    serializer_class = shapes.RevisionSerializer
    queryset = Revision.objects.none()

    def get_queryset(self) -> Any:
        """Filter by pool, by kind and by having been handed in unchanged."""
        query = self.request.query_params
        pool = int(query["pool"]) if query.get("pool", "").isdigit() else None
        rows = review_queue(signed_in(self.request), pool_id=pool, kind=kind_asked(query))
        return rows.filter(changed_share=0) if query.get("zero_edit") in ("1", "true") else rows


class RevisionDetail(APIView):
    """One version."""

    @extend_schema(responses=shapes.RevisionSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """How it came about."""
        return Response(shapes.RevisionSerializer(_revision(request, pk)).data)


class RevisionAccept(APIView):
    """This is the frame's label."""

    @extend_schema(
        request=shapes.VerdictInputSerializer, responses=shapes.VerdictSerializer, parameters=[KIND]
    )
    def post(self, request: Request, pk: int) -> Response:
        """Accept; answers with the version that waits next."""
        revision = _revision(request, pk)
        following = _following(request, revision)
        review = reviews.review_accept(revision=revision, user=signed_in(request), comment=_comment(request))
        return _verdict(request, review, following)


class RevisionReturn(APIView):
    """Something is to be mended."""

    @extend_schema(
        request=shapes.VerdictInputSerializer, responses=shapes.VerdictSerializer, parameters=[KIND]
    )
    def post(self, request: Request, pk: int) -> Response:
        """Return it to its author with a comment."""
        revision = _revision(request, pk)
        following = _following(request, revision)
        review = reviews.review_return(revision=revision, user=signed_in(request), comment=_comment(request))
        return _verdict(request, review, following)


class RevisionRestore(APIView):
    """Back to an older version."""

    @extend_schema(request=shapes.VerdictInputSerializer, responses=shapes.RevisionSerializer)
    def post(self, request: Request, pk: int) -> Response:
        """Make it the accepted one again, as a new version."""
        restored = revisions.revision_restore(
            revision=_revision(request, pk), user=signed_in(request), comment=_comment(request)
        )
        return Response(shapes.RevisionSerializer(restored).data)


def _revision(request: Request, pk: int) -> Revision:
    rows = Revision.objects.visible_to(signed_in(request)).with_names()
    return get_object_or_404(rows, pk=pk)


def _comment(request: Request) -> str:
    checked = shapes.VerdictInputSerializer(data=request.data)
    checked.is_valid(raise_exception=True)
    return str(checked.validated_data["comment"])


def _following(request: Request, revision: Revision) -> int | None:
    before, after = neighbours(revision, signed_in(request), kind=kind_asked(request.query_params))
    return after or before


def _verdict(request: Request, review: Review, following: int | None) -> Response:
    url = reverse("review-revision", args=[following]) if following else reverse("review")
    kind = kind_asked(request.query_params)
    query = f"?kind={kind}" if kind else ""
    return Response({"verdict": review.verdict, "next": following, "next_url": f"{url}{query}"})
