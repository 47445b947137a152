"""The list of a search for label errors, and what has become of each entry."""

from __future__ import annotations

from django.db.models import Case, CharField, Count, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce

from annotation.models import AcceptedLabel, LabelSearch, Review, Suspect
from annotation.querysets import OfFrameQuerySet
from core.models import Role, User
from core.permissions import productions_of

UNDECIDED, SENT, RIGHT, RETURNED, CHANGED = "undecided", "sent", "right", "returned", "changed"
"""Nobody looked; waits for review; found right; given back to be mended; another label is accepted by now."""
STATES = (UNDECIDED, SENT, RIGHT, RETURNED, CHANGED)


def suspects_of(search: LabelSearch, *, undecided: bool = False) -> OfFrameQuerySet:
    """Entries by rank, each with ``standing`` (one of `STATES`) and ``label_now``, the accepted label's SHA-256."""
    rows: OfFrameQuerySet = with_standing(Suspect.objects.filter(search=search))  # type: ignore[assignment]
    return rows.filter(standing=UNDECIDED) if undecided else rows


def with_standing(rows: QuerySet[Suspect]) -> QuerySet[Suspect]:
    """Add ``standing`` and ``label_now``, and what a list shows, in one query."""
    accepted = AcceptedLabel.objects.filter(frame=OuterRef("frame"), kind=OuterRef("search__kind"))
    verdict = Review.objects.filter(revision=OuterRef("sent_as")).order_by("-id")
    annotated = rows.annotate(
        label_now=Coalesce(Subquery(accepted.values("revision__label")[:1]), Value("")),
        verdict=Subquery(verdict.values("verdict")[:1]),
    )
    standing = Case(
        When(Q(confirmed_at__isnull=False) | Q(verdict="accept"), then=Value(RIGHT)),
        When(verdict="return", then=Value(RETURNED)),
        When(sent_as__isnull=False, then=Value(SENT)),
        When(~Q(label_now=F("label")), then=Value(CHANGED)),
        default=Value(UNDECIDED),
        output_field=CharField(),
    )
    named = annotated.select_related("frame__cut", "revision__author", "search")
    return named.annotate(standing=standing).order_by("rank")


def suspects_visible(search: LabelSearch, user: User) -> OfFrameQuerySet:
    """`suspects_of` on frames that the user reviews, from the list's few thousand rows to their frames.

    Productions are looked up first: with a sub-query PostgreSQL begins at all frames of all of them.
    """
    mine = list(productions_of(user, Role.REVIEWER))
    return suspects_of(search).filter(frame__production_id__in=mine)


def standing_counts(search: LabelSearch, user: User) -> dict[str, int]:
    """How many entries the user may see, by what has become of them; every one of `STATES` is there."""
    rows = suspects_visible(search, user).order_by().values("standing")
    counted = dict(rows.annotate(n=Count("pk")).values_list("standing", "n"))
    return {state: counted.get(state, 0) for state in STATES}
