"""Does ``kmeans`` cover the edge space better than chance? Mean distance of every frame to its nearest pick.

    python benchmarks/bench_kmeans_cover.py [FOLDER ...] [--seeds 10] [--budgets 8,16,32,64]

Without a folder, three shows of the procedural production are rendered first. Numbers are means over seeds with the
standard deviation between seeds; the last column is the ratio to ``random`` in the same run.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from active_learning.strategies import STRATEGIES, PoolView  # noqa: E402
from datasets.features import edge_grid  # noqa: E402
from modeling.images import IMAGE_SUFFIXES, read_rgb  # noqa: E402

COMPARED = ("kmeans", "random")


def main() -> None:
    """Render or read frames, select, measure, print a Markdown table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER", help="frames")
    parser.add_argument("--seeds", type=int, default=10)
    parser.add_argument("--budgets", default="8,16,32,64")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        files = _files(args.folders or [_rendered(Path(temporary))])
        view = _view(files)
    print(f"{len(view)} frames, {args.seeds} seeds")
    print("| budget | strategy | mean distance to nearest pick | ratio to random |")
    print("|---:|---|---:|---:|")
    for budget in [n for n in map(int, args.budgets.split(",")) if n < len(view)]:
        found = {name: _distances(name, view, budget, args.seeds) for name in COMPARED}
        for name, values in found.items():
            ratio = values.mean() / found["random"].mean()
            print(f"| {budget} | {name} | {values.mean():.1f} ± {values.std():.1f} | {ratio:.3f} |")


def _rendered(folder: Path) -> Path:
    from datasets.procedural import produce

    produce(folder, shows=3, cuts=8, seconds=3, size=(960, 540), seed=11)
    return folder / "frames"


def _files(folders: list[Path]) -> list[Path]:
    found = [path for folder in folders for path in sorted(folder.rglob("*"))]
    return [path for path in found if path.suffix.lower() in IMAGE_SUFFIXES]


def _view(files: list[Path]) -> PoolView:
    """Edge grids of all frames, all of them candidates."""
    edges = np.stack([edge_grid(read_rgb(path)) for path in tqdm(files, desc="edges")])
    zeros = np.zeros(len(files), np.int64)
    return PoolView(np.arange(len(files)), zeros, zeros, zeros.astype(bool), {"edges": edges})


def _distances(name: str, view: PoolView, budget: int, seeds: int) -> NDArray[np.float64]:
    """(seeds,) mean Euclidean distance from each frame to the nearest pick."""
    points = view.features["edges"].astype(np.float32)
    values = []
    for seed in range(seeds):
        picks = STRATEGIES[name].select(view, budget=budget, rng=np.random.default_rng(seed))
        chosen = points[[pick.frame_id for pick in picks]]
        squares = (points**2).sum(1)[:, None] + (chosen**2).sum(1)[None] - 2 * points @ chosen.T
        values.append(float(np.sqrt(squares.min(1).clip(0)).mean()))
    return np.array(values)


if __name__ == "__main__":
    main()
