"""Sites of their own, on SQLite and on a private PostgreSQL cluster."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest

from tests.core.sites import Site
from tests.postgres import PostgresMissing, cluster, with_database


@pytest.fixture(scope="session")
def postgres_url() -> Iterator[str]:
    """Return the URL of a running cluster's ``postgres`` database: the one we run in, else a private one."""
    outer = os.environ.get("DATABASE_URL", "")
    if outer.startswith("postgres"):
        yield with_database(outer, "postgres")
        return
    try:
        with cluster() as url:
            yield url
    except PostgresMissing as reason:
        pytest.skip(str(reason))


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a migrated SQLite database to copy."""
    data = tmp_path_factory.mktemp("template")
    Site(data, None).manage("migrate", "-v", "0")
    return data / "db" / "sakkan.sqlite3"


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Return the name of a migrated PostgreSQL database to copy."""
    name = f"template_{uuid4().hex[:12]}"
    _execute(postgres_url, f"create database {name}")
    Site(tmp_path_factory.mktemp("template"), with_database(postgres_url, name)).manage("migrate", "-v", "0")
    return name


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Return a migrated, empty site; run once on each database."""
    maker = _postgres_site if request.param == "postgres" else _sqlite_site
    with maker(request, tmp_path) as made:
        try:
            yield made
        finally:
            made.close()


@pytest.fixture
def sqlite_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Return a migrated, empty site on SQLite, for what has nothing to do with the database."""
    with _sqlite_site(request, tmp_path) as made:
        try:
            yield made
        finally:
            made.close()


@pytest.fixture
def postgres_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    """Return a migrated, empty site on PostgreSQL, for what SQLite does not claim."""
    with _postgres_site(request, tmp_path) as made:
        try:
            yield made
        finally:
            made.close()


@contextmanager
def _sqlite_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    data = tmp_path / "a site"
    (data / "db").mkdir(parents=True)
    shutil.copy(request.getfixturevalue("sqlite_template"), data / "db" / "sakkan.sqlite3")
    yield Site(data, None)


@contextmanager
def _postgres_site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Site]:
    data = tmp_path / "a site"
    data.mkdir()
    server, template = request.getfixturevalue("postgres_url"), request.getfixturevalue("postgres_template")
    name = f"site_{uuid4().hex[:12]}"
    _execute(server, f"create database {name} template {template}")
    try:
        yield Site(data, with_database(server, name))
    finally:
        _execute(server, f"drop database {name} with (force)")


def _execute(url: str, sql: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(sql)  # type: ignore[call-overload]
