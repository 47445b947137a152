"""A whole site of its own for tests with real processes: data folder, database, workers."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import psycopg

ROOT = Path(__file__).resolve().parent.parent.parent
T = TypeVar("T")


def until(condition: Callable[[], T], *, seconds: float = 60.0, why: str = "") -> T:
    """Return the condition's first true value; fails by name when the time is up."""
    end = time.monotonic() + seconds
    while not (value := condition()):
        if time.monotonic() > end:
            raise AssertionError(f"waited {seconds} s in vain for {why or condition}")
        threading.Event().wait(0.05)
    return value


class Site:
    """Data folder and database of one test; every process started here is gone after :meth:`close`."""

    def __init__(self, data: Path, url: str | None, **environment: str) -> None:
        self.data, self.url = data, url
        self._processes: list[subprocess.Popen[bytes]] = []
        self.environment = {
            **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
            "DJANGO_SETTINGS_MODULE": "sakkan.settings",
            "SAKKAN_DATA": str(data),
            "SECRET_KEY": "for tests",
            "SAKKAN_JOB_LEASE_SECONDS": "2",
            "SAKKAN_LOG_LEVEL": "INFO",
            **({"DATABASE_URL": url} if url else {}),
            **environment,
        }

    def manage(self, *args: str, expect: int = 0) -> subprocess.CompletedProcess[str]:
        """Run ``manage.py`` to its end."""
        command = [sys.executable, "manage.py", *args]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == expect, done.stdout + done.stderr
        return done

    def python(self, code: str) -> Any:
        """Run code inside the site; what it leaves in ``out`` (JSON) comes back."""
        told = "print('\\n' + json.dumps(out, default=str))"
        script = f"import json, django; django.setup(); out = None\n{code}\n{told}"
        command = [sys.executable, "-c", script]
        done = subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, timeout=120, check=False
        )
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout.splitlines()[-1])

    def enqueue(self, function: str, **ids: Any) -> str:
        """Queue a job of ``tests.core.worker_jobs`` and return its id."""
        return str(
            self.python(
                "from core.jobs import enqueue\nfrom tests.core import worker_jobs\n"
                f"out = enqueue(worker_jobs.{function}, title={function!r}, **{ids!r}).pk"
            )
        )

    def worker(self, *options: str, **environment: str) -> subprocess.Popen[bytes]:
        """Start ``manage.py worker``; its words go to ``worker.log`` in the data folder."""
        return self._start([sys.executable, "manage.py", "worker", *options], environment)

    def lane(self, queue: str = "default", **environment: str) -> subprocess.Popen[bytes]:
        """Start one lane without a supervisor."""
        return self._start([sys.executable, "manage.py", "worker", "--lane", queue], environment)

    def log(self) -> str:
        """Return what the workers said."""
        path = self.data / "worker.log"
        return path.read_text() if path.exists() else ""

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Ask the database itself, past Django."""
        if self.url:
            with psycopg.connect(self.url) as connection:
                return connection.execute(sql).fetchall()  # type: ignore[call-overload, no-any-return]
        connection = sqlite3.connect(self.data / "db" / "sakkan.sqlite3", timeout=30)
        try:
            return connection.execute(sql).fetchall()
        finally:
            connection.close()

    def job(self, job_id: str) -> dict[str, Any]:
        """Return the job's row."""
        columns = (
            "state",
            "attempt",
            "losses",
            "worker",
            "error_kind",
            "error_code",
            "error_text",
            "progress_done",
        )
        key = job_id if self.url else job_id.replace("-", "")
        (row,) = self.query(f"select {', '.join(columns)} from core_job where id = '{key}'")
        return dict(zip(columns, row, strict=True))

    def until_state(self, job_id: str, state: str, *, seconds: float = 60.0) -> dict[str, Any]:
        """Wait until the job is in that state and return its row."""
        try:
            until(lambda: self.job(job_id)["state"] == state, seconds=seconds)
        except AssertionError:
            raise AssertionError(f"not {state}: {self.job(job_id)}\n{self.log()}") from None
        return self.job(job_id)

    def holder(self, job_id: str) -> int:
        """Return the process id of the lane that runs the job."""
        return int(self.job(job_id)["worker"].split(":")[1])

    def close(self) -> None:
        """Kill what still runs, lanes and all."""
        for process in self._processes:
            if process.poll() is None:
                process.kill()
                process.wait()

    def _start(self, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        with (self.data / "worker.log").open("ab") as log:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**self.environment, **environment},
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._processes.append(process)
        return process


def kill(pid: int) -> None:
    """Kill -9."""
    os.kill(pid, signal.SIGKILL)


def alive(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    status = Path(f"/proc/{pid}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"
