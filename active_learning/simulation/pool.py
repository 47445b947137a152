"""The frames of a simulation: folders frozen once at working size, and parts of them as snapshots to train on."""

from __future__ import annotations

import hashlib
import tempfile
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from numpy.lib.format import open_memmap
from numpy.typing import NDArray

from datasets.features import get_feature
from modeling.errors import UserError
from modeling.images import read_rgb
from modeling.matching import list_images
from modeling.snapshots import FrameRow, Snapshot
from modeling.snapshots.folders import FolderRequest, LeftOut, Progress, freeze_folders
from modeling.snapshots.rows import Counts, SplitCounts
from modeling.splits import Placed, SplitItem, SplitPlan, plan_splits


@dataclass(frozen=True, slots=True)
class Inputs:
    """The folders a pool is made of.

    Attributes:
        frames: Folder of frames.
        labels: Folder of their labels.
        manifest: Names frames, masks, cuts and sides; None where file names say which label is whose.
        kind: Label kind of the labels.
        size: (width, height) into which larger frames are reduced.
        seed: Of the held-out hash, where nothing says what is held out.
    """

    frames: Path
    labels: Path
    manifest: Path | None
    kind: str
    size: tuple[int, int]
    seed: int = 0

    def fingerprint(self) -> str:
        """SHA-256 (hex) of the files' names and sizes, of the manifest and of what is made of them.

        Raises:
            UserError: ``folder_missing`` or ``manifest_missing``.
        """
        digest = hashlib.sha256(f"{self.kind}\0{self.size}\0{self.seed}\0".encode())
        for folder in (self.frames, self.labels):
            for file in list_images(folder):
                digest.update(f"{file}\0{(folder / file).stat().st_size}\0".encode())
        if self.manifest is not None:
            digest.update(_bytes(self.manifest))
        return digest.hexdigest()


def _bytes(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise UserError(f"{path} cannot be opened: {error.strerror}.", code="manifest_missing") from None


def make_pool(inputs: Inputs, out: Path, progress: Progress) -> tuple[Pool, LeftOut]:
    """Freeze the folders into ``out``; what cannot be used is left out and said, the rest goes on.

    Raises:
        UserError: For a missing folder, a broken manifest, or when nothing is left.
    """
    request = FolderRequest(
        frames=inputs.frames,
        out=out,
        labels={inputs.kind: inputs.labels},
        manifest=inputs.manifest,
        within=inputs.size,
        plan=lambda items: planned(items, inputs.seed),
    )
    out.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix=".scratch-", dir=out.parent) as scratch:
        snapshot, left_out = freeze_folders(request, Path(scratch), progress)
    pool = Pool(snapshot, inputs.kind)
    pool.refuse_empty()
    return pool, left_out


def planned(items: Sequence[SplitItem], seed: int) -> SplitPlan:
    """Held out is what the manifest holds out and, of the cuts it says nothing of, none; else the seeded hash decides.

    A cut on both sides stays as the manifest says, with a note: the manifest may number the cuts of two films alike.
    """
    if not any(item.split == "test" for item in items):
        return plan_splits(items, seed=seed)
    held_out = {_cut_of(item) for item in items if item.split == "test"}
    sides: dict[str, Placed] = {
        item.key: item.split or ("test" if _cut_of(item) in held_out else "train") for item in items
    }
    torn = held_out & {_cut_of(item) for item in items if sides[item.key] == "train"}
    note = f"{len(torn)} cuts are held out in part and picked from in part: results on them are optimistic."
    return SplitPlan(sides, (note,) if torn else ())


def _cut_of(item: SplitItem) -> tuple[str, str]:
    return item.production, item.cut or f"\0{item.key}"


class Pool:
    """Labelled frames to pick from and held-out ones to judge on.

    Args:
        snapshot: Of all of them.
        kind: Label kind of the task.
    """

    def __init__(self, snapshot: Snapshot, kind: str) -> None:
        self.snapshot, self.kind = snapshot, kind
        self.rows = snapshot.frames("train", kind)
        self.held_out = snapshot.frames("test", kind)

    @classmethod
    def open(cls, folder: Path, kind: str) -> Pool:
        """Read a pool that `make_pool` made.

        Raises:
            UserError: ``snapshot_missing`` or ``snapshot_damaged``.
        """
        return cls(Snapshot.open(folder), kind)

    def refuse_empty(self) -> None:
        """Refuse a pool that has nothing to pick from or to judge on.

        Raises:
            UserError: ``pool_empty``.
        """
        for rows, what in ((self.rows, "to pick from"), (self.held_out, "held out")):
            if not rows:
                message = f"The pool has no labelled frames {what}."
                raise UserError(
                    message, code="pool_empty", remedy="Give frames of more cuts, or a manifest's split."
                )

    def __len__(self) -> int:
        return len(self.rows)

    @cached_property
    def row_of(self) -> dict[str, int]:
        """Row by key of the frames to pick from."""
        return {row.key: number for number, row in enumerate(self.rows)}

    @cached_property
    def cuts(self) -> NDArray[np.int64]:
        """(N,) number of each frame's cut."""
        return _numbers(cut_name(row) for row in self.rows)

    @cached_property
    def productions(self) -> NDArray[np.int64]:
        """(N,) number of each frame's production."""
        return _numbers(row.production for row in self.rows)

    @property
    def held_out_cuts(self) -> list[str]:
        """Names of the held-out cuts, sorted."""
        return sorted({cut_name(row) for row in self.held_out})

    def part(self, keys: Collection[str]) -> Snapshot:
        """A snapshot of these frames alone, with no held-out ones, whose files are the pool's.

        Its id is that of a snapshot of the same rows; nothing is written.
        """
        rows = [row for row in self.rows if row.key in keys]
        lines = "".join(f"{row.model_dump_json()}\n" for row in rows).encode()
        frames, cuts = SplitCounts(train=len(rows)), SplitCounts(train=len({cut_name(row) for row in rows}))
        update = {
            "counts": Counts(frames=frames, cuts=cuts, labels={self.kind: frames}),
            "kinds": tuple(sorted({kind for row in rows for kind in row.labels})),
            "frames_sha256": hashlib.sha256(lines).hexdigest(),
            "notes": (),
        }
        return Snapshot(self.snapshot.folder, self.snapshot.header.model_copy(update=update), rows)

    def feature(
        self, name: str, folder: Path, progress: Progress = lambda items, total, text: items
    ) -> NDArray:
        """(N, D) values of a feature that needs no model, computed once and kept in ``folder``.

        Raises:
            UserError: ``unknown_feature``, or what reading a frame raises.
        """
        feature = get_feature(name)
        path = folder / f"{name}-v{feature.version}.npy"
        if not path.is_file():
            assert feature.compute is not None
            shown = progress(self.rows, len(self.rows), name)
            values = np.stack([feature.compute(read_rgb(self.snapshot.path(row.file))) for row in shown])
            folder.mkdir(parents=True, exist_ok=True)
            part = folder / f".{path.name}.part"
            with part.open("wb") as stream:
                np.save(stream, values)
            part.replace(path)
        return open_memmap(path, "r")


def cut_name(row: FrameRow) -> str:
    """A cut as results name it: that of its production; a frame without one is its own."""
    return "/".join(part for part in (row.production, row.cut or row.key) if part)


def _numbers(names: Iterable[str]) -> NDArray[np.int64]:
    names = list(names)
    places = {name: number for number, name in enumerate(sorted(set(names)))}
    return np.array([places[name] for name in names], np.int64)
