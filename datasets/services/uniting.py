"""Move cuts that show what held-out cuts show to the held-out side, unless something already trains on them.

The one change of a cut's side after ingest (docs/adr): from training to held-out, once, never back, with an audit row.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from core import audit
from core.models import User
from core.paths import data_path
from datasets.models import Cut, LookAlike, Pool, Snapshot, Split, Stays

_CHUNK = 500

Name = tuple[str, str]


@dataclass(slots=True)
class _Unit:
    """Cuts that a group unites, or one alone, with the pairs that were found of them and the labels they would take."""

    cuts: list[Cut]
    pairs: list[LookAlike] = field(default_factory=list)
    labels: int = 0


def unite(*, pool: Pool, frame_ids: Sequence[int], at_most: int, user: User | None) -> int:
    """Move what can be moved among the cuts of labelled training frames that have a held-out twin in the pool.

    Args:
        pool: Where the twins are.
        frame_ids: The labelled training frames.
        at_most: So many of them may move.
        user: For the audit log.

    Returns:
        How many of the frames moved. Of every pair that stays, the row says why.
    """
    pairs = [
        pair for start in range(0, len(frame_ids), _CHUNK) for pair in _open(pool, frame_ids[start:][:_CHUNK])
    ]
    if not pairs:
        return 0
    units = _units(pairs, frame_ids)
    trained = _trained(cut for unit in units for cut in unit.cuts)
    moved = 0
    for unit in sorted(units, key=lambda unit: (-len(unit.pairs), unit.cuts[0].pk)):
        stays = _stays(unit, trained, at_most - moved)
        with transaction.atomic():
            _mark(unit, stays)
            if stays == Stays.NO:
                _move(unit, pool, user)
        if stays == Stays.NO:
            moved += unit.labels
    return moved


def _open(pool: Pool, frame_ids: Sequence[int]) -> Iterable[LookAlike]:
    rows = LookAlike.objects.in_pool(pool).filter(
        frame__in=frame_ids, frame__cut__split=Split.TRAIN, twin__cut__split=Split.TEST
    )
    return rows.select_related("frame__cut__production", "twin__cut").order_by("pk")


def _units(pairs: list[LookAlike], frame_ids: Sequence[int]) -> list[_Unit]:
    units: dict[tuple[int, str, int], _Unit] = {}
    for pair in pairs:
        cut = pair.frame.cut
        key = cut.production_id, cut.group, 0 if cut.group else cut.pk
        if key not in units:
            units[key] = _Unit(_of_group(cut))
        units[key].pairs.append(pair)
    of_cut = {cut.pk: unit for unit in units.values() for cut in unit.cuts}
    for start in range(0, len(frame_ids), _CHUNK):
        cuts = Cut.objects.filter(frames__in=frame_ids[start : start + _CHUNK], pk__in=of_cut)
        for pk in cuts.values_list("pk", flat=True):
            of_cut[pk].labels += 1
    return list(units.values())


def _of_group(cut: Cut) -> list[Cut]:
    if not cut.group:
        return [cut]
    rows = Cut.objects.filter(production=cut.production_id, group=cut.group, split=Split.TRAIN)
    return list(rows.select_related("production").order_by("pk"))


def _trained(cuts: Iterable[Cut]) -> set[Name]:
    """(production, cut) of all cuts on the training side of any snapshot of a pool with one of these cuts."""
    pools = Pool.objects.filter(members__frame__cut__in=[cut.pk for cut in cuts])
    names: set[Name] = set()
    for pk in Snapshot.objects.filter(pool__in=pools).values_list("pk", flat=True):
        with data_path("snapshots", pk, "frames.jsonl").open(encoding="utf-8") as lines:
            rows = map(json.loads, lines)
            names |= {(row["production"], row["cut"]) for row in rows if row["split"] == "train"}
    return names


def _stays(unit: _Unit, trained: set[Name], left: int) -> Stays:
    if any((cut.production.name, cut.name) in trained for cut in unit.cuts):
        return Stays.TRAINED
    if all(_is_part(pair.twin.cut, pair.frame.cut) for pair in unit.pairs):
        return Stays.ONE_SHOT
    return Stays.NO if unit.labels <= left else Stays.TOO_MANY


def _is_part(part: Cut, cut: Cut) -> bool:
    """Whether a cut was parted from another at ingest (``datasets.services.publishing``)."""
    return part.source_id == cut.source_id and part.name.startswith(f"{cut.name[:285]}/")


def _mark(unit: _Unit, stays: Stays) -> None:
    pks = [pair.pk for pair in unit.pairs]
    for start in range(0, len(pks), _CHUNK):
        rows = LookAlike.objects.filter(pk__in=pks[start : start + _CHUNK])
        rows.update(united=stays == Stays.NO, stays=stays)


def _move(unit: _Unit, pool: Pool, user: User | None) -> None:
    twin = unit.pairs[0].twin.cut
    name = _group_name(unit.cuts[0], twin)
    if not twin.group:
        Cut.objects.filter(pk=twin.pk).update(group=name)
    for cut in unit.cuts:
        if Cut.objects.filter(pk=cut.pk, split=Split.TRAIN).update(split=Split.TEST, group=name):
            audit.record(
                "cut.hold_out",
                subject=cut,
                actor=user,
                production_id=cut.production_id,
                pool=pool.name,
                cut=cut.name,
                like=twin.name,
                group=name,
                group_before=cut.group,
            )


def _group_name(cut: Cut, twin: Cut) -> str:
    """The twin's group; across productions, where a group of that name may be another, a name that nobody gave."""
    if twin.group and twin.production_id == cut.production_id:
        return twin.group
    return f"look-alike {twin.pk}"
