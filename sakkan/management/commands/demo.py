"""Show the whole product: a generated show goes in, a model and its drafts come out, live."""

from __future__ import annotations

import signal
import threading
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.db import close_old_connections

from core.management.base import SakkanCommand
from modeling.errors import UserError
from sakkan.demo.children import Children, answers, raise_interrupt
from sakkan.web_server import PREFERRED_PORT, free_port

LANDING = "/demo/"
START_S = 60


class Command(SakkanCommand):
    """Serve the site at once; the worker then plays round 1 live and opens round 2 with drafts."""

    help = "Serve a demo: ingest, round 1 with labels by 'oracle', drafts to correct. Ctrl-C stops it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add --seconds and --port."""
        parser.add_argument(
            "--seconds", type=float, default=60.0, help="training time of round 1 (default 60)"
        )
        parser.add_argument(
            "--port",
            type=int,
            default=PREFERRED_PORT,
            help="taken when free, else another (default %(default)s)",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """Migrate, start site and worker, print the link, play the demo, stop everything on Ctrl-C."""
        from sakkan.demo.people import demo_people

        signal.signal(signal.SIGTERM, raise_interrupt)
        call_command("migrate", verbosity=0)
        lead, oracle = demo_people()
        children = Children()
        try:
            port = free_port(options["port"])
            children.start_site(port)
            children.start_worker()
            self._await_site(children, port)
            self._greet(lead, port)
            self._play(children, lead, oracle, options["seconds"])
        except KeyboardInterrupt:
            self.stdout.write("\nStopping; the data is kept.")
        finally:
            children.stop()

    def _await_site(self, children: Children, port: int) -> None:
        pause = threading.Event()
        for _ in range(START_S * 10):
            if answers(port):
                return
            self._check(children)
            pause.wait(0.1)
        raise UserError(
            "The site did not answer within a minute.", code="demo_start", remedy="See the lines above."
        )

    def _greet(self, lead: Any, port: int) -> None:
        from core.services.sign_in import sign_in_path

        site = f"http://127.0.0.1:{port}"
        link = site + sign_in_path(lead, next_path=LANDING)
        self.stdout.write(f"Sakkan is at {site}/. Sign in with this link; it works once:\n\n  {link}\n")
        self.stdout.write("Ctrl-C stops everything; the data is kept.")
        self.stdout.flush()

    def _play(self, children: Children, lead: Any, oracle: Any, seconds: float) -> None:
        from sakkan.demo.director import Director

        director, pause, told = Director(lead, oracle, seconds), threading.Event(), ""
        while True:
            close_old_connections()
            line = director.advance()
            if line != told:
                self.stdout.write(line)
                self.stdout.flush()
                told = line
            self._check(children)
            pause.wait(1.0)

    def _check(self, children: Children) -> None:
        if name := children.ended():
            raise UserError(
                f"The {name} ended by itself.", code="demo_child", remedy="Its own words are above."
            )
