"""A lead imports a batch of paintings: blends, layers, and what is refused."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from psd_tools import PSDImage

from annotation.labels import label_get
from annotation.models import AcceptedLabel
from annotation.services.labels_import import labels_import
from modeling.errors import UserError
from modeling.labelio import color_table
from modeling.labels import get_kind
from tests.annotation.house import HEIGHT, WIDTH, House, cel_map

DOUGA = get_kind("douga")


def soft(path: Path) -> np.ndarray:
    """A line with a soft edge, on white."""
    label_map = np.zeros((HEIGHT, WIDTH), np.uint8)
    label_map[:, 10:13] = 1
    rgb = color_table(DOUGA)[label_map]
    rgb[:, 9], rgb[:, 13] = 128, 208
    label_map[:, 9] = 1
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(rgb).save(path)
    return label_map


def run(house: House, source: Path, kind: str = "douga", **options):
    return labels_import(pool=house.pool, kind=kind, source=source, user=house.reviewer, **options)


def accepted(house: House, number: int, kind: str = "douga") -> np.ndarray:
    row = AcceptedLabel.objects.get(frame=house.frames[number], kind=kind)
    return label_get(row.revision.label, get_kind(kind))


def test_blends_are_read_when_asked_for_and_refused_else(house: House, tmp_path: Path) -> None:
    truth = soft(tmp_path / "show" / "000000.png")
    truth[4, 20] = 6
    rgb = np.asarray(Image.open(tmp_path / "show" / "000000.png")).copy()
    rgb[4, 20], rgb[9, 9] = color_table(DOUGA)[6], 100
    Image.fromarray(rgb).save(tmp_path / "show" / "000000.png")
    assert [line.code for line in run(house, tmp_path).refused] == ["label_colors"]
    report = run(house, tmp_path, read="blended")
    assert report.imported == 1
    assert [(note.code, note.text) for note in report.notes] == [
        ("painting_unclear", "1 px off the palette.")
    ]
    np.testing.assert_array_equal(accepted(house, 0), truth)
    assert run(house, tmp_path, read="thesis").replaced == 1
    assert (accepted(house, 0)[:, 9] == 5).sum() == HEIGHT - 1


def test_exact_labels_are_read_as_such_whatever_is_asked_for(house: House, tmp_path: Path) -> None:
    (tmp_path / "show").mkdir()
    Image.fromarray(cel_map(5)).save(tmp_path / "show" / "000000.png")
    report = run(house, tmp_path, "cel", read="blended")
    assert (report.imported, report.notes) == (1, [])
    np.testing.assert_array_equal(accepted(house, 0, "cel"), cel_map(5))


def test_layered_files_are_found_and_read_also_strictly(house: House, tmp_path: Path) -> None:
    document = PSDImage.new("RGBA", (WIDTH, HEIGHT))
    document.create_pixel_layer(Image.new("RGBA", (3, HEIGHT), (0, 0, 0, 255)), name="ink", left=10)
    document.save(tmp_path / "000000.psd")
    document.create_pixel_layer(Image.new("RGBA", (1, 1), (9, 9, 99, 255)), name="ink", left=20)
    document.save(tmp_path / "000002.psd")
    report = run(house, tmp_path)
    assert report.imported == 1
    assert [(line.name, line.code) for line in report.refused] == [("000002.psd", "label_colors")]
    assert "--read blended" in report.refused[0].text
    assert accepted(house, 0)[3, 9:14].tolist() == [0, 1, 1, 1, 0]


def test_a_size_that_must_be_looked_at_is_refused_here(house: House, tmp_path: Path) -> None:
    Image.new("RGB", (50, 50), "white").save(tmp_path / "000000.png")
    (line,) = run(house, tmp_path, read="blended").refused
    assert line.code == "painting_size"
    assert str(tmp_path) not in line.text


def test_broken_paintings_get_a_line_each_and_the_rest_goes_on(house: House, tmp_path: Path) -> None:
    soft(tmp_path / "show" / "000000.png")
    (tmp_path / "show" / "000002.psd").write_bytes(b"8BPS\0\1 broken")
    (tmp_path / "show" / "000004.png").write_text("no picture")
    report = run(house, tmp_path, read="blended")
    assert report.imported == 1
    assert {line.name: line.code for line in report.refused} == {
        "show/000002.psd": "image_truncated",
        "show/000004.png": "not_an_image",
    }
    assert all(str(tmp_path) not in line.text for line in report.refused)


def test_an_unknown_way_is_refused(house: House, tmp_path: Path) -> None:
    with pytest.raises(UserError, match="strict, blended, thesis"):
        run(house, tmp_path, read="magic")
