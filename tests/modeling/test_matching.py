"""Which label belongs to which frame."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest

from modeling.errors import UserError
from modeling.matching import key_of, list_images, match_labels


def test_keys_are_relative_paths_without_suffix() -> None:
    assert key_of("a/b.c.png") == "a/b.c"
    assert key_of("./a\\b.png") == "a/b"


def test_by_key_before_bare_stem() -> None:
    found = match_labels(["x/1", "y/1", "y/2"], ["x/1.png", "y/1.png", "2.png"])
    assert found.labels == {"x/1": "x/1.png", "y/1": "y/1.png", "y/2": "2.png"}
    assert not found.ambiguous
    assert not found.unmatched


def test_a_stem_that_fits_two_frames_is_refused() -> None:
    found = match_labels(["x/1", "y/1"], ["1.png"])
    assert found.labels == {}
    assert found.ambiguous == {"1.png": "1.png fits 2 frames: x/1, y/1."}


def test_two_labels_of_one_frame_are_both_refused() -> None:
    for files in (["1.png", "1.bmp"], ["a/1.png", "b/1.png"]):
        found = match_labels(["1"], files)
        assert found.labels == {}
        assert set(found.ambiguous) == set(files)


def test_a_label_of_the_very_name_wins_over_one_of_the_stem() -> None:
    found = match_labels(["x/1"], ["x/1.png", "old/1.png"])
    assert found.labels == {"x/1": "x/1.png"}
    assert list(found.unmatched) == ["old/1.png"]


def test_a_label_without_frame_is_listed() -> None:
    assert match_labels(["1"], ["2.png"]).unmatched == {"2.png": "2.png fits no frame."}


def test_names_of_macos_match() -> None:
    name = "が/ü"
    found = match_labels([name], [unicodedata.normalize("NFD", name) + ".png"])
    assert list(found.labels) == [name]


def test_images_are_listed_without_hidden_and_set_apart(tmp_path: Path) -> None:
    root = tmp_path / "frames"
    for file in ("b/2.PNG", "a/1.webp", ".hidden/3.png", "b/._2.png", "notes.txt", "masks/1.png"):
        (root / file).parent.mkdir(parents=True, exist_ok=True)
        (root / file).touch()
    assert list_images(root, without=[root / "masks"]) == ["a/1.webp", "b/2.PNG"]


def test_a_missing_folder_is_the_users(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="is not a folder"):
        list_images(tmp_path / "none")
