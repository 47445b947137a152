"""The lines that a stranger copies from the README of formats of plain files, run in the export's folder."""

from __future__ import annotations

import re
import runpy
from pathlib import Path

import pytest

from modeling.snapshots import Snapshot
from tests.datasets.formats.shown import export

SAID = {
    "png": "clip/000000 (12, 21, 3) [  0   1 255] cel",
    "voc": "./VOCdevkit/VOC2012/JPEGImages/clip%2F000000.jpg (21, 12) {'background': 202, 'cel': 42}",
    "matting": "clip/000000 (12, 21, 4) (12, 21, 4) True",
    "paintbucket": "clip/000000 2 segments 13 13",
    "layered": "data/layer0.png (12, 21, 4)",
}
"""What the first line prints."""


@pytest.mark.parametrize("name", SAID)
def test_the_lines_of_the_readme_load_a_pair(
    name: str,
    snapshot: Snapshot,
    out: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    export(snapshot, name, out)
    blocks = re.findall(r"```python\n(.*?)```", (out / "README.md").read_text("utf-8"), re.S)
    lines = next(block for block in blocks if "print(" in block and "inclusion_probability" not in block)
    assert len(lines.splitlines()) <= 10
    (out / "load.py").write_text(lines, "utf-8")
    monkeypatch.chdir(out)
    runpy.run_path("load.py")
    assert capsys.readouterr().out.splitlines()[0] == SAID[name]
