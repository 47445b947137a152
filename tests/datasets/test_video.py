"""From a stream of pictures to drawings."""

from __future__ import annotations

import csv
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datasets.video.decode import Decoder, probe_video, to_rgb
from datasets.video.drawings import Drawing, find_drawings
from datasets.video.holds import halve, halved_rgb
from datasets.video.motion import motion_between
from datasets.video.returns import ReturnFinder
from modeling.errors import UserError
from tests.datasets.makers import figure, on_twos, plate, write_clip, write_sound


def drawings(path: Path) -> list[Drawing]:
    return list(find_drawings(Decoder(path), lambda index: None))


def starts(path: Path) -> list[int]:
    return [drawing.picture.index for drawing in drawings(path)]


def test_held_drawings_are_one_with_their_range(tmp_path: Path) -> None:
    found = drawings(write_clip(tmp_path / "clip.mp4", on_twos(6)))
    assert [(d.picture.index, d.last) for d in found] == [(2 * n, 2 * n + 1) for n in range(6)]
    assert [round(d.picture.time_s * 24) for d in found] == [0, 2, 4, 6, 8, 10]


@pytest.mark.parametrize("crf", [10, 20, 26])
def test_a_still_picture_is_one_drawing_through_compression(tmp_path: Path, crf: int) -> None:
    still = figure(plate(3), 80)
    assert starts(write_clip(tmp_path / "still.mp4", [still] * 30, crf=crf)) == [0]


@pytest.mark.parametrize("crf", [10, 20, 26])
def test_a_mouth_of_six_by_three_pixels_is_another_drawing(tmp_path: Path, crf: int) -> None:
    closed, opened = (figure(plate(1), 80, mouth=mouth) for mouth in (False, True))
    pictures = [closed] * 4 + [opened] * 3 + [closed] * 5
    assert starts(write_clip(tmp_path / "talk.mp4", pictures, crf=crf)) == [0, 4, 7]


