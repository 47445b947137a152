"""What of a picture's results can be made again by clicking on it, for its page."""

from __future__ import annotations

from active_learning.models import OrderPicture
from modeling.studio.clicks import clicked_of, referring_of
from modeling.studio.steps import STEPS


def clicks_of(picture: OrderPicture) -> dict[str, dict[str, str]]:
    """By step: the parameter, ``what`` is clicked for it, and what the order said for it.

    Where a parameter names another picture, it is ``referring``, and ``referred`` what the order said for that.
    """
    found: dict[str, dict[str, str]] = {}
    for one in picture.order.steps:
        name, ordered = one["step"], one["settings"]
        if name not in STEPS or name not in picture.results:
            continue
        if (clicked := clicked_of(STEPS.get(name))) is not None:
            said, referring = str(ordered.get(clicked.parameter, "")), referring_of(STEPS.get(name)) or ""
            found[name] = {"parameter": clicked.parameter, "what": clicked.what, "ordered": said}
            found[name] |= {"referring": referring, "referred": ordered.get(referring, "")}
    return found
