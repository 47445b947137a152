"""A snapshot from plain folders: frames, label folders by kind, and a manifest."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from modeling.errors import UserError
from modeling.images import read_rgb_noted
from modeling.labelio import import_label
from modeling.labels import get_kind
from modeling.manifests import Manifest, ManifestRow, read_manifest
from modeling.matching import key_of, list_images, match_labels
from modeling.snapshots.reader import Snapshot
from modeling.snapshots.reducing import reduced_frame, size_within, write_reduced
from modeling.snapshots.writer import LabelSource, SnapshotSource, check_key, refuse_taken, write_snapshot_to
from modeling.splits import SplitItem, SplitPlan, plan_splits

MASK_KIND = "cel"
"""Kind of the manifest's ``mask`` column."""

Progress = Callable[[Iterable[Any], int, str], Iterable[Any]]
"""Wraps a loop, given its length and what is being done."""


Plan = Callable[[Sequence[SplitItem]], SplitPlan]
"""Which side each frame is on."""

Checked = tuple[SnapshotSource | None, list[str], tuple[str, ...]]
"""The frame unless it cannot be used, why it or labels of it cannot, and what was done to its pixels."""


@dataclass(frozen=True, slots=True)
class FolderRequest:
    """What to freeze: ``labels`` is a folder by kind, ``seed`` that of the held-out hash.

    ``within`` is a (width, height) to which larger frames are reduced, with their labels; ``plan`` decides the sides
    instead of the seeded hash.
    """

    frames: Path
    out: Path
    labels: Mapping[str, Path] = field(default_factory=dict)
    manifest: Path | None = None
    nearest: bool = False
    seed: int = 0
    within: tuple[int, int] | None = None
    plan: Plan | None = None


@dataclass(slots=True)
class Candidate:
    """A frame found, with the label files found for it by kind."""

    key: str
    image: Path
    row: ManifestRow | None = None
    labels: dict[str, Path] = field(default_factory=dict)

    @property
    def decided_test(self) -> bool:
        """Whether the manifest holds it out."""
        return self.row is not None and self.row.split == "test"


@dataclass(slots=True)
class LeftOut:
    """What did not go in: a sentence each, and the keys of frames nobody labelled.

    ``noted`` counts what was done to the pixels of frames that did go in.
    """

    reasons: list[str] = field(default_factory=list)
    unlabelled: list[str] = field(default_factory=list)
    noted: Counter[str] = field(default_factory=Counter)


def freeze_folders(request: FolderRequest, scratch: Path, progress: Progress) -> tuple[Snapshot, LeftOut]:
    """Freeze plain folders into ``request.out``; what cannot be used is left out and said, the rest goes on.

    Args:
        request: What to freeze.
        scratch: Empty folder for the imported labels.
        progress: Wraps the two long loops.

    Raises:
        UserError: For a missing folder, a broken manifest, contradicting splits, or when nothing is left.
    """
    refuse_taken(request.out)
    left_out = LeftOut()
    candidates = _find_frames(request, left_out)
    _find_labels(request, candidates, left_out)
    left_out.unlabelled = [c.key for c in candidates if not c.labels and not c.decided_test]
    usable = [c for c in candidates if c.labels or c.decided_test]
    _refuse_empty(usable, left_out)
    sources = list(_checked(usable, request, scratch, progress, left_out))
    _refuse_empty(sources, left_out)
    sources, notes = _placed(sources, usable, request, left_out)
    _refuse_full_disk(sources, request.out)
    frames = progress(sources, len(sources), "freezing")
    return write_snapshot_to(request.out, frames, notes=notes), left_out


# --- finding ---


def _find_frames(request: FolderRequest, left_out: LeftOut) -> list[Candidate]:
    if not request.frames.is_dir():
        raise UserError(f"{request.frames} is not a folder.", code="folder_missing")
    if request.manifest is not None:
        found = _from_manifest(read_manifest(request.manifest), request, left_out)
    else:
        apart = [path.resolve() for path in (*request.labels.values(), request.out)]
        inside = request.frames.resolve()
        files = list_images(request.frames, without=[p for p in apart if not inside.is_relative_to(p)])
        found = [Candidate(key_of(file), request.frames / file) for file in files]
    if not found:
        raise UserError(f"There is no frame in {request.frames}.", code="no_frames")
    return _without_doubles(found, left_out)


def _from_manifest(manifest: Manifest, request: FolderRequest, left_out: LeftOut) -> list[Candidate]:
    found = []
    for row in manifest.rows:
        image = manifest.locate(row.frame, request.frames, request.frames.parent)
        if image is None:
            left_out.reasons.append(f"{manifest.path}, line {row.line}: {row.frame} is not there.")
            continue
        candidate = Candidate(_key_below(image, request.frames, row), image, row)
        candidate.labels = _named_labels(manifest, row, request)
        if row.mask and not candidate.labels:
            left_out.reasons.append(f"{manifest.path}, line {row.line}: {row.mask} is not there.")
        found.append(candidate)
    return found


def _named_labels(manifest: Manifest, row: ManifestRow, request: FolderRequest) -> dict[str, Path]:
    """The row's mask by its kind: that of the folder of labels in which it lies, else that of masks."""
    if not row.mask:
        return {}
    for kind, folder in request.labels.items():
        if path := manifest.locate(row.mask, folder, folder.parent, within=folder):
            return {kind: path}
    path = manifest.locate(row.mask, request.frames)
    return {} if path is None else {MASK_KIND: path}


