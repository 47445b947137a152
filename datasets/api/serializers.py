"""What the API of this app takes and gives."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.api.serializers import StandingField
from core.models import Job
from datasets.models import (
    Cut,
    Export,
    Frame,
    Ingest,
    IngestItem,
    Pool,
    PoolFrame,
    Production,
    Snapshot,
    Upload,
)
from datasets.selectors import ingest_job
from datasets.services.exports import export_folder


class ProductionSerializer(serializers.ModelSerializer[Production]):
    """A show or film."""

    class Meta:
        model = Production
        fields = ["id", "name", "year", "created_at"]


class ProductionInputSerializer(serializers.Serializer[None]):
    """What a lead may say of a production."""

    year = serializers.IntegerField(allow_null=True, help_text="Of release; null: unknown.")


class PoolSerializer(serializers.ModelSerializer[Pool]):
    """A set of frames."""

    productions = ProductionSerializer(many=True, read_only=True)
    notes = serializers.ListField(child=serializers.CharField(), read_only=True)
    url = serializers.SerializerMethodField()

    class Meta:
        model = Pool
        fields = ["id", "name", "frame_count", "productions", "notes", "created_at", "url"]

    def get_url(self, pool: Pool) -> str:
        """Its frames' page."""
        return reverse("pool-frames", args=[pool.pk])


class CutSerializer(serializers.ModelSerializer[Cut]):
    """A shot and its side."""

    class Meta:
        model = Cut
        fields = ["id", "name", "production", "index", "start_s", "end_s", "split", "group"]


class FrameDetailSerializer(serializers.ModelSerializer[Frame]):
    """One drawing and where its pictures are."""

    cut = CutSerializer(read_only=True)
    source = serializers.CharField(source="source.name", read_only=True)  # type: ignore[assignment]
    notes = serializers.ListField(child=serializers.CharField(), read_only=True)
    urls = serializers.SerializerMethodField()

    class Meta:
        model = Frame
        fields = [
            "id", "key", "production", "source", "cut", "index", "time_s", "hold_first", "hold_last", "width", "height",
            "notes", "pan_x", "pan_y", "change_share", "licence", "rights", "urls",
        ]  # fmt: skip

    def get_urls(self, frame: Frame) -> dict[str, str]:
        """Pictures: exact pixels, working size, thumbnail, the file itself, what changed."""
        names = ["image", "proxy", "thumb", "original"] + ["change"] * bool(frame.change_blob)
        return {name: reverse(f"frame-{name}", args=[frame.pk]) for name in names}


class PoolFrameSerializer(serializers.ModelSerializer[PoolFrame]):
    """A frame's place in a pool."""

    frame = FrameDetailSerializer(read_only=True)

    class Meta:
        model = PoolFrame
        fields = ["id", "key", "frame"]


class UploadSerializer(serializers.ModelSerializer[Upload]):
    """A file arriving in pieces."""

    class Meta:
        model = Upload
        fields = ["id", "name", "size", "offset", "complete", "created_at", "touched_at"]


class IngestItemSerializer(serializers.ModelSerializer[IngestItem]):
    """One line of the report."""

    class Meta:
        model = IngestItem
        fields = ["id", "name", "outcome", "code", "text", "frames", "held"]


class IngestJobSerializer(serializers.ModelSerializer[Job]):
    """How far the job is."""

    standing = StandingField()

    class Meta:
        model = Job
        fields = ["id", "state", "progress_done", "progress_total", "progress_text", "standing", "error_text"]


class IngestSerializer(serializers.ModelSerializer[Ingest]):
    """An ingest in a list."""

    url = serializers.SerializerMethodField()

    class Meta:
        model = Ingest
        fields = [
            "id", "pool", "production", "licence", "rights", "taken", "held", "known", "skipped", "created_at",
            "finished_at", "job_id", "url",
        ]  # fmt: skip

    def get_url(self, ingest: Ingest) -> str:
        """Its page."""
        return reverse("ingest", args=[ingest.pk])


class IngestReportSerializer(IngestSerializer):
    """An ingest with its job and the newest lines of its report."""

    job = serializers.SerializerMethodField()
    items = serializers.SerializerMethodField()

    class Meta(IngestSerializer.Meta):
        fields = [*IngestSerializer.Meta.fields, "job", "items"]

    @extend_schema_field(IngestJobSerializer(allow_null=True))
    def get_job(self, ingest: Ingest) -> dict[str, Any] | None:
        """The job that does it."""
        job = ingest_job(ingest)
        return dict(IngestJobSerializer(job).data) if job else None

    @extend_schema_field(IngestItemSerializer(many=True))
    def get_items(self, ingest: Ingest) -> list[dict[str, Any]]:
        """At most 500 lines."""
        return list(IngestItemSerializer(ingest.items.all()[:500], many=True).data)  # type: ignore[arg-type]


class IngestInputSerializer(serializers.Serializer[None]):
    """Complete uploads into a pool."""

    pool = serializers.CharField(max_length=200, help_text="Name; made if it is not there.")
    production = serializers.CharField(max_length=200, allow_blank=True, default="")
    licence = serializers.CharField(max_length=300, allow_blank=True, default="")
    rights = serializers.CharField(
        max_length=300, allow_blank=True, default="", help_text="Who holds the rights in the frames."
    )
    year = serializers.IntegerField(
        allow_null=True, default=None, help_text="In which the production came out, where nobody has said so."
    )
    uploads = serializers.ListField(child=serializers.UUIDField(), allow_empty=False)


class SnapshotSerializer(serializers.ModelSerializer[Snapshot]):
    """A dataset version."""

    kinds = serializers.ListField(child=serializers.CharField(), read_only=True)
    counts = serializers.DictField(read_only=True)

    class Meta:
        model = Snapshot
        fields = ["id", "pool", "kinds", "parent", "counts", "created_at"]


class ExportSerializer(serializers.ModelSerializer[Export]):
    """A snapshot in some format."""

    options = serializers.DictField(read_only=True)
    report = serializers.DictField(read_only=True)
    download_url = serializers.SerializerMethodField()

    class Meta:
        model = Export
        fields = [
            "id",
            "snapshot",
            "format",
            "kind",
            "options",
            "job_id",
            "report",
            "created_at",
            "download_url",
        ]

    def get_download_url(self, export: Export) -> str | None:
        """One zip; none until the job is done."""
        return reverse("export-download", args=[export.pk]) if export_folder(export) else None


class TermsSerializer(serializers.Serializer[None]):
    """What of a snapshot is handed out, see `datasets.formats.Terms`."""

    licences = serializers.ListField(child=serializers.CharField(max_length=300), required=False)
    unknown_licences = serializers.BooleanField(required=False)
    labels_only = serializers.BooleanField(required=False)
    expand_holds = serializers.BooleanField(required=False)


class ExportInputSerializer(serializers.Serializer[None]):
    """What to write."""

    snapshot = serializers.CharField(max_length=64)
    format = serializers.CharField(max_length=32)
    kind = serializers.CharField(max_length=32)
    terms = TermsSerializer(required=False)
    params = serializers.DictField(required=False, help_text="Parameters of the format.")
