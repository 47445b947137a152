"""``manage.py sign_in_link``: prints a link that signs a user in once, on this machine."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from core.management.base import SakkanCommand
from core.models import User
from core.services.sign_in import sign_in_path
from modeling.errors import UserError


class Command(SakkanCommand):
    """Prints a single-use sign-in link."""

    help = "Print a link that signs USER in once; it only works in a browser on this machine."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Add the arguments."""
        parser.add_argument("user", metavar="USER", help="name of the user")
        parser.add_argument(
            "--next", default="/", metavar="PATH", help="page to land on (default: %(default)s)"
        )
        parser.add_argument("--create", action="store_true", help="make the user when there is none")
        parser.add_argument("--base", default="http://127.0.0.1:8000", help="where the site is served")

    def handle(self, **options: Any) -> None:
        """Print the link."""
        user = _find(options["user"], create=options["create"])
        self.stdout.write(options["base"].rstrip("/") + sign_in_path(user, next_path=options["next"]))


def _find(name: str, *, create: bool) -> User:
    """Return the active user of that name, made without a password where asked for."""
    if user := User.objects.filter(username=name, is_active=True).first():
        return user
    if create and not User.objects.filter(username=name).exists():
        return User.objects.create_user(name)
    raise UserError(
        f"There is no active user {name!r}.",
        code="no_user",
        remedy="--create makes one; `manage.py createsuperuser` one who may do everything.",
    )
