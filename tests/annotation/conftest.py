"""Fixtures of the annotation tests."""

from __future__ import annotations

import pytest

from tests.annotation.house import House, make_house
from tests.core.conftest import postgres_template, postgres_url, site, sqlite_template

__all__ = ["house", "postgres_template", "postgres_url", "site", "sqlite_template"]


@pytest.fixture
def house(db: None) -> House:
    """A pool of six frames and its people."""
    return make_house()
