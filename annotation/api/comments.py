"""Remarks pinned to a place of a frame."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.generics import get_object_or_404
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from annotation.api.neighbours import assignment_of
from annotation.api.serializers import PersonField
from annotation.models import Comment
from annotation.selectors.comments import comments_of
from annotation.services.comments import comment_create, comment_resolve
from core.http import signed_in


class CommentSerializer(serializers.ModelSerializer[Comment]):
    """A remark; ``x`` and ``y`` are frame pixels."""

    author = PersonField()
    resolved_by = PersonField()

    class Meta:
        model = Comment
        fields = ("id", "x", "y", "text", "author", "created_at", "resolved_at", "resolved_by")


class CommentInputSerializer(serializers.Serializer[Any]):
    """A new remark."""

    x = serializers.IntegerField(min_value=0)
    y = serializers.IntegerField(min_value=0)
    text = serializers.CharField(max_length=2000)


class CommentChangeSerializer(serializers.Serializer[Any]):
    """Whether it is dealt with."""

    resolved = serializers.BooleanField()


class AssignmentComments(APIView):
    """What was said about this frame's label."""

    @extend_schema(responses=CommentSerializer(many=True))
    def get(self, request: Request, pk: int) -> Response:
        """All of it, oldest first."""
        assignment = assignment_of(request, pk)
        rows = comments_of(assignment.frame, assignment.kind, signed_in(request))
        return Response(CommentSerializer(rows, many=True).data)

    @extend_schema(request=CommentInputSerializer, responses={201: CommentSerializer})
    def post(self, request: Request, pk: int) -> Response:
        """Pin a remark to a place."""
        said = CommentInputSerializer(data=request.data)
        said.is_valid(raise_exception=True)
        comment = comment_create(
            assignment=assignment_of(request, pk), user=signed_in(request), **said.validated_data
        )
        return Response(CommentSerializer(comment).data, status=status.HTTP_201_CREATED)


class CommentDetail(APIView):
    """One remark."""

    @extend_schema(request=CommentChangeSerializer, responses=CommentSerializer)
    def patch(self, request: Request, pk: int) -> Response:
        """Resolve it, or take that back."""
        change = CommentChangeSerializer(data=request.data)
        change.is_valid(raise_exception=True)
        rows = Comment.objects.visible_to(signed_in(request)).select_related("frame")
        comment = comment_resolve(
            comment=get_object_or_404(rows, pk=pk),
            user=signed_in(request),
            resolved=change.validated_data["resolved"],
        )
        return Response(CommentSerializer(comment).data)
