"""Scores on disk: lines and vectors in lockstep, whatever a killed writer left."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from modeling.inference.score_files import Column, ScoreWriter, meta_path, read_scores, vector_path

ASKED = [Column("entropy"), Column("class_share", "vector"), Column("embedding", "vector")]


def row(number: int) -> dict:
    """Scores of a frame that tell it apart; every third is undefined."""
    return {
        "entropy": float("nan") if number % 3 == 2 else number / 8,
        "class_share": np.array([number, np.nan], np.float32),
        "embedding": np.full(3, number, np.float32),
    }


def write(out: Path, numbers: range, asked=ASKED, temperature: float = 1.0) -> None:
    """Append rows."""
    with ScoreWriter(out, asked, temperature) as writer:
        for number in numbers:
            if number not in writer.known:
                writer.write(number, row(number))


def everything(out: Path) -> tuple[list, list, list]:
    """Ids, entropies and embeddings of a whole file, read two frames at a time."""
    rows = list(read_scores(out, 2))
    ids = [key for some in rows for key in some.ids]
    return (
        ids,
        [value for some in rows for value in some.numbers["entropy"].tolist()],
        [vector for some in rows for vector in some.vectors.get("embedding", np.empty((0, 3))).tolist()],
    )


def files(out: Path) -> dict[str, bytes]:
    """Everything that belongs to a scores file."""
    return {path.name: path.read_bytes() for path in out.parent.glob("scores.*")}


@pytest.fixture
def out(tmp_path: Path) -> Path:
    """Five frames, scored."""
    write(tmp_path / "scores.jsonl", range(5))
    return tmp_path / "scores.jsonl"


def test_rows_come_back_as_they_were(out) -> None:
    ids, entropies, embeddings = everything(out)
    assert ids == [0, 1, 2, 3, 4]
    np.testing.assert_equal(entropies, [0, 1 / 8, np.nan, 3 / 8, 4 / 8])
    assert embeddings == [[n] * 3 for n in range(5)]
    assert [json.loads(line)["entropy"] for line in out.read_text().splitlines()][2] is None
    assert vector_path(out, "embedding").stat().st_size == 5 * 3 * 2
    first = next(read_scores(out))
    assert first.vectors["class_share"].dtype == np.float16
    np.testing.assert_equal(first.vectors["class_share"][1], [1, np.nan])


@pytest.mark.parametrize("torn", ["line", "vector", "lost vectors"])
def test_what_is_torn_is_cut_off_and_written_again(out, torn) -> None:
    whole = files(out)
    if torn == "line":
        out.write_bytes(out.read_bytes()[:-4])
    elif torn == "vector":
        vector_path(out, "embedding").write_bytes(whole["scores.embedding.f16"][:-1])
    else:
        vector_path(out, "class_share").unlink()
    write(out, range(5))
    assert files(out) == whole


def test_a_reader_sees_whole_rows_only(out) -> None:
    data = vector_path(out, "embedding").read_bytes()
    vector_path(out, "embedding").write_bytes(data[:-1])
    assert everything(out)[0] == [0, 1, 2, 3]
    assert everything(out.with_name("none.jsonl")) == ([], [], [])


@pytest.mark.parametrize(
    ("asked", "temperature"),
    [(ASKED[:1], 1.0), (ASKED, 1.5), ([Column("entropy", params={"a": 1}), *ASKED[1:]], 1.0)],
)
def test_scores_otherwise_asked_begin_anew(out, asked, temperature) -> None:
    write(out, range(7, 9), asked, temperature)
    assert everything(out)[0] == [7, 8]
    assert vector_path(out, "embedding").is_file() == (len(asked) > 1)
    assert json.loads(meta_path(out).read_text())["temperature"] == temperature


def test_files_of_one_score_from_before_are_read_and_gone_on_with(tmp_path) -> None:
    out = tmp_path / "scores.jsonl"
    out.write_text('{"id": 0, "entropy": 0.0}\n{"id": 1, "entropy": 0.125}\n{"id": 2, "ent')
    assert everything(out) == ([0, 1], [0.0, 0.125], [])
    write(out, range(4), ASKED[:1])
    ids, entropies, _ = everything(out)
    assert ids == [0, 1, 2, 3]
    np.testing.assert_equal(entropies, [0, 1 / 8, np.nan, 3 / 8])


def test_vectors_are_cut_to_the_range_of_half_precision(tmp_path) -> None:
    out = tmp_path / "scores.jsonl"
    with ScoreWriter(out, [Column("embedding", "vector")]) as writer:
        writer.write("a", {"embedding": np.array([1e9, -1e9])})
    assert next(read_scores(out)).vectors["embedding"].tolist() == [[65504, -65504]]
