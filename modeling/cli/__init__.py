"""Commands on plain files and folders, without a database.

Each module of `COMMANDS` has ``add_arguments(parser)`` and ``run(args) -> int``. What is slow it imports
inside ``run``, so that ``--help`` answers at once.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from modeling.cli.common import Console
from modeling.errors import UserError

COMMANDS = {
    "snapshot": "freeze frames and labels from plain folders into a snapshot folder",
    "train": "train a model on a snapshot into a run folder",
    "warmup": "time a few steps of a training and say what all of it would take",
    "evaluate": "judge a finished run on the held-out frames of a snapshot",
    "crossfit": "rank labels by how much models that have not seen them disagree",
    "experiment": "run a table of trainings with seeds, and write what came of them",
    "predict": "predict label files for frames or folders",
    "score": "score frames by the uncertainty of a run",
    "embed": "turn frames into vectors by which they are alike",
    "draft": "draw drafts and entropy maps of frames by a run",
    "paint": "carry the colours of painted drawings through a cut, by named colour models",
    "studio": "make masks, cut-outs, douga, lines and depth of any pictures",
    "features": "grow pictures that show what the last features of a run respond to",
}
"""Text by command; the module of the same name holds it."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code.

    What the user can mend is one line on stderr and code 2, Ctrl-C is 130. With ``--json`` the error is an
    event on stdout as well.
    """
    argv = sys.argv[1:] if argv is None else list(argv)
    try:
        args = _parse(argv)
        return int(args.run(args) or 0)
    except UserError as error:
        return _fail(argv, error)
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the reader left: nobody to tell
        return 1
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        return _fail(argv, UserError(f"{where}{error.strerror or error}.", code="os_error"))


def _fail(argv: list[str], error: UserError) -> int:
    print(f"error: {error}", file=sys.stderr)
    Console("--json" in argv).event("error", code=error.code, message=str(error))
    return 2


def _parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m modeling", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for name, text in COMMANDS.items():
        command = commands.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        if name in argv[:1]:
            module = import_module(f"modeling.cli.{name}")
            module.add_arguments(command)
            command.set_defaults(run=module.run)
    return parser.parse_args(argv)
