"""What goes out, and what comes in."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field, extend_schema_serializer
from rest_framework import serializers

from annotation import frame_urls
from annotation.api.finding_serializers import MOST_FINDINGS, FindingSerializer
from annotation.api.profile_serializers import ProfileSerializer
from annotation.models import Assignment, Draft, KeptCopy, SkipReason, WorkingCopy
from annotation.selectors.pairs import ORIGINS
from core.models import User
from datasets.models import Frame


class PersonField(serializers.SlugRelatedField[User]):
    """A user by name."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(slug_field="username", read_only=True, **kwargs)


class FrameSerializer(serializers.ModelSerializer[Frame]):
    """A frame and where its pictures are."""

    cut = serializers.CharField(source="cut.name")
    split = serializers.CharField(source="cut.split")
    image_url = serializers.SerializerMethodField()
    proxy_url = serializers.SerializerMethodField()
    thumb_url = serializers.SerializerMethodField()

    class Meta:
        model = Frame
        fields = (
            "id",
            "key",
            "width",
            "height",
            "cut",
            "split",
            "time_s",
            "image_url",
            "proxy_url",
            "thumb_url",
        )

    def get_image_url(self, frame: Frame) -> str:
        """Exact pixels."""
        return frame_urls.image_url(frame.pk)

    def get_proxy_url(self, frame: Frame) -> str:
        """Working size."""
        return frame_urls.proxy_url(frame.pk)

    def get_thumb_url(self, frame: Frame) -> str:
        """Thumbnail."""
        return frame_urls.thumb_url(frame.pk)


class DraftSerializer(serializers.ModelSerializer[Draft]):
    """A model's proposal."""

    label_url = serializers.SerializerMethodField()
    entropy_url = serializers.SerializerMethodField()

    class Meta:
        model = Draft
        fields = ("id", "model_version", "label_url", "entropy_url")

    def get_label_url(self, draft: Draft) -> str:
        """Indexed PNG; ``?raw=1`` gives H x W bytes."""
        return reverse("draft-label", args=[draft.pk])

    def get_entropy_url(self, draft: Draft) -> str | None:
        """Grey PNG, entropy / ln 2 * 255."""
        return reverse("draft-entropy", args=[draft.pk]) if draft.entropy else None


class WorkingCopySerializer(serializers.ModelSerializer[WorkingCopy]):
    """What a person saved last. Version 0 is nothing yet."""

    label_url = serializers.SerializerMethodField()
    saved_by = PersonField()

    class Meta:
        model = WorkingCopy
        fields = ("version", "label_url", "active_seconds", "saved_by", "saved_at")

    def get_label_url(self, copy: WorkingCopy) -> str | None:
        """Indexed PNG; ``?raw=1`` gives H x W bytes."""
        if not copy.label:
            return None
        return reverse("working-copy-label", args=[copy.assignment_id, copy.version])


class KeptCopySerializer(serializers.ModelSerializer[KeptCopy]):
    """A drawing kept beside the working copy."""

    label_url = serializers.SerializerMethodField()
    saved_by = PersonField()

    class Meta:
        model = KeptCopy
        fields = ("id", "reason", "base_version", "label_url", "active_seconds", "saved_by", "saved_at")

    def get_label_url(self, copy: KeptCopy) -> str:
        """Indexed PNG; ``?raw=1`` gives H x W bytes."""
        return reverse("kept-copy-label", args=[copy.pk])


class PoolRefSerializer(serializers.Serializer[Any]):
    """A pool by id and name."""

    id = serializers.IntegerField()
    name = serializers.CharField()


class ReturnedSerializer(serializers.Serializer[Any]):
    """What a reviewer wants mended."""

    comment = serializers.CharField()
    reviewer = serializers.CharField()


class OtherLabelSerializer(serializers.Serializer[Any]):
    """The same frame's label in another kind, to be looked at beside one's own."""

    kind = serializers.CharField()
    origin = serializers.ChoiceField(choices=ORIGINS)
    label_url = serializers.CharField(help_text="Indexed PNG; ``?raw=1`` gives H x W bytes.")
    profile = ProfileSerializer()


class NextSerializer(serializers.Serializer[Any]):
    """What probably comes next, to be loaded ahead; it is not held."""

    assignment = serializers.IntegerField()
    frame = FrameSerializer()
    label_url = serializers.CharField(allow_null=True)


