"""Ingest: sources into a pool. Twice is once; killed in the middle, it goes on where it was."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction
from filelock import FileLock, Timeout

from core import audit
from core.jobs import JobContext, enqueue
from core.models import Job, User
from core.paths import data_path
from datasets.incoming.walk import VIDEO_SUFFIXES, Found, Haul, gather
from datasets.models import Ingest, Upload
from datasets.services.intake import Intake, check_space, relabeled, threads
from datasets.services.intake_images import take_images
from datasets.services.intake_video import take_video
from datasets.services.pools import pool_get_or_create, production_get_or_create
from datasets.services.productions import production_add_year
from datasets.services.publishing import publish
from datasets.services.reports import Report
from datasets.services.uploads import uploads_check
from datasets.video.decode import VideoInfo, probe_video
from modeling.errors import UserError

_WAIT_SECONDS = 1.0


def ingest_create(
    *,
    pool_name: str,
    production_name: str = "",
    licence: str = "",
    rights: str = "",
    year: int | None = None,
    user: User | None,
    uploads: Iterable[Upload] = (),
    paths: Iterable[str | Path] = (),
) -> Ingest:
    """Write down what is to be ingested; `ingest_run` does it.

    Args:
        pool_name: Made if it is not there.
        production_name: Made if it is not there; by default the pool's name.
        licence: Stored with every frame that names none itself.
        rights: Who holds the rights; stored as the licence is.
        year: In which the production came out, where nobody has said so yet.
        user: Who asks; None on the command line, which may do everything.
        uploads: Complete uploads of that user.
        paths: Files and folders on this machine's disk; only the command line may name them.

    Raises:
        UserError: ``nothing_to_ingest``, ``upload_incomplete``, ``bad_year`` or ``year_differs``.
        PermissionDenied: When pool or production belong to others, or a user names paths.
    """
    uploads, paths = list(uploads), [str(Path(path).absolute()) for path in paths]
    if user is not None and paths:
        raise PermissionDenied("Only the command line reads from this machine's disk.")
    uploads_check(uploads, user)
    if not uploads and not paths:
        raise UserError("There is nothing to ingest.", code="nothing_to_ingest", remedy="Add files.")
    with transaction.atomic():
        production = production_get_or_create(name=production_name or pool_name, user=user)
        production_add_year(production=production, year=year, user=user)
        pool = pool_get_or_create(name=pool_name, production=production, user=user)
        ingest = Ingest.objects.create(
            pool=pool,
            production=production,
            user=user,
            paths=paths,
            licence=licence.strip()[:300],
            rights=rights.strip()[:300],
        )
        ingest.uploads.set(uploads)
        audit.record("ingest.create", subject=ingest, actor=user, production_id=production.pk, pool=pool.name)
    return ingest


def ingest_start(*, ingest: Ingest, user: User | None) -> Job:
    """Put the ingest in the queue."""
    from datasets.jobs import ingest_run_job

    with transaction.atomic():
        job = enqueue(ingest_run_job, **job_options(ingest), actor=user)
        Ingest.objects.filter(pk=ingest.pk).update(job_id=job.pk)
    return job


def job_options(ingest: Ingest) -> dict[str, Any]:
    """What `enqueue` and `run_inline` are told about an ingest."""
    return {
        "title": f"Ingest into {ingest.pool.name}",
        "production": ingest.production,
        "subject": ingest,
        "ingest_id": ingest.pk,
    }


def ingest_run(*, ingest: Ingest, context: JobContext) -> None:
    """Take every source and publish their frames; idempotent, so that a killed run is simply run again.

    Raises:
        UserError: ``nothing_taken`` or ``disk_full``; anything else wrong with a source is a line in the report.
    """
    Ingest.objects.filter(pk=ingest.pk).update(job_id=context.job.pk)
    report = Report(ingest, context)
    scratch = data_path("uploads", f".unpacked-{ingest.pk}")
    shutil.rmtree(scratch, ignore_errors=True)
    try:
        with _alone(ingest, context), ThreadPoolExecutor(threads()) as pool:
            report.begin()
            intake = Intake(
                ingest, context, report, pool, productions={ingest.production.name: ingest.production}
            )
            _take_all(intake, scratch)
            publish(intake)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)
    report.finish()


class _alone:
    """One ingest a production at a time: two could take the same video side by side."""

    def __init__(self, ingest: Ingest, context: JobContext) -> None:
        self.lock = FileLock(data_path("locks", f"ingest-{ingest.production_id}.lock"))
        self.context = context

    def __enter__(self) -> None:
        while True:
            try:
                self.lock.acquire(timeout=_WAIT_SECONDS)
                return
            except Timeout:
                self.context.progress(0, 1, "Waiting for another ingest of this production")

    def __exit__(self, *_: object) -> None:
        self.lock.release()


def _take_all(intake: Intake, scratch: Path) -> None:
    hauls = [
        gather(path, name, scratch / str(number))
        for number, (path, name) in enumerate(_sources(intake.ingest))
    ]
    videos: dict[Path, VideoInfo] = {}
    for haul in hauls:
        _sort_out(intake, haul, videos)
    check_space(_bytes_needed(hauls, videos))
    intake.total = max(1, sum(_length(found, videos) for haul in hauls for found in haul.found))
    for haul in hauls:
        _take(intake, haul, videos)


def _sources(ingest: Ingest) -> Iterator[tuple[Path, str]]:
    paths = [Path(path) for path in ingest.paths]
    names = Counter(path.name for path in paths)
    for path in paths:
        alike = names[path.name] > 1 and path.suffix.lower() in VIDEO_SUFFIXES
        yield path, f"{path.parent.name}/{path.name}" if alike else path.name
    for upload in ingest.uploads.order_by("name", "pk"):
        yield data_path("uploads", str(upload.pk)), upload.name


def _sort_out(intake: Intake, haul: Haul, videos: dict[Path, VideoInfo]) -> None:
    """Report what is refused at sight, and look into the videos' headers."""
    for refused in haul.refused:
        intake.report.refuse(refused)
    intake.report.others(haul.name, haul.others)
    for found in [f for f in haul.found if f.is_video]:
        try:
            videos[found.path] = probe_video(found.path)
        except UserError as error:
            haul.found.remove(found)
            intake.report.refuse_error(found.name, relabeled(error, found.path, found.name))
        intake.context.tick()


def _length(found: Found, videos: dict[Path, VideoInfo]) -> float:
    info = videos.get(found.path)
    return 1 if info is None else info.frames or (info.duration_s or 0) * (info.fps or 24)


def _bytes_needed(hauls: Iterable[Haul], videos: dict[Path, VideoInfo]) -> int:
    """Images as they are and a tenth for proxies; of videos half the pictures, at a byte a pixel."""
    total = 0.0
    for found in (found for haul in hauls for found in haul.found):
        info = videos.get(found.path)
        if info is None:
            total += 1.1 * found.path.stat().st_size
        else:
            total += 0.5 * _length(found, videos) * info.width * info.height
    return round(total)


def _take(intake: Intake, haul: Haul, videos: dict[Path, VideoInfo]) -> None:
    for found in (f for f in haul.found if f.path in videos):
        try:
            take_video(intake, found, videos[found.path])
        except UserError as error:
            intake.report.refuse_error(found.name, error)
    images = [found for found in haul.found if found.path not in videos]
    if images:
        take_images(intake, haul.name, images)
