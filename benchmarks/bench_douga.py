"""Douga of whole frames at their native pixels, against plain loops with the same network on the same frames.

    python benchmarks/bench_douga.py [--network lite] [--size 1920x1080] [--frames 2] [--repeat 3] [--threads N]

Ours is `modeling.inference.predictor.Predictor.label`: overlapping tiles of which borders are not kept, so that no seam
shows and memory does not grow with the frame. The references are what one would write oneself: the whole frame in one
pass, and tiles side by side, which leave seams; if segmentation_models_pytorch can be imported, also its U-Net on the
same encoder, the whole frame in one pass. All see frames in memory and give classes; weights are random, which changes
no time. *drafts* also give entropy and probabilities and are post-processed (thesis 5.7), as people get them. Rivals
take turns, the fastest of ``--repeat`` turns counts, and the fastest reference is the one compared with.
"""

from __future__ import annotations

import argparse
import importlib.util
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import numpy as np  # noqa: E402
import torch  # noqa: E402
from machine import machine  # noqa: E402
from numpy.typing import NDArray  # noqa: E402
from torch import nn  # noqa: E402

from modeling.devices import keep_memory, pick, set_threads  # noqa: E402
from modeling.images import read_rgb  # noqa: E402
from modeling.inference.predictor import Predictor, bare_network  # noqa: E402
from modeling.inference.tiles import MARGIN, TILE, tiles  # noqa: E402
from modeling.networks.lite import ENCODER  # noqa: E402
from modeling.tasks import TASKS  # noqa: E402
from modeling.training.config import TrainConfig, make_config  # noqa: E402

Pixels = NDArray[np.uint8]
PLAIN_TILE = 512
"""Side of the tiles that lie side by side, px."""
PEER = "segmentation_models_pytorch"


def main() -> None:
    """Print images a second and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--network", default="lite")
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--frames", type=int, default=2)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--threads", type=int, help="of the network, all cores by default")
    parser.add_argument("--device", default="cpu")
    options = parser.parse_args()
    keep_memory()
    threads, device = set_threads(options.threads), pick(options.device)
    width, height = (int(side) for side in options.size.split("x"))
    frames = drawings((width, height), options.frames)
    print(machine())
    print(f"{options.network} on {device}, {threads} threads, frames of {width} x {height}")
    seen = sum(_area(tile.seen) for tile in tiles(height, width)) / (width * height)
    print(
        f"ours: tiles of at most {TILE} px, {MARGIN} px of each border not kept, {seen:.2f} pixels seen a pixel"
    )
    config = make_config(task="douga", snapshot="", network=options.network)
    report(compare(rivals(config, device), frames, options.repeat), len(frames))


def _area(window: tuple[slice, slice]) -> int:
    rows, columns = window
    return int((rows.stop - rows.start) * (columns.stop - columns.start))


def drawings(size: tuple[int, int], count: int) -> list[Pixels]:
    """Drawings of the procedural production."""
    from datasets.procedural import produce

    with tempfile.TemporaryDirectory() as folder:
        produce(Path(folder) / "show", shows=1, cuts=1, seconds=1, size=size, seed=5, maps=("frames",))
        files = sorted((Path(folder) / "show" / "frames").rglob("*.png"))
        return [read_rgb(file) for file in files[:count]]


Rival = Callable[[Pixels], object]


def rivals(config: TrainConfig, device: torch.device) -> dict[str, Rival]:
    """What is timed, by name; all that predict with our network share its weights."""
    task = TASKS.get("douga")
    refine = config.task_values.refine
    predictor = Predictor(bare_network(config), task, 0, device, refine=refine)
    network = predictor.network
    found: dict[str, Rival] = {
        "ours": predictor.label,
        "whole frame in one pass": lambda rgb: classes(network, rgb, device),
        f"tiles of {PLAIN_TILE} px side by side": lambda rgb: tiled(network, rgb, device),
    }
    if importlib.util.find_spec(PEER):
        peer = peer_network(task.channels).to(device).to(memory_format=torch.channels_last).eval()
        found[f"{PEER}, Unet on {ENCODER}, whole frame"] = lambda rgb: classes(peer, padded(rgb), device)
    return {**found, "ours, drafts": predictor.draft_and_entropy}


def peer_network(channels: int) -> nn.Module:
    """The peer's U-Net, as it comes, on the encoder of ``lite``."""
    peer = importlib.import_module(PEER)
    network: nn.Module = peer.Unet(f"timm-{ENCODER}", encoder_weights=None, classes=channels)
    return network


@torch.inference_mode()
def classes(network: nn.Module, rgb: Pixels, device: torch.device) -> Pixels:
    """(H, W, 3) to (H, W) classes in one pass."""
    x = torch.from_numpy(np.ascontiguousarray(rgb)[None]).to(device).permute(0, 3, 1, 2).float().div_(255)
    return np.asarray(network(x)[0].argmax(0).to(torch.uint8).cpu().numpy())


def tiled(network: nn.Module, rgb: Pixels, device: torch.device) -> Pixels:
    """(H, W, 3) to (H, W) classes, a tile after the other."""
    whole = np.empty(rgb.shape[:2], np.uint8)
    for top, left in corners(*rgb.shape[:2]):
        piece = rgb[top : top + PLAIN_TILE, left : left + PLAIN_TILE]
        whole[top : top + PLAIN_TILE, left : left + PLAIN_TILE] = classes(network, piece, device)
    return whole


def corners(height: int, width: int) -> Iterator[tuple[int, int]]:
    """Top left corners of tiles side by side."""
    for top in range(0, height, PLAIN_TILE):
        yield from ((top, left) for left in range(0, width, PLAIN_TILE))


def padded(rgb: Pixels) -> Pixels:
    """The frame with its border repeated until 32 divides its sides."""
    bottom, right = (-side % 32 for side in rgb.shape[:2])
    return np.pad(rgb, ((0, bottom), (0, right), (0, 0)), mode="edge")


def compare(works: dict[str, Rival], frames: list[Pixels], repeat: int) -> dict[str, float]:
    """Seconds a frame of each, the best of all turns."""
    for work in works.values():
        work(frames[0])
    best: dict[str, float] = {}
    for _ in range(repeat):
        for name, work in works.items():
            start = time.perf_counter()
            for frame in frames:
                work(frame)
            now = (time.perf_counter() - start) / len(frames)
            best[name] = min(best.get(name, now), now)
    return best


def report(times: dict[str, float], count: int) -> None:
    """Print a Markdown table."""
    fastest = min(seconds for name, seconds in times.items() if not name.startswith("ours"))
    print(f"\n| {count} frames | images a second | seconds an image, relative to the fastest other |")
    print("|---|---:|---:|")
    for name, seconds in times.items():
        print(f"| {name} | {1 / seconds:.3f} | {seconds / fastest:.2f} |")


if __name__ == "__main__":
    main()
