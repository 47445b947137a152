"""Productions, their sources and cuts, and the frames one may label."""

from __future__ import annotations

from django.db import models

from core.fields import BlobField
from datasets.querysets import CutQuerySet, FrameQuerySet, ProductionQuerySet, SourceQuerySet


class Split(models.TextChoices):
    """Which side of the held-out line a cut is on, fixed at ingest.

    ``GAP`` lies between the two sides of one shot: too like either, it is never selected and never judged on.
    """

    TRAIN = "train", "Train"
    TEST = "test", "Held-out"
    GAP = "gap", "Gap"
    UNDECIDED = "", "Being ingested"


class Production(models.Model):
    """A show or film; membership and licence hang on it."""

    name = models.CharField(max_length=200, unique=True)
    year = models.PositiveSmallIntegerField(null=True, blank=True, help_text="Of release; empty: unknown.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = ProductionQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class Source(models.Model):
    """One file frames came from, known by its content: a video, or an image."""

    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="sources")
    ingest = models.ForeignKey(
        "datasets.Ingest",
        null=True,
        on_delete=models.SET_NULL,
        related_name="sources",
        help_text="Which took it.",
    )
    sha256 = models.CharField(max_length=64)
    name = models.CharField(
        max_length=500, help_text="File name or path as given, without directories of the machine."
    )
    kind = models.CharField(max_length=16, help_text="'video' or 'image'")
    width = models.PositiveIntegerField(default=0)
    height = models.PositiveIntegerField(default=0)
    fps = models.FloatField(null=True)
    duration_s = models.FloatField(null=True)
    pixel_aspect = models.FloatField(default=1.0)
    interlaced = models.BooleanField(default=False)
    licence = models.CharField(max_length=300, blank=True)
    rights = models.CharField(max_length=300, blank=True, help_text="Who holds the rights.")
    info = models.JSONField(default=dict)
    completed_at = models.DateTimeField(null=True, help_text="Set when every frame of it is stored.")

    objects = SourceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["production", "sha256"], name="one_source_a_production")
        ]

    def __str__(self) -> str:
        return self.name


class Cut(models.Model):
    """One shot. ``split`` is fixed at ingest; a cut found to show what a held-out one shows goes there, never back."""

    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="cuts")
    source = models.ForeignKey(Source, null=True, on_delete=models.CASCADE, related_name="cuts")
    name = models.CharField(max_length=300)
    index = models.PositiveIntegerField(default=0)
    start_s = models.FloatField(null=True)
    end_s = models.FloatField(null=True)
    split = models.CharField(max_length=8, choices=Split.choices, default=Split.TRAIN, blank=True)
    group = models.CharField(max_length=200, blank=True)

    objects = CutQuerySet.as_manager()

    class Meta:
        ordering = ["production_id", "source_id", "index"]
        constraints = [models.UniqueConstraint(fields=["production", "name"], name="one_cut_a_name")]

    def __str__(self) -> str:
        return self.name


class Frame(models.Model):
    """One still drawing-moment at its original resolution.

    Identity (design.md, section 4): production, sha256 of the source, stream index or relative path: ``locator``.
    ``hold_first``..``hold_last`` are the video frames (inclusive) that show this drawing.
    ``pan_x``/``pan_y`` (px) and ``change_blob`` (1-bit PNG at frame size) compare it with its cut's previous drawing.
    ``same_as`` is the cut's earlier drawing that it shows again, so that its label can be taken over as it is.
    """

    production = models.ForeignKey(Production, on_delete=models.CASCADE, related_name="frames")
    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="frames")
    cut = models.ForeignKey(Cut, on_delete=models.CASCADE, related_name="frames")
    locator = models.CharField(max_length=500)
    key = models.CharField(
        max_length=500, help_text="<source stem>/<index:06d> or the relative path without suffix"
    )
    index = models.PositiveIntegerField(default=0, help_text="Order within the source.")
    time_s = models.FloatField(null=True)
    hold_first = models.PositiveIntegerField(null=True)
    hold_last = models.PositiveIntegerField(null=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    blob = BlobField(help_text="The frame, byte for byte (images) or lossless (video).")
    proxy = BlobField(help_text="For thumbnails and scoring: WebP at working size, or the frame itself.")
    notes = models.JSONField(default=list)
    pan_x = models.FloatField(null=True)
    pan_y = models.FloatField(null=True)
    change_blob = BlobField()
    change_share = models.FloatField(null=True)
    same_as = models.ForeignKey("self", null=True, on_delete=models.SET_NULL, related_name="returns")
    licence = models.CharField(max_length=300, blank=True)
    rights = models.CharField(max_length=300, blank=True, help_text="Who holds the rights.")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = FrameQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        constraints = [models.UniqueConstraint(fields=["source", "locator"], name="one_frame_a_locator")]
        indexes = [models.Index(fields=["cut", "index"]), models.Index(fields=["production", "key"])]

    def __str__(self) -> str:
        return self.key

    @property
    def held(self) -> int:
        """Pictures of the video that only repeat it."""
        return (self.hold_last or 0) - (self.hold_first or 0)
