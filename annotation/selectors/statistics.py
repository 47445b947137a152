"""What a pool is made of: sums over its frames and accepted labels, all of them made by the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, Count, F, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, NullIf

from annotation.models import AcceptedLabel
from core.models import User
from core.permissions import productions_of
from datasets.models import Pool, Production
from datasets.pool_table import size_sums
from datasets.statistics import BINS, FrameSum, LabelSums, statistics_of
from modeling.labels import KINDS

_CLASSES = max(len(kind.classes) for kind in KINDS.values())


def pool_statistics(pool: Pool, user: User) -> dict[str, Any]:
    """Resolution and year of all frames of the pool that the user may see, drawn share and classes of their labels.

    No file is read: labels that nobody counted are named as such (see `annotation.services.tallies`).
    """
    return statistics_of(_frames(pool, user), _labels(pool, user))


def _frames(pool: Pool, user: User) -> list[FrameSum]:
    """Frames by production and size, of the productions that the user may see, with those productions' years."""
    mine = set(productions_of(user))
    years = dict(Production.objects.filter(pk__in=mine, pools=pool).values_list("pk", "year"))
    rows = (row for row in size_sums(pool) if row.production in mine)
    return [FrameSum(row.width, row.height, years.get(row.production), row.frames) for row in rows]


def _labels(pool: Pool, user: User) -> list[LabelSums]:
    """Group the labels by kind and bin, in one walk over them; there are at most 22 groups of a kind."""
    rows = AcceptedLabel.objects.visible_to(user).filter(frame__memberships__pool=pool, kind__in=KINDS)
    groups: Iterable[Any] = rows.values("kind", number=_BIN).annotate(**_columns()).order_by()
    found: dict[str, LabelSums] = {}
    for group in groups:
        _add(found.setdefault(group["kind"], LabelSums(group["kind"])), group)
    return [found[kind] for kind in KINDS if kind in found]


_BIN = BINS * F("tally__drawn") / NullIf(F("tally__counted"), 0)
"""`datasets.statistics.share_bin` in the database's whole numbers; empty where nothing is or could be counted."""


def _columns() -> dict[str, Any]:
    """Labels, those of them that are counted, and from their tallies the ignored pixels and those of each class."""
    columns: dict[str, Any] = {"labelled": Count("pk"), "counted": Count("tally")}
    columns["ignored"] = Sum("tally__ignored")
    for index in range(_CLASSES):
        pixels = Cast(KeyTextTransform(index, "tally__counts"), BigIntegerField())
        columns[f"class_{index}"] = Sum(pixels)
    return columns


def _add(sums: LabelSums, group: dict[str, Any]) -> None:
    """Add a group: of one bin, or of labels that are not counted or all ignored."""
    counts = [int(group[f"class_{index}"] or 0) for index in range(len(KINDS[sums.kind].classes))]
    sums.add_pixels(counts, int(group["ignored"] or 0))
    sums.labelled += group["labelled"]
    sums.uncounted += group["labelled"] - group["counted"]
    if group["number"] is None:
        sums.blank += group["counted"]
    else:
        sums.bins[min(BINS - 1, group["number"])] += group["counted"]
