"""The site and the worker as child processes that end with their parent."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from types import FrameType

from django.conf import settings

from sakkan.web_server import server_arguments

GRACE_S = 20.0


class Children:
    """Child processes in sessions of their own, so that Ctrl-C reaches them once, through us, in order."""

    def __init__(self) -> None:
        self.running: dict[str, subprocess.Popen[bytes]] = {}

    def start(self, name: str, *arguments: str) -> None:
        """Start ``python <arguments>``."""
        environment = {**os.environ, "SAKKAN_DATA": str(settings.SAKKAN_DATA)}
        self.running[name] = subprocess.Popen(
            [sys.executable, *arguments],
            cwd=settings.BASE_DIR,
            env=environment,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
        )

    def start_site(self, port: int) -> None:
        """Start the web server on the loopback address."""
        self.start("site", *server_arguments(f"127.0.0.1:{port}", log_level="warning"))

    def start_worker(self) -> None:
        """Start one worker for all queues."""
        self.start("worker", "manage.py", "worker")

    def ended(self) -> str | None:
        """Return the name of a child that ended by itself, if any."""
        return next((name for name, process in self.running.items() if process.poll() is not None), None)

    def stop(self) -> None:
        """Ask every child to stop, last started first; kill what does not within the grace."""
        for process in reversed(self.running.values()):
            if process.poll() is None:
                process.send_signal(signal.SIGTERM)
        for process in self.running.values():
            try:
                process.wait(GRACE_S)
            except subprocess.TimeoutExpired:
                process.kill()


def answers(port: int) -> bool:
    """Whether the site on that port says that it is well."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (OSError, urllib.error.URLError):
        return False


def raise_interrupt(number: int, frame: FrameType | None) -> None:
    """Signal handler: end like Ctrl-C does."""
    raise KeyboardInterrupt
