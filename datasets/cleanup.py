"""What this app leaves behind: stale uploads, downloads nobody fetches, folders of killed runs, maps of no pool."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.utils import timezone

from core.cleanup import Leftover, is_old, provider
from core.paths import data_path
from datasets.features import feature_files
from datasets.models import Export, Pool, Snapshot, Upload
from datasets.pool_table import table_files
from datasets.services.maps import map_named

UPLOAD_DAYS = 7
EXPORT_DAYS = 30


@provider
def stale_uploads() -> Iterator[Leftover]:
    """Yield uploads of a week ago that nothing waits for or works with, and bytes without a row."""
    before = timezone.now() - timedelta(days=UPLOAD_DAYS)
    rows = Upload.objects.filter(touched_at__lt=before, taken=False).exclude(
        ingests__finished_at__isnull=True, ingests__isnull=False
    )
    for upload in rows.iterator():
        path = data_path("uploads", str(upload.pk))
        if path.exists() or not upload.ingests.exists():
            yield Leftover("stale upload", path, remove=partial(_remove_upload, upload, path))
    known = {str(pk) for pk in Upload.objects.values_list("pk", flat=True)}
    for path in data_path("uploads").glob("*"):
        if path.name not in known and is_old(path):
            yield Leftover("upload without a row", path, still=partial(is_old, path))


@provider
def old_exports() -> Iterator[Leftover]:
    """Yield written exports older than a month: they can be written again from their snapshot."""
    before = timezone.now() - timedelta(days=EXPORT_DAYS)
    for export in Export.objects.filter(created_at__lt=before).exclude(folder="").iterator():
        path = data_path("exports", export.folder)
        if path.exists():
            yield Leftover("old export", path)
    for path in data_path("exports").glob(".*.part"):
        if is_old(path):
            yield Leftover("half-written export", path, still=partial(is_old, path))


@provider
def unnamed_snapshots() -> Iterator[Leftover]:
    """Yield snapshot folders that no row names, such as those of a killed freeze."""
    known = set(Snapshot.objects.values_list("pk", flat=True))
    for path in data_path("snapshots").glob("*"):
        if path.name not in known and is_old(path):
            yield Leftover("snapshot without a row", path, still=partial(_is_unnamed, path))


@provider
def stray_features() -> Iterator[Leftover]:
    """Yield maps of pools that are gone, and vectors that a killed job had not stored a week later."""
    pools = set(Pool.objects.values_list("pk", flat=True))
    for name, version, files in feature_files():
        made = map_named(name, version)
        if made is not None and made.pool not in pools:
            for path in files:
                yield Leftover("map without a pool", path)
    for path in data_path("features").glob(".embedding-*"):
        stale = partial(is_old, path, seconds=UPLOAD_DAYS * 24 * 60 * 60)
        if stale():
            yield Leftover("vectors of a killed job", path, still=stale)


@provider
def stray_tables() -> Iterator[Leftover]:
    """Yield tables of pools that are gone; each pool's own is replaced as it grows."""
    pools = set(Pool.objects.values_list("pk", flat=True))
    for pool, path in table_files():
        if pool not in pools:
            yield Leftover("table without a pool", path)


def _remove_upload(upload: Upload, path: Path) -> None:
    if upload.ingests.exists():
        path.unlink(missing_ok=True)  # the row stays: its ingest's report names it
    else:
        upload.delete()
        path.unlink(missing_ok=True)


def _is_unnamed(path: Path) -> bool:
    return is_old(path) and not Snapshot.objects.filter(pk=path.name).exists()
