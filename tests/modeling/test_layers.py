"""Layers: which frames lend a background or a cel, how often, and what never becomes a wrong label."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.images import encode_png
from modeling.labelio import write_label
from modeling.labels import IGNORE, KINDS
from modeling.recipes import RECIPES
from modeling.snapshots import LabelSource, Snapshot, SnapshotSource, write_snapshot
from modeling.tasks.ways import CEL_WAYS
from modeling.training.examples import Batches
from modeling.training.frames import Frames
from modeling.training.layers import Layers
from modeling.training.masks import Masks

STILL = {
    "brightness_sd": 0, "contrast_sd": 0, "hue_sd": 0, "scale_min": 1, "scale_max": 1, "rotation": 0,
    "flip": 0, "erase": 0, "background": False,
}  # fmt: skip
SIZE = 32


def batches(frames: Frames, **augment: object) -> Batches:
    values = {"crop_width": SIZE, "crop_height": SIZE, "batch": 1, "augment": {**STILL, **augment}}
    return Batches(frames, RECIPES.get("thesis").parse(values), 0, 0)


def flat(tmp_path: Path, *reds: int) -> str:
    """A folder of pictures in one colour each."""
    folder = tmp_path / "backgrounds"
    folder.mkdir()
    for red in reds:
        rgb = np.full((SIZE, SIZE, 3), (red, 0, 255), np.uint8)
        (folder / f"{red}.png").write_bytes(encode_png(rgb))
    return str(folder)


@pytest.fixture
def cels(snapshot) -> Frames:
    """Six toys, of which the fourth has no cel."""
    return Frames(snapshot, snapshot.frames("train", "cel"), "cel", 0)


def test_each_replacement_is_as_likely_as_each_own_background(cels, tmp_path) -> None:
    own = Layers(cels)
    assert (own.plates, own.figures) == ([3], {0, 1, 2, 4, 5})
    # one plate for five figures: of six draws five show their own background, one the plate
    assert own.background_share == pytest.approx(1 / 6)
    assert (1 - own.background_share) / 5 == pytest.approx(own.background_share / 1)
    # with two pictures of a folder there are three: of eight draws five show their own
    more = Layers(cels, flat(tmp_path, 10, 20))
    assert more.background_share == pytest.approx(3 / 8)


def test_backgrounds_of_a_folder_are_seen_as_often_as_that(cels, tmp_path) -> None:
    these = batches(cels, background=True, backgrounds_from=flat(tmp_path, 10, 20))
    seen = {10: 0, 20: 0}
    for position in range(600):
        image, classes, _ = these.example(position)
        behind = image[:, (classes == 0)[0]]
        for red in seen:
            seen[red] += bool(((behind[0] == red) & (behind[2] == 255)).any())
    # five frames of six have a cel, an eighth of them each of the pictures
    assert [count / 600 for count in seen.values()] == pytest.approx([5 / 48] * 2, abs=0.04)


def test_a_folder_of_no_pictures_is_refused_at_once(cels, tmp_path) -> None:
    with pytest.raises(UserError, match="holds no picture"):
        batches(cels, backgrounds_from=str(tmp_path / "none"))


# --- ten classes ---

RED, FRAMES = {"figure": 200, "plate": 40, "unknown": 90, "drawn": 120}, 4


def label(name: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8] | None]:
    """Douga and cel of a frame: a box of shading (6) with a line (1) half outside of the cel, or parts of it."""
    classes, cel = np.zeros((2, SIZE, SIZE), np.uint8)
    if name == "plate":
        return classes, cel
    classes[8:24, 8:24] = 1
    classes[10:22, 10:22] = 6
    if name == "figure":
        cel[9:23, 9:23] = 1
    return classes, None if name == "unknown" else cel


@pytest.fixture
def douga(tmp_path) -> Snapshot:
    """A figure, a plate, a frame whose cel is unknown and one with drawings but no cel; each of one red."""
    sources = []
    for name, red in RED.items():
        classes, cel = label(name)
        image, files = tmp_path / f"{name}.png", {"douga": tmp_path / f"{name}.douga.png"}
        image.write_bytes(encode_png(np.full((SIZE, SIZE, 3), (red, 0, 0), np.uint8)))
        write_label(files["douga"], classes, KINDS["douga"])
        if cel is not None:
            files["cel"] = tmp_path / f"{name}.cel.png"
            write_label(files["cel"], cel, KINDS["cel"])
        labels = {kind: LabelSource(file, "person") for kind, file in files.items()}
        sources.append(SnapshotSource(key=name, image=image, split="train", cut=name, labels=labels))
    return write_snapshot(tmp_path / "snapshots", sources)


def of(snapshot: Snapshot, way: str = "color") -> Frames:
    masks = Masks(snapshot, "cel", CEL_WAYS[way])
    return Frames(snapshot, snapshot.frames("train", "douga"), "douga", 0, masks=masks)


def position_of(these: Batches, name: str) -> int:
    return next(p for p in range(FRAMES) if these.frames.rows[these.index_at(p)].key == name)


def test_only_a_known_cel_tells_a_figure_from_its_background(douga) -> None:
    frames = of(douga)
    layers, names = Layers(frames), [row.key for row in frames.rows]
    assert {names[index] for index in layers.figures} == {"figure"}
    assert [names[index] for index in layers.plates] == ["plate"]
    assert {names[index] for index in layers.painted} == {"figure", "plate"}
    assert layers.background_share == 1 / 2


def test_no_background_is_lent_where_the_network_sees_none(douga, tmp_path) -> None:
    layers = Layers(of(douga, "manual_cel"), flat(tmp_path, 10))
    assert (layers.backgrounds, layers.painted, layers.background_share) == (0, [], 0)
    assert layers.pasted


def test_a_new_background_has_no_class_and_lines_go_with_the_figure(douga, tmp_path) -> None:
    these = batches(of(douga), background=True, backgrounds_from=flat(tmp_path, *range(1, 200)))
    image, classes, cel = these.example(position_of(these, "figure"))
    assert image[2, 0, 0] == 255  # one of the folder's 199, against its own and one plate
    assert np.array_equal(classes[0], label("figure")[0])
    assert np.array_equal(cel[0], label("figure")[1])
    assert (image[0, 9:23, 9:23] == 200).all()


@pytest.mark.parametrize("name", ["unknown", "drawn"])
def test_a_frame_without_a_known_cel_keeps_its_background(douga, tmp_path, name) -> None:
    folder = flat(tmp_path, 10)
    these = batches(of(douga), background=True, plates=1, backgrounds_from=folder)
    image, classes, _ = these.example(position_of(these, name))
    assert (image[0] == RED[name]).all()
    assert np.array_equal(classes[0], label(name)[0])


def test_what_is_pasted_brings_its_classes_and_hides_those_before_it(douga) -> None:
    these = batches(of(douga), paste=1)
    image, classes, cel = these.example(position_of(these, "unknown"))
    assert np.array_equal(classes[0], label("unknown")[0])  # a figure of the same shape lies over it
    assert (image[0, 9:23, 9:23] == 200).all()
    assert (image[0, :6] == 90).all()
    assert (cel[0, 9:23, 9:23] == 1).all()
    assert (cel[0, :8] == IGNORE).all()  # what was unknown of the frame below stays so


def test_a_pasted_crop_shows_some_cel_and_hides_not_all(tmp_path) -> None:
    # a cel of 20 x 20 px in a frame of 320 x 320: crops of 32 px would mostly miss it
    mask = np.zeros((320, 320), np.uint8)
    mask[150:170, 60:80] = 1
    sources = []
    for name, value in (("a", mask), ("b", np.zeros_like(mask))):
        (tmp_path / f"{name}.png").write_bytes(encode_png(np.dstack([value * 99] * 3)))
        write_label(tmp_path / f"{name}.cel.png", value, KINDS["cel"])
        made = {"cel": LabelSource(tmp_path / f"{name}.cel.png", "person")}
        sources.append(SnapshotSource(key=name, image=tmp_path / f"{name}.png", cut=name, labels=made))
    frozen = write_snapshot(tmp_path / "snapshots", sources)
    these = batches(Frames(frozen, frozen.frames("train", "cel"), "cel", 0), paste=1)
    shares = [float((these.example(position).classes == 1).float().mean()) for position in range(20)]
    assert all(0 < share < 0.7 for share in shares)


def test_textures_leave_a_removed_background_white(douga) -> None:
    these = batches(of(douga, "manual_cel"), texture=1)
    image = these.example(position_of(these, "figure")).image
    assert (image[:, :6] == 255).all()
    assert len(image[0, 10:22, 10:22].unique()) > 1


def test_textures_change_the_picture_alone(douga) -> None:
    plain, covered = batches(of(douga, "concatenated")), batches(of(douga, "concatenated"), texture=1)
    for position in range(FRAMES):
        one, other = plain.example(position), covered.example(position)
        assert not torch.equal(one.image[:3], other.image[:3])
        for part in ("classes", "cel"):
            assert torch.equal(getattr(one, part), getattr(other, part))
        assert torch.equal(one.image[3:], other.image[3:])
