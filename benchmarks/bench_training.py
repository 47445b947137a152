"""Training of douga against a plain DataLoader loop with the same network, loss and optimizer on the same frames.

    python benchmarks/bench_training.py SNAPSHOT [--network lite] [--steps 24] [--repeat 2] [--threads N] [--device cpu]

SNAPSHOT has douga labels, such as ``cel`` of benchmarks/experiments/make_snapshots.py (its held-out frames, if any, are
evaluated outside of what is timed). Ours is `modeling.training.run.train` with the recipe ``lines``: views round rare
classes, colour changes, averaged weights, a log, checkpoints. The reference is what one would write oneself: a Dataset
that reads a frame by OpenCV and its label by Pillow, a random crop and flip and torchvision's ColorJitter, a DataLoader
with 0, 1 and 2 workers, forward, loss, backward, step. The first steps of each are not timed. *waiting* is the share of
our seconds in which the network had no batch to work on.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections.abc import Generator, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from machine import machine  # noqa: E402
from PIL import Image  # noqa: E402
from torch import Tensor  # noqa: E402
from torch.utils.data import DataLoader, Dataset  # noqa: E402
from torchvision.transforms import v2  # noqa: E402

from modeling.devices import keep_memory, pick, set_threads  # noqa: E402
from modeling.inference.predictor import network_of  # noqa: E402
from modeling.losses import LOSSES  # noqa: E402
from modeling.runs import RunFolder  # noqa: E402
from modeling.snapshots import Snapshot  # noqa: E402
from modeling.training.config import TrainConfig, make_config, parse_settings  # noqa: E402
from modeling.training.examples import Batches  # noqa: E402
from modeling.training.optimization import optimizer_of  # noqa: E402
from modeling.training.run import train  # noqa: E402

WARM = 4
"""Steps that are not timed."""


def main() -> None:
    """Print images a second and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("snapshot", type=Path)
    parser.add_argument("--network", default="lite")
    parser.add_argument("--steps", type=int, default=24)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--repeat", type=int, default=2)
    parser.add_argument("--threads", type=int, help="all cores by default")
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    keep_memory()
    threads, snapshot = set_threads(options.threads), Snapshot.open(options.snapshot)
    config = config_of(snapshot, options)
    print(machine())
    print(f"{options.network} on {options.device}, {threads} threads, batches of {options.batch} of 256 px")
    report(compare(config, snapshot, options), options.batch)


def config_of(snapshot: Snapshot, options: argparse.Namespace) -> TrainConfig:
    """Recipe ``lines`` for so many steps."""
    return make_config(
        task="douga",
        snapshot=snapshot.id,
        network=options.network,
        settings=parse_settings([f"recipe.batch={options.batch}"]),
        steps=options.steps + WARM,
    )


def compare(
    config: TrainConfig, snapshot: Snapshot, options: argparse.Namespace
) -> dict[str, tuple[float, float]]:
    """Seconds a step of each, the best of all repeats, and the share of it spent waiting for data."""
    device = pick(options.device)
    best: dict[str, tuple[float, float]] = {}
    for _ in range(options.repeat):
        found = {"ours": ours(config, snapshot, device)}
        for workers in (0, 1, 2):
            found[f"DataLoader, {workers} workers"] = plain(config, snapshot, device, workers)
        best = {name: min(best.get(name, now), now) for name, now in found.items()}
    return best


def report(times: dict[str, tuple[float, float]], batch: int) -> None:
    """Print a Markdown table."""
    fastest = min(seconds for name, (seconds, _) in times.items() if name != "ours")
    print("\n| | images a second | seconds a step, relative to the fastest DataLoader | waiting |")
    print("|---|---:|---:|---:|")
    for name, (seconds, waited) in times.items():
        print(f"| {name} | {batch / seconds:.2f} | {seconds / fastest:.2f} | {waited:.1%} |")


