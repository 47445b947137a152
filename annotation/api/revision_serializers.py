"""What is said of versions, and of verdicts on them."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework import serializers

from annotation.api.finding_serializers import FindingSerializer
from annotation.api.serializers import AssignmentRowSerializer, DraftSerializer, FrameSerializer, PersonField
from annotation.models import Revision


class RevisionSerializer(serializers.ModelSerializer[Revision]):
    """A version and what is known of its making."""

    frame = FrameSerializer()
    author = PersonField()
    label_url = serializers.SerializerMethodField()
    thumb_url = serializers.SerializerMethodField()
    draft = DraftSerializer(allow_null=True)
    findings = FindingSerializer(many=True)
    zero_edit = serializers.SerializerMethodField()
    page_url = serializers.SerializerMethodField()

    class Meta:
        model = Revision
        fields = (
            "id",
            "frame",
            "kind",
            "number",
            "action",
            "origin",
            "author",
            "assignment",
            "label_url",
            "thumb_url",
            "draft",
            "model_version",
            "changed_share",
            "zero_edit",
            "active_seconds",
            "comment",
            "findings",
            "created_at",
            "page_url",
        )

    def get_label_url(self, revision: Revision) -> str:
        """Indexed PNG; ``?raw=1`` gives H x W bytes."""
        return reverse("revision-label", args=[revision.pk])

    def get_thumb_url(self, revision: Revision) -> str:
        """The frame with the label laid over it."""
        return reverse("revision-thumb", args=[revision.pk])

    def get_zero_edit(self, revision: Revision) -> bool:
        """Whether the draft was handed in as it was."""
        return revision.changed_share == 0

    def get_page_url(self, revision: Revision) -> str:
        """The review page."""
        return reverse("review-revision", args=[revision.pk])


class SubmitOutputSerializer(serializers.Serializer[Any]):
    """The version made, and the frame that comes next (held by the user), if any."""

    revision = RevisionSerializer()
    next_assignment = AssignmentRowSerializer(allow_null=True)


class VerdictInputSerializer(serializers.Serializer[Any]):
    """Optional words."""

    comment = serializers.CharField(required=False, allow_blank=True, default="")


class VerdictSerializer(serializers.Serializer[Any]):
    """What was said, and which version waits next."""

    verdict = serializers.CharField()
    next = serializers.IntegerField(allow_null=True)
    next_url = serializers.CharField()
