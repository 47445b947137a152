"""Ask for free disk space before a long write, so that it does not fail in the middle."""

from __future__ import annotations

import shutil

from django.conf import settings

from modeling.errors import UserError

FREEZE_BYTES = 256 * 2**20
"""A snapshot is mostly hard links; this is room for its tables and for labels written meanwhile."""
TRAIN_BYTES = 2 * 2**30
"""Weights, averages and optimizer state of the largest network, twice: files are published by rename."""


def require_space(needed: int, what: str) -> None:
    """Raise a ``UserError`` (``no_space``) when the disk has fewer than ``needed`` bytes free."""
    free = shutil.disk_usage(settings.SAKKAN_DATA).free
    if free < needed:
        raise UserError(
            f"{what} needs {needed / 2**30:.1f} GB of disk space, and {free / 2**30:.1f} GB are free.",
            code="no_space",
            remedy="Free some space (manage.py cleanup), then retry.",
        )