class AssignmentUrlsSerializer(serializers.Serializer[Any]):
    """Where to send what."""

    self = serializers.CharField()
    claim = serializers.CharField()
    renew = serializers.CharField()
    release = serializers.CharField()
    skip = serializers.CharField()
    working_copy = serializers.CharField()
    submit = serializers.CharField()
    film = serializers.CharField()
    carry = serializers.CharField()
    comments = serializers.CharField()
    effort = serializers.CharField()
    revisions = serializers.CharField()
    elsewhere = serializers.CharField()
    layers = serializers.CharField(help_text="Of kinds drawn by layers.")
    page = serializers.CharField()
    queue = serializers.CharField()
    next = serializers.CharField()


class AssignmentRowSerializer(serializers.ModelSerializer[Assignment]):
    """One line of the queue."""

    pool = PoolRefSerializer()
    frame = FrameSerializer()
    holder = PersonField()
    person = PersonField()

    class Meta:
        model = Assignment
        fields = (
            "id",
            "state",
            "kind",
            "pool",
            "frame",
            "person",
            "holder",
            "lease_expires_at",
            "priority",
            "selection_reason",
            "with_draft",
            "skip_reason",
            "skip_note",
            "updated_at",
        )


@extend_schema_serializer(component_name="AssignmentDetail")
class AssignmentSerializer(AssignmentRowSerializer):
    """All that the editor needs, from `annotation.selectors.assignment_detail`."""

    profile = ProfileSerializer()
    draft = DraftSerializer(allow_null=True)
    working_copy = WorkingCopySerializer()
    kept_copies = KeptCopySerializer(many=True)
    returned = ReturnedSerializer(allow_null=True)
    others = OtherLabelSerializer(many=True)
    dismissed = FindingSerializer(many=True)
    next = NextSerializer(allow_null=True)
    urls = serializers.SerializerMethodField()

    class Meta(AssignmentRowSerializer.Meta):
        fields = (  # type: ignore[assignment]
            *AssignmentRowSerializer.Meta.fields,
            "profile",
            "draft",
            "working_copy",
            "kept_copies",
            "returned",
            "others",
            "dismissed",
            "next",
            "urls",
        )

    @extend_schema_field(AssignmentUrlsSerializer)
    def get_urls(self, assignment: Any) -> dict[str, str]:
        """Where to send what."""
        names = {
            "self": "assignment-detail",
            "claim": "assignment-claim",
            "renew": "assignment-renew",
            "release": "assignment-release",
            "skip": "assignment-skip",
            "working_copy": "assignment-working-copy",
            "submit": "assignment-submit",
            "film": "assignment-film",
            "carry": "assignment-carry",
            "comments": "assignment-comments",
            "effort": "assignment-effort",
            "revisions": "assignment-revisions",
            "elsewhere": "assignment-elsewhere",
            "layers": "assignment-layers",
            "page": "annotate",
        }
        urls = {key: reverse(name, args=[assignment["id"]]) for key, name in names.items()}
        return urls | {"queue": reverse("queue"), "next": reverse("assignment-next")}


class NextInputSerializer(serializers.Serializer[Any]):
    """Which queue; empty for all."""

    pool = serializers.IntegerField(required=False, allow_null=True)
    kind = serializers.CharField(required=False, allow_null=True)


class RenewInputSerializer(serializers.Serializer[Any]):
    """Total drawing time on this frame so far."""

    active_seconds = serializers.FloatField(required=False, allow_null=True)


class LeaseSerializer(serializers.ModelSerializer[Assignment]):
    """Until when the frame is held."""

    holder = PersonField()

    class Meta:
        model = Assignment
        fields = ("holder", "lease_expires_at")


class SkipInputSerializer(serializers.Serializer[Any]):
    """Why a frame is not worth drawing."""

    reason = serializers.ChoiceField(choices=SkipReason.choices)
    note = serializers.CharField(required=False, allow_blank=True, max_length=500, default="")


class SubmitInputSerializer(serializers.Serializer[Any]):
    """Which version is handed in."""

    expected_version = serializers.IntegerField(min_value=0)
    comment = serializers.CharField(required=False, allow_blank=True, default="")
    findings = serializers.ListField(
        child=FindingSerializer(), required=False, default=list, max_length=MOST_FINDINGS
    )


class WorkingCopyConflictSerializer(serializers.Serializer[Any]):
    """Both drawings: the one that stands, and the refused one, which is kept."""

    error = serializers.DictField()
    current = WorkingCopySerializer()
    kept = KeptCopySerializer()
