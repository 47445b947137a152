"""Where the pictures of a frame are served (routes of ``datasets``)."""

from __future__ import annotations


def image_url(frame_id: int) -> str:
    """The frame's exact pixels."""
    return f"/media/frames/{frame_id}/image"


def proxy_url(frame_id: int) -> str:
    """Working size."""
    return f"/media/frames/{frame_id}/proxy"


def thumb_url(frame_id: int) -> str:
    """Thumbnail."""
    return f"/media/frames/{frame_id}/thumb"
