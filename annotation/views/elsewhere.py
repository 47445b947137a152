"""The page for drawing a frame in another program: what to take along, and what came back."""

from __future__ import annotations

import math
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from annotation.api.elsewhere import described, own_preview, preview_json
from annotation.elsewhere.reading import HOW, PENCIL
from annotation.frame_urls import image_url
from annotation.models import Assignment
from annotation.permissions import require_annotator
from annotation.selectors.profiles import kind_of, profile_of
from annotation.services import elsewhere
from annotation.services.elsewhere import Preview
from core.http import signed_in
from core.models import Role
from core.permissions import has_role
from modeling.errors import UserError
from modeling.swatches import swatches

_FILES = {
    "template": "template.psd",
    "frame": "frame.png",
    "draft": "draft.png",
    "all": "all.zip",
    "gpl": "palette.gpl",
    "kpl": "palette.kpl",
    "picture": "palette.png",
}
"""Files by the names that the page calls them by."""


@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, pk: int) -> HttpResponse:
    """Show what can be taken along; a painting brought here is read and shown."""
    assignment = _visible(request, pk)
    if request.method == "POST":
        require_annotator(signed_in(request), assignment.frame)
        try:
            return redirect("elsewhere-look", pk, _brought(request, assignment).key)
        except UserError as error:
            messages.error(request, str(error))
            return redirect("elsewhere", pk)
    return render(request, "annotation/elsewhere.html", _context(request, assignment))


@require_http_methods(["GET", "POST"])
def look(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Show what a painting would change; take it, read it another way, or forget it."""
    preview = own_preview(request, pk, key)
    if request.method == "POST":
        return _decided(request, preview)
    context = _context(request, preview.assignment) | _spelled(preview_json(preview))
    return render(request, "annotation/elsewhere_look.html", context)


def _visible(request: HttpRequest, pk: int) -> Assignment:
    rows = Assignment.objects.visible_to(signed_in(request)).with_names()
    return get_object_or_404(rows, pk=pk)


def _brought(request: HttpRequest, assignment: Assignment) -> Preview:
    file = request.FILES.get("painting")
    if file is None or isinstance(file, list):
        raise UserError(_("Choose a file first."), code="painting_missing")
    return elsewhere.preview_make(
        assignment=assignment,
        user=signed_in(request),
        name=file.name or "painting",
        pieces=file.chunks(),
        size=file.size or 0,
        how=request.POST.get("read", HOW[0]),
    )


def _decided(request: HttpRequest, preview: Preview) -> HttpResponse:
    user, pk = signed_in(request), preview.assignment.pk
    try:
        if request.POST.get("do") == "take":
            copy = elsewhere.preview_take(preview=preview, user=user)
            words = _("%(name)s is version %(version)s of your drawing.")
            messages.success(request, words % {"name": preview.state["name"], "version": copy.version})
            return redirect("annotate", pk)
        if request.POST.get("do") == "read":
            elsewhere.preview_read_again(preview=preview, user=user, how=request.POST.get("read", ""))
            return redirect("elsewhere-look", pk, preview.key)
    except UserError as error:
        messages.error(request, str(error))
        return redirect("elsewhere-look", pk, preview.key)
    elsewhere.preview_drop(preview=preview)
    words = _("%(name)s was not taken; nothing changed.")
    messages.info(request, words % {"name": preview.state["name"]})
    return redirect("elsewhere", pk)


def _context(request: HttpRequest, assignment: Assignment) -> dict[str, Any]:
    frame, links = assignment.frame, described(assignment)
    settings = profile_of(frame.production_id, assignment.kind).settings
    ways = [how for how in HOW if how != PENCIL or settings["pencil"]]
    return {
        "assignment": assignment,
        "frame": frame,
        "image_url": image_url(frame.pk),
        "links": links,
        "files": {short: links["files"].get(name) for short, name in _FILES.items()},
        "ways": ways,
        "colors": swatches(kind_of(frame.production_id, assignment.kind), settings["names"]),
        "may_draw": has_role(request.user, [frame.production_id], Role.ANNOTATOR),
    }


def _spelled(preview: dict[str, Any]) -> dict[str, Any]:
    """A preview with its numbers as people read them, and the class changes with their bars."""
    place = preview["registration"]
    score = place["score"]
    return {
        "preview": preview,
        "counts": {name: f"{count:,}" for name, count in preview["counts"].items()},
        "different": f"{preview['different'] or 0:,}",
        "rows": _rows(preview["classes"]),
        "place": {
            "scale": f"{place['scale_x']:.4g}",
            "corner": f"{place['left']:.1f}, {place['top']:.1f} px",
            "score": "" if score is None else f"{score:.2f}",
        },
    }


def _rows(classes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Class changes with the lengths of their bars, 0 to 100, by the root of their pixels: lines are thin."""
    largest = max((max(row["before"], row["after"]) for row in classes), default=0) or 1

    def length(pixels: int) -> float:
        return 100 * math.sqrt(pixels / largest)

    rows = []
    for row in classes:
        stayed, after = length(row["after"] - row["gained"]), length(row["after"])
        bars = {"before": length(row["before"]), "stayed": stayed, "gained": after - stayed}
        numbers = {name: f"{row[name]:,}" for name in ("before", "after", "gained", "lost")}
        rows.append({"name": row["name"], **numbers, "shares": {k: f"{v:.2f}" for k, v in bars.items()}})
    return rows