def _key_below(image: Path, frames: Path, row: ManifestRow) -> str:
    """Key relative to the folder of frames, else as the manifest writes it."""
    path = Path(os.path.relpath(image, frames))
    return row.key if ".." in path.parts else key_of(path)


def _without_doubles(found: list[Candidate], left_out: LeftOut) -> list[Candidate]:
    """Leave out frames whose keys cannot be stored or told apart."""
    by_key: dict[str, list[Candidate]] = {}
    for candidate in found:
        try:
            check_key(candidate.key)
            by_key.setdefault(candidate.key.casefold(), []).append(candidate)
        except UserError as error:
            left_out.reasons.append(str(error))
    for same in by_key.values():
        if len(same) > 1:
            names = ", ".join(str(c.image) for c in same)
            left_out.reasons.append(f"{names} would all be the frame {same[0].key}: rename them.")
    return [same[0] for same in by_key.values() if len(same) == 1]


def _find_labels(request: FolderRequest, candidates: list[Candidate], left_out: LeftOut) -> None:
    by_key = {c.key: c for c in candidates}
    for kind, folder in request.labels.items():
        get_kind(kind)
        matches = match_labels(by_key, list_images(folder, without=[request.out]))
        for key, file in matches.labels.items():
            by_key[key].labels.setdefault(kind, folder / file)
        refused = [*matches.ambiguous.values(), *matches.unmatched.values()]
        left_out.reasons += [f"{kind}: {sentence}" for sentence in refused]


# --- checking ---


def _checked(
    candidates: list[Candidate], request: FolderRequest, scratch: Path, progress: Progress, left_out: LeftOut
) -> Iterator[SnapshotSource]:
    """Decode every frame and import its labels, on all cores; yield what is sound."""
    pool = ThreadPoolExecutor()
    try:
        checks = pool.map(lambda c: _check(c, request, scratch), candidates)
        checks_shown = progress(checks, len(candidates), "reading")
        for candidate, (source, reasons, notes) in zip(candidates, checks_shown, strict=True):
            left_out.reasons += reasons
            left_out.noted.update(notes)
            if source is not None and (source.labels or candidate.decided_test):
                yield source
    finally:
        pool.shutdown(cancel_futures=True)


def _check(candidate: Candidate, request: FolderRequest, scratch: Path) -> Checked:
    try:
        rgb, notes = read_rgb_noted(candidate.image)
    except UserError as error:
        return None, [str(error)], ()
    size = size_within(rgb, request.within)
    labels, reasons = {}, []
    for kind, file in candidate.labels.items():
        try:
            label_map = import_label(file, get_kind(kind), size=rgb.shape[:2], nearest=request.nearest)
        except UserError as error:
            reasons.append(str(error))
            continue
        path = scratch / kind / f"{candidate.key}.png"
        labels[kind] = LabelSource(write_reduced(path, label_map, get_kind(kind), size), "import")
    row = candidate.row or ManifestRow(0, candidate.image.name)
    source = SnapshotSource(
        key=candidate.key,
        image=reduced_frame(candidate.image, rgb, size, scratch / "frames" / f"{candidate.key}.png"),
        production=row.production,
        cut=row.cut,
        time_s=row.time_s,
        licence=row.licence,
        rights=row.rights,
        source=candidate.image.name,
        labels=labels,
        size=size,
    )
    return source, reasons, notes


def _refuse_empty(frames: Sequence[Candidate | SnapshotSource], left_out: LeftOut) -> None:
    if any(frame.labels for frame in frames):
        return
    first = f" First reason: {left_out.reasons[0]}" if left_out.reasons else ""
    raise UserError(
        f"No frame has a label that can be used.{first}",
        code="snapshot_empty",
        remedy="Give --labels KIND=DIR, or a manifest with a mask column.",
    )


def _refuse_full_disk(sources: list[SnapshotSource], out: Path) -> None:
    files = [s.image for s in sources] + [label.file for s in sources for label in s.labels.values()]
    needed = sum(file.stat().st_size for file in files)
    there = next(folder for folder in out.absolute().parents if folder.exists())
    free = shutil.disk_usage(there).free
    if free < needed * 1.05:
        message = f"The snapshot needs {needed / 1e6:,.0f} MB, {there} has {free / 1e6:,.0f} MB free."
        raise UserError(message, code="disk_full", remedy="Make room, or name a folder on another disk.")


def _placed(
    sources: list[SnapshotSource], candidates: list[Candidate], request: FolderRequest, left_out: LeftOut
) -> tuple[list[SnapshotSource], tuple[str, ...]]:
    """Give each frame its side and leave out those in the gap."""
    rows = {c.key: c.row for c in candidates}
    items = [_split_item(source, rows[source.key]) for source in sources]
    plan = request.plan(items) if request.plan else plan_splits(items, seed=request.seed)
    placed = []
    for source in sources:
        side = plan.splits[source.key]
        if side == "gap":
            left_out.reasons.append(f"{source.key} lies in the gap before the held-out frames.")
        else:
            placed.append(replace(source, split=side))
    return placed, plan.notes


def _split_item(source: SnapshotSource, row: ManifestRow | None) -> SplitItem:
    return SplitItem(
        key=source.key,
        production=source.production,
        cut=source.cut,
        time_s=source.time_s,
        group=row.group if row else "",
        split=row.split if row else None,
    )
