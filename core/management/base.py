"""What every command does the same: one clear line when it cannot, a bar while it can."""

from __future__ import annotations

import sys
from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.management.base import BaseCommand
from tqdm import tqdm

from modeling.errors import UserError

EXIT_USER_ERROR = 2
EXIT_INTERRUPTED = 130


class SakkanCommand(BaseCommand):
    """A command that tells a user's error in one line on stderr (exit 2), and Ctrl-C in one (130)."""

    def execute(self, *args: Any, **options: Any) -> str | None:
        """Run the command, turning our user errors and missing roles into its exit status."""
        try:
            return super().execute(*args, **options)
        except (UserError, PermissionDenied) as error:
            self.stderr.write(" ".join(str(error).split()))
            sys.exit(EXIT_USER_ERROR)
        except KeyboardInterrupt:
            self.stderr.write("Interrupted.")
            sys.exit(EXIT_INTERRUPTED)

    def bar(self, total: float | None = None, text: str = "", **options: Any) -> tqdm[Any]:
        """Return a progress bar on stderr; it draws nothing where stderr is no terminal."""
        return tqdm(total=total, desc=text, file=sys.stderr, disable=None, dynamic_ncols=True, **options)
