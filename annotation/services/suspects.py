"""What becomes of suspected label errors: stored, sent back to review, or confirmed as right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from django.db import transaction
from django.utils import timezone

from annotation.models import AcceptedLabel, LabelSearch, Revision, RevisionAction, Suspect, Verdict
from annotation.permissions import require_reviewer
from annotation.selectors.suspects import suspects_of
from annotation.services.reopening import label_reopen
from core import audit
from core.errors import ConflictError
from core.jobs import JobContext
from core.models import User
from datasets.models import PoolFrame
from modeling.errors import UserError

MOST_SENT = 1000
"""Labels that may be sent back at once."""
_BATCH = 500

Row = Mapping[str, Any]
"""``key``, ``label`` (SHA-256), ``suspicion``, ``reasons``, ``measures``: a line of the ranking."""


def suspects_store(*, search: LabelSearch, rows: Iterable[Row], context: JobContext) -> int:
    """Keep a ranking as the list of a search, instead of what it had; returns how many are listed.

    Labels that somebody has confirmed, and that are still the same, are left out and counted.
    """
    looked_at, known = 0, 0
    found: list[Suspect] = []
    iterator = iter(rows)
    while batch := list(islice(iterator, _BATCH)):
        looked_at += len(batch)
        members = _members(search, batch)
        batch = [row for row in batch if row["key"] in members]
        right = _known_right(search.kind, members.values())
        known += sum((members[row["key"]], row["label"]) in right for row in batch)
        batch = [row for row in batch if (members[row["key"]], row["label"]) not in right]
        found += _suspects(search, batch, members, len(found))
        context.tick()
    with context.fenced():
        search.suspects.all().delete()
        Suspect.objects.bulk_create(found, batch_size=_BATCH)
        search.looked_at, search.known_right, search.finished_at = looked_at, known, timezone.now()
        search.save(update_fields=["looked_at", "known_right", "finished_at"])
    return len(found)


def _members(search: LabelSearch, rows: Iterable[Row]) -> dict[str, int]:
    """Frame ids by key; of a frame that has left the pool there is none."""
    found = PoolFrame.objects.filter(pool=search.pool_id).keyed(row["key"] for row in rows)
    return dict(found.values_list("key", "frame_id"))


def _suspects(search: LabelSearch, rows: list[Row], members: Mapping[str, int], before: int) -> list[Suspect]:
    made = _made_by(search.kind, members.values())
    return [
        Suspect(
            search=search,
            frame_id=members[row["key"]],
            revision_id=made.get((members[row["key"]], row["label"])),
            label=row["label"],
            key=row["key"],
            rank=before + number,
            suspicion=row["suspicion"],
            reasons=row["reasons"],
            measures=row["measures"],
        )
        for number, row in enumerate(rows, 1)
    ]


def _made_by(kind: str, frames: Iterable[int]) -> dict[tuple[int, str], int]:
    """The version that counts, by frame and label."""
    rows = AcceptedLabel.objects.filter(kind=kind, frame_id__in=list(frames))
    return {
        (frame, label): pk
        for frame, label, pk in rows.values_list("frame_id", "revision__label", "revision_id")
    }


def _known_right(kind: str, frames: Iterable[int]) -> set[tuple[int, str]]:
    """(frame, label) that a person looked at as a suspect and found right."""
    ids = list(frames)
    said = Suspect.objects.filter(search__kind=kind, frame_id__in=ids, confirmed_at__isnull=False)
    reviewed = Revision.objects.filter(
        kind=kind, frame_id__in=ids, action=RevisionAction.REOPEN, reviews__verdict=Verdict.ACCEPT
    )
    return {*said.values_list("frame_id", "label"), *reviewed.values_list("frame_id", "label")}


def suspect_send(*, suspect: Suspect, user: User) -> Revision:
    """Send a suspected label back to review; it stays in use until somebody decides.

    Raises:
        ConflictError: ``sent_already``, ``label_changed`` where another label is accepted by now, or ``in_queue``.
    """
    require_reviewer(user, suspect.frame)
    with transaction.atomic():
        suspect = (
            Suspect.objects.select_for_update(of=("self",)).select_related("search__pool").get(pk=suspect.pk)
        )
        if suspect.sent_as_id is not None:
            raise ConflictError(f"{suspect.key} was sent to review already.", code="sent_already")
        labels = AcceptedLabel.objects.filter(frame=suspect.frame_id, kind=suspect.search.kind)
        named = labels.select_related("revision__author", "revision__draft", "revision__frame", "frame__cut")
        accepted = named.filter(revision__label=suspect.label).first()
        if accepted is None:
            raise ConflictError(f"The label of {suspect.key} has changed since.", code="label_changed")
        revision = label_reopen(
            accepted=accepted, pool=suspect.search.pool, user=user, comment=review_note(suspect)
        )
        Suspect.objects.filter(pk=suspect.pk).update(sent_as=revision, confirmed_by=None, confirmed_at=None)
    return revision


def review_note(suspect: Suspect) -> str:
    """What the reviewer is told."""
    reasons = "; ".join(suspect.reasons) or "a model that has not seen it disagrees"
    return f"Suspected label error: {reasons}."


@dataclass(slots=True)
class Sent:
    """What came of sending many: versions that wait for review, and why others were left."""

    revisions: list[Revision] = field(default_factory=list)
    left: list[str] = field(default_factory=list)


def suspects_send(*, search: LabelSearch, count: int, user: User) -> Sent:
    """Send the first ``count`` of the list that nobody has decided on back to review; what cannot be sent is left.

    Raises:
        UserError: ``bad_count``.
    """
    if not 1 <= count <= MOST_SENT:
        raise UserError(f"Send 1 to {MOST_SENT} labels at once, not {count}.", code="bad_count")
    sent = Sent()
    for suspect in list(suspects_of(search, undecided=True).visible_to(user)[:count]):
        try:
            sent.revisions.append(suspect_send(suspect=suspect, user=user))
        except ConflictError as error:
            sent.left.append(str(error))
    return sent


@transaction.atomic
def suspect_confirm(*, suspect: Suspect, user: User, right: bool = True) -> Suspect:
    """Say that a suspected label is right, so that no later search lists it; or take that back.

    Raises:
        ConflictError: ``sent_already`` where a reviewer decides.
    """
    require_reviewer(user, suspect.frame)
    rows = Suspect.objects.filter(pk=suspect.pk, sent_as__isnull=True)
    if not rows.update(confirmed_by=user if right else None, confirmed_at=timezone.now() if right else None):
        raise ConflictError(f"{suspect.key} was sent to review already.", code="sent_already")
    audit.record(
        "suspect.confirm" if right else "suspect.doubt",
        subject=suspect,
        actor=user,
        production_id=suspect.frame.production_id,
        label=suspect.label,
    )
    suspect.refresh_from_db()
    return suspect
