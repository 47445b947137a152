"""Scoring a pool against a plain DataLoader loop with the same network on the same files, in one run.

    python benchmarks/bench_scoring.py [--network lite] [--frames 96] [--repeat 3] [--device cpu] [--threads N]

Ours is `modeling.inference.scoring.score`, as a round runs it, by the entropy alone and by all default scorers: it
decodes beside the network, writes and flushes a line a frame so that a killed job goes on behind it, and names
unreadable files. The reference is what one would write oneself: a Dataset that decodes by OpenCV, a DataLoader with 0,
1 and 2 workers, the network in channels_last under ``inference_mode``, the mean entropy of a batch, nothing written.
Files are proxies as ingest makes them (WebP, 960 px). Both are warmed; the fastest of ``--repeat`` runs counts, and the
fastest reference is the one compared with. Seconds of processor time stand beside: on a machine that does other things
too, they are the ones to compare.
"""

from __future__ import annotations

import argparse
import resource
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import cv2  # noqa: E402
import numpy as np  # noqa: E402
import torch  # noqa: E402
from machine import machine  # noqa: E402
from torch import Tensor, nn  # noqa: E402
from torch.utils.data import DataLoader, Dataset  # noqa: E402

from modeling.devices import keep_memory, pick, set_threads  # noqa: E402
from modeling.inference.listed import Listed  # noqa: E402
from modeling.inference.predictor import Predictor, bare_network  # noqa: E402
from modeling.inference.scoring import BATCH, score  # noqa: E402
from modeling.scorers import DEFAULT  # noqa: E402
from modeling.tasks import TASKS  # noqa: E402
from modeling.training.config import make_config  # noqa: E402

WARM = 4
"""Frames of the first, uncounted run of each."""


def main() -> None:
    """Print seconds, frames a second and ratios."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--network", default="lite")
    parser.add_argument("--frames", type=int, default=96)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--threads", type=int, help="of the network, all cores by default")
    options = parser.parse_args()
    keep_memory()
    threads, device = set_threads(options.threads), pick(options.device)
    with tempfile.TemporaryDirectory() as folder:
        files = proxies(Path(folder), options.frames)
        config = make_config(task="cel", snapshot="", network=options.network)
        predictor = Predictor(bare_network(config), TASKS.get("cel"), config.working_side, device)
        print(machine())
        print(f"{options.network} on {device}, {threads} threads, long side {predictor.side} px")
        print(f"{len(files)} files, best of {options.repeat}")
        report(compare(predictor, files, Path(folder), options.repeat), len(files))


def proxies(folder: Path, count: int) -> list[Path]:
    """Render drawings of the procedural production and store them as ingest stores proxies."""
    from datasets.pictures import encode_proxy
    from datasets.procedural import produce
    from modeling.images import read_rgb

    produce(folder / "show", shows=1, cuts=6, seconds=1, size=(1280, 720), seed=5, maps=("frames",))
    drawings = sorted((folder / "show" / "frames").rglob("*.png"))
    files = [folder / "proxies" / f"{number:05d}" for number in range(count)]
    files[0].parent.mkdir()
    for number, file in enumerate(files):
        source = drawings[number % len(drawings)]
        file.write_bytes(encode_proxy(read_rgb(source)))
    return files


Times = dict[str, tuple[float, float]]
"""Seconds on the clock and of the processor, each the best of all runs."""


def compare(predictor: Predictor, files: list[Path], folder: Path, repeat: int) -> Times:
    """Time the rivals by turns."""
    device = predictor.device
    rivals: dict[str, Callable[[list[Path]], object]] = {
        "ours": lambda some: ours(predictor, some, folder / "scores.jsonl"),
        "ours, all default scorers": lambda some: ours(predictor, some, folder / "all.jsonl", DEFAULT),
        **{
            f"DataLoader, {n} workers": lambda some, n=n: plain(
                predictor.network, predictor.side, some, n, device
            )  # type: ignore[misc]
            for n in (0, 1, 2)
        },
    }
    for work in rivals.values():
        work(files[:WARM])
    times: Times = {}
    for _ in range(repeat):
        for name, work in rivals.items():
            start, used = time.perf_counter(), processor_seconds()
            work(files)
            now = time.perf_counter() - start, processor_seconds() - used
            best = times.get(name, now)
            times[name] = min(best[0], now[0]), min(best[1], now[1])
    check(predictor, files[:WARM], folder)
    return times


def processor_seconds() -> float:
    """Of this process and of its ended children."""
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def report(times: Times, count: int) -> None:
    """Print a Markdown table."""
    clock, processor = (
        min(pair[i] for name, pair in times.items() if not name.startswith("ours")) for i in (0, 1)
    )
    print("\n| | seconds | relative to the fastest DataLoader | processor seconds | relative |")
    print("|---|---:|---:|---:|---:|")
    for name, (wall, cpu) in times.items():
        print(f"| {name} | {wall:.2f} | {wall / clock:.2f} | {cpu:.2f} | {cpu / processor:.2f} |")
    print(f"\nOurs: {count / times['ours'][0]:.1f} frames a second.")


def ours(predictor: Predictor, files: list[Path], out: Path, scorers: Sequence[str] = ("entropy",)) -> None:
    """As a round's job does."""
    out.unlink(missing_ok=True)
    score(predictor, [Listed(number, file) for number, file in enumerate(files)], out, scorers)


class Files(Dataset[Tensor]):
    """(3, h, w) uint8 RGB of each file at the working size."""

    def __init__(self, files: list[Path], side: int) -> None:
        self.files, self.side = files, side

    def __len__(self) -> int:
        return len(self.files)

    def __getitem__(self, index: int) -> Tensor:
        rgb = np.asarray(cv2.imread(str(self.files[index]), cv2.IMREAD_COLOR_RGB))
        scale = self.side / max(rgb.shape)
        if scale < 1:
            rgb = cv2.resize(rgb, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        return torch.from_numpy(rgb).permute(2, 0, 1)


@torch.inference_mode()
def plain(
    network: nn.Module, side: int, files: list[Path], workers: int, device: torch.device
) -> list[float]:
    """Mean entropies by a DataLoader loop."""
    loader = DataLoader(Files(files, side), batch_size=BATCH[device.type], num_workers=workers)
    means: list[float] = []
    for batch in loader:
        x = batch.to(device).float().div_(255).contiguous(memory_format=torch.channels_last)
        p = torch.sigmoid(network(x))
        entropy = torch.special.entr(p) + torch.special.entr(1 - p)
        means += entropy.mean((1, 2, 3)).tolist()
    return means


def check(predictor: Predictor, files: list[Path], folder: Path) -> None:
    """Both compute the same number."""
    import json

    out = folder / "check.jsonl"
    ours(predictor, files, out)
    mine = [json.loads(line)["entropy"] for line in out.read_text().splitlines()]
    by_hand = plain(predictor.network, predictor.side, files, 0, predictor.device)
    np.testing.assert_allclose(mine, by_hand, atol=1e-3)


if __name__ == "__main__":
    main()
