"""What searches for label errors leave behind: folders without a row, and those of lists older than half a year."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.utils import timezone

from annotation.models import LabelSearch
from core.cleanup import Leftover, is_old, provider
from core.paths import data_path

SEARCH_DAYS = 180


@provider
def old_searches() -> Iterator[Leftover]:
    """Folders of models' label maps that no recent search needs; the lists themselves stay."""
    since = timezone.now() - timedelta(days=SEARCH_DAYS)
    needed = {str(pk) for pk in LabelSearch.objects.filter(created_at__gt=since).values_list("pk", flat=True)}
    for path in data_path("searches", "x").parent.glob("*"):
        if path.name not in needed and is_old(path):
            yield Leftover("label search", path, still=lambda path=path: is_old(path))  # type: ignore[misc]
