"""A person's unsaved-for-good state, the append-only versions, and what a reviewer said of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models

from annotation.models.assignments import Assignment
from annotation.models.drafts import Draft
from annotation.querysets import OfAssignmentQuerySet, OfFrameQuerySet, RevisionQuerySet
from core.fields import BlobField
from datasets.models import Frame, LabelTally


class WorkingCopy(models.Model):
    """One row an assignment, saved by compare-and-set on ``version`` (0 = never saved)."""

    assignment = models.OneToOneField(Assignment, on_delete=models.CASCADE, related_name="working_copy")
    version = models.PositiveIntegerField(default=0)
    label = BlobField()
    layers = BlobField(help_text="Gzipped JSON of what was drawn by layers; empty for other drawings.")
    base_draft = models.ForeignKey(Draft, null=True, on_delete=models.SET_NULL, related_name="+")
    active_seconds = models.FloatField(default=0)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    saved_at = models.DateTimeField(auto_now=True)

    objects = OfAssignmentQuerySet.as_manager()

    def __str__(self) -> str:
        return f"working copy {self.version} of {self.assignment}"


class KeptReason(models.TextChoices):
    """Why a drawing lies beside the working copy."""

    CONFLICT = "conflict", "Saved second"
    TAKEN_OVER = "taken_over", "Continued by somebody else"
    EARLIER = "earlier", "Earlier state"


class KeptCopy(models.Model):
    """A drawing that is not the working copy and is kept all the same: shown, never used by itself."""

    assignment = models.ForeignKey(Assignment, on_delete=models.CASCADE, related_name="kept_copies")
    label = BlobField()
    layers = BlobField(help_text="Gzipped JSON of what was drawn by layers; empty for other drawings.")
    reason = models.CharField(max_length=16, choices=KeptReason.choices)
    base_version = models.PositiveIntegerField(
        help_text="Version of the working copy it started from or was."
    )
    active_seconds = models.FloatField(default=0)
    saved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    saved_at = models.DateTimeField(auto_now_add=True)

    objects = OfAssignmentQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.saved_by}'s copy of {self.assignment}"


class RevisionAction(models.TextChoices):
    """What made the version."""

    SUBMIT = "submit", "Submitted"
    RETURN = "return", "Returned"
    RESTORE = "restore", "Restored"
    IMPORT = "import", "Imported"
    REOPEN = "reopen", "Sent back to review"


class Origin(models.TextChoices):
    """Who drew it (design.md, section 4, snapshot folder)."""

    PERSON = "person", "Person"
    ORACLE = "oracle", "Oracle"
    IMPORT = "import", "Import"
    DRAFT_UNCHANGED = "draft unchanged", "Draft unchanged"


class Revision(models.Model):
    """An append-only version of one frame's label of one kind; never updated, never deleted."""

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="revisions")
    kind = models.CharField(max_length=32)
    number = models.PositiveIntegerField()
    parent = models.ForeignKey("self", null=True, on_delete=models.PROTECT, related_name="children")
    assignment = models.ForeignKey(Assignment, null=True, on_delete=models.SET_NULL, related_name="revisions")
    action = models.CharField(max_length=16, choices=RevisionAction.choices)
    origin = models.CharField(max_length=16, choices=Origin.choices)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="revisions"
    )
    label = BlobField()
    layers = BlobField(help_text="Gzipped JSON of what was drawn by layers; empty for other drawings.")
    draft = models.ForeignKey(Draft, null=True, on_delete=models.PROTECT, related_name="revisions")
    model_version = models.CharField(max_length=200, blank=True, help_text="The draft's model version.")
    changed_share = models.FloatField(
        null=True, help_text="Share of pixels (0 to 1) that differ from the draft."
    )
    active_seconds = models.FloatField(default=0)
    comment = models.TextField(blank=True)
    findings = models.JSONField(
        default=list, help_text="What the editor's checks found: dismissed with a reason, or left open."
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RevisionQuerySet.as_manager()

    class Meta:
        ordering = ["frame_id", "kind", "number"]
        constraints = [
            models.UniqueConstraint(fields=["frame", "kind", "number"], name="one_revision_a_number")
        ]

    def __str__(self) -> str:
        return f"{self.kind} revision {self.number} of {self.frame}"


class Verdict(models.TextChoices):
    """What a reviewer said."""

    ACCEPT = "accept", "Accepted"
    RETURN = "return", "Returned"


class Review(models.Model):
    """A verdict on one revision."""

    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="reviews")
    reviewer = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="reviews"
    )
    verdict = models.CharField(max_length=8, choices=Verdict.choices)
    comment = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return f"{self.verdict} of {self.revision}"


class AcceptedLabel(models.Model):
    """Which revision counts now for a frame and kind: what a snapshot freezes."""

    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="accepted_labels")
    kind = models.CharField(max_length=32)
    revision = models.OneToOneField(Revision, on_delete=models.PROTECT, related_name="accepted_label")
    tally = models.ForeignKey(
        LabelTally,
        null=True,
        on_delete=models.SET_NULL,
        related_name="accepted_labels",
        help_text="Its pixels by class; empty while nobody counted them.",
    )

    objects = OfFrameQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["frame", "kind"], name="one_accepted_label")]

    def __str__(self) -> str:
        return str(self.revision)
