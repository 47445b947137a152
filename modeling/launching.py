"""Several processes of one command on this machine, started by torchrun's launcher."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from uuid import uuid4

from modeling.errors import UserError
from modeling.training.signals import EXIT_STOPPED

PATIENCE_SECONDS = 60
"""How long processes that are told to stop may take to write a checkpoint."""


MOST_PROCESSES = 64
"""On one machine, at most."""


def require_shareable(batch: int, processes: int) -> None:
    """Raise a ``UserError`` (``batch_not_shared``) unless a batch of so many examples can be shared evenly."""
    if batch % processes:
        message = f"A batch of {batch} examples cannot be shared evenly by {processes} processes."
        above = -(-batch // processes) * processes
        raise UserError(message, code="batch_not_shared", remedy=f"Say recipe.batch={above}, for example.")


def launched() -> bool:
    """Whether torchrun, or another launcher that tells how many processes there are, has started this one."""
    return "WORLD_SIZE" in os.environ


def launch(processes: int, words: Sequence[str]) -> int:
    """Run ``python -m modeling *words`` in so many processes that know of each other, and wait for them.

    They share our standard streams, so that one that watches its input for the end ends with us.

    Returns:
        The exit code of the first that failed, 0 if none did; `EXIT_STOPPED` when we were told to stop.
    """
    from torch.distributed.elastic.multiprocessing.api import SignalException
    from torch.distributed.elastic.multiprocessing.errors import ChildFailedError
    from torch.distributed.launcher.api import LaunchConfig, elastic_launch

    logging.getLogger("torch.distributed.elastic").setLevel(logging.CRITICAL)  # they say it themselves
    config = LaunchConfig(
        min_nodes=1,
        max_nodes=1,
        nproc_per_node=processes,
        run_id=uuid4().hex,
        rdzv_backend="c10d",
        rdzv_endpoint="localhost:0",
        local_addr="localhost",  # looking up the machine's full name may take a minute
        max_restarts=0,
        shutdown_timeout=PATIENCE_SECONDS,
    )
    try:
        elastic_launch(config, sys.executable)("-m", "modeling", *words)
    except ChildFailedError as failed:
        return _code(failed.get_first_failure()[1].exitcode)
    except SignalException:
        return EXIT_STOPPED
    return 0


def _code(code: int) -> int:
    """As a shell tells it: one that a signal killed is 128 and its number."""
    return code if code >= 0 else 128 - code
