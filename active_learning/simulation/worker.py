"""``python -m active_learning.simulation.worker OUT --seed N ...``: one line of cells, in a process of its own."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from active_learning.simulation.places import FULL, START, Places
from active_learning.simulation.plan import Arm
from modeling.errors import UserError
from modeling.training.signals import EXIT_STOPPED, StopFlag, Stopped, listening

KEPT_BYTES = 2 << 30
"""Features of a fixed encoder that a process keeps: those of some 3,000 frames of 192 px."""


def main(words: list[str] | None = None) -> int:
    """Make the cells asked for; 75 when told to stop, which the next call goes on from."""
    parser = argparse.ArgumentParser(prog="python -m active_learning.simulation.worker", description=__doc__)
    parser.add_argument(
        "out", type=Path, metavar="OUT", help="folder of a simulation that has a plan and a pool"
    )
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--arm", default=START, help=f"{START}, {FULL}, or a strategy as JSON")
    parser.add_argument("--rounds", type=int, default=0)
    args = parser.parse_args(words)
    stop = StopFlag()
    try:
        with listening(stop, watch_stdin=True):
            work(args.out, args.seed, args.arm, args.rounds, stop)
    except UserError as error:
        print(f"error: {' '.join(str(error).split())}", file=sys.stderr)
        return 2
    except Stopped:
        return EXIT_STOPPED
    return 0


def work(out: Path, seed: int, arm: str, rounds: int, stop: StopFlag) -> None:
    """Make one line of cells.

    Args:
        out: The simulation's folder.
        seed: Of the line.
        arm: ``start``, ``full``, or an `Arm` as JSON.
        rounds: How many of a strategy.
        stop: Set it to end at the next step.

    Raises:
        UserError: What picking or training raises.
        Stopped: Asked to stop.
    """
    from active_learning.simulation.cells import Workbench
    from active_learning.simulation.pool import Pool
    from modeling.devices import keep_memory, pick, set_threads
    from modeling.training.remembering import keep_features

    places = Places(out)
    plan = places.plan()
    assert plan is not None
    keep_memory()
    set_threads(plan.threads)
    bench = Workbench(places, plan, Pool.open(places.pool, plan.task.kind), pick(plan.device), stop)
    with keep_features(KEPT_BYTES):
        if arm == START:
            bench.start(seed)
        elif arm == FULL:
            bench.full(seed)
        else:
            bench.line(Arm.model_validate_json(arm), seed, rounds)


if __name__ == "__main__":
    sys.exit(main())