def test_grain_is_no_change_and_does_not_hide_one(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)

    def grainy(picture: np.ndarray) -> np.ndarray:
        noise = rng.normal(0, 5, picture.shape[:2])[..., None]
        return np.clip(picture + noise, 0, 255).astype(np.uint8)

    pictures = [grainy(figure(plate(2), 60 + 20 * (n // 4))) for n in range(16)]
    assert starts(write_clip(tmp_path / "grain.mp4", pictures, crf=16)) == [0, 4, 8, 12]


def test_a_slow_fade_is_not_one_drawing(tmp_path: Path) -> None:
    pictures = [np.clip(plate(4).astype(int) - 2 * n, 0, 255).astype(np.uint8) for n in range(24)]
    assert len(starts(write_clip(tmp_path / "fade.mp4", pictures, crf=12))) >= 4


def test_cuts_are_found_between_moving_and_still_shots(tmp_path: Path) -> None:
    still = [plate(11)] * 16
    pictures = on_twos(8, seed=10) + still + on_twos(8, seed=12) + [plate(13)] * 14
    found = drawings(write_clip(tmp_path / "cuts.mp4", pictures))
    first = {drawing.cut: drawing.picture.index for drawing in reversed(found)}
    assert first == {0: 0, 1: 16, 2: 32, 3: 48}


def test_a_fast_pan_is_no_cut(tmp_path: Path) -> None:
    wide = plate(5, 1200, 144)
    pictures = [wide[:, 24 * n : 24 * n + 256] for n in range(24)]
    assert {drawing.cut for drawing in drawings(write_clip(tmp_path / "pan.mp4", pictures))} == {0}


@pytest.mark.sample
@pytest.mark.parametrize("suffix", ["mp4", "webm"])
@pytest.mark.parametrize("clip", ["kid_on_threes", "tux_walk_on_twos_pan", "eye_on_threes_fullcel"])
def test_the_samples_drawings(sample: Path, clip: str, suffix: str) -> None:
    with (sample / "clips.csv").open() as file:
        rows = [row for row in csv.DictReader(file) if row["clip"] == clip]
    found = drawings(sample / "clips" / f"{clip}.{suffix}")
    assert {drawing.cut for drawing in found} == {0}
    kept = {drawing.picture.index for drawing in found}
    drawn = {int(row["index"]) for row in rows if row["repeat_of_previous"] == "0"}
    # kid: of two changes the encoder has left nothing (23 of 518,400 px differ)
    # tux: the plate moves under held drawings
    missed = {"kid_on_threes": {36, 39}}.get(clip, set())
    assert drawn - kept == missed
    assert kept <= drawn if clip != "tux_walk_on_twos_pan" else len(kept) == 55


@settings(max_examples=15, deadline=None)
@given(x=st.integers(-30, 30), y=st.integers(-16, 16))
def test_a_pan_is_found_to_the_pixel(x: int, y: int) -> None:
    wide = plate(7, 400, 300)
    before = wide[60:204, 60:316]
    after = wide[60 - y : 204 - y, 60 - x : 316 - x]
    motion = motion_between(before, after)
    assert abs(motion.pan_x - x) <= 1
    assert abs(motion.pan_y - y) <= 1


def test_what_moves_on_its_own_is_the_change(tmp_path: Path) -> None:
    motion = motion_between(figure(plate(8), 60), figure(plate(8), 60, mouth=True))
    assert (motion.pan_x, motion.pan_y) == (0, 0)
    rows, columns = np.nonzero(motion.changed)
    assert (rows.min(), rows.max()) == (69, 73)
    assert (columns.min(), columns.max()) == (75, 82)


@pytest.mark.parametrize(("height", "matrix"), [(144, 5), (720, 1)])
def test_an_unnamed_matrix_follows_the_lines(height: int, matrix: int) -> None:
    frame = av.VideoFrame(64, height, "yuv420p")
    for plane, value in zip(frame.planes, (81, 90, 240), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    red = to_rgb(frame)[5, 5]
    wanted = {5: (254, 0, 0), 1: (255, 24, 0)}[matrix]
    assert np.abs(red.astype(int) - wanted).max() <= 2


def test_full_range_is_read_as_such() -> None:
    frame = av.VideoFrame(64, 64, "yuvj420p")
    for plane, value in zip(frame.planes, (255, 128, 128), strict=True):
        plane.update(bytes([value]) * plane.buffer_size)
    assert to_rgb(frame)[3, 3].tolist() == [255, 255, 255]


def test_a_file_that_breaks_off_is_refused(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "a.mp4", on_twos(40), options={"movflags": "faststart"})
    data = clip.read_bytes()
    clip.write_bytes(data[: len(data) * 2 // 3])
    with pytest.raises(UserError) as caught:
        drawings(clip)
    assert caught.value.code == "video_truncated"
    clip.write_bytes(data[:40])
    with pytest.raises(UserError) as caught:
        probe_video(clip)
    assert caught.value.code == "video_unreadable"


@pytest.mark.sample
def test_a_webm_that_breaks_off_is_refused(sample: Path, tmp_path: Path) -> None:
    data = (sample / "clips" / "kid_on_threes.webm").read_bytes()
    clip = tmp_path / "a.webm"
    clip.write_bytes(data[: len(data) // 2])
    with pytest.raises(UserError) as caught:
        drawings(clip)
    assert caught.value.code == "video_truncated"


def test_a_video_without_pictures_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError) as caught:
        probe_video(write_sound(tmp_path / "sound.mp4"))
    assert caught.value.code == "no_video_stream"


def talk(mouths: str) -> list[np.ndarray]:
    """A mouth that opens and closes: a letter a drawing, each shown three times."""
    closed, opened = (figure(plate(1), 80, mouth=mouth) for mouth in (False, True))
    moved = figure(plate(1), 100)
    shown = {"c": closed, "o": opened, "m": moved}
    return [shown[mouth] for mouth in mouths for _ in range(3)]


def returns(path: Path) -> list[int | None]:
    finder = ReturnFinder()
    return [
        finder.find(drawing.cut, number, halve(drawing.picture.planes()))
        for number, drawing in enumerate(drawings(path))
    ]


@pytest.mark.parametrize("crf", [8, 14])
def test_a_mouth_that_closes_again_is_the_earlier_drawing(tmp_path: Path, crf: int) -> None:
    found = returns(write_clip(tmp_path / "talk.mp4", talk("cocmocm"), crf=crf))
    assert found == [None, None, 0, None, 1, 0, 3]


def test_another_cut_or_size_is_never_the_same_drawing() -> None:
    finder, still = ReturnFinder(), halved_rgb(plate(1))
    assert finder.find("a", 1, still) is None
    assert finder.find("a", 2, halved_rgb(plate(1, 64, 36))) is None
    assert finder.find("a", 3, still) == 1
    assert finder.find("b", 4, still) is None


def test_only_so_many_drawings_are_remembered() -> None:
    stills = [halved_rgb(plate(seed)) for seed in range(4)]
    finder = ReturnFinder(memory=2 * sum(plane.nbytes for plane in stills[0]))
    assert [finder.find("a", n, stills[n]) for n in (0, 1, 0, 2, 0, 1)] == [None, None, 0, None, 0, None]
