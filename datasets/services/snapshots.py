"""Freeze frames with the labels one is handed into an immutable, content-addressed version."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.utils import timezone

from core import audit
from core.blobs import blob_path
from core.models import User
from core.paths import data_path
from datasets.content_types import suffix_of
from datasets.models import Frame, Pool, PoolFrame, Snapshot, Split
from datasets.services.intake import check_space
from datasets.services.lookalikes import lookalikes_settle
from modeling import snapshots as folders
from modeling.errors import UserError

_CHUNK = 500
_CONTENT = ("frames_sha256", "notes", "entries")
"""What of a snapshot's header is more than a name."""


@dataclass(frozen=True, slots=True)
class FrozenLabel:
    """A label to freeze: its blob, its origin (see ``modeling.snapshots.Origin``), how its frame was selected and how
    long people worked on it, 0 where nobody measured that.

    ``selection`` has the fields of ``modeling.snapshots.SelectionRow``: strategy, round, inclusion_probability,
    control_arm.
    """

    frame_id: int
    kind: str
    label_sha256: str
    origin: str
    selection: dict[str, Any] | None = None
    seconds: float = 0


def snapshot_freeze(
    *,
    pool: Pool,
    kinds: Iterable[str],
    labels: Iterable[FrozenLabel],
    user: User | None,
    entries: folders.AddedEntries | None = None,
    tick: Callable[[int, int], None] = lambda done, total: None,
) -> Snapshot:
    """Freeze the pool's labelled and held-out frames; the same content is the same snapshot.

    Cuts to train on that show what held-out ones show are held out first, and the notes say so
    (`datasets.services.lookalikes`). Frames in the gap beside a held-out block are left out with their labels. The
    pool's newest snapshot becomes the parent, so that every earlier cut keeps its side. ``entries`` are the palette
    entries that the pool's productions added, by kind and name of the production. ``tick`` is told before each frame
    how many of how many are frozen, and may raise to end it.

    Raises:
        UserError: ``snapshot_empty``, ``disk_full`` or others of ``modeling.snapshots.write_snapshot``.
    """
    kinds = sorted(set(kinds))
    by_frame = _by_frame(label for label in labels if label.kind in kinds)
    parent = Snapshot.objects.filter(pool=pool).order_by("-created_at").first()
    like = lookalikes_settle(pool=pool, labelled=by_frame, user=user, tick=lambda: tick(0, len(by_frame)))
    members = _members(pool, set(by_frame))
    check_space(_bytes_if_copied(members))
    folder = folders.write_snapshot(
        data_path("snapshots"),
        _sources(members, by_frame, tick),
        parent=parent.pk if parent else None,
        kinds=kinds,
        notes=[*pool.notes, *like],
        entries=entries,
    )
    alike = Snapshot.objects.filter(pool=pool, kinds=kinds).order_by("-created_at").first()
    return _unchanged(folder, alike) or _record(folder, pool, kinds, parent, user)


def snapshot_folder(snapshot: Snapshot) -> Path:
    """Where the snapshot lies."""
    return data_path("snapshots", snapshot.pk)


def _by_frame(labels: Iterable[FrozenLabel]) -> dict[int, list[FrozenLabel]]:
    found: dict[int, list[FrozenLabel]] = {}
    for label in labels:
        found.setdefault(label.frame_id, []).append(label)
    return found


def _members(pool: Pool, labelled: set[int]) -> list[PoolFrame]:
    rows = pool.members.select_related("frame__cut", "frame__production", "frame__source")
    held_out = rows.filter(frame__cut__split=Split.TEST)
    found = {row.pk: row for row in held_out}
    ids = sorted(labelled)
    for start in range(0, len(ids), _CHUNK):
        chunk = rows.filter(frame__in=ids[start : start + _CHUNK], frame__cut__split=Split.TRAIN)
        found |= {row.pk: row for row in chunk}
    return list(found.values())


def _bytes_if_copied(members: list[PoolFrame]) -> int:
    """Nothing where blobs can be linked, which is the rule: snapshots lie beside them."""
    same = data_path("snapshots").stat().st_dev == data_path("blobs").stat().st_dev if members else True
    return 0 if same else sum(blob_path(member.frame.blob).stat().st_size for member in members)


def _sources(
    members: list[PoolFrame], by_frame: dict[int, list[FrozenLabel]], tick: Callable[[int, int], None]
) -> Iterator[folders.SnapshotSource]:
    for done, member in enumerate(members):
        tick(done, len(members))
        yield _source(member, by_frame.get(member.frame_id, []))


def _source(member: PoolFrame, labels: Iterable[FrozenLabel]) -> folders.SnapshotSource:
    frame = member.frame
    path = blob_path(frame.blob)
    return folders.SnapshotSource(
        key=member.key,
        image=path,
        split=frame.cut.split,  # type: ignore[arg-type]
        production=frame.production.name,
        cut=frame.cut.name,
        time_s=frame.time_s,
        licence=frame.licence,
        rights=frame.rights,
        source=frame.source.name,
        hold=_hold(frame),
        labels={label.kind: _label(label) for label in labels},
        size=(frame.height, frame.width),
        sha256=frame.blob,
        suffix=suffix_of(path),
    )


def _hold(frame: Frame) -> folders.HoldRow | None:
    if frame.hold_first is None or frame.hold_last is None:
        return None
    return folders.HoldRow(first=frame.hold_first, last=frame.hold_last, fps=frame.source.fps)


def _label(label: FrozenLabel) -> folders.LabelSource:
    selection = folders.SelectionRow(**label.selection) if label.selection else None
    sha256 = label.label_sha256
    return folders.LabelSource(blob_path(sha256), label.origin, sha256, selection, label.seconds)  # type: ignore[arg-type]


def _unchanged(folder: folders.Snapshot, alike: Snapshot | None) -> Snapshot | None:
    """The newest snapshot of the same kinds itself, when nothing but the parent's name is new."""
    if alike is None or alike.pk == folder.id:
        return alike
    before = folders.Snapshot.open(data_path("snapshots", alike.pk)).header
    if any(getattr(before, name) != getattr(folder.header, name) for name in _CONTENT):
        return None
    if not Snapshot.objects.filter(pk=folder.id).exists():
        shutil.rmtree(folder.folder)
    return alike


def _record(
    folder: folders.Snapshot, pool: Pool, kinds: list[str], parent: Snapshot | None, user: User | None
) -> Snapshot:
    counts = folder.counts.model_dump(mode="json")
    with transaction.atomic():
        snapshot, made = Snapshot.objects.get_or_create(
            pk=folder.id,
            defaults={
                "pool": pool,
                "kinds": kinds,
                "parent": parent,
                "counts": counts,
                "created_by": user,
                "created_at": timezone.now(),
            },
        )
        if made:
            audit.record("snapshot.freeze", subject=snapshot, actor=user, pool=pool.name, counts=counts)
    if snapshot.pool_id != pool.pk:
        message = f"The pool {snapshot.pool.name!r} has a snapshot of exactly these frames."
        raise UserError(message, code="snapshot_elsewhere", remedy="Use that one.")
    return snapshot
