"""All results of an order in one zip: made while it is sent, from the files, which lie on disk once."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from zipstream import ZIP_STORED, ZipStream

from active_learning.models import Order
from core.models import JobState
from modeling.studio.run import MANIFEST, REQUEST
from modeling.studio.steps import STEPS

BATCH = 500


def has_archive(order: Order) -> bool:
    """Whether there is a zip to be had: the order is done, and its files are there."""
    return order.state == JobState.DONE and not order.emptied_at


def archive_of(order: Order) -> ZipStream:
    """Manifest, request and results of an order that is done, uncompressed: PNGs are compressed already.

    The same bytes each time.
    """
    stream = ZipStream(compress_type=ZIP_STORED, sized=True)
    for name in (MANIFEST, REQUEST):
        stream.add_path(str(order.results / name), arcname=name)
    files = order.pictures.order_by("position").values_list("results", flat=True).iterator(chunk_size=BATCH)
    for results in files:
        for file in results.values():
            stream.add_path(str(order.results / file), arcname=file)
    for path in _beside(order):
        stream.add_path(str(path), arcname=path.relative_to(order.results).as_posix())
    return stream


def archive_tag(order: Order) -> str:
    """Names the bytes of the zip: what is done is never made anew."""
    return (
        f"order-{order.pk}-{order.finished_at.timestamp():.0f}" if order.finished_at else f"order-{order.pk}"
    )


def _beside(order: Order) -> Iterator[Path]:
    """Further files that steps keep and that belong to their results."""
    for one in order.steps:
        if one["step"] in STEPS and (pattern := STEPS.get(one["step"]).beside):
            yield from sorted((order.results / one["step"]).glob(pattern))
