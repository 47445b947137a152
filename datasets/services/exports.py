"""Snapshots in the formats of others: written by a job, or into a folder one names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from django.db import transaction

from core import audit
from core.jobs import JobContext, enqueue
from core.models import User
from core.paths import data_path
from datasets.formats import (
    FORMATS,
    Content,
    Terms,
    Ticker,
    content_of,
    refuse_taken,
    write_content,
    written_report,
)
from datasets.formats.cards.readme import readme
from datasets.models import Export, Snapshot
from datasets.services.intake import check_space
from datasets.services.publishing import production_of
from datasets.services.snapshot_figures import kept_pixels
from datasets.services.snapshots import snapshot_folder
from modeling import snapshots as folders
from modeling.errors import UserError
from modeling.registry import validated

COUNTED_AT_ONCE = 50
"""Labels that a page may decode to show a card."""


def export_write(
    *,
    snapshot: Snapshot,
    format: str,
    kind: str,
    out_dir: Path,
    terms: Terms | None = None,
    params: Mapping[str, Any] | None = None,
    tick: Ticker = lambda done, total: None,
    link: bool = False,
) -> dict[str, Any]:
    """Write a snapshot into ``out_dir``, which appears whole or not at all; one that was broken off goes on.

    Args:
        snapshot: What to write.
        format: Name of the format.
        kind: Name of the label kind.
        out_dir: Must not exist or be empty.
        terms: What of it is handed out; whole, of frames with a licence, by default.
        params: Raw parameters of the format.
        tick: Told of progress; may raise to stop.
        link: Hard-link files where possible; only for folders that nobody edits.

    Returns:
        The format's report: counts.

    Raises:
        UserError: ``unknown_format``, ``bad_parameter``, ``export_exists``, ``disk_full``, or what `content_of` and
            `write_content` raise.
    """
    entry = FORMATS.get(format)
    parsed = entry.parse(dict(params or {}))
    content = _content(snapshot, kind, terms or Terms())
    refuse_taken(out_dir)
    if not link:
        check_space(_size(content))
    return write_content(content, entry, parsed, out_dir, tick, link=link)


def export_card(
    *, snapshot: Snapshot, format: str, kind: str, terms: Mapping[str, Any], params: Mapping[str, Any]
) -> str:
    """The README that an export would have.

    Raises:
        UserError: As `export_write`; ``card_uncounted`` where so many labels are uncounted that a page would wait.
    """
    entry = FORMATS.get(format)
    entry.parse(dict(params))
    content = _content(snapshot, kind, validated(Terms, dict(terms), "export"))
    if sum(content.pixels(row) is None for row in content.labelled) > COUNTED_AT_ONCE:
        raise UserError(
            "Its labels are not counted yet.",
            code="card_uncounted",
            remedy="Count them on the snapshot's page, or write the export: its README has it all.",
        )
    return readme(content, entry, "frames.jsonl" if format == "snapshot" else "frames.csv")


def export_create(
    *,
    snapshot: Snapshot,
    format: str,
    kind: str,
    user: User | None,
    terms: Mapping[str, Any] | None = None,
    params: Mapping[str, Any] | None = None,
) -> Export:
    """Put an export in the queue.

    Raises:
        UserError: As `export_write` of what is asked, before anything is written.
    """
    from datasets.jobs import export_run_job

    parsed = FORMATS.get(format).parse(dict(params or {})).model_dump(mode="json")
    asked = validated(Terms, dict(terms or {}), "export")
    content_of(folders.Snapshot.open(snapshot_folder(snapshot)), kind, asked)
    options = {"params": parsed, "terms": asked.model_dump(mode="json")}
    with transaction.atomic():
        export = Export.objects.create(
            snapshot=snapshot, format=format, kind=kind, user=user, options=options
        )
        audit.record(
            "export.create",
            subject=export,
            actor=user,
            snapshot=snapshot.pk,
            format=format,
            kind=kind,
            **options,
        )
        job = enqueue(
            export_run_job,
            title=f"Export {snapshot.pk[:8]} as {format}",
            actor=user,
            production=production_of(snapshot.pool),
            subject=export,
            export_id=export.pk,
        )
        export.job_id = job.pk
        export.save(update_fields=["job_id"])
    return export


def export_run(*, export: Export, context: JobContext) -> None:
    """Write an export into the exports folder; done twice, the second finds it there, broken off, it goes on."""
    name = str(export.pk)
    out_dir = data_path("exports", name)
    if export.folder:
        return
    if out_dir.is_dir():
        report = written_report(out_dir)
    else:
        report = export_write(
            snapshot=export.snapshot,
            format=export.format,
            kind=export.kind,
            out_dir=out_dir,
            terms=Terms(**export.options.get("terms", {})),
            params=export.options.get("params", {}),
            tick=_ticker(context),
            link=True,
        )
    with context.fenced():
        Export.objects.filter(pk=export.pk).update(folder=name, report=report)


def export_folder(export: Export) -> Path | None:
    """Where a finished export lies; None while it is not finished or after it was cleaned up."""
    folder = data_path("exports", export.folder) if export.folder else None
    return folder if folder is not None and folder.is_dir() else None


def _content(snapshot: Snapshot, kind: str, terms: Terms) -> Content:
    """What is handed out, with the counts that are kept of its labels."""
    content = content_of(folders.Snapshot.open(snapshot_folder(snapshot)), kind, terms)
    return replace(content, pixels=kept_pixels(content.snapshot, kind))


def _size(content: Content) -> int:
    """Bytes of the frames that are copied; labels are small beside them."""
    if content.terms.labels_only:
        return 0
    return sum(content.snapshot.path(row.file).stat().st_size for row in content.drawings)


def _ticker(context: JobContext) -> Ticker:
    def tick(done: int, total: int) -> None:
        context.progress(done, total, f"{done} of {total} frames")

    return tick
