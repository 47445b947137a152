"""What `produce` writes: holds, determinism, clip, manifest, refusals."""

from __future__ import annotations

import csv
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from datasets.procedural import Production, produce
from datasets.procedural.design import design_show
from datasets.procedural.plan import FPS, runs_of
from datasets.procedural.staging import STAGERS, plan_cut, storyboard
from modeling.errors import UserError
from modeling.manifests import read_manifest

SIZE = (192, 108)


def _cells(path: Path) -> list[dict[str, str]]:
    with path.open() as file:
        return list(csv.DictReader(file))


def _labels(out: Path) -> dict[str, bytes]:
    return {str(p.relative_to(out)): p.read_bytes() for kind in ("cel", "douga", "depth")
            for p in sorted((out / kind).rglob("*.png"))}  # fmt: skip


def test_same_seed_same_bytes_in_one_process_or_two(tmp_path):
    def make(name: str, seed: int, processes: int) -> Production:
        return produce(
            tmp_path / name, shows=1, cuts=4, seconds=0.25, size=SIZE, seed=seed, processes=processes
        )

    made = [make("one", 5, 1), make("two", 5, 2)]
    assert _labels(made[0].out) == _labels(made[1].out)
    assert made[0].manifest.read_bytes() == made[1].manifest.read_bytes()
    assert _labels(make("other", 6, 1).out) != _labels(made[0].out)


def test_manifest_accounts_for_every_video_frame(production):
    cells = _cells(production.manifest)
    assert sum(int(row["hold"]) for row in cells) == production.video_frames == 13 * 12
    for row, following in pairwise(cells):
        if row["cut"] == following["cut"]:
            assert int(following["index"]) == int(row["index"]) + int(row["hold"])
        assert float(row["time_s"]) == pytest.approx(int(row["index"]) / FPS, abs=1e-6)


def test_every_show_has_a_manifest_of_its_own(production):
    show = production.shows[0]
    rows = read_manifest(show.clip.parent / "manifest.csv").rows
    assert len(rows) == production.drawings
    assert all(
        (show.clip.parent / row.frame).is_file() and (show.clip.parent / row.mask).is_file() for row in rows
    )


def test_clip_is_bt709_and_shows_each_drawing_while_it_is_held(production, read_map, rows):
    with av.open(str(production.shows[0].clip)) as clip:
        stream = clip.streams.video[0]
        assert stream.average_rate == Fraction(24)
        context = stream.codec_context
        assert (context.pix_fmt, int(context.colorspace), int(context.color_range)) == ("yuv420p", 1, 1)
        frames = [frame.to_ndarray(format="rgb24").astype(int) for frame in clip.decode(stream)]
    assert len(frames) == production.video_frames
    for cell, row in zip(_cells(production.manifest), rows, strict=True):
        first = int(cell["index"])
        for i in (first, first + int(cell["hold"]) - 1):
            assert np.abs(frames[i] - read_map(row, "frames")).mean() < 14


def test_figures_move_on_twos_and_threes_and_plates_pan_on_ones():
    show = design_show("x", np.random.default_rng(1))

    def holds(kind: str) -> list[int]:
        return [run.hold for run in runs_of(plan_cut(show, "c", kind, 48, SIZE, np.random.default_rng(2)))]

    assert set(holds("long")) == {2}
    assert all(hold % show.held_for == 0 for hold in holds("talk")[:-1])
    pan = plan_cut(show, "c", "pan", 48, SIZE, np.random.default_rng(2))
    assert all(pan.moments[i][0] == pan.moments[i + 1][0] for i in range(0, 48, 2))
    assert len({offset for _, offset in pan.moments}) > 5


def test_a_talking_mouth_changes_little(production, read_map, rows):
    talking = [
        row for row, cell in zip(rows, _cells(production.manifest), strict=True) if cell["shot"] == "talk"
    ]
    first, second = (read_map(row, "douga") for row in talking[:2])
    changed = (first != second).mean()
    assert 0 < changed < 0.06


def test_every_kind_of_cut_can_be_staged_and_each_storyboard_has_a_book():
    show = design_show("x", np.random.default_rng(3))
    for kind in STAGERS:
        assert len(plan_cut(show, "c", kind, 10, SIZE, np.random.default_rng(4)).moments) == 10
    assert all("book" in storyboard(n, 4) for n in range(6))


def test_an_earlier_production_is_replaced_whole(tmp_path):
    produce(tmp_path / "out", shows=2, cuts=1, seconds=0.1, size=SIZE, processes=1)
    made = produce(tmp_path / "out", shows=1, cuts=1, seconds=0.1, size=SIZE, seed=1, processes=1)
    assert [p.parent.name for p in made.out.glob("*/clip.mp4")] == ["show-100"]
    assert {row.production for row in read_manifest(made.manifest).rows} == {"show-100"}


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"size": (191, 108)}, "produce_size"),
        ({"size": (2, 2)}, "produce_size"),
        ({"shows": 0}, "produce_number"),
        ({"seconds": 0.0}, "produce_number"),
        ({"seconds": float("nan")}, "produce_number"),
        ({"seed": -1}, "produce_number"),
    ],
)
def test_impossible_requests_are_refused_before_anything_is_written(tmp_path, options, code):
    with pytest.raises(UserError) as error:
        produce(tmp_path / "out", **options)
    assert error.value.code == code
    assert not (tmp_path / "out").exists()


def test_only_the_maps_asked_for_are_written(tmp_path):
    made = produce(tmp_path / "out", shows=1, cuts=1, seconds=0.1, size=SIZE, processes=1, maps=("cel",))
    written = {path.relative_to(made.out).parts[0] for path in made.out.rglob("*.png")}
    assert written == {"cel"}
    assert len(list(made.shows[0].cel.rglob("*.png"))) == made.drawings
    assert {row["douga"] for row in _cells(made.manifest)} == {""}


def test_a_folder_of_somebody_else_is_left_alone(tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(UserError, match="not written by produce"):
        produce(tmp_path, size=SIZE)
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_paint_is_written_when_it_is_named(tmp_path):
    made = produce(tmp_path / "p", shows=1, cuts=1, seconds=0.2, size=(128, 72), processes=1, maps=("paint",))
    files = sorted((made.out / "paint").rglob("*.png"))
    assert len(files) == made.drawings
    assert cv2.imread(str(files[0]), cv2.IMREAD_UNCHANGED).shape == (72, 128, 4)
    plain = produce(tmp_path / "p", shows=1, cuts=1, seconds=0.2, size=(128, 72), processes=1)
    assert not (plain.out / "paint").exists()
