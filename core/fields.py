"""Model fields that carry meaning for more than one app."""

from __future__ import annotations

from typing import Any

from django.db import models


class BlobField(models.CharField):  # type: ignore[type-arg]
    """SHA-256 (64 hex digits) of a blob; empty for none.

    ``cleanup`` keeps every blob that any column of this type names.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_length"] = 64
        kwargs.setdefault("blank", True)
        kwargs.setdefault("default", "")
        super().__init__(*args, **kwargs)
