"""What PostgreSQL's planner is told at the start of a connection, and that a database's own settings stand."""

from __future__ import annotations

import pytest
from django.db import connection

from core.planner import tell_planner


def setting(name: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting(%s)", [name])
        return str(cursor.fetchone()[0])


@pytest.mark.postgres
@pytest.mark.django_db
@pytest.mark.skipif("sqlite" in str(connection.settings_dict["ENGINE"]), reason="asks PostgreSQL")
def test_random_pages_cost_little_unless_somebody_said_otherwise() -> None:
    assert (setting("random_page_cost"), setting("jit")) == ("1.1", "off")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL random_page_cost = 2")
    tell_planner(connection)
    assert setting("random_page_cost") == "2"


@pytest.mark.django_db
def test_other_databases_are_told_nothing(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    if connection.vendor == "postgresql":
        pytest.skip("asks SQLite")
    with django_assert_num_queries(0):
        tell_planner(connection)
