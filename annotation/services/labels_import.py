"""Labels of other tools become accepted revisions."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from types import MappingProxyType
from typing import TypeAlias

from django.db import transaction
from django.utils import timezone

from annotation.importing.datasets import Classes
from annotation.importing.files import LabelFile
from annotation.importing.matching import Matched, match_files
from annotation.importing.paintings import READ, STRICT, read_label_file
from annotation.importing.report import ImportReport
from annotation.importing.sources import LabelSource, open_source
from annotation.importing.splits import apply_splits
from annotation.labels import changed_share, label_get, label_put
from annotation.models import AcceptedLabel, Assignment, AssignmentState, Origin, Revision, RevisionAction
from annotation.permissions import require_in_pool
from annotation.selectors.profiles import kinds_of
from annotation.services.revisions import accepted_set, revision_append
from core import audit
from core.models import Role, User
from datasets.models import Frame, LabelTally, Pool
from datasets.services.tallies import Tally, tally_of, tally_store
from modeling.errors import UserError
from modeling.labelio import LabelMap
from modeling.labels import LabelKind, get_kind

BATCH = 32

Progress: TypeAlias = Callable[[int, int, str], None]
"""Called with (done, total, name of the file)."""


@dataclass(frozen=True, slots=True)
class _Reader:
    """How files are read, and where notes of it go."""

    report: ImportReport
    how: str
    nearest: bool

    def read(self, file: LabelFile, frame: Frame, kind: LabelKind) -> LabelMap:
        """Read a file as a label of a frame."""
        return read_label_file(file, frame, kind, self.report, read=self.how, nearest=self.nearest)


@dataclass(frozen=True, slots=True)
class _Read:
    """A label that was read, stored and counted, on its way to the database."""

    frame: Frame
    file: LabelFile
    sha256: str
    tally: Tally


def labels_import(
    *,
    pool: Pool,
    kind: str,
    source: str | Path,
    user: User,
    nearest: bool = False,
    read: str = STRICT,
    classes: Classes = MappingProxyType({}),
    look: bool = False,
    progress: Progress = lambda done, total, name: None,
) -> ImportReport:
    """Import a folder or zip of labels, or a dataset, as accepted revisions of the pool's frames.

    Files are read strictly (see `modeling.labelio.import_label`), or as paintings where ``read`` says so; what is
    not taken is a line of the report, and the rest goes on. Repeating an import changes nothing.

    Args:
        pool: Whose frames.
        kind: Name of the label kind.
        source: Folder, zip or JSON file, see `open_source`; a ``manifest.csv`` in it names masks and sides.
        user: Author, a reviewer in all of the pool's productions.
        nearest: Take the nearest palette entry for foreign colours.
        read: One of `annotation.importing.paintings.READ`.
        classes: Names of our classes by those of the dataset, where they differ.
        look: Read and match everything, and change nothing: the report says what an import would do.
        progress: Told of every label.

    Raises:
        UserError: ``read_how``, ``no_labels_found``, ``source_missing``, or the source's or manifest's error.
    """
    label_kind = get_kind(kind)
    if read not in READ:
        raise UserError(f"Labels are read {', '.join(READ)}, not {read!r}.", code="read_how")
    require_in_pool(user, pool, Role.REVIEWER)
    report = ImportReport(look=look)
    with open_source(Path(source), kind, report, classes) as found:
        report.found = len(found.files)
        if not found.files and not report.refused:
            raise UserError(f"There are no label images in {source}.", code="no_labels_found")
        matched = match_files(pool, found.files, report)
        _import_all(pool, label_kind, matched, user, _Reader(report, read, nearest), progress)
        if not look:
            _finish(pool, kind, found, user, report)
    return report


def _import_all(
    pool: Pool,
    kind: LabelKind,
    matched: list[Matched],
    user: User,
    reader: _Reader,
    progress: Progress,
) -> None:
    done = 0
    for batch in _batches(matched):
        frames = Frame.objects.in_bulk([match.frame_id for match in batch])
        kinds = kinds_of({frame.production_id for frame in frames.values()}, kind.name)
        labels = []
        for match in batch:
            frame = frames[match.frame_id]
            read = _read(frame, match, kinds[frame.production_id], reader)
            labels += [read] if read else []
            done += 1
            progress(done, len(matched), match.files[0].name)
        (_look if reader.report.look else _store)(pool, kind, labels, user, reader.report)


def _batches(matched: list[Matched]) -> Iterator[list[Matched]]:
    iterator = iter(matched)
    while batch := list(islice(iterator, BATCH)):
        yield batch


def _read(frame: Frame, match: Matched, kind: LabelKind, reader: _Reader) -> _Read | None:
    """Read all labels that mean one frame; when they differ none is taken."""
    labels: dict[str, tuple[LabelFile, Tally]] = {}
    for file in match.files:
        try:
            label_map = reader.read(file, frame, kind)
        except UserError as error:
            reader.report.refuse(file.name, error)
        else:
            labels.setdefault(label_put(label_map, kind), (file, tally_of(label_map, kind)))
    if len(labels) > 1:
        _refuse_differing(frame, [file for file, _ in labels.values()], reader.report)
        return None
    return next((_Read(frame, file, key, tally) for key, (file, tally) in labels.items()), None)


def _refuse_differing(frame: Frame, files: list[LabelFile], report: ImportReport) -> None:
    names = ", ".join(file.name for file in files[:4])
    message = f"{names} differ and all mean the drawing {frame.key}."
    for file in files:
        report.refuse(file.name, UserError(message, code="labels_differ", remedy="Leave one of them."))


@transaction.atomic
def _store(pool: Pool, kind: LabelKind, labels: list[_Read], user: User, report: ImportReport) -> None:
    accepted = _accepted(kind, labels)
    for read in labels:
        if accepted.get(read.frame.pk) == read.sha256:
            report.known += 1
            continue
        accepted_set(_revision(pool, kind, read, user), _counted(kind, read))
        report.imported += 1
        report.replaced += read.frame.pk in accepted


def _look(pool: Pool, kind: LabelKind, labels: list[_Read], user: User, report: ImportReport) -> None:
    """As `_store`, in words alone."""
    accepted = _accepted(kind, labels)
    for read in labels:
        report.match(read.file.name, read.frame.key)
        before = accepted.get(read.frame.pk)
        if before == read.sha256:
            report.known += 1
            continue
        report.imported += 1
        if before is not None:
            report.replaced += 1
            share = changed_share(label_get(before, kind), label_get(read.sha256, kind))
            report.conflict(read.file.name, read.frame.key, share)


def _accepted(kind: LabelKind, labels: list[_Read]) -> dict[int, str]:
    """Hash of the accepted label by frame id."""
    ids = [read.frame.pk for read in labels]
    rows = AcceptedLabel.objects.filter(kind=kind.name, frame_id__in=ids).select_related("revision")
    return {row.frame_id: row.revision.label for row in rows}


def _counted(kind: LabelKind, read: _Read) -> LabelTally:
    production_id = read.frame.production_id
    return tally_store(production_id=production_id, kind=kind.name, label=read.sha256, tally=read.tally)


def _revision(pool: Pool, kind: LabelKind, read: _Read, user: User) -> Revision:
    return revision_append(
        frame=read.frame,
        kind=kind.name,
        action=RevisionAction.IMPORT,
        origin=Origin.ORACLE if user.is_oracle else Origin.IMPORT,
        author=user,
        label=read.sha256,
        assignment=_fulfilled(pool, kind, read.frame, user),
        comment=read.file.comment,
    )


def _fulfilled(pool: Pool, kind: LabelKind, frame: Frame, user: User) -> Assignment | None:
    """A queued frame that nobody has begun is done by its import; what somebody began stays theirs."""
    queued = Assignment.objects.filter(
        pool=pool, kind=kind.name, frame=frame, state=AssignmentState.OPEN, person__isnull=True
    )
    assignment = queued.first()
    if assignment is not None:
        queued.update(state=AssignmentState.ACCEPTED, person=user, updated_at=timezone.now())
    return assignment


@transaction.atomic
def _finish(pool: Pool, kind: str, found: LabelSource, user: User, report: ImportReport) -> None:
    if found.manifest:
        apply_splits(pool, found.manifest.rows, user, report)
    audit.record(
        "labels.import",
        subject=pool,
        actor=user,
        kind=kind,
        imported=report.imported,
        replaced=report.replaced,
        refused=len(report.refused),
    )
