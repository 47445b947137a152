"""Holds written out as pictures, in formats of plain files."""

from __future__ import annotations

from pathlib import Path

import pytest

from datasets.formats import Terms
from modeling.snapshots import Snapshot
from tests.datasets.formats.shown import export
from tests.datasets.formats.tables import table


@pytest.mark.parametrize("name", ["png", "voc", "matting", "paintbucket", "layered"])
def test_each_picture_has_files_of_its_own(name: str, snapshot: Snapshot, out: Path) -> None:
    """Two drawings on threes are six pictures, beside the three labelled frames of other cuts."""
    report = export(snapshot, name, out, terms=Terms(unknown_licences=True, expand_holds=True))
    lines = table(out)
    assert report["frames"] == len(lines) == 9
    clip = [lines[f"clip/{number:06d}"] for number in range(6)]
    assert len({line["label"] for line in clip}) == 6
    first, second = ([(out / line["label"]).read_bytes() for line in part] for part in (clip[:3], clip[3:]))
    assert len(set(first)) == len(set(second)) == 1
    assert first[0] != second[0]
