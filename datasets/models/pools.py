"""Pools: frames one may pick from."""

from __future__ import annotations

from django.db import models
from django.urls import reverse

from datasets.models.frames import Frame, Production
from datasets.querysets import PoolFrameQuerySet, PoolQuerySet


class Pool(models.Model):
    """A named set of frames."""

    name = models.CharField(max_length=200, unique=True)
    productions = models.ManyToManyField(Production, related_name="pools")
    frames = models.ManyToManyField(Frame, through="PoolFrame", related_name="pools")
    frame_count = models.PositiveIntegerField(
        default=0, help_text="Kept by ingest: a count of 100,000 rows costs."
    )
    notes = models.JSONField(default=list, help_text="Such as: held-out is optimistic here.")
    left_out = models.JSONField(
        default=dict,
        help_text="Thresholds by measure of quality beyond which frames are not selected; empty: none is left out.",
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects = PoolQuerySet.as_manager()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        """Its page."""
        return reverse("pool", args=[self.pk])


class PoolFrame(models.Model):
    """A frame's place in a pool, under its key there."""

    pool = models.ForeignKey(Pool, on_delete=models.CASCADE, related_name="members")
    frame = models.ForeignKey(Frame, on_delete=models.CASCADE, related_name="memberships")
    key = models.CharField(max_length=500)

    objects = PoolFrameQuerySet.as_manager()

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["pool", "id"])]
        constraints = [
            models.UniqueConstraint(fields=["pool", "frame"], name="a_frame_once_a_pool"),
            models.UniqueConstraint(fields=["pool", "key"], name="one_key_a_pool"),
        ]

    def __str__(self) -> str:
        return self.key
