"""What orders of the Studio leave behind: files of old ones, and folders of none."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from functools import partial

from django.utils import timezone

from active_learning.models import Order
from active_learning.services.orders import order_empty, refuse_busy
from core.cleanup import Leftover, is_old, provider
from core.errors import ConflictError
from core.paths import data_path

ORDER_DAYS = 30


@provider
def old_orders() -> Iterator[Leftover]:
    """Files of orders that were placed a month ago and nothing works on; what was said of each picture stays."""
    before = timezone.now() - timedelta(days=ORDER_DAYS)
    for order in Order.objects.filter(created_at__lt=before, emptied_at=None).iterator():
        if _is_idle(order):
            yield Leftover(
                "files of an old order",
                order.folder,
                still=partial(_is_idle, order),
                remove=partial(order_empty, order=order),
            )


@provider
def packed_orders() -> Iterator[Leftover]:
    """Zips that earlier versions packed: results are sent from their own files now."""
    for pattern in ("*/results.zip", "*/.results.zip.*.part"):
        for path in data_path("studio").glob(pattern):
            yield Leftover("packed results of an order", path)


@provider
def stray_orders() -> Iterator[Leftover]:
    """Folders of orders that are gone, such as when their removal was broken off."""
    known = {str(pk) for pk in Order.objects.filter(emptied_at=None).values_list("pk", flat=True)}
    for path in data_path("studio").glob("*"):
        if path.name not in known and is_old(path):
            yield Leftover("folder of no order", path, still=partial(is_old, path))


def _is_idle(order: Order) -> bool:
    with suppress(ConflictError):
        refuse_busy(order)
        return True
    return False
