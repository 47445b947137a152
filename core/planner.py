"""What PostgreSQL's planner is told: data lie on solid state disks, and pages ask for few rows of many."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

_SETTINGS = {"random_page_cost": ("4", "1.1"), "jit": ("on", "off")}
"""Its own default, and ours: by its own, a few thousand labels are joined by reading their pool's million rows."""


def tell_planner(connection: BaseDatabaseWrapper, **kwargs: Any) -> None:
    """Set what nobody has set to anything else, for one connection."""
    if connection.vendor != "postgresql":
        return
    with connection.cursor() as cursor:
        for name, (default, ours) in _SETTINGS.items():
            cursor.execute(
                "SELECT set_config(%s, %s, false) WHERE current_setting(%s) = %s", [name, ours, name, default]
            )
