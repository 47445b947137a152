"""What of a picture's results can be made again by clicking on it, for its page."""

from __future__ import annotations

from typing import Any

from active_learning.models import OrderPicture
from modeling.studio.clicks import clicked_of
from modeling.studio.steps import STEPS


def clicks_of(picture: OrderPicture) -> dict[str, dict[str, str]]:
    """By step: the parameter, ``what`` is clicked for it, and what the order said for it."""
    found: dict[str, dict[str, str]] = {}
    for one in picture.order.steps:
        clicked = clicked_of(STEPS.get(one["step"])) if one["step"] in STEPS else None
        if clicked and one["step"] in picture.results:
            ordered: dict[str, Any] = one["settings"]
            said = str(ordered.get(clicked.parameter, ""))
            found[one["step"]] = {"parameter": clicked.parameter, "what": clicked.what, "ordered": said}
    return found
