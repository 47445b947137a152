"""The sides that a manifest beside labels gives to cuts.

A cut's side is fixed at ingest. A manifest that comes with the labels may still set it as long as no snapshot
has been taken of a pool with that cut, since nothing has been trained or judged on it yet. After that it is
only reported.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from annotation.importing.matching import resolve_keys
from annotation.importing.report import ImportReport
from annotation.models import Assignment, AssignmentState
from core import audit
from core.models import User
from datasets.incoming.walk import clean_key
from datasets.models import Cut, Frame, Pool, Snapshot, Split
from modeling.manifests import ManifestRow

_CHUNK = 500


@dataclass(slots=True)
class _Unit:
    """Cuts that share a side: one cut, or all of a group."""

    name: str
    cuts: dict[int, Cut] = field(default_factory=dict)
    sides: set[str] = field(default_factory=set)


def apply_splits(pool: Pool, rows: Iterable[ManifestRow], user: User | None, report: ImportReport) -> None:
    """Set cuts to the side their frames have in the manifest, or say why not, inside a transaction."""
    sided = {clean_key(row.key): str(row.split) for row in rows if row.split}
    for unit in _units(pool, sided):
        change = [cut for cut in unit.cuts.values() if {cut.split} != unit.sides]
        if len(unit.sides) > 1:
            text = f"The manifest puts frames of {unit.name} on both sides; it stays as it was."
            report.note(unit.name, "split_divided", text)
        elif change and _frozen(unit):
            text = (
                f"{unit.name} is {change[0].get_split_display().lower()} in a snapshot already and stays so."
            )
            report.note(unit.name, "split_fixed", text)
        elif change:
            _move(change, unit.sides.pop(), user, report)


def _units(pool: Pool, sided: dict[str, str]) -> list[_Unit]:
    cut_of = _cuts(resolve_keys(pool, list(sided)))
    units: dict[object, _Unit] = {}
    for key, side in sided.items():
        if (cut := cut_of.get(key)) is None:
            continue
        name = (cut.production_id, cut.group) if cut.group else cut.pk
        unit = units.setdefault(name, _Unit(cut.group or cut.name))
        unit.cuts[cut.pk] = cut
        unit.sides.add(side)
    for unit in units.values():
        _complete_group(unit)
    return list(units.values())


def _cuts(frames: dict[str, int | None]) -> dict[str, Cut]:
    ids = sorted({frame_id for frame_id in frames.values() if frame_id is not None})
    cuts: dict[int, Cut] = {}
    for start in range(0, len(ids), _CHUNK):
        part = Frame.objects.filter(pk__in=ids[start : start + _CHUNK]).select_related("cut")
        cuts |= {frame.pk: frame.cut for frame in part}
    return {key: cuts[frame_id] for key, frame_id in frames.items() if frame_id is not None}


def _complete_group(unit: _Unit) -> None:
    cut = next(iter(unit.cuts.values()))
    if cut.group:
        group = Cut.objects.filter(production_id=cut.production_id, group=cut.group)
        unit.cuts |= {other.pk: other for other in group}


def _frozen(unit: _Unit) -> bool:
    pools = Pool.objects.filter(members__frame__cut__in=list(unit.cuts))
    return Snapshot.objects.filter(pool__in=pools).exists()


def _move(cuts: list[Cut], side: str, user: User | None, report: ImportReport) -> None:
    for cut in cuts:
        audit.record(
            "cut.split",
            subject=cut,
            actor=user,
            production_id=cut.production_id,
            before=cut.split,
            after=side,
        )
        Cut.objects.filter(pk=cut.pk).update(split=side)
    report.cuts_moved += len(cuts)
    _forget_drafts(cuts, side)


def _forget_drafts(cuts: list[Cut], side: str) -> None:
    """Queued frames that are held-out from now on are drawn without a draft, unless somebody has begun."""
    if side == Split.TEST:
        queued = Assignment.objects.filter(frame__cut__in=cuts, state=AssignmentState.OPEN, person=None)
        queued.update(with_draft=False)
