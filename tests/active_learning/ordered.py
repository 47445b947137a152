"""Orders of the Studio for tests: a house with a real small model, files of many kinds, orders done here and now."""

from __future__ import annotations

import io
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from django.conf import settings
from django_tasks_db.models import DBTaskResult
from PIL import Image

from active_learning.models import ModelVersion, Order, Round, RoundState
from active_learning.order_archive import archive_of
from active_learning.ordering import Wish
from active_learning.services.orders import order_create
from core.jobs import lease
from core.jobs.context import JobContext
from core.jobs.runner import run_claimed
from core.models import Job, User
from datasets.models import Pool
from modeling.runs import RunFolder
from tests.datasets.makers import upload

CANNY = (Wish("lines", {"source": "canny"}),)
"""A step that asks no model."""
SUFFIXES = ("png", "jpg", "webp", "tif", "bmp", "gif", "tga")
_FORMATS = {"jpg": "JPEG", "tif": "TIFF"}


def version_of(pool: Pool, number: int, run: RunFolder | None = None, task: str = "cel") -> ModelVersion:
    """A model version; with the copy of a run it can work."""
    round_ = Round.objects.create(pool=pool, task=task, number=number, state=RoundState.CLOSED)
    folder = f"runs/{pool.pk}-{task}-{number}"
    if run is not None:
        shutil.copytree(run.path, Path(settings.SAKKAN_DATA) / folder)
    return ModelVersion.objects.create(
        pool=pool, task=task, number=number, round=round_, network="tiny", run_folder=folder
    )


def image(seed: int, suffix: str = "png") -> bytes:
    """A picture, of another size for each seed, as a file of that suffix."""
    rng = np.random.default_rng(seed)
    height, width = rng.integers(9, 60, 2)
    rgb = np.full((height, width, 3), rng.integers(0, 255, 3), np.uint8)
    rgb[height // 4 : height // 2, width // 4 : width // 2] = 255 - rgb[0, 0]
    buffer = io.BytesIO()
    Image.fromarray(rgb).save(buffer, _FORMATS.get(suffix, suffix.upper()))
    return buffer.getvalue()


def mixed(count: int) -> dict[str, bytes]:
    """That many pictures of all kinds and sizes, in folders."""
    names = [f"cut{number % 5}/{number:03d}.{SUFFIXES[number % len(SUFFIXES)]}" for number in range(count)]
    return {name: image(number, name.rpartition(".")[2]) for number, name in enumerate(names)}


def order(user: User, files: Mapping[str, bytes], wishes: Any = CANNY, **options: Any) -> Order:
    """An order of these files, waiting."""
    uploads = [upload(user, name, data) for name, data in files.items()]
    return order_create(user=user, uploads=uploads, wishes=wishes, **options)


def work(job: Job | None) -> Job:
    """Do a waiting job here; what it raises passes through."""
    assert job is not None
    claimed = lease.claim(DBTaskResult.objects.get(pk=job.pk), "test")
    assert claimed is not None
    run_claimed(JobContext(claimed, device="cpu", spare_cores=0))
    claimed.refresh_from_db()
    return claimed


def done(made: Order) -> Order:
    """An order whose job has ended well."""
    work(made.job)
    return Order.objects.with_states().get(pk=made.pk)


def packed(order: Order) -> zipfile.ZipFile:
    """All results in one, as somebody downloads them."""
    return zipfile.ZipFile(io.BytesIO(b"".join(archive_of(order))))
