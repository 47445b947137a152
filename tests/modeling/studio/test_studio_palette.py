"""The Studio's step on a whole cut: the colours of a painted drawing, by command."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from modeling.cli import main
from modeling.errors import UserError
from modeling.labelio import encode_label
from modeling.labels import DOUGA
from modeling.paint.drawings import COLOR_EDGE
from modeling.studio.cuts import Cut, cuts_of
from modeling.studio.run import MANIFEST, made_so_far
from modeling.studio.sheet import Series
from modeling.studio.steps import STEPS, chosen_steps, step_settings, tasks_of
from tests.modeling.studio.cels import COAT, DAY, HOOD, NIGHT, cel, douga, png, three, write


def studio(source: Path, out: Path, *settings: str) -> int:
    """Paint what lies in a folder."""
    words = [word for one in settings for word in ("--set", f"palette.{one}")]
    asked = [
        "studio",
        str(source),
        "--steps",
        "palette",
        "--out",
        str(out),
        "--device",
        "cpu",
        "--threads",
        "1",
    ]
    return main([*asked, *words])


def picture(out: Path, key: str) -> NDArray[np.uint8]:
    """(H, W, 4) of a result."""
    return np.asarray(Image.open(out / f"palette/{key}.png").convert("RGBA"))


def test_a_moved_region_keeps_its_entry_and_a_merged_one_is_listed(tmp_path: Path) -> None:
    out = tmp_path / "out"
    assert studio(write(tmp_path / "in", three()), out) == 0
    painted = np.zeros((72, 96, 4), np.uint8)
    painted[10:61, 14:45] = (0, 0, 0, 255)
    painted[11:30, 15:44, :3], painted[31:60, 15:44, :3] = HOOD, COAT
    assert np.array_equal(picture(out, "1"), painted)
    assert np.array_equal(picture(out, "0"), cel(10))
    assert not picture(out, "2")[31:60, 19:48].any()
    made = made_so_far(out)
    assert list(made["2"].left) == ["palette"]
    left = made["2"].left["palette"]
    assert (left["count"], left["text"]) == (1, "1 of 2 regions is left unpainted.")
    [line] = left["lines"]
    assert line.startswith("region of 1421 px at ")
    assert "several regions of different entries went into it" in line
    assert all(not made[key].left for key in ("0", "0_painted", "1"))
    assert made["0_painted"].whole
    told = json.loads((out / "palette/2.regions.json").read_text())["drawings"][0]["regions"]
    assert [(one["entry"], one.get("reason")) for one in told] == [("background", None), (None, "merged")]


def test_broken_off_anywhere_it_goes_on_to_the_same_bytes(tmp_path: Path) -> None:
    """Killed behind each picture, with the next one's line torn."""
    files = write(tmp_path / "in", three() | {"3.png": encode_label(douga(22), DOUGA)})
    studio(files, tmp_path / "whole")
    wanted = {
        path.relative_to(tmp_path / "whole"): path.read_bytes()
        for path in sorted((tmp_path / "whole").rglob("*.*"))
    }
    lines = wanted[Path(MANIFEST)].splitlines(keepends=True)
    for count in range(1, len(lines)):
        out = tmp_path / f"broken{count}"
        studio(files, out)
        (out / MANIFEST).write_bytes(b"".join(lines[:count]) + lines[count][:30])
        for line in lines[count:]:
            key = json.loads(line)["key"]
            for name in (f"{key}.png", f"{key}.regions.json"):
                (out / "palette" / name).unlink(missing_ok=True)
        assert studio(files, out) == 0
        assert {path.relative_to(out): path.read_bytes() for path in sorted(out.rglob("*.*"))} == wanted


def test_cuts_are_told_apart_and_one_without_a_painted_drawing_says_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = {"b/0.png": encode_label(douga(40), DOUGA), "b/1.png": encode_label(douga(44), DOUGA)}
    out = tmp_path / "out"
    assert studio(write(tmp_path / "in", three("a/") | other), out) == 1
    made = made_so_far(out)
    assert made["a/1"].whole
    assert made["b/0"].errors["palette"] == (
        "None of the pictures in b is painted, so that there are no colours to take. Add the painted picture of a "
        "drawing, called 0_painted beside 0, or say in `painted` what it is called."
    )
    assert not made["b/1"].results
    other["b/painted/0.png"] = png(cel(40))
    assert studio(write(tmp_path / "in", other), tmp_path / "again", "painted=painted/*") == 1
    made = made_so_far(tmp_path / "again")
    assert picture(tmp_path / "again", "b/1")[20, 60].tolist() == [*HOOD, 255]
    assert "None of the pictures in a is painted" in made["a/0"].errors["palette"]