def ours(config: TrainConfig, snapshot: Snapshot, device: torch.device) -> tuple[float, float]:
    """As a round trains."""
    with tempfile.TemporaryDirectory() as folder, waiting() as waited:
        run = RunFolder(Path(folder) / "run")
        train(config, snapshot, run, device=device, threads=torch.get_num_threads())
        rows = run.metrics()
        seconds = rows[-1]["seconds"] - rows[WARM - 1]["seconds"]
    steps = rows[-1]["step"] - rows[WARM - 1]["step"]
    return seconds / steps, sum(waited[WARM:]) / seconds


@contextmanager
def waiting() -> Iterator[list[float]]:
    """Collect how long each step waits for its batch."""
    waited: list[float] = []
    stream = Batches.stream

    def timed(self: Batches, first: int, workers: int) -> Generator[tuple[Tensor, Tensor]]:
        with closing(stream(self, first, workers)) as inner:
            while True:
                start = time.perf_counter()
                batch = next(inner)
                waited.append(time.perf_counter() - start)
                yield batch

    Batches.stream = timed  # type: ignore[method-assign]
    try:
        yield waited
    finally:
        Batches.stream = stream  # type: ignore[method-assign]


class Crops(Dataset[tuple[Tensor, Tensor]]):
    """Random crops of random frames, as one would write them."""

    def __init__(self, snapshot: Snapshot, examples: int) -> None:
        rows = snapshot.frames("train", "douga")
        self.files = [(snapshot.path(row.file), snapshot.path(row.labels["douga"].file)) for row in rows]
        self.examples, self.jitter = examples, v2.ColorJitter(0.25, 0.25, 0.0, 0.2)

    def __len__(self) -> int:
        return self.examples

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        frame, label = self.files[int(torch.randint(len(self.files), ()))]
        rgb = np.asarray(cv2.imread(str(frame), cv2.IMREAD_COLOR_RGB))
        classes = np.array(Image.open(label))
        top, left = (int(torch.randint(side - 255, ())) for side in classes.shape)
        image = torch.from_numpy(rgb[top : top + 256, left : left + 256].copy()).permute(2, 0, 1)
        target = torch.from_numpy(classes[top : top + 256, left : left + 256].copy())
        if torch.rand(()) < 0.5:
            image, target = image.flip(-1), target.flip(-1)
        return self.jitter(image), target


def plain(config: TrainConfig, snapshot: Snapshot, device: torch.device, workers: int) -> tuple[float, float]:
    """A DataLoader loop."""
    torch.manual_seed(0)
    steps, batch = int(config.steps or 0), config.recipe_values.batch
    network = network_of(config).to(device).to(memory_format=torch.channels_last).train()
    entry = LOSSES.get(config.loss)
    loss_of = entry.build(entry.parse(config.loss_params), np.full(10, 1e6))
    optimizer = optimizer_of(config.recipe_values, network)
    loader = DataLoader(Crops(snapshot, steps * batch), batch_size=batch, num_workers=workers)
    timings = [_step(network, loss_of, optimizer, pair, device) for pair in _timed(loader)][WARM:]
    seconds = sum(waited + worked for waited, worked in timings)
    return seconds / len(timings), sum(waited for waited, _ in timings) / seconds


def _timed(loader: Any) -> Iterator[tuple[float, tuple[Tensor, Tensor]]]:
    start = time.perf_counter()
    for pair in loader:
        yield time.perf_counter() - start, pair
        start = time.perf_counter()


def _step(
    network: Any,
    loss_of: Any,
    optimizer: torch.optim.Optimizer,
    waited_pair: tuple[float, tuple[Tensor, Tensor]],
    device: torch.device,
) -> tuple[float, float]:
    """Seconds waited for the batch and worked on it."""
    waited, (images, classes) = waited_pair
    start = time.perf_counter()
    optimizer.zero_grad(set_to_none=True)
    x = images.to(device).float().div_(255).contiguous(memory_format=torch.channels_last)
    loss = loss_of(network(x), classes.to(device))
    loss.backward()
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimizer.step()
    loss.item()
    return waited, time.perf_counter() - start


if __name__ == "__main__":
    main()
