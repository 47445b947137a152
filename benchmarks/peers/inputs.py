"""Inputs for peers and ours, and calling the peers."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent.parent
NOT_BUILT = (
    "The peers' environment is not built: run scripts/peers.py, or set SAKKAN_PEERS to the folder of one."
)


@dataclass(frozen=True, slots=True, eq=False)
class Inputs:
    """``draws`` (N, C, P, T) probabilities of pixels in passes, ``points`` (N, D) float32, ``labelled`` (L,) rows."""

    draws: NDArray[np.float32]
    points: NDArray[np.float32]
    labelled: NDArray[np.int64]
    budget: int


def python() -> Path | None:
    """Interpreter of the peers' environment, None where it is not built."""
    found = Path(os.environ.get("SAKKAN_PEERS", ROOT / "var" / "peers")) / "bin" / "python"
    return found if found.is_file() else None


def make_inputs(
    frames: int, *, classes: int = 4, pixels: int = 6, passes: int = 5, size: int = 64, budget: int = 50
) -> Inputs:
    """Random inputs; frames differ in how unsure they are and in how much passes differ."""
    rng = np.random.default_rng(0)
    shape = (frames, classes, pixels, passes)
    sure = rng.uniform(0.1, 4, (frames, 1, 1, 1))
    apart = rng.uniform(0.0, 2, (frames, 1, 1, 1))
    logits = sure * rng.standard_normal((frames, classes, pixels, 1)) + apart * rng.standard_normal(shape)
    draws = np.exp(logits - logits.max(1, keepdims=True))
    draws /= draws.sum(1, keepdims=True)
    points = rng.standard_normal((frames, size)).astype(np.float32)
    return Inputs(draws.astype(np.float32), points, np.arange(0, frames, max(1, frames // 20))[:20], budget)


def fastest(rank: Callable[[], NDArray[Any]], times: int = 3) -> tuple[NDArray[Any], float]:
    """What ``rank`` gives, and the fewest seconds it took: other work on the machine only adds to them."""
    seconds = []
    for _ in range(times):
        start = time.perf_counter()
        found = rank()
        seconds.append(time.perf_counter() - start)
    return found, min(seconds)


def ask_peers(interpreter: Path, inputs: Inputs) -> dict[str, NDArray[np.float64]]:
    """Rankings and seconds by name, as `benchmarks/peers/rank.py` writes them.

    Raises:
        CalledProcessError: When a peer fails.
    """
    with tempfile.TemporaryDirectory() as folder:
        given, found = Path(folder, "in.npz"), Path(folder, "out.npz")
        arrays = {"draws": inputs.draws, "points": inputs.points, "labelled": inputs.labelled}
        np.savez(given, **arrays, budget=np.array(inputs.budget))
        script = Path(__file__).with_name("rank.py")
        # From elsewhere: the checkout's packages must not be found.
        subprocess.run([interpreter, script, given, found], cwd=folder, check=True, env=_clean())
        with np.load(found) as rankings:
            return dict(rankings)


def _clean() -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    return {**kept, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
