"""The snapshots on which the experiment files of this folder were run.

    python benchmarks/experiments/make_snapshots.py OUT [--sample FOLDER]

Writes snapshot folders into OUT, from procedural productions of 960 x 540 and the sample's real douga:

- ``cel``: 8 shows, cel masks; what the cel model beneath douga learns from. No show of it is in another snapshot.
- ``shows``: 7 shows to learn from (84 frames at most) and 3 others held out (12 cuts), douga and cel masks.
- ``depth``: those 7 shows with the depth of 2 frames a cut, and 60 further shows with 1, to learn from; the same 3
  shows held out, 2 a cut. Depth follows from the scene, and a show has four.
- ``pairs``: those 7 shows and 30 of the further ones to learn from, the same 3 held out, 2 frames of every cut: one may
  be shown beside the other.
- ``few``: of those 3 shows, 4 frames of the first two cuts each to learn from, the last two cuts held out.

The four real drawings (``real_douga``, one character in one cut, over its painted sky) are held out in ``shows`` and
``few``.
Shows are held out whole, so that what is measured is drawing unseen characters in unseen styles.
"""

from __future__ import annotations

import argparse
import csv
import shutil
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path[:0] = [str(ROOT)]

from datasets.procedural import produce  # noqa: E402
from modeling.labelio import import_label, write_label  # noqa: E402
from modeling.labels import KINDS  # noqa: E402
from modeling.snapshots import LabelSource, Snapshot, SnapshotSource, write_snapshot_to  # noqa: E402

SIZE, CUTS, SECONDS = (960, 540), 4, 1.0
HELD_OUT_SHOWS = 3
FURTHER_SHOWS, FURTHER_PAIRS = 60, 30
DRAWN = {"cel": "mask", "douga": "douga"}
"""Kinds of the drawings' labels, with their columns of the manifest."""
PROCEDURAL, REAL = "procedural", "real_douga"
Row = dict[str, str]
Shows = dict[str, list[tuple[Path, Row]]]


def main() -> None:
    """Produce, choose, freeze."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("out", type=Path)
    parser.add_argument("--sample", type=Path, default=ROOT.parent / "shared" / "sample")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        drawn, masked = rendered(Path(scratch) / "a", 10, 11), rendered(Path(scratch) / "b", 8, 12)
        further = rendered(Path(scratch) / "c", FURTHER_SHOWS, 13, 0.5)
        held_out = list(drawn)[-HELD_OUT_SHOWS:]
        real = list(real_frames(args.sample / "real_douga", Path(scratch)))
        learned = [source for show in drawn if show not in held_out for source in chosen(drawn[show], 3)]
        tested = [source for show in held_out for source in chosen(drawn[show], 1, "test")]
        few = [source for show in held_out for source in halves(drawn[show])]
        freeze(args.out / "cel", (one for show in masked.values() for one in chosen(show, 3)))
        freeze(args.out / "shows", [*learned, *tested, *real])
        freeze(args.out / "few", [*few, *real])
        split = {show: "test" if show in held_out else "train" for show in drawn}
        freeze(args.out / "depth", in_twos(drawn, split, further, 1, {"depth": "depth"}))
        pairs = dict(list(further.items())[:FURTHER_PAIRS])
        freeze(args.out / "pairs", in_twos(drawn, split, pairs, 2, DRAWN))


def rendered(folder: Path, shows: int, seed: int, seconds: float = SECONDS) -> Shows:
    """Frames of a fresh production by show: its folder and their rows of the manifest."""
    produce(folder, shows=shows, cuts=CUTS, seconds=seconds, size=SIZE, seed=seed)
    found: Shows = {}
    with (folder / "manifest.csv").open(newline="") as stream:
        for row in csv.DictReader(stream):
            found.setdefault(row["production"], []).append((folder, row))
    return found


def chosen(
    rows: list[tuple[Path, Row]],
    count: int,
    split: str = "train",
    cuts: slice = slice(None),
    kinds: Mapping[str, str] = DRAWN,
) -> Iterator[SnapshotSource]:
    """``count`` drawings of each cut, evenly spread, with labels of the kinds whose columns are named."""
    names = sorted({row["cut"] for _, row in rows})[cuts]
    for name in names:
        drawings = [pair for pair in rows if pair[1]["cut"] == name]
        taken_here = min(count, len(drawings))
        for number in range(taken_here):
            yield source_of(*drawings[(2 * number + 1) * len(drawings) // (2 * taken_here)], split, kinds)


def halves(rows: list[tuple[Path, Row]]) -> Iterator[SnapshotSource]:
    """Two drawings of each of the first cuts to learn from, two of each of the last held out."""
    yield from chosen(rows, 2, "train", slice(0, CUTS // 2))
    yield from chosen(rows, 2, "test", slice(CUTS // 2, None))


def in_twos(
    drawn: Shows, split: Mapping[str, str], further: Shows, count: int, kinds: Mapping[str, str]
) -> Iterator[SnapshotSource]:
    """Two drawings of each cut, to learn from or held out by show, and ``count`` of each cut of further shows."""
    for show, rows in drawn.items():
        yield from chosen(rows, 2, split[show], kinds=kinds)
    for rows in further.values():
        yield from chosen(rows, count, "train", kinds=kinds)


def source_of(folder: Path, row: Row, split: str, kinds: Mapping[str, str]) -> SnapshotSource:
    """One drawing with its labels; all shows count as one production, apart from the real drawings."""
    labels = {kind: LabelSource(folder / row[column], "import") for kind, column in kinds.items()}
    return SnapshotSource(
        key=row["frame"].removesuffix(".png"),
        image=folder / row["frame"],
        production=PROCEDURAL,
        cut=row["cut"],
        split=split,
        licence=row["licence"],
        labels=labels,
    )


def real_frames(folder: Path, scratch: Path) -> Iterator[SnapshotSource]:
    """The four painted drawings over their sky; none where the sample is absent."""
    for color in sorted(folder.glob("color/*_over_sky.png")):
        name = color.name.replace("_over_sky", "")
        files = {"cel": folder / "cel_mask" / name, "douga": folder / "class" / name}
        yield SnapshotSource(
            key=f"{REAL}/{Path(name).stem}",
            image=color,
            production=REAL,
            cut=f"{REAL}/run",
            split="test",
            licence="CC BY-NC 4.0",
            labels={kind: taken(file, kind, scratch / kind / name) for kind, file in files.items()},
        )


def taken(file: Path, kind: str, out: Path) -> LabelSource:
    """A label of the sample in our own file format."""
    out.parent.mkdir(parents=True, exist_ok=True)
    write_label(out, import_label(file, KINDS[kind]), KINDS[kind])
    return LabelSource(out, "import")


def freeze(out: Path, sources: Iterable[SnapshotSource]) -> Snapshot:
    """Freeze into a new folder."""
    shutil.rmtree(out, ignore_errors=True)
    snapshot = write_snapshot_to(out, list(sources))
    print(f"{out.name}: {snapshot.counts.model_dump()}")
    return snapshot


if __name__ == "__main__":
    main()
