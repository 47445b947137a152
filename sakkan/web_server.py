"""Where and how gunicorn serves the site, said once for ``manage.py serve`` and the demo."""

from __future__ import annotations

import socket

PREFERRED_PORT = 8000
THREADS = 8


def free_port(preferred: int = PREFERRED_PORT) -> int:
    """Return ``preferred`` when nothing listens there, else a port the system gives."""
    for port in (preferred, 0):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return int(probe.getsockname()[1])
    raise OSError("no free port on 127.0.0.1")


def server_arguments(bind: str, *, threads: int = THREADS, log_level: str = "info") -> list[str]:
    """Return what follows ``python`` to serve the site at ``address:port``."""
    options = {
        "--bind": bind,
        "--worker-class": "gthread",
        "--threads": str(threads),
        "--timeout": "120",
        "--log-level": log_level,
    }
    words = [word for option in options.items() for word in option]
    return ["-m", "gunicorn", "sakkan.wsgi", *words, "--no-control-socket"]
