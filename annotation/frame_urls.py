"""Where the pictures of a frame are served (routes of ``datasets``)."""

from __future__ import annotations

from django.urls import reverse


def image_url(frame_id: int) -> str:
    """The frame's exact pixels."""
    return reverse("frame-image", args=[frame_id])


def proxy_url(frame_id: int) -> str:
    """Working size."""
    return reverse("frame-proxy", args=[frame_id])


def thumb_url(frame_id: int) -> str:
    """Thumbnail."""
    return reverse("frame-thumb", args=[frame_id])
