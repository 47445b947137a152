"""The one manifest."""

from __future__ import annotations

from pathlib import Path

import pytest

from modeling.errors import UserError
from modeling.manifests import ManifestRow, read_manifest


def manifest(tmp_path: Path, text: str, encoding: str = "utf-8") -> Path:
    path = tmp_path / "manifest.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_all_columns_in_any_order(tmp_path: Path) -> None:
    path = manifest(
        tmp_path,
        "split,frame,time_s,mask,shot,cut,production,group,licence\n"
        "held-out,frames/a.png,1.25,masks/a.png,close,c1,show,g,CC0\n",
    )
    assert read_manifest(path).rows == (
        ManifestRow(2, "frames/a.png", "masks/a.png", "c1", "show", 1.25, "test", "g", "CC0"),
    )
    assert read_manifest(path).rows[0].key == "frames/a"


def test_bom_blank_lines_spaces_short_lines_and_windows_paths(tmp_path: Path) -> None:
    path = manifest(tmp_path, "\ufeffFrame , Cut\r\n\r\n sub\\a.png ,\r\n,\r\n./b.png\r\n")
    rows = read_manifest(path).rows
    assert [(row.line, row.frame, row.cut) for row in rows] == [(3, "sub/a.png", ""), (5, "b.png", "")]


def test_quoted_cells_may_hold_commas_and_lines(tmp_path: Path) -> None:
    path = manifest(tmp_path, 'frame,licence\na.png,"one, two\nthree"\nb.png,x\n')
    rows = read_manifest(path).rows
    assert rows[0].licence == "one, two\nthree"
    assert rows[1].line == 4


@pytest.mark.parametrize(("text", "line", "words"), [
    ("", 1, "empty"),
    ("mask,cut\n", 1, "no column 'frame'"),
    ("frame,cut,cut\n", 1, "'cut' twice"),
    ("frame,cut\n,c\n", 2, "no frame"),
    ("frame,time_s\na.png,0\nb.png,soon\n", 3, "time_s 'soon'"),
    ("frame,time_s\na.png,nan\n", 2, "time_s 'nan'"),
    ("frame,split\na.png,maybe\n", 2, "neither train nor test"),
    ("frame\na.png\n\n./a.png\n", 4, "line 2 already"),
    ("frame\na.png,b.png\n", 2, "2 cells under 1"),
    ('frame\n"a.png\n', 2, "unexpected end"),
])  # fmt: skip
def test_errors_name_file_and_line(text: str, line: int, words: str, tmp_path: Path) -> None:
    with pytest.raises(UserError, match=rf"manifest\.csv, line {line}: .*{words}"):
        read_manifest(manifest(tmp_path, text))


def test_other_encodings_are_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="line 2: it is not UTF-8"):
        read_manifest(manifest(tmp_path, "frame\n作監.png\n", "shift-jis"))


def test_a_missing_manifest_is_the_users(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="cannot be opened"):
        read_manifest(tmp_path / "none.csv")


def test_files_are_found_beside_the_manifest_or_below_the_roots(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "b.png").touch()
    (tmp_path / "a.png").touch()
    found = read_manifest(manifest(tmp_path, "frame\na.png\n"))
    assert found.locate("a.png") == tmp_path / "a.png"
    assert found.locate("b.png") is None
    assert found.locate("b.png", other) == other / "b.png"


def test_a_manifest_that_came_by_upload_stays_within_its_folder(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    inside.mkdir()
    (tmp_path / "secret.png").touch()
    found = read_manifest(manifest(inside, "frame\n../secret.png\n"))
    assert found.locate("../secret.png") is not None
    assert found.locate("../secret.png", within=inside) is None


@pytest.mark.sample
def test_the_manifest_of_the_sample(sample: Path) -> None:
    found = read_manifest(sample / "manifest.csv")
    assert len(found.rows) == 61
    assert all(found.locate(row.frame) and found.locate(row.mask) for row in found.rows)
