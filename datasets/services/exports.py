"""Snapshots in the formats of others: written by a job, or into a folder one names."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.db import transaction

from core import audit
from core.jobs import JobContext, enqueue
from core.models import User
from core.paths import data_path
from datasets.formats import get_format
from datasets.models import Export, Snapshot
from datasets.services.intake import check_space
from datasets.services.publishing import production_of
from datasets.services.snapshots import snapshot_folder
from modeling import snapshots as folders
from modeling.errors import UserError
from modeling.labels import get_kind


def export_write(
    *,
    snapshot: Snapshot,
    format: str,
    kind: str,
    out_dir: Path,
    context: JobContext | None = None,
    link: bool = False,
) -> dict[str, Any]:
    """Write a snapshot into ``out_dir``, which appears whole or not at all.

    Args:
        snapshot: What to write.
        format: Name of the format.
        kind: Name of the label kind.
        out_dir: Must not exist or be empty.
        context: Told of progress.
        link: Hard-link frames where possible; only for folders that nobody edits.

    Returns:
        The format's report: counts.

    Raises:
        UserError: ``unknown_format``, ``unknown_kind``, ``export_no_labels``, ``export_exists`` or ``disk_full``.
    """
    writer, label_kind = get_format(format), get_kind(kind)
    folder = folders.Snapshot.open(snapshot_folder(snapshot))
    if kind not in folder.kinds:
        message = f"Snapshot {snapshot.pk[:12]} has no {kind} labels."
        raise UserError(
            message, code="export_no_labels", remedy=f"It has: {', '.join(folder.kinds) or 'none'}."
        )
    _refuse_taken(out_dir)
    if not link:
        check_space(_size(folder))
    stage = out_dir.with_name(f".{out_dir.name}.{uuid4().hex[:8]}.part")
    stage.mkdir(parents=True)
    try:
        report = writer.write(folder, label_kind, stage, _ticker(context), link)
        _publish(stage, out_dir)
    finally:
        shutil.rmtree(stage, ignore_errors=True)
    return report


def export_create(*, snapshot: Snapshot, format: str, kind: str, user: User | None) -> Export:
    """Put an export in the queue.

    Raises:
        UserError: ``unknown_format``, ``unknown_kind`` or ``export_no_labels``.
    """
    from datasets.jobs import export_run_job

    get_format(format), get_kind(kind)
    if kind not in snapshot.kinds:
        raise UserError(f"Snapshot {snapshot.pk[:12]} has no {kind} labels.", code="export_no_labels")
    with transaction.atomic():
        export = Export.objects.create(snapshot=snapshot, format=format, kind=kind, user=user)
        production = production_of(snapshot.pool)
        audit.record(
            "export.create", subject=export, actor=user, snapshot=snapshot.pk, format=format, kind=kind
        )
        title = f"Export {snapshot.pk[:8]} as {format}"
        job = enqueue(
            export_run_job,
            title=title,
            actor=user,
            production=production,
            subject=export,
            export_id=export.pk,
        )
        export.job_id = job.pk
        export.save(update_fields=["job_id"])
    return export


def export_run(*, export: Export, context: JobContext) -> None:
    """Write an export into the exports folder; done twice, the second finds it there."""
    name = str(export.pk)
    out_dir = data_path("exports", name)
    if not export.folder:
        shutil.rmtree(out_dir, ignore_errors=True)
        report = export_write(
            snapshot=export.snapshot,
            format=export.format,
            kind=export.kind,
            out_dir=out_dir,
            context=context,
            link=True,
        )
        with context.fenced():
            Export.objects.filter(pk=export.pk).update(folder=name, report=report)


def export_folder(export: Export) -> Path | None:
    """Where a finished export lies; None while it is not finished or after it was cleaned up."""
    folder = data_path("exports", export.folder) if export.folder else None
    return folder if folder is not None and folder.is_dir() else None


def _refuse_taken(out_dir: Path) -> None:
    if out_dir.exists() and (not out_dir.is_dir() or any(out_dir.iterdir())):
        raise UserError(f"{out_dir} is not empty.", code="export_exists", remedy="Name another folder.")


def _publish(stage: Path, out_dir: Path) -> None:
    if out_dir.is_dir():
        out_dir.rmdir()
    stage.rename(out_dir)


def _size(folder: folders.Snapshot) -> int:
    return sum(folder.path(row.file).stat().st_size for row in folder.frames())


def _ticker(context: JobContext | None) -> Any:
    def tick(done: int, total: int) -> None:
        if context is not None:
            context.progress(done, total, f"{done} of {total} frames")

    return tick
