"""Numbers as people read them."""

from __future__ import annotations

from django import template
from django.urls import reverse

from annotation import frame_urls
from annotation.models import Assignment, Revision

register = template.Library()


@register.filter
def percent(share: float | None) -> str:
    """0.0123 as ``1.23 %``; what is not nothing is never shown as nothing."""
    if share is None:
        return "–"
    if share == 0:
        return "0 %"
    if share < 0.0001:
        return "< 0.01 %"
    return f"{100 * share:.2f} %" if share < 0.1 else f"{100 * share:.0f} %"


@register.filter
def spell_seconds(seconds: float) -> str:
    """125 as ``2 min 5 s``."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


@register.filter
def frame_thumb(row: Assignment | Revision) -> str:
    """Address of the thumbnail of the row's frame."""
    return frame_urls.thumb_url(row.frame_id)


@register.filter
def label_thumb(revision: Revision) -> str:
    """Address of the version laid over its frame."""
    return reverse("revision-thumb", args=[revision.pk])


CHECK_TEXTS = {
    "leaks": "Line with an opening",
    "fills-meet": "Fills meet without a line",
    "border-without-line": "Cel border without a line",
    "line-outside-cel": "Line outside the cel",
    "solid-black": "Solid area drawn as line",
    "line-width": "Line too thin or too wide",
    "holes": "Small hole",
    "specks": "Speck",
    "cel-behind": "Cel that is not in front",
    "layer-covered": "Layer that shows nowhere",
    "no-depth": "No depth",
}


@register.filter
def check_text(name: str) -> str:
    """What a check of the editor found, by its name."""
    return CHECK_TEXTS.get(name, name)


ORIGIN_TEXTS = {
    "accepted": "accepted",
    "own": "yours, not accepted yet",
    "draft": "a model's draft",
}


@register.filter
def origin_text(origin: str) -> str:
    """Whose a label is that is shown beside another (`annotation.selectors.pairs.ORIGINS`)."""
    return ORIGIN_TEXTS[origin]