def test_nothing_painted_is_refused_before_any_work(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = three()
    del files["0_painted.png"]
    assert studio(write(tmp_path / "in", files), tmp_path / "out") == 2
    said = capsys.readouterr().err
    assert "None of the pictures is painted" in said
    assert "called 0_painted beside 0" in said


def test_a_broken_file_is_a_line_and_the_cut_goes_on(tmp_path: Path) -> None:
    files = three() | {"1.png": b"no picture", "3.png": encode_label(douga(18), DOUGA)}
    del files["2.png"]
    out = tmp_path / "out"
    assert studio(write(tmp_path / "in", files), out) == 1
    made = made_so_far(out)
    assert made["1"].error
    assert made["3"].whole
    assert picture(out, "3")[20, 30].tolist() == [*HOOD, 255]


def test_a_painted_picture_of_another_size_says_so_itself(tmp_path: Path) -> None:
    files = three() | {"1_painted.png": png(cel(14)[:, :80])}
    out = tmp_path / "out"
    assert studio(write(tmp_path / "in", files), out) == 1
    made = made_so_far(out)
    assert made["1_painted"].errors == {
        "palette": "The painted frame is 80x72, its douga 96x72. Export both at one size."
    }
    assert made["1"].whole


def test_another_model_repaints_the_cut(tmp_path: Path) -> None:
    files = write(tmp_path / "in", three())
    (tmp_path / "day.csv").write_text(DAY)
    (tmp_path / "night.gpl").write_text(NIGHT)
    colors = [f"models=@{tmp_path / 'day.csv'}", f"repaint=@{tmp_path / 'night.gpl'}"]
    assert studio(files, tmp_path / "night", *colors) == 0
    assert picture(tmp_path / "night", "1")[[20, 45], 25].tolist() == [[50, 10, 30, 255], [10, 20, 60, 255]]
    assert studio(files, tmp_path / "day", *colors, "paint_in=day") == 0
    assert picture(tmp_path / "day", "1")[20, 25].tolist() == [*HOOD, 255]
    models = json.loads((tmp_path / "night/palette/models.json").read_text())
    assert [one["part"] for one in models["entries"]] == ["hood", "coat", "ink"]
    assert studio(files, tmp_path / "marked", "show=marked") == 0
    marked = np.asarray(Image.open(tmp_path / "marked/palette/2.png"))
    assert marked.shape == (72, 96, 3)
    assert (marked[31:60, 19:48] == (255, 0, 255)).all(-1).any()


def test_a_painted_picture_without_its_drawing_tells_its_own_lines(tmp_path: Path) -> None:
    badge = (240, 200, 60)
    rgba, drawn = cel(10), douga(14)
    rgba[11:30, 18:30, :3] = badge  # on the hood, without a line around it
    drawn[11:30, [21, 34]] = COLOR_EDGE
    files = {"0.png": png(rgba), "1.png": encode_label(drawn, DOUGA)}
    out = tmp_path / "out"
    assert studio(write(tmp_path / "in", files), out, "painted=0") == 0
    found = picture(out, "1")
    assert found[[20, 20, 20, 45], [17, 28, 40, 25], :3].tolist() == [[*HOOD], [*badge], [*HOOD], [*COAT]]
    again = picture(out, "0")
    assert np.array_equal(again[..., 3], rgba[..., 3])
    assert (again != rgba).any(-1).sum() <= 2 * 19  # the borders of the badge may lie a pixel farther


def test_frames_are_painted_by_their_predicted_douga(tmp_path: Path) -> None:
    """Two finished frames and what a model draws of them."""
    drawn = {10: douga(10), 14: douga(14)}

    class Model:
        def label_and_draft(self, rgb: NDArray[np.uint8]) -> tuple[Any, Any]:
            return drawn[int(np.flatnonzero(rgb[20, :, 0] < 255)[0])], None

    class Shelf:
        def require(self, task: str) -> Any:
            assert task == "douga"
            return Model()

    frames = {}
    for name, x in (("a", 10), ("b", 14)):
        rgba = cel(x)
        frames[f"{name}.png"] = png(np.where(rgba[..., 3:] > 0, rgba[..., :3], np.uint8(255)))
    folder = write(tmp_path / "in", frames)
    step = STEPS.get("palette")
    params = step.parse({"lines": "douga", "painted": "a", "paper": "FFFFFF"})
    series = Series({"a": folder / "a.png", "b": folder / "b.png"}, tmp_path / "out", Shelf())  # type: ignore[arg-type]
    made = step.make(params, series)(series.sheet("b"))
    (tmp_path / "b.png").write_bytes(made.data)  # type: ignore[union-attr]
    assert np.array_equal(np.asarray(Image.open(tmp_path / "b.png")), cel(14))
    assert tasks_of([(step, params)]) == ["douga"]
    assert tasks_of(chosen_steps(["palette"])) == []


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ({"painted": "*"}, "bad_parameter"),
        ({"painted": ""}, "bad_parameter"),
        ({"models": "colours"}, "palette_unreadable"),
        ({"models": DAY, "repaint": NIGHT.replace("hood", "hod")}, "unknown_entry"),
        ({"models": DAY, "paint_in": "dusk"}, "unknown_model"),
        ({"paper": "white"}, "bad_parameter"),
    ],
)
def test_what_cannot_be_asked_is_told_before(values: dict[str, str], code: str) -> None:
    with pytest.raises(UserError) as told:
        chosen_steps(["palette"], {"palette": values})
    assert told.value.code == code


def test_a_setting_may_lie_in_a_file(tmp_path: Path) -> None:
    (tmp_path / "day.csv").write_text(DAY)
    assert step_settings([f"palette.models=@{tmp_path / 'day.csv'}"]) == {"palette": {"models": DAY}}
    with pytest.raises(UserError, match="is no text that can be read"):
        step_settings([f"palette.models=@{tmp_path / 'dusk.csv'}"])


def test_folders_are_cuts_and_painted_pictures_go_by_their_names() -> None:
    keys = ["cels/1", "drawn/1", "drawn/2", "3"]
    assert cuts_of(keys, "../cels/*") == [
        Cut("drawn", ("drawn/1", "drawn/2"), {0: "cels/1"}),
        Cut("", ("3",), {}),
    ]
    assert cuts_of(["a/1", "a/2", "b/1"], "1") == [
        Cut("a", ("a/1", "a/2"), {0: "a/1"}),
        Cut("b", ("b/1",), {0: "b/1"}),
    ]
    assert cuts_of(["a/1", "b/1"], "b/1")[0].painted == {}
