"""Label files brought by the browser: kept under ``uploads``, then imported by a job.

`manage.py cleanup` removes what a job that failed or was cancelled left there after a day; till then it can be retried.
"""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile

from annotation.importing.paintings import READ, STRICT
from annotation.importing.report import ImportReport
from annotation.permissions import require_in_pool
from annotation.services.labels_import import labels_import
from core.jobs import JobContext, enqueue
from core.models import Job, Role, User
from core.paths import data_path
from datasets.models import Pool
from datasets.services.intake import check_space
from datasets.services.publishing import production_of
from modeling.errors import UserError
from modeling.labels import get_kind

ARCHIVE, DATASET = ".zip", ".json"
KEPT = "kept"
"""Under which a look's result names what it has kept."""
MANY = 100
"""Labels of a look whose frame is told one by one, and looks that are looked through."""


def labels_upload(
    *,
    pool: Pool,
    kind: str,
    user: User,
    files: Sequence[UploadedFile],
    read: str = STRICT,
    look: bool = False,
) -> Job:
    """Keep label files and queue their import.

    Args:
        pool: Whose frames they mean.
        kind: Name of the label kind.
        user: Author, a reviewer in all of the pool's productions.
        files: One zip, one JSON file of COCO or Label Studio, or label files.
        read: One of `annotation.importing.paintings.READ`.
        look: Only say what an import would do; the files stay, for `labels_take`.

    Raises:
        PermissionDenied: Unless the user reviews in all of the pool's productions.
        UserError: ``labels_missing``, ``labels_mixed``, ``labels_named_alike``, ``read_how``, ``unknown_kind``,
            ``disk_full``.
    """
    require_in_pool(user, pool, Role.REVIEWER)
    get_kind(kind)
    if read not in READ:
        raise UserError(f"Labels are read {', '.join(READ)}, not {read!r}.", code="read_how")
    names = _names(files)
    check_space(sum(file.size or 0 for file in files))
    key = uuid4().hex
    _keep(_folder(key), names, files)
    return _queue(pool, user, {"key": key, "kind": kind, "read": read, "look": look})


def labels_take(*, pool: Pool, user: User, looked: Job) -> Job:
    """Queue the import of what a look (`labels_upload`) has kept.

    Raises:
        PermissionDenied: Unless the user reviews in all of the pool's productions.
        UserError: ``labels_gone`` when it was kept too long, was imported, or the job was no look.
    """
    require_in_pool(user, pool, Role.REVIEWER)
    kept = kept_by(looked)
    if kept is None:
        raise _gone()
    return _queue(pool, user, {**kept, "look": False})


def kept_by(job: Job) -> dict[str, str] | None:
    """``key``, ``kind`` and ``read`` of what a finished look has kept, None where nothing of it is left."""
    kept: dict[str, str] | None = (job.result or {}).get(KEPT)
    return kept if kept and _folder(kept["key"]).is_dir() else None


def looks_of(pool: Pool, user: User) -> list[Job]:
    """Somebody's finished looks into labels for a pool whose files are still kept, the newest first."""
    jobs = Job.objects.about(pool).filter(actor=user, result__has_key=KEPT).order_by("-created_at")
    return [job for job in jobs[:MANY] if kept_by(job)]


def _queue(pool: Pool, user: User, asked: dict[str, Any]) -> Job:
    from annotation.jobs import labels_import_job

    title = f"{'Look into' if asked['look'] else 'Import'} {asked['kind']} labels {'for' if asked['look'] else 'into'}"
    ids = {"pool_id": pool.pk, "user_id": user.pk, **asked}
    return enqueue(
        labels_import_job,
        title=f"{title} {pool.name}",
        actor=user,
        production=production_of(pool),
        subject=pool,
        **ids,
    )


def labels_upload_import(
    *, pool: Pool, user: User, key: str, kind: str, read: str, context: JobContext, look: bool = False
) -> dict[str, Any]:
    """Import what `labels_upload` kept, or only look; what was left out or is unclear goes to the job's log.

    Returns:
        Counts by what became of the files.

    Raises:
        UserError: ``labels_gone`` when it was kept too long, or as `labels_import`.
    """
    folder = _folder(key)
    if not folder.is_dir():
        raise _gone()

    def progress(done: int, total: int, name: str) -> None:
        context.progress(done, total, f"{done} of {total}: {name}")

    report = labels_import(
        pool=pool, kind=kind, source=_source(folder), user=user, read=read, look=look, progress=progress
    )
    _tell(report, context)
    if look:
        would = {"would be imported": report.imported, "in place of another": report.replaced}
        kept = {"key": key, "kind": kind, "read": read}
        return {**would, "here already": report.known, "refused": len(report.refused), KEPT: kept}
    shutil.rmtree(folder, ignore_errors=True)
    counts = {"imported": report.imported, "replaced": report.replaced, "here already": report.known}
    return {**counts, "cuts moved": report.cuts_moved, "refused": len(report.refused)}


def _gone() -> UserError:
    return UserError("The files are no longer here.", code="labels_gone", remedy="Bring them once more.")


def _names(files: Sequence[UploadedFile]) -> list[str]:
    names = [Path(file.name or "").name for file in files]
    if not names:
        raise UserError("Choose label files first.", code="labels_missing")
    archives = [name for name in names if Path(name).suffix.lower() == ARCHIVE]
    if archives and len(names) > 1:
        message = f"{archives[0]} comes with other files."
        raise UserError(message, code="labels_mixed", remedy="Bring one zip, or label files.")
    if twice := sorted({name for name in names if names.count(name) > 1}):
        message = f"Two files are called {twice[0]}."
        raise UserError(message, code="labels_named_alike", remedy="Bring them in a zip, with their folders.")
    return names


def _keep(folder: Path, names: Sequence[str], files: Sequence[UploadedFile]) -> None:
    folder.mkdir(parents=True)
    try:
        for name, file in zip(names, files, strict=True):
            with (folder / name).open("wb") as kept:
                kept.writelines(file.chunks())
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise


def _source(folder: Path) -> Path:
    """The zip or the JSON file that was brought alone, else the folder of label files."""
    brought = list(folder.iterdir())
    alone = len(brought) == 1 and brought[0].suffix.lower() in (ARCHIVE, DATASET)
    return brought[0] if alone else folder


def _tell(report: ImportReport, context: JobContext) -> None:
    for line in [*report.refused, *report.conflicts, *report.notes, *report.matches[:MANY]]:
        context.log(f"{line.name}: {line.text}")
    context.log(report.sentence())


def _folder(key: str) -> Path:
    return data_path("uploads", f"labels-{UUID(hex=key).hex}")
