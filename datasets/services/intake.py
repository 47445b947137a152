"""What the intake of images and of videos share: context of one run, names of cuts, a bounded pipeline."""

from __future__ import annotations

import os
import shutil
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import numpy as np
from django.conf import settings
from numpy.typing import NDArray

from core.blobs import put_bytes
from core.jobs import JobContext
from datasets.features import EDGES, edge_grid, feature_write
from datasets.models import Cut, Frame, Ingest, Production, Source
from datasets.pictures import encode_proxy
from datasets.services.reports import Report
from modeling.errors import UserError

BATCH = 64
"""Frames a transaction."""
RESERVE = 2**30
"""Bytes that must stay free on the disk."""
_WINDOW = 8

T = TypeVar("T")
R = TypeVar("R")


@dataclass
class Intake:
    """One run of an ingest: where it reports, whose the frames are, and the sources it went through, in order."""

    ingest: Ingest
    context: JobContext
    report: Report
    pool: ThreadPoolExecutor
    total: float = 0
    done: float = 0
    sources: list[int] = field(default_factory=list)
    productions: dict[str, Production] = field(default_factory=dict)

    def advance(self, amount: float, text: str) -> None:
        """Say that ``amount`` more of the work is done."""
        self.done += amount
        self.context.progress(min(self.done, self.total), self.total, text)

    def map(self, work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
        """Yield ``work(item)`` in order, few items ahead, so that memory stays bounded."""
        waiting: deque[Future[R]] = deque()
        for item in items:
            waiting.append(self.pool.submit(work, item))
            if len(waiting) >= _WINDOW:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def cut_named(production: Production, name: str, source: Source, **values: object) -> Cut:
    """Make a cut of a source; a name taken by another source's gets this one's hash behind it."""
    taken = Cut.objects.filter(production=production, name=name).exclude(source=source).exists()
    unique = f"{name[:280]}~{source.sha256[:8]}" if taken else name[:300]
    cut, _ = Cut.objects.get_or_create(
        production=production, name=unique, defaults={"source": source, "split": "", **values}
    )
    return cut


def store_proxy(rgb: object) -> str:
    """Store the proxy of (H, W, 3) uint8 and return its SHA-256."""
    return put_bytes(encode_proxy(rgb))  # type: ignore[arg-type]


def write_edges(frames: list[Frame], grids: NDArray[np.uint8]) -> None:
    """Store the edge feature of frames that have their ids."""
    feature_write(EDGES.name, EDGES.version, [frame.pk for frame in frames], grids)


def check_space(needed: int) -> None:
    """Refuse to begin what would fill the disk.

    Raises:
        UserError: ``disk_full``, with both figures.
    """
    free = shutil.disk_usage(settings.SAKKAN_DATA).free
    if needed + RESERVE > free:
        message = (
            f"This needs about {needed / 2**30:.1f} GB and {RESERVE / 2**30:.0f} GB to spare; "
            f"{free / 2**30:.1f} GB are free."
        )
        raise UserError(message, code="disk_full", remedy="Free some space.")


def relabeled(error: UserError, path: Path, name: str) -> UserError:
    """The same error with the name people know in place of where the file lies here."""
    known = str(path) if str(path) in error.message else path.name
    return UserError(error.message.replace(known, name), code=error.code, remedy=error.remedy)


def threads() -> int:
    """Encoders beside the decoder."""
    return max(2, os.cpu_count() or 2)


__all__ = [
    "BATCH",
    "Intake",
    "check_space",
    "cut_named",
    "edge_grid",
    "relabeled",
    "store_proxy",
    "threads",
    "write_edges",
]
