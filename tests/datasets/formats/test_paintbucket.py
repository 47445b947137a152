"""Lines and segments, read as BasicPBC reads them.

Its reading, from its documentation: pictures by skimage, a number is R * 65536 + G * 256 + B, -1 where transparent;
colours of a line drawing are those of its RGBA pixels, alpha dropped.
"""

from __future__ import annotations

import json
from collections import deque
from pathlib import Path

import numpy as np
import pytest
from skimage import io

from datasets.formats import Terms
from modeling.images import encode_png
from modeling.labelio import write_label
from modeling.labels import get_kind
from modeling.snapshots import LabelSource, Snapshot, SnapshotSource, write_snapshot
from tests.datasets.formats.shown import export
from tests.datasets.formats.tables import check_table, table

RED, BLUE, SKY = (200, 30, 40), (30, 40, 200), (120, 180, 240)
VISIBLE, SHADING, SHADE, IGNORED = 1, 2, 6, 255


def read_numbers(path: Path) -> np.ndarray:
    pixels = io.imread(path).astype(int)
    found = pixels[..., 0] * 65536 + pixels[..., 1] * 256 + pixels[..., 2]
    return np.where(pixels[..., 3] == 0, -1, found) if pixels.shape[2] == 4 else found


def drawing(shift: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Frame, douga and cel: a box of visible lines, its right part shaded behind a shading line, before a sky.

    Columns, for a shift of 0: 2 line, 3 to 5 red, 6 shading line, 7 to 8 blue and shaded, 9 line; rows 2 and 8 lines.
    """
    douga, cel = np.zeros((12, 16), np.uint8), np.zeros((12, 16), np.uint8)
    rgb = np.full((12, 16, 3), SKY, np.uint8)
    box = np.s_[2:9, 2 + shift : 10 + shift]
    cel[box], douga[box], rgb[box] = 1, VISIBLE, 0
    douga[3:8, 3 + shift : 6 + shift], rgb[3:8, 3 + shift : 6 + shift] = 0, RED
    douga[3:8, 6 + shift], rgb[3:8, 6 + shift] = SHADING, RED
    douga[3:8, 7 + shift : 9 + shift], rgb[3:8, 7 + shift : 9 + shift] = SHADE, BLUE
    rgb[4, 4 + shift] = (0, 255, 0)
    douga[11, :2] = IGNORED
    return rgb, douga, cel


@pytest.fixture
def painted(tmp_path: Path) -> Snapshot:
    """Two drawings of a cut."""
    sources = []
    for number in range(2):
        rgb, douga, cel = drawing(number)
        image = tmp_path / f"{number}.png"
        image.write_bytes(encode_png(rgb))
        labels = {}
        for name, drawn in (("douga", douga), ("cel", cel)):
            path = tmp_path / f"{number}.{name}.png"
            write_label(path, drawn, get_kind(name))
            labels[name] = LabelSource(path, "person")
        key = f"show/c1/{number:04d}"
        sources.append(
            SnapshotSource(key, image, production="[A] show", cut="show/c1", licence="CC0-1.0", labels=labels)
        )
    return write_snapshot(tmp_path / "s", sources)


FOLDER = Path("train", "%5BA%5D%20show+show%2Fc1")


def test_segments_are_what_lines_enclose(painted: Snapshot, out: Path) -> None:
    export(painted, "paintbucket", out)
    for shift in range(2):
        numbers = read_numbers(out / FOLDER / "seg" / f"000{shift}.png")
        rgb, douga, _ = drawing(shift)
        red, blue = numbers[3, 3 + shift], numbers[3, 7 + shift]
        sky = numbers[0, 0]
        assert {red, blue, sky} == {1, 2, 3}
        np.testing.assert_array_equal(numbers == red, (douga == 0) & (rgb != SKY).any(-1))
        np.testing.assert_array_equal(numbers == blue, douga == SHADE)
        np.testing.assert_array_equal(numbers == 0, np.isin(douga, [VISIBLE, SHADING, IGNORED]))
        fills = json.loads((out / FOLDER / "json_class" / f"000{shift}.json").read_text())
        assert (fills[str(red)], fills[str(blue)]) == ("flat_area", "shading_fill")


def test_lines_are_black_on_nothing(painted: Snapshot, out: Path) -> None:
    export(painted, "paintbucket", out)
    line = io.imread(out / FOLDER / "line" / "0000.png")
    lines = np.isin(drawing(0)[1], [VISIBLE, SHADING])
    np.testing.assert_array_equal(line[..., 3], np.where(lines, 255, 0))
    np.testing.assert_array_equal(line[..., :3], np.where(lines, 0, 255)[..., None].repeat(3, 2))


def test_colours_are_those_of_most_pixels(painted: Snapshot, out: Path) -> None:
    """One green pixel in the red changes nothing."""
    export(painted, "paintbucket", out)
    _, douga, _ = drawing(0)
    numbers = read_numbers(out / FOLDER / "seg" / "0000.png")
    colors = json.loads((out / FOLDER / "seg" / "0000.json").read_text())
    assert colors == json.loads((out / FOLDER / "json_color" / "0000.json").read_text())
    assert colors[str(numbers[3, 3])] == [*RED, 255]
    assert colors[str(numbers[3, 7])] == [*BLUE, 255]
    assert colors[str(numbers[0, 0])] == [0, 0, 0, 0]
    painting = io.imread(out / FOLDER / "gt" / "0000.png")
    assert painting[4, 4].tolist() == [*RED, 255]
    assert painting[2, 5].tolist() == [0, 0, 0, 255]
    assert not painting[douga == IGNORED].any()
    assert not painting[0].any()


def test_what_has_one_colour_matches_across_drawings(painted: Snapshot, out: Path) -> None:
    export(painted, "paintbucket", out)
    found = []
    for shift in range(2):
        numbers = read_numbers(out / FOLDER / "seg" / f"000{shift}.png")
        labels = read_numbers(out / FOLDER / "label" / f"000{shift}.png")
        index = json.loads((out / FOLDER / "json_index" / f"000{shift}.json").read_text())
        for segment, (size, label) in index.items():
            np.testing.assert_array_equal(labels[numbers == int(segment)], label)
            assert size == (numbers == int(segment)).sum()
        assert (labels[numbers == 0] == 0).all()
        found.append([index[str(numbers[at])][1] for at in ((3, 3 + shift), (3, 7 + shift), (0, 0))])
    assert found[0] == found[1]
    assert found[0][2] == -1
    assert len(set(found[0])) == 3


def test_a_folder_a_cut(snapshot: Snapshot, out: Path) -> None:
    """Drawings without a cut of their own are one each; sets are the splits."""
    export(snapshot, "paintbucket", out)
    check_table(out, snapshot, "douga")
    lines = deque(line["label"] for line in table(out).values())
    assert lines.popleft() == "train/show+clip/seg/0000.png"
    assert lines.popleft() == "train/show+clip/seg/0001.png"
    assert list(lines) == [
        f"{split}/show+c{n}/seg/0000.png" for n, split in ((0, "test"), (3, "train"), (4, "train"))
    ]


def test_labels_only_have_no_colours(painted: Snapshot, out: Path) -> None:
    export(painted, "paintbucket", out, terms=Terms(labels_only=True))
    assert {path.name for path in (out / FOLDER).iterdir()} == {"line", "seg", "json_class"}
    assert not list((out / FOLDER / "seg").glob("*.json"))
