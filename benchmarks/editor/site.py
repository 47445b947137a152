"""A site of its own to draw on: scratch database, frames with known labels, the project's own web server."""

from __future__ import annotations

import contextlib
import io
import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

ROOT = Path(__file__).resolve().parent.parent.parent
Array = NDArray[np.uint8]
START_SECONDS = 60


@dataclass(frozen=True)
class Case:
    """A frame to draw, read from its files when asked for."""

    name: str
    frame: Path
    label: Path
    draft: Array | None = None
    """A proposal (H, W) uint8 that the annotator gets, or None."""

    @property
    def rgb(self) -> Array:
        """The picture, (H, W, 3) uint8."""
        return np.asarray(Image.open(self.frame).convert("RGB"))

    @property
    def truth(self) -> Array:
        """The cel mask, (H, W) uint8: 1 where the cel is."""
        return (np.asarray(Image.open(self.label)) > 0).astype(np.uint8)


def use_scratch(data: Path) -> None:
    """Set Django up over an empty SQLite database in a folder; call it before anything of Django's is imported."""
    os.environ["SAKKAN_DATA"] = str(data)
    os.environ.pop("DATABASE_URL", None)
    os.environ["DJANGO_SETTINGS_MODULE"] = "sakkan.settings"
    # The browser's driver runs a loop in this thread; the rows are read and written outside its calls.
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)


class Town:
    """A production with one annotator."""

    def __init__(self) -> None:
        from core.models import Membership, Role, User
        from datasets.models import Cut, Production, Source

        self.user = User.objects.create_user("mio")
        self.production = Production.objects.create(name="Show")
        Membership.objects.create(user=self.user, production=self.production, role=Role.LEAD)
        self.source = Source.objects.create(
            production=self.production, sha256="0" * 64, name="clip.mp4", kind="video"
        )
        self.cut = Cut.objects.create(production=self.production, source=self.source, name="c001")
        self.count = 0

    def queue(self, name: str, cases: Sequence[Case], kind: str = "cel") -> list[int]:
        """Make a pool of frames to be drawn, first things first; return the assignments' ids."""
        from annotation.services.assignments import Wanted, assignment_create_many
        from datasets.models import Pool

        pool = Pool.objects.create(name=name, frame_count=len(cases))
        pool.productions.add(self.production)
        frames = [self._frame(pool, f"{name}/{case.name}", case, kind) for case in cases]
        wanted = [Wanted(frame.pk, len(frames) - rank, "benchmark") for rank, frame in enumerate(frames)]
        made = assignment_create_many(pool=pool, kind=kind, frames=wanted, user=self.user)
        return [row.pk for row in made]

    def _frame(self, pool: Any, key: str, case: Case, kind: str) -> Any:
        from core import blobs
        from datasets.models import Frame, PoolFrame

        rgb = case.rgb
        blob = blobs.put_bytes(png(rgb))
        self.count += 1
        frame = Frame.objects.create(
            production=self.production,
            source=self.source,
            cut=self.cut,
            locator=key,
            key=key,
            index=self.count,
            time_s=self.count / 24,
            width=rgb.shape[1],
            height=rgb.shape[0],
            blob=blob,
            proxy=blob,
        )
        PoolFrame.objects.create(pool=pool, frame=frame, key=key)
        if case.draft is not None:
            _store_draft(frame, kind, case.draft)
        return frame

    def cookie(self) -> tuple[str, str]:
        """Name and value of the cookie of a session in which the annotator is signed in."""
        from django.conf import settings
        from django.test import Client

        client = Client()
        client.force_login(self.user)
        return settings.SESSION_COOKIE_NAME, client.cookies[settings.SESSION_COOKIE_NAME].value


def _store_draft(frame: Any, kind: str, draft: Array) -> None:
    from annotation.services.drafts import draft_store
    from modeling.labelio import encode_label
    from modeling.labels import get_kind

    draft_store(
        frame_id=frame.pk,
        kind=kind,
        model_version="Pool/cel/1",
        label_png=encode_label(draft, get_kind(kind)),
        entropy_png=png(entropy_of(draft)),
    )


def entropy_of(draft: Array) -> Array:
    """An entropy map as a network leaves it: high within some pixels of the proposal's border, (H, W) uint8."""
    import cv2

    border = cv2.morphologyEx(draft, cv2.MORPH_GRADIENT, np.ones((3, 3), np.uint8))
    return (
        cv2.GaussianBlur((border > 0).astype(np.float32), (0, 0), 4).clip(0, 1).__mul__(255).astype(np.uint8)
    )


def png(array: Array) -> bytes:
    """Encode RGB or grey."""
    buffer = io.BytesIO()
    Image.fromarray(array).save(buffer, "PNG", compress_level=3)
    return buffer.getvalue()


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def serve() -> Iterator[str]:
    """Run `manage.py serve` (gunicorn) on the scratch data; yield its address."""
    address = f"127.0.0.1:{free_port()}"
    command = [sys.executable, str(ROOT / "manage.py"), "serve", "--bind", address]
    server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(f"http://{address}/login/", server)
        yield f"http://{address}"
    finally:
        server.terminate()
        server.wait(timeout=20)


def wait_for(url: str, server: subprocess.Popen[Any], seconds: float = START_SECONDS) -> None:
    """Return once a page answers; fail when its server ends or takes too long."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if server.poll() is not None:
            raise RuntimeError(
                f"The server behind {url} ended with {server.returncode}; run it by hand to see why."
            )
        try:
            with urllib.request.urlopen(url, timeout=2):
                return
        except urllib.error.HTTPError:
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"{url} did not answer within {seconds:.0f} s; the machine may be overloaded.")
