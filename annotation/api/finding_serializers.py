"""What the editor's checks found, as it comes in with a submission and goes out with its version."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from annotation.profiles import CHECKS, LAYER_CHECKS

MOST_FINDINGS = 200
"""More are not shown in the editor either."""


class FindingSerializer(serializers.Serializer[Any]):
    """A place that a check found. With a reason it was dismissed; without one it was left open."""

    check = serializers.ChoiceField(choices=(*CHECKS, *LAYER_CHECKS))
    box = serializers.ListField(
        child=serializers.IntegerField(min_value=0, max_value=65535),
        min_length=4,
        max_length=4,
        help_text="x0, y0, x1, y1 in pixels of the frame, ends excluded.",
    )
    size = serializers.IntegerField(
        min_value=0, help_text="In the check's own measure: px of length or area."
    )
    reason = serializers.CharField(allow_blank=True, max_length=200, default="")
