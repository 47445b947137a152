"""Every picture of a source as a file."""

from __future__ import annotations

from pathlib import Path

import cv2
import pytest

from datasets.incoming.pictures import PictureFile, pictures_in, pictures_in_all
from datasets.incoming.walk import Refused
from tests.datasets.makers import on_twos, plate, png, write_clip, write_images, write_zip


def split(source: Path, scratch: Path) -> tuple[list[PictureFile], list[Refused]]:
    """Pictures, and the rest."""
    found = list(pictures_in(source, source.name, scratch))
    pictures = [one for one in found if isinstance(one, PictureFile)]
    return pictures, [one for one in found if isinstance(one, Refused)]


def test_a_folder_and_its_zip_hold_the_same(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "art", ["a.png", "b/c.jpg"])
    (folder / "notes.txt").write_text("hello")
    members = {f"art/{path.relative_to(folder)}": path.read_bytes() for path in folder.rglob("*.*")}
    archive = write_zip(tmp_path / "art.zip", members)
    for source in (folder, archive):
        pictures, refused = split(source, tmp_path / source.suffix.strip(".") / "scratch")
        assert [one.key for one in pictures] == ["a", "b/c"]
        assert all(one.path.is_file() for one in pictures)
        told = [one.text for one in refused]
        assert told == (["1 of kind .txt in art: neither image, video nor zip."] if source is folder else [])


def test_a_clip_is_its_drawings(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "walk.mp4", on_twos(5))
    pictures, refused = split(clip, tmp_path / "scratch")
    assert [one.key for one in pictures] == [f"walk/{index:06d}" for index in range(0, 10, 2)]
    assert [one.shown for one in pictures] == [2] * 5
    assert cv2.imread(str(pictures[0].path)).shape == (144, 256, 3)
    assert refused == []


def test_names_that_differ_in_their_suffix_stay_apart(tmp_path: Path) -> None:
    folder = write_images(tmp_path / "art", ["a.jpg", "a.png"])
    pictures, _ = split(folder, tmp_path / "scratch")
    assert [(one.key, one.path.name) for one in pictures] == [("a", "a.jpg"), ("a.png", "a.png")]


def test_keys_of_several_sources_stay_apart(tmp_path: Path) -> None:
    """An image called as another one's, and one that lies where a clip's drawings would."""
    image = png(plate())
    first, second = tmp_path / "a.png", tmp_path / "again.png"
    first.write_bytes(image)
    second.write_bytes(image)
    archive = write_zip(tmp_path / "art.zip", {"x/a.png": image, "x/walk/000000.png": image})
    clip = write_clip(tmp_path / "walk.mp4", on_twos(2))
    sources = [(first, "a.png"), (second, "a.png"), (archive, "art.zip"), (clip, "walk.mp4")]
    found = list(pictures_in_all(sources, tmp_path / "scratch"))
    pictures = [one for one in found if isinstance(one, PictureFile)]
    keys = [one.key for one in pictures]
    assert keys == ["a", "a.png", "a.png~2", "walk/000000", "walk.mp4/000000", "walk.mp4/000002"]
    assert [one.index for one in pictures] == [None, None, None, None, 0, 2]
    assert {one.origin for one in pictures[-2:]} == {clip}


@pytest.mark.parametrize("damage", ["cut", "noise"])
def test_a_broken_clip_is_a_line(damage: str, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "walk.mp4", on_twos(5))
    data = clip.read_bytes()
    clip.write_bytes(data[: len(data) // 2] if damage == "cut" else b"no clip")
    pictures, refused = split(clip, tmp_path / "scratch")
    assert [one.name for one in refused] == ["walk.mp4"]
    assert str(tmp_path) not in refused[0].text
    assert len({one.key for one in pictures}) == len(pictures)


def test_one_picture_alone(tmp_path: Path) -> None:
    (tmp_path / "frame.png").write_bytes(png(plate()))
    pictures, refused = split(tmp_path / "frame.png", tmp_path / "scratch")
    assert ([one.key for one in pictures], refused) == (["frame"], [])
