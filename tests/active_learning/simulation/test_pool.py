"""Folders made into a pool: sides, sizes, what is left out, and parts to train on."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from active_learning.simulation.pool import Inputs, Pool, make_pool
from modeling.errors import UserError
from modeling.snapshots.folders import LeftOut
from tests.active_learning.simulation.toys import toy_pool


def made(folder: Path, manifest: bool = True, size: tuple[int, int] = (384, 216)) -> tuple[Pool, LeftOut]:
    """The pool of a folder of toys, beside it."""
    listed = folder / "manifest.csv" if manifest else None
    inputs = Inputs(folder / "frames", folder / "masks", listed, "cel", size)
    return make_pool(
        inputs, folder.with_name(f"{folder.name}-out") / "pool", lambda items, total, text: items
    )


def test_the_manifests_test_rows_are_held_out_and_nothing_else(tmp_path: Path) -> None:
    toys = toy_pool(tmp_path / "toys", cuts=4, held_out=1)
    text = (toys / "manifest.csv").read_text().replace(",train,", ",,")
    (toys / "manifest.csv").write_text(text)
    pool, left_out = made(toys)
    assert (len(pool), len(pool.held_out)) == (12, 4)
    assert pool.held_out_cuts == ["c3"]
    assert pool.cuts.tolist() == [0] * 4 + [1] * 4 + [2] * 4
    assert left_out.reasons == []


def test_a_cut_on_both_sides_stays_there_and_is_noted(tmp_path: Path) -> None:
    toys = toy_pool(tmp_path / "toys", cuts=4, held_out=1)
    lines = (toys / "manifest.csv").read_text().splitlines()
    lines[-1] = lines[-1].replace("test", "train")
    (toys / "manifest.csv").write_text("\n".join(lines) + "\n")
    pool, _ = made(toys)
    assert (len(pool), len(pool.held_out)) == (13, 3)
    assert "optimistic" in pool.snapshot.notes[0]


def test_without_a_manifest_a_fifth_is_held_out_by_the_seeded_hash(tmp_path: Path) -> None:
    pool, _ = made(toy_pool(tmp_path / "toys"), manifest=False)
    assert (len(pool), len(pool.held_out)) == (19, 5)


def test_frames_and_masks_are_reduced_into_the_size_with_their_shape_kept(tmp_path: Path) -> None:
    pool, _ = made(toy_pool(tmp_path / "toys"), size=(48, 24))
    row = pool.rows[0]
    assert (row.width, row.height) == (32, 24)
    assert Image.open(pool.snapshot.path(row.file)).size == (32, 24)
    classes = pool.snapshot.classes(row, "cel")
    assert classes.shape == (24, 32)
    assert set(np.unique(classes)) <= {0, 1}


def test_what_is_broken_or_lacks_its_mask_is_left_out_in_a_line(tmp_path: Path) -> None:
    toys = toy_pool(tmp_path / "toys")
    (toys / "frames" / "001.png").write_bytes(b"no picture")
    (toys / "masks" / "002.png").unlink()
    Image.new("L", (10, 10)).save(toys / "masks" / "003.png")
    pool, left_out = made(toys)
    assert len(pool) == 13
    assert len(left_out.reasons) == 3
    assert "001.png" in " ".join(left_out.reasons)
    assert "masks/002.png is not there" in " ".join(left_out.reasons)
    assert left_out.unlabelled == ["002"]


def test_a_pool_with_nothing_to_pick_from_is_refused(tmp_path: Path) -> None:
    toys = toy_pool(tmp_path / "toys")
    (toys / "manifest.csv").write_text((toys / "manifest.csv").read_text().replace(",train,", ",test,"))
    with pytest.raises(UserError, match="no labelled frames to pick from"):
        made(toys)


def test_a_part_is_a_snapshot_of_its_own_without_held_out_frames(tmp_path: Path) -> None:
    pool, _ = made(toy_pool(tmp_path / "toys"))
    part, other = pool.part({"000", "005"}), pool.part({"000", "004"})
    assert [row.key for row in part.frames("train", "cel")] == ["000", "005"]
    assert part.frames("test") == []
    assert part.counts.cuts.train == 2
    assert part.id not in (other.id, pool.snapshot.id)
    assert part.id == pool.part({"005", "000"}).id


def test_another_file_or_size_makes_other_inputs(tmp_path: Path) -> None:
    toys = toy_pool(tmp_path / "toys")
    inputs = Inputs(toys / "frames", toys / "masks", toys / "manifest.csv", "cel", (64, 48))
    before = inputs.fingerprint()
    assert inputs.fingerprint() == before
    (toys / "frames" / "000.png").write_bytes((toys / "frames" / "000.png").read_bytes() + b" ")
    assert inputs.fingerprint() != before
