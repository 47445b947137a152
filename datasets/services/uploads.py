"""Files arriving in pieces: the bytes lie in ``uploads/<id>``, the row says how many of them count."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone
from filelock import FileLock, Timeout

from core import audit
from core.errors import ConflictError
from core.models import User
from core.paths import data_path
from datasets.incoming.walk import ARCHIVE_SUFFIXES, VIDEO_SUFFIXES, clean_key
from datasets.models import Upload
from datasets.services.intake import check_space
from modeling.errors import UserError
from modeling.images import IMAGE_SUFFIXES

MAX_BYTES = 1 << 40
_PIECE = 1 << 18


class Readable(Protocol):
    """A stream of the request's body."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; empty at the end."""


def upload_create(*, user: User, name: str, size: int) -> Upload:
    """Announce a file of ``size`` bytes.

    Raises:
        UserError: ``unknown_kind``, ``upload_size`` or ``disk_full``.
    """
    name = PurePosixPath(clean_key(name)).name[:500]
    suffix = PurePosixPath(name).suffix.lower()
    if suffix not in IMAGE_SUFFIXES | VIDEO_SUFFIXES | ARCHIVE_SUFFIXES:
        message = f"{name} is neither image, video nor zip."
        raise UserError(
            message, code="unknown_kind", remedy="Choose PNG, JPEG, WebP, TIFF, MP4, MKV, WebM or ZIP."
        )
    if not 0 < size <= MAX_BYTES:
        raise UserError(f"{name} has {size} bytes.", code="upload_size", remedy="Choose another file.")
    check_space(size)
    with transaction.atomic():
        upload = Upload.objects.create(user=user, name=name, size=size)
        audit.record("upload.create", subject=upload, actor=user, name=name, size=size)
    upload_path(upload).touch()
    return upload


def upload_append(*, upload: Upload, offset: int, stream: Readable) -> Upload:
    """Append what the stream brings at ``offset``, piece by piece; what arrived before a broken line counts.

    Raises:
        ConflictError: ``upload_offset`` when the offset is not where the upload is, ``upload_busy`` when another
            request appends at this moment.
        UserError: ``upload_size`` when more comes than was announced.
    """
    with _alone(upload):
        upload.refresh_from_db()
        if offset != upload.offset:
            message = f"{upload.name} continues at byte {upload.offset}, not {offset}."
            raise ConflictError(message, code="upload_offset")
        with upload_path(upload).open("r+b") as file:
            file.seek(offset)
            try:
                _copy(stream, file, upload)
            finally:
                _keep(upload, file)
    return upload


def upload_delete(*, upload: Upload, user: User) -> None:
    """Forget an upload and its bytes."""
    with _alone(upload), transaction.atomic():
        audit.record("upload.delete", subject=upload, actor=user, name=upload.name)
        path = upload_path(upload)
        upload.delete()
    path.unlink(missing_ok=True)


def uploads_check(uploads: Iterable[Upload], user: User | None) -> None:
    """Guard work with uploads: they are the user's, and wholly here.

    Raises:
        UserError: ``upload_incomplete``.
        PermissionDenied: One is somebody else's; without a user (command line) nobody's is.
    """
    for upload in uploads:
        if user is not None and upload.user_id != user.pk:
            raise PermissionDenied("That upload is somebody else's.")
        if not upload.complete:
            message = f"{upload.name} has not arrived wholly."
            raise UserError(message, code="upload_incomplete", remedy="Let the upload end first.")


def uploads_take(uploads: Iterable[Upload]) -> None:
    """Keep these uploads until `upload_release`."""
    Upload.objects.filter(pk__in=[upload.pk for upload in uploads]).update(taken=True)


def upload_release(upload: Upload) -> None:
    """Let go of a taken upload: it is removed, unless an ingest names it, whose report then keeps its row."""
    if upload.ingests.exists():
        Upload.objects.filter(pk=upload.pk).update(taken=False)
        return
    path = upload_path(upload)
    upload.delete()
    path.unlink(missing_ok=True)


def upload_path(upload: Upload) -> Path:
    """Where the bytes of an upload lie."""
    return data_path("uploads", str(upload.pk))


@contextmanager
def _alone(upload: Upload) -> Iterator[None]:
    lock = FileLock(data_path("locks", f"upload-{upload.pk}.lock"))
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise ConflictError(f"{upload.name} is being sent elsewhere.", code="upload_busy") from None
    try:
        yield
    finally:
        lock.release()


def _copy(stream: Readable, file, upload: Upload) -> None:  # type: ignore[no-untyped-def]
    while piece := stream.read(_PIECE):
        if file.tell() + len(piece) > upload.size:
            message = f"{upload.name} is longer than the {upload.size} bytes announced."
            raise UserError(message, code="upload_size", remedy="Start it again.")
        file.write(piece)


def _keep(upload: Upload, file) -> None:  # type: ignore[no-untyped-def]
    """Bytes first, then the row that counts them."""
    file.flush()
    os.fsync(file.fileno())
    upload.offset, upload.touched_at = file.tell(), timezone.now()
    upload.save(update_fields=["offset", "touched_at"])
