"""Colour models: names, files, other programs' palettes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from modeling.errors import UserError
from modeling.paint.models import TONES, ColorModels, make_models, parse_name, read_models, write_models
from modeling.paint.palettes import colors_of, read_palette, write_palette


def inu() -> ColorModels:
    """Fur in two tones and a scarf, by day and by night."""
    rows = [
        ("fur", "base", "DD985B", "5A4A66"),
        ("fur", "shade 1", "32736E", "20304A"),
        ("scarf", "base", "C64B42", "5A2040"),
    ]
    return make_models(
        ["day", "night"],
        [{"character": "inu", "part": p, "tone": t, "colors": {"day": d, "night": n}} for p, t, d, n in rows],
    )


words = st.text(
    st.characters(exclude_characters="/", exclude_categories=("C", "Z")), min_size=1, max_size=12
).filter(lambda word: word == word.strip())
colors = st.integers(0, 0xFFFFFF).map(lambda value: f"{value:06X}")


@st.composite
def any_models(draw: st.DrawFn) -> ColorModels:
    """Any colour models."""
    models = draw(st.lists(words, min_size=1, max_size=3, unique=True))
    names = draw(
        st.lists(
            st.tuples(st.one_of(st.just(""), words), words, st.sampled_from(TONES)),
            max_size=6,
            unique_by=lambda name: "/".join(word for word in name if word),
        )
    )
    return make_models(
        models,
        [
            {"character": c, "part": p, "tone": t, "colors": {m: draw(colors) for m in models}}
            for c, p, t in names
        ],
    )


@settings(max_examples=60)
@given(any_models())
def test_files_come_back_as_they_were(tmp_path_factory: pytest.TempPathFactory, models: ColorModels) -> None:
    path = tmp_path_factory.mktemp("models") / "m.json"
    write_models(path, models)
    assert read_models(path) == models


@settings(max_examples=60)
@given(any_models())
def test_palettes_of_other_programs_come_back_as_they_were(
    tmp_path_factory: pytest.TempPathFactory, models: ColorModels
) -> None:
    folder = tmp_path_factory.mktemp("palettes")
    first = models.models[0]
    write_palette(folder / "a.gpl", models)
    assert dict(colors_of(read_palette(folder / "a.gpl", model=first))) == dict(colors_of(models))
    if not {"character", "part", "tone"} & set(models.models):
        write_palette(folder / "a.csv", models)
        assert read_palette(folder / "a.csv") == models


def test_a_palette_as_gimp_writes_it(tmp_path: Path) -> None:
    lines = ["GIMP Palette", "Name: Inu", "Columns: 4", "# made by hand", "221 152  91\tinu/fur"]
    text = "\r\n".join([*lines, " 50 115 110 inu/fur/shade 1", "  0   0   0\tUntitled", ""])
    (tmp_path / "day.gpl").write_text(text, newline="")
    found = read_palette(tmp_path / "day.gpl")
    assert found.models == ("day",)
    assert dict(colors_of(found)) == {
        "inu/fur/base": "DD985B",
        "inu/fur/shade 1": "32736E",
        "colour 3/base": "000000",
    }


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.gpl", "JASC-PAL\n"),
        ("a.gpl", "GIMP Palette\n300 0 0 x\n"),
        ("a.csv", "name,day\nfur,FFFFFF\n"),
        ("a.csv", "part\n"),
    ],
)
def test_unreadable_palettes_are_named(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    with pytest.raises(UserError) as caught:
        read_palette(tmp_path / name)
    assert caught.value.code == "palette_unreadable"
    assert name in str(caught.value)


def test_other_suffixes_and_versions_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.aco").touch()
    with pytest.raises(UserError, match=r"\.json, \.gpl, \.csv"):
        read_palette(tmp_path / "a.aco")
    write_models(tmp_path / "m.json", inu())
    text = (tmp_path / "m.json").read_text()
    (tmp_path / "m.json").write_text(text.replace('"version": 1', '"version": 2'))
    with pytest.raises(UserError) as caught:
        read_models(tmp_path / "m.json")
    assert caught.value.code == "models_version"
    (tmp_path / "m.json").write_text("[1, 2")
    with pytest.raises(UserError) as caught:
        read_models(tmp_path / "m.json")
    assert caught.value.code == "models_unreadable"


@pytest.mark.parametrize(
    "row",
    [
        {"part": "fur", "colors": {"day": "12345"}},
        {"part": "fur/ear", "colors": {"day": "123456"}},
        {"part": "fur", "tone": "shade 9", "colors": {"day": "123456"}},
        {"part": "fur", "colors": {"night": "123456"}},
        {"part": "", "colors": {"day": "123456"}},
        {"part": "fur", "colors": {"day": "123456"}, "alpha": 1},
    ],
)
def test_what_is_no_entry_is_refused(row: dict[str, object]) -> None:
    with pytest.raises(UserError) as caught:
        make_models(["day"], [row])
    assert caught.value.code == "bad_parameter"


def test_two_entries_of_one_name_are_refused() -> None:
    row = {"part": "fur", "colors": {"day": "123456"}}
    with pytest.raises(UserError, match="two entries 'fur/base'"):
        make_models(["day"], [row, row])


def test_names_are_found_and_near_ones_proposed() -> None:
    models = inu()
    assert models.index_of("inu/fur/shade 1") == 1
    assert models.index_of("inu/scarf") == 2
    with pytest.raises(UserError, match="Did you mean 'inu/scarf/base'") as caught:
        models.index_of("inu/scraf/base")
    assert caught.value.code == "unknown_entry"
    with pytest.raises(UserError, match="Did you mean 'night'"):
        models.colors("nihgt")


def test_names_in_words() -> None:
    assert parse_name("fur") == {"character": "", "part": "fur", "tone": "base"}
    assert parse_name("inu/fur/highlight") == {"character": "inu", "part": "fur", "tone": "highlight"}
    assert parse_name("base") == {"character": "", "part": "base", "tone": "base"}
    with pytest.raises(UserError):
        parse_name("a/b/c")


def test_a_model_is_added_replaced_and_must_be_whole() -> None:
    models = inu()
    sunset = models.with_model("sunset", {"inu/fur": "#ff8844"}, like="day")
    assert sunset.models == ("day", "night", "sunset")
    assert colors_of(sunset, "sunset") == {
        "inu/fur/base": "FF8844",
        "inu/fur/shade 1": "32736E",
        "inu/scarf/base": "C64B42",
    }
    assert colors_of(sunset, "day") == colors_of(models, "day")
    assert (
        models.with_model("night", dict(colors_of(models))).colors("night").tolist()
        == models.colors("day").tolist()
    )
    with pytest.raises(UserError, match="inu/fur/shade 1, inu/scarf/base") as caught:
        models.with_model("sunset", {"inu/fur": "FF8844"})
    assert caught.value.code == "missing_entries"
    with pytest.raises(UserError, match="Did you mean 'inu/fur/base'"):
        models.with_model("sunset", {"inu/furr": "FF8844"}, like="day")


def test_entries_are_renamed_in_place() -> None:
    renamed = inu().renamed({"inu/fur/base": "inu/coat/base", "inu/scarf": "scarf"})
    assert renamed.names == ("inu/coat/base", "inu/fur/shade 1", "scarf/base")
    assert renamed.colors("night").tolist() == inu().colors("night").tolist()
    with pytest.raises(UserError, match="two entries"):
        inu().renamed({"inu/scarf": "inu/fur"})
