"""The page of a production's profile; what it does lives in ``static/profile``."""

from __future__ import annotations

from dataclasses import asdict

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from annotation.api.kinds import KindSerializer
from annotation.api.profile_serializers import ProfileSerializer
from annotation.profiles import CHECKS, GAPS, OF_LINES, SOLID_BLACK, defaults
from annotation.selectors.kinds import kinds
from annotation.selectors.previews import preview_frames
from annotation.selectors.profiles import profile_of
from annotation.views.profile_words import CHECK_WORDS, KIND_WORDS, SOLID_BLACK_WORDS
from core.http import signed_in
from core.models import Role
from core.permissions import role_in
from datasets.models import Production
from modeling.labels import KINDS, LabelKind, drawable_kinds


@require_GET
def profile(request: HttpRequest, production_id: int, kind: str) -> HttpResponse:
    """Show how the production draws a kind, on one of its frames; leads change it."""
    user = signed_in(request)
    production = get_object_or_404(Production.objects.visible_to(user), pk=production_id)
    if kind not in {known.name for known in _with_classes()}:
        raise Http404
    frames = preview_frames(production_id, kind)
    lines = any(cls.group == "line" for cls in KINDS[kind].classes)
    here = KindSerializer(kinds(production_id), many=True).data
    return render(
        request,
        "annotation/profile.html",
        {
            "production": production,
            "kind": kind,
            "kinds": [(known.name, KIND_WORDS.get(known.name, known.name)) for known in _with_classes()],
            "lines": lines,
            "leads": role_in(user, production_id) == Role.LEAD,
            "frames": frames,
            "gaps": GAPS,
            "solid_black": [(value, SOLID_BLACK_WORDS[value]) for value in SOLID_BLACK],
            "checks": [(name, *CHECK_WORDS[name]) for name in CHECKS if lines or name not in OF_LINES],
            "profile_json": ProfileSerializer(profile_of(production_id, kind)).data,
            "defaults_json": defaults(KINDS[kind]),
            "kind_json": next(row for row in KindSerializer(kinds(), many=True).data if row["name"] == kind),
            "other_kind_json": next(row for row in here if row["name"] != kind),
            "frames_json": [asdict(frame) for frame in frames],
        },
    )


def _with_classes() -> list[LabelKind]:
    """Kinds of which a production may say how they are drawn: numbers have neither classes nor lines."""
    return [known for known in drawable_kinds() if not known.scalar]
