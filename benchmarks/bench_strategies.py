"""Selection at scale: every strategy over a million frames, and beside Baal and scikit-activeml over 100,000.

    python benchmarks/bench_strategies.py [--frames 1000000] [--budget 100] [--size 256] [--only NAME,NAME]
    python benchmarks/bench_strategies.py --peers        # in benchmarks/peers/requirements.txt's environment

Each strategy runs in a process of its own on a synthetic pool: seconds of the selection alone by the clock and of the
processor (which other work on the machine disturbs less), and the process's peak memory, which holds the pool, too.
The aim is 60 s and 4 GB on two cores. The peers run in a subprocess; the ratio is theirs over ours, scoring of the
same probabilities counted in both.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from active_learning.strategies import STRATEGIES, PoolView, Strategy  # noqa: E402
from benchmarks.machine import machine  # noqa: E402

PEERS = (
    ("random", "baal_random"),
    ("random", "skactiveml_random"),
    ("entropy", "baal_entropy"),
    ("entropy_whole", "skactiveml_entropy"),
    ("bald", "baal_bald"),
    ("kcenter", "skactiveml_coreset"),
)
CLASSES = 10
LABELLED = 1000


def main() -> None:
    """Print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--frames", type=int, help="1,000,000, or 100,000 beside the peers")
    parser.add_argument("--budget", type=int, default=100)
    parser.add_argument("--size", type=int, default=256, help="numbers a frame of each feature")
    parser.add_argument("--only", default=",".join(STRATEGIES), metavar="NAME,NAME")
    parser.add_argument("--peers", action="store_true")
    parser.add_argument("--one", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.one:
        print(json.dumps(measured(STRATEGIES[args.one], args.frames, args.budget, args.size)))
        return
    print(machine())
    if args.peers:
        beside_peers(args.frames or 100_000, args.budget)
    else:
        alone(args.only.split(","), args.frames or 1_000_000, args.budget, args.size)


def alone(names: list[str], frames: int, budget: int, size: int) -> None:
    """Each strategy in a process of its own."""
    print(f"\n{frames:,} frames, {LABELLED:,} labelled, budget {budget}, {size} numbers a feature\n")
    print("| strategy | seconds | of the processor | peak GB |\n|---|---:|---:|---:|")
    for name in names:
        options = [f"--frames={frames}", f"--budget={budget}", f"--size={size}", f"--one={name}"]
        found = json.loads(subprocess.check_output([sys.executable, __file__, *options]))
        print(
            f"| {name} | {found['seconds']:.1f} | {found['processor']:.1f} | {found['peak']:.2f} |",
            flush=True,
        )


def measured(strategy: Strategy, frames: int, budget: int, size: int) -> dict[str, float]:
    """``seconds`` of one selection by the clock and of the ``processor``; the ``peak`` memory of this process in GB."""
    view = synthetic(strategy, frames, size)
    start, busy = time.perf_counter(), time.process_time()
    picks = strategy.select(view, budget=budget, rng=np.random.default_rng(0), cap_per_cut=2)
    seconds, busy = time.perf_counter() - start, time.process_time() - busy
    assert len({pick.frame_id for pick in picks}) == budget
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    return {"seconds": seconds, "processor": busy, "peak": peak}


def synthetic(strategy: Strategy, frames: int, size: int) -> PoolView:
    """What the strategy needs of a pool of cuts of 200 frames; edges are bytes, other features float16."""
    rng, needs = np.random.default_rng(0), strategy.needs()
    classes = {name: rng.random((frames, CLASSES)) for name in needs.classes if name != "class_quality"}
    return PoolView(
        frame_ids=np.arange(frames),
        cuts=np.arange(frames) // 200,
        productions=np.arange(frames) // 20_000,
        labelled=np.arange(frames) % max(1, frames // LABELLED) == 0,
        features={name: feature(rng, name, frames, size) for name in needs.features},
        scores={name: rng.random(frames) for name in needs.scores},
        class_quality=rng.random(CLASSES) if "class_quality" in needs.classes else None,
        **classes,
    )


def feature(rng: np.random.Generator, name: str, frames: int, size: int) -> np.ndarray:
    """(N, D) around a thousand centres, a block of frames at a time: drawing them must not be the peak."""
    kind = np.uint8 if name == "edges" else np.float16
    values = np.empty((frames, size), kind)
    centres = rng.uniform(30, 220, (1000, size)).astype(np.float32)
    for start in range(0, frames, 50_000):
        part = values[start : start + 50_000]
        near = centres[rng.integers(1000, size=len(part))]
        part[:] = near + rng.standard_normal(part.shape, np.float32) * 8
    return values


def beside_peers(frames: int, budget: int) -> None:
    """Ours and theirs in one run."""
    from benchmarks.peers.inputs import NOT_BUILT, ask_peers, make_inputs, python
    from benchmarks.peers.ours import rank_ours

    interpreter = python()
    if interpreter is None:
        sys.exit(NOT_BUILT)
    inputs = make_inputs(frames, budget=budget)
    ours, theirs = rank_ours(inputs), ask_peers(interpreter, inputs)
    print(f"\n{frames:,} candidates, budget {budget}\n")
    print(
        "| strategy | peer | ours, s | peer, s | peer / ours | same ranking |\n|---|---|---:|---:|---:|---|"
    )
    for own, peer in PEERS:
        mine, other = float(ours[f"{own}_seconds"]), float(theirs[f"{peer}_seconds"])
        same = "" if own == "random" else "yes" if ours[own].tolist() == theirs[peer].tolist() else "no"
        print(f"| {own} | {peer} | {mine:.3f} | {other:.3f} | {other / mine:.2f} | {same} |")


if __name__ == "__main__":
    main()
