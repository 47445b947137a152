"""Serve the site."""

from __future__ import annotations

import os
import sys
from argparse import ArgumentParser
from typing import Any

from core.management.base import SakkanCommand
from sakkan.web_server import THREADS, free_port, server_arguments


class Command(SakkanCommand):
    """Replace this process by the web server."""

    help = "Serve the site with gunicorn on a free port of this machine, or on --bind."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --bind and --threads."""
        parser.add_argument(
            "--bind", help="address:port (default 127.0.0.1 and port 8000 or the next free one)"
        )
        parser.add_argument("--threads", type=int, default=THREADS)

    def handle(self, *args: Any, **options: Any) -> None:
        """Exec gunicorn."""
        bind = options["bind"] or f"127.0.0.1:{free_port()}"
        self.stdout.write(f"http://{bind}/")
        self.stdout.flush()
        os.execv(sys.executable, [sys.executable, *server_arguments(bind, threads=options["threads"])])
