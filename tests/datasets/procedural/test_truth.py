"""The truth beside the pictures: exact, exclusive, in agreement with itself."""

from __future__ import annotations

import csv

import numpy as np
import pytest

from datasets.procedural.design import Paints, design_show
from datasets.procedural.figure import Drawing, draw_figure
from datasets.procedural.plates.camera import Camera
from datasets.procedural.shapes import rect
from datasets.procedural.stage import BOOK, BOOK_LINE, FLAT, LINE, SHADING, Stage
from modeling.labelio import read_label
from modeling.labels import get_kind
from modeling.snapshots.folders import FolderRequest, freeze_folders


def test_maps_have_their_frames_size_and_storage(production, rows, read_map):
    for row in rows:
        assert read_map(row, "frames").shape == (108, 192, 3)
        assert read_map(row, "depth").dtype == np.uint16
        for kind in ("cel", "douga", "depth"):
            assert read_map(row, kind).shape == (108, 192)


def test_depth_is_a_label_of_its_kind_and_trains_from_the_folders_as_they_are(production, tmp_path):
    request = FolderRequest(
        production.out / "frames",
        tmp_path / "snap",
        {"depth": production.out / "depth"},
        production.manifest,
        within=(96, 54),
    )
    (tmp_path / "scratch").mkdir()
    snapshot, left_out = freeze_folders(request, tmp_path / "scratch", lambda items, *_: items)
    assert (snapshot.kinds, left_out.reasons) == (("cel", "depth"), [])
    row = snapshot.frames()[0]
    truth = snapshot.truth(row, "depth")
    stored = read_label(production.out / "depth" / f"{row.key}.png", get_kind("depth"))
    assert truth.shape == (54, 96)
    assert set(np.rint(truth * 65535).astype(np.uint16).ravel()) <= set(stored.ravel())
    assert truth.min() > 0


def test_all_ten_classes_appear_and_nothing_else(rows, read_map):
    seen = np.unique(np.concatenate([np.unique(read_map(row, "douga")) for row in rows]))
    assert seen.tolist() == list(range(10))
    assert {value for row in rows for value in np.unique(read_map(row, "cel"))} == {0, 1}


def test_books_live_where_the_cel_mask_is_zero_and_all_else_on_the_cel(rows, read_map):
    for row in rows:
        cel, douga = read_map(row, "cel") == 1, read_map(row, "douga")
        books = (douga == BOOK) | (douga == BOOK_LINE)
        assert not (cel & books).any()
        assert not ((douga != FLAT) & ~books & ~cel).any()


def test_cels_and_books_are_nearer_than_the_plate_they_hide(production, rows, read_map):
    with production.manifest.open() as file:
        shots = {row["frame"]: row["shot"] for row in csv.DictReader(file)}
    for row in rows:
        cel, depth = read_map(row, "cel") == 1, read_map(row, "depth")
        assert depth.min() > 0
        if shots[row.frame] == "talk" and cel.any():
            around = np.zeros_like(cel)
            around[:60, 1:-1] = (cel[:60, :-2] | cel[:60, 2:]) & ~cel[:60, 1:-1]
            assert np.median(depth[cel]) > np.median(depth[around])


def test_there_are_empty_full_and_mixed_frames(rows, read_map):
    shares = np.array([(read_map(row, "cel") == 1).mean() for row in rows])
    assert shares.min() == 0
    assert shares.max() == 1
    assert ((shares > 0.05) & (shares < 0.6)).any()


def test_later_paint_hides_earlier_paint_in_both_picture_and_truth():
    stage = Stage(20, 10, line_px=108)
    stage.plane(0, 0, 1.0)
    stage.fill(rect(0, 0, 1, 1), (1.0, 0.0, 0.0))
    stage.plane(0, 0, 2.0)
    stage.area(rect(0.5, 0, 3, 1), (0.0, 1.0, 0.0), SHADING)
    assert stage.picture[5, 2, :3].tolist() == [255, 0, 0]
    assert stage.picture[5, 15, :3].tolist() == [0, 255, 0]
    assert stage.douga[5, 1] == FLAT
    assert stage.inverse_depth()[5, 1] == pytest.approx(1.0)
    assert stage.inverse_depth()[5, 15] == pytest.approx(2.0)


def test_lines_are_as_wide_in_truth_as_in_the_picture():
    show = design_show("x", np.random.default_rng(0))
    backdrop = np.full((540, 540, 4), 255, np.uint8)
    stage = Stage(540, 540, line_px=6, backdrop=backdrop)
    draw_figure(stage, show.characters[0], Paints(show, (-0.05, -0.03)), Drawing(0, 0.5, 0.8, 0.6, 1.0))
    changed = (stage.picture[..., :3] != 255).any(-1)
    assert (changed & ~stage.covered).mean() < 0.01
    assert (stage.covered & ~changed).mean() < 0.03
    assert (stage.douga == LINE).any()


def test_a_floors_inverse_depth_is_one_over_distance():
    camera, stage = Camera(cx=0.8, horizon=0.4, height=1.5), Stage(160, 100)
    camera.face(stage, [(-1, 0, 2), (1, 0, 2), (1, 0, 9), (-1, 0, 9)], (1.0, 1.0, 1.0))
    depth = stage.inverse_depth()
    for z in (4.0, 6.0, 8.0):
        x, y = (round(v * 100 - 0.5) for v in camera.project((0, 0, z)))
        assert depth[y, x] == pytest.approx(camera.scale(z), abs=0.01)
