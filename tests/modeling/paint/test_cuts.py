"""A cut's folder: painted, listed, corrected, repainted; by command."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from modeling import cli
from modeling.errors import UserError
from modeling.labelio import write_label
from modeling.labels import DOUGA
from modeling.paint.cuts import CutRequest, paint_folder
from modeling.paint.models import read_models
from modeling.paint.sheets import NO_CEL, Sheet, describe, inner_points, read_sheet, tell, values_of
from modeling.paint.transfer import paint_drawing
from tests.modeling.paint.drawn import boxes, graph_of, painted

SIZE = (72, 96)
COAT, HOOD = (40, 90, 160), (200, 60, 50)


@pytest.fixture
def cut(tmp_path: Path) -> Path:
    """Three dougas (in the last a border is gone), the first one painted."""
    (tmp_path / "dougas").mkdir()
    for n, x in enumerate((10, 14, 18)):
        classes = boxes(SIZE, (10, x, 30, x + 30), (30, x, 60, x + 30))
        if n == 2:
            classes[30, x + 1 : x + 30] = 0
        write_label(tmp_path / "dougas" / f"{n}.png", classes, DOUGA)
    cel = np.zeros((*SIZE, 4), np.uint8)
    cel[10:61, 10:41] = (0, 0, 0, 255)
    cel[11:30, 11:40, :3], cel[31:60, 11:40, :3] = HOOD, COAT
    Image.fromarray(cel).save(tmp_path / "cel.png")
    return tmp_path


def request(cut: Path, **more: object) -> CutRequest:
    """Paint it into ``out``."""
    return CutRequest(cut / "dougas", {"0": cut / "cel.png"}, cut / "out", **more)  # type: ignore[arg-type]


def test_a_folder_is_painted_flat_and_what_is_open_is_listed(cut: Path) -> None:
    sheet = paint_folder(request(cut, previews=True))
    assert [drawing.key for drawing in sheet.drawings] == ["0", "1", "2"]
    assert read_sheet(cut / "out" / "cut.json") == sheet
    picture = np.array(Image.open(cut / "out" / "painted" / "1.png"))
    assert picture[20, 25].tolist() == [*HOOD, 255]
    assert picture[45, 25].tolist() == [*COAT, 255]
    assert picture[30, 25].tolist() == [0, 0, 0, 255]
    assert picture[2, 2].tolist() == [0, 0, 0, 0]
    [left] = sheet.drawing("2").open
    assert (left.reason, left.area) == ("merged", 29 * 49)
    assert sorted(left.candidates) == ["part 1/base", "part 2/base"]
    assert np.array(Image.open(cut / "out" / "painted" / "2.png"))[20, 30, 3] == 0
    assert (cut / "out" / "previews" / "2.png").is_file()
    [line] = tell(sheet.drawing("2"))
    assert "several regions of different entries went into it" in line
    assert sheet.drawing("1").sources == ("0",)
    with pytest.raises(UserError, match="no drawing '3'"):
        sheet.drawing("3")


def test_a_corrected_sheet_is_a_reference(cut: Path) -> None:
    sheet = paint_folder(request(cut))
    rows = sheet.model_dump()
    [left] = [row for row in rows["drawings"][2]["regions"] if row["entry"] is None]
    left["entry"] = "part 1"
    (cut / "corrected.json").write_text(json.dumps(rows))
    references = {"0": cut / "cel.png", "2": cut / "corrected.json"}
    known = read_models(cut / "out" / "models.json")
    again = paint_folder(CutRequest(cut / "dougas", references, cut / "again", known=known))
    assert again.drawing("2").open == ()
    assert {row.entry for row in again.drawing("2").regions} == {NO_CEL, "part 1/base"}
    left["entry"] = "prat 1"
    (cut / "corrected.json").write_text(json.dumps(rows))
    with pytest.raises(UserError, match="Did you mean 'part 1/base'"):
        paint_folder(CutRequest(cut / "dougas", references, cut / "again", known=known))
    left["at"] = [18, 20]
    (cut / "corrected.json").write_text(json.dumps(rows))
    with pytest.raises(UserError, match="no region at 18, 20"):
        paint_folder(CutRequest(cut / "dougas", references, cut / "again", known=known))


def test_a_reference_whose_own_line_is_open_is_told_of(cut: Path) -> None:
    classes = boxes(SIZE, (10, 10, 30, 40), (30, 10, 60, 40))
    classes[20, 40] = 0
    write_label(cut / "dougas" / "0.png", classes, DOUGA)
    sheet = paint_folder(request(cut))
    [row] = [row for row in sheet.drawing("0").regions if row.reason]
    assert (row.reason, row.entry, row.candidates) == ("mixed", NO_CEL, ("part 2/base",))
    assert "a line is open" in tell(sheet.drawing("0"))[0]
    assert not [row for row in sheet.drawing("1").regions if row.reason == "mixed"]


def test_values_come_back_from_the_sheet() -> None:
    classes = boxes(SIZE, (10, 10, 40, 40), (10, 40, 40, 70))
    source = painted(classes, {(20, 20): 1, (50, 20): 2})
    result = paint_drawing(classes, [source])
    from modeling.paint.models import make_models

    models = make_models(["day"], [{"part": part, "colors": {"day": "112233"}} for part in ("a", "b")])
    drawing = describe(result, "k", models)
    assert np.array_equal(values_of(drawing, result.graph, models), result.values)
    assert Sheet(gap=0, model="day", drawings=(drawing,)).drawing("k") == drawing


def test_inner_points_lie_inside_even_in_a_ring() -> None:
    graph = graph_of(boxes((60, 60), (5, 5, 55, 55), (9, 9, 51, 51)))
    points = inner_points(graph.regions)
    assert [graph.regions.labels[y, x] for x, y in points.tolist()] == list(range(len(graph)))


def run(*words: object) -> int:
    """One command line."""
    return cli.main(["paint", *(str(word) for word in words)])


def test_the_whole_way_by_command(cut: Path, capsys: pytest.CaptureFixture[str]) -> None:
    models, night = cut / "m.json", cut / "night.csv"
    assert run("sample", cut / "dougas" / "0.png", cut / "cel.png", models, "--character", "ami") == 0
    assert run("rename", models, "ami/part 1=ami/coat", "ami/part 2=ami/hood") == 0
    night.write_text("character,part,tone,night\nami,coat,,101840\nami,hood,,401020\n")
    assert run("import", night, cut / "both.json", "--into", models, "--like", "day") == 0
    paint = (
        "cut",
        cut / "dougas",
        cut / "out",
        "--reference",
        f"0={cut / 'cel.png'}",
        "--models",
        cut / "both.json",
    )
    assert run(*paint) == 0
    out = capsys.readouterr().out
    assert "ami/coat/base or ami/hood/base" in out or "ami/hood/base or ami/coat/base" in out
    assert "4 of 5 regions painted" in out
    assert run("repaint", cut / "out", cut / "dark", "--model", "night") == 0
    assert np.array(Image.open(cut / "dark" / "1.png"))[45, 25].tolist() == [0x10, 0x18, 0x40, 255]
    assert run("export", cut / "both.json", cut / "night.gpl", "--model", "night") == 0
    assert " 16  24  64\tami/coat/base" in (cut / "night.gpl").read_text()
    capsys.readouterr()
    assert run(*paint, "--json") == 0
    events = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert events[-1]["event"] == "done"
    assert (events[-1]["segments"], events[-1]["painted"], events[-1]["merged"]) == (5, 4, 1)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("cut", "dougas", "out"), "no painted drawing"),
        (("cut", "dougas", "out", "--reference", "cel.png"), "is not KEY=FILE"),
        (("cut", "dougas", "out", "--reference", "O=cel.png"), "no douga 'O'"),
        (("cut", "dougas", "out", "--reference", "0=cel.png", "--paper", "white"), "no colour"),
        (("cut", "dougas", "out", "--reference", "0=cel.png", "--gap", "999"), "gap of 999"),
        (
            ("cut", "dougas", "out", "--reference", "0=cel.png", "--models", "cel.png"),
            "holds no colour models",
        ),
    ],
)
def test_mistakes_are_one_line(
    cut: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], words, message: str
) -> None:
    monkeypatch.chdir(cut)
    assert run(*words) == 2
    assert message in capsys.readouterr().err
