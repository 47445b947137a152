"""Frames picked by a strategy within a budget, each with utility and reason, and what became of them."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.urls import reverse

from active_learning.querysets import SelectionItemQuerySet, SelectionQuerySet
from annotation.models import Assignment, Draft, Revision
from datasets.models import Frame, Pool


class SelectionState(models.TextChoices):
    """A selection is looked at before it is confirmed."""

    PROPOSED = "proposed", "Proposed"
    CONFIRMED = "confirmed", "Confirmed"
    DISCARDED = "discarded", "Discarded"


class Selection(models.Model):
    """One run of a strategy; ``strategy`` is its real name, never ``default``."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="selections")
    task = models.CharField(max_length=32)
    strategy = models.CharField(max_length=64)
    params = models.JSONField(default=dict)
    budget = models.PositiveIntegerField()
    cap_per_cut = models.PositiveIntegerField(null=True)
    seed = models.BigIntegerField(default=0)
    control_share = models.FloatField(
        default=0, help_text="Share of the budget that was picked by plain chance."
    )
    candidates = models.PositiveIntegerField(null=True, help_text="Frames that had a chance.")
    scores_seen = models.JSONField(
        default=dict,
        help_text="Score that the strategy saw, as a histogram of the candidates; empty for none.",
    )
    state = models.CharField(max_length=16, choices=SelectionState.choices, default=SelectionState.PROPOSED)
    round = models.ForeignKey(
        "active_learning.Round",
        null=True,
        on_delete=models.SET_NULL,
        related_name="selections",
        help_text="Set when it is confirmed; a round may take several selections.",
    )
    scores_from = models.ForeignKey(
        "active_learning.Round", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    note = models.TextField(blank=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = SelectionQuerySet.as_manager()

    class Meta:
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.strategy} of {self.budget} from {self.pool}"

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("selection", args=[self.pk])


class SelectionItem(models.Model):
    """One pick. ``utility`` is the strategy's number for it, ``reason`` the same in words.

    A control pick was drawn by plain chance from all candidates, whatever the strategy. ``score`` and ``score_rank``
    say where the frame lay among the candidates of `Selection.scores_seen`, ``cluster_size`` and ``cluster_centre``
    in which group the strategy found it.
    """

    selection = models.ForeignKey(Selection, on_delete=models.CASCADE, related_name="items")
    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="selection_items")
    rank = models.PositiveIntegerField()
    utility = models.FloatField(null=True)
    reason = models.CharField(max_length=300)
    inclusion_probability = models.FloatField(null=True)
    weight = models.FloatField(
        null=True, help_text="What it counts for in training or a mean, 1 as under even sampling."
    )
    control_arm = models.BooleanField(default=False)
    score = models.FloatField(null=True)
    score_rank = models.PositiveIntegerField(null=True, help_text="1 is the highest score of all candidates.")
    cluster_size = models.PositiveIntegerField(null=True)
    cluster_centre = models.ForeignKey(Frame, null=True, on_delete=models.SET_NULL, related_name="+")
    held_out = models.BooleanField(
        default=False, help_text="Queued to judge rounds on, not picked by the strategy."
    )
    assignment = models.ForeignKey(
        Assignment, null=True, on_delete=models.SET_NULL, related_name="selection_items"
    )

    objects = SelectionItemQuerySet.as_manager()

    class Meta:
        ordering = ["selection_id", "rank"]
        constraints = [
            models.UniqueConstraint(fields=["selection", "frame"], name="a_frame_once_a_selection")
        ]

    def __str__(self) -> str:
        return f"{self.rank}: {self.frame}"


class PickOutcome(models.Model):
    """A pick whose label was accepted.

    ``counts`` is the (C, C) confusion of the draft that was there when the label was drawn, the label by row; None
    where there was none. ``seconds`` of active work, None where none was logged.
    """

    item = models.OneToOneField(SelectionItem, on_delete=models.CASCADE, related_name="outcome")
    revision = models.ForeignKey(Revision, on_delete=models.CASCADE, related_name="+")
    draft = models.ForeignKey(Draft, null=True, on_delete=models.SET_NULL, related_name="+")
    counts = models.JSONField(null=True)
    seconds = models.FloatField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"outcome of {self.item}"
