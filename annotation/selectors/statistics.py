"""What a pool is made of: sums over its frames and accepted labels, all of them made by the database."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.models import BigIntegerField, Count, F, QuerySet, Sum
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast

from annotation.models import AcceptedLabel
from core.models import User
from datasets.models import Pool, PoolFrame, Production
from datasets.statistics import BINS, FrameSum, LabelSums, statistics_of
from modeling.labels import KINDS

_CLASSES = max(len(kind.classes) for kind in KINDS.values())


def pool_statistics(pool: Pool, user: User) -> dict[str, Any]:
    """Resolution and year of all frames of the pool that the user may see, drawn share and classes of their labels.

    No file is read: labels that nobody counted are named as such (see `annotation.services.tallies`).
    """
    return statistics_of(_frames(pool, user), _labels(pool, user))


def _frames(pool: Pool, user: User) -> list[FrameSum]:
    """Rows by production and size, then the productions' years: one join less over 100,000 rows."""
    rows = PoolFrame.objects.filter(pool=pool).visible_to(user).order_by()
    groups = rows.values_list("frame__width", "frame__height", "frame__production").annotate(n=Count("pk"))
    years = dict(Production.objects.visible_to(user).filter(pools=pool).values_list("pk", "year"))
    return [FrameSum(width, height, years.get(pk), n) for width, height, pk, n in groups]


def _labels(pool: Pool, user: User) -> list[LabelSums]:
    rows = AcceptedLabel.objects.visible_to(user).filter(frame__memberships__pool=pool, kind__in=KINDS)
    by_kind: Iterable[Any] = rows.values("kind").annotate(**_columns()).order_by()
    found = {row["kind"]: _sums(row) for row in by_kind}
    for kind, number, labels in _bins(rows):
        found[kind].bins[min(BINS - 1, number)] += labels
    for sums in found.values():
        sums.blank = sums.labelled - sums.uncounted - sum(sums.bins)
    return [found[kind] for kind in KINDS if kind in found]


def _columns() -> dict[str, Any]:
    """Labels, those of them that are counted, and from their tallies the ignored pixels and those of each class."""
    columns: dict[str, Any] = {"labelled": Count("pk"), "counted": Count("tally")}
    columns["ignored"] = Sum("tally__ignored")
    for index in range(_CLASSES):
        pixels = Cast(KeyTextTransform(index, "tally__counts"), BigIntegerField())
        columns[f"class_{index}"] = Sum(pixels)
    return columns


def _sums(row: dict[str, Any]) -> LabelSums:
    counts = [int(row[f"class_{index}"] or 0) for index in range(len(KINDS[row["kind"]].classes))]
    return LabelSums(
        row["kind"],
        labelled=row["labelled"],
        uncounted=row["labelled"] - row["counted"],
        ignored=int(row["ignored"] or 0),
        counts=counts,
    )


def _bins(rows: QuerySet[AcceptedLabel]) -> QuerySet[AcceptedLabel, tuple[str, int, int]]:
    """(kind, bin, labels); `datasets.statistics.share_bin` in the database's whole numbers."""
    number = BINS * F("tally__drawn") / F("tally__counted")
    drawn = rows.filter(tally__counted__gt=0).annotate(number=number)
    return drawn.values_list("kind", "number").annotate(labels=Count("pk")).order_by()
