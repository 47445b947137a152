"""The lines of each export's README load a pair, and the tools it is for give back every pixel."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from datasets.formats import FORMATS
from modeling.snapshots import Snapshot
from tests.datasets.formats.shown import cel_map, douga_map, export, picture, shown
from tests.strangers.environment import installed, run

pytestmark = pytest.mark.strangers

NAMES = {"clip/000000": 1, "clip/000003": 2, "図/f3": 3, "図/f4": 4}
"""Training frames with a label and their numbers in `shown`."""
ENTRIES = {
    "huggingface": """\
import os
import numpy as np
from datasets import load_dataset

rows = load_dataset(os.getcwd(), split="train")
assert rows.features["image"].dtype == rows.features["label"].dtype == "PIL.Image.Image", rows.features
assert load_dataset("parquet", data_files="data/test-*.parquet")["train"][0]["origin"] == "import"
found = {}
for row in rows:
    found[row["key"] + "|image"], found[row["key"] + "|label"] = np.asarray(row["image"]), np.asarray(row["label"])
""",
    "webdataset": """\
import glob, io, json
import numpy as np
import webdataset as wds
from PIL import Image

found = {}
for sample in wds.WebDataset(sorted(glob.glob("shards/train-*.tar")), shardshuffle=False):
    key = json.loads(sample["json"])["key"]
    found[key + "|image"] = np.asarray(Image.open(io.BytesIO(sample["png"])))
    found[key + "|label"] = np.asarray(Image.open(io.BytesIO(sample["label.png"])))
""",
}
SAVE = "np.savez({out!r}, **{{key.encode().hex(): value for key, value in found.items()}})\n"
BRUSHES = """\
import json
import numpy as np
from label_studio_sdk.converter.brush import decode_rle

found = {}
for task in json.load(open("tasks/train-00000.json", encoding="utf-8")):
    for one in task["annotations"][0]["result"]:
        alpha = decode_rle(one["value"]["rle"]).reshape(one["original_height"], one["original_width"], 4)[..., 3]
        found[task["data"]["key"] + "|" + one["value"]["brushlabels"][0]] = alpha
"""


@pytest.fixture(scope="module")
def snapshot(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """Six frames, see `shown`."""
    return shown(tmp_path_factory.mktemp("shown"))


def arrays(code: str, folder: Path, scratch: Path) -> dict[str, np.ndarray]:
    """What the code found, by name."""
    out = scratch / "found.npz"
    run(code + SAVE.format(out=str(out)), folder, scratch)
    with np.load(out) as found:
        return {bytes.fromhex(name).decode(): found[name] for name in found.files}


@pytest.mark.parametrize("name", [entry.name for entry in FORMATS if set(entry.needs) <= installed()])
def test_the_readmes_lines_load_a_pair(name: str, snapshot: Snapshot, tmp_path: Path) -> None:
    export(snapshot, name, tmp_path / "out", kind=next(iter(FORMATS.get(name).kinds), "cel"))
    readme = (tmp_path / "out" / "README.md").read_text("utf-8")
    [code] = re.findall(r"^## Loading one pair\n[^#]*?```python\n(.*?)```", readme, re.DOTALL | re.MULTILINE)
    assert code.count("\n") <= 12
    assert run(code, tmp_path / "out", tmp_path).strip()


@pytest.mark.parametrize("name", ENTRIES)
def test_every_pixel_comes_back(name: str, snapshot: Snapshot, tmp_path: Path) -> None:
    export(snapshot, name, tmp_path / "out", kind="douga")
    found = arrays(ENTRIES[name], tmp_path / "out", tmp_path)
    assert set(found) == {f"{key}|{what}" for key in NAMES for what in ("image", "label")}
    for key, number in NAMES.items():
        np.testing.assert_array_equal(found[f"{key}|image"], picture(number))
        np.testing.assert_array_equal(found[f"{key}|label"], douga_map(number))


def test_label_studios_own_decoder_gives_the_masks(snapshot: Snapshot, tmp_path: Path) -> None:
    export(snapshot, "labelstudio", tmp_path / "out")
    found = arrays(BRUSHES, tmp_path / "out", tmp_path)
    assert set(found) == {f"{key}|{name}" for key in NAMES for name in ("cel", "ignore")}
    for key, number in NAMES.items():
        np.testing.assert_array_equal(found[f"{key}|cel"], 255 * (cel_map(number) == 1))
        np.testing.assert_array_equal(found[f"{key}|ignore"], 255 * (cel_map(number) == 255))


CROISSANT = """\
import mlcroissant

dataset = mlcroissant.Dataset(jsonld="croissant.json")
sets = [one.id for one in dataset.metadata.record_sets]
print(sets, next(iter(dataset.records(sets[0]))))
"""


@pytest.mark.parametrize("name", FORMATS.names())
def test_mlcroissant_reads_the_description(name: str, snapshot: Snapshot, tmp_path: Path) -> None:
    export(snapshot, name, tmp_path / "out", kind=next(iter(FORMATS.get(name).kinds), "cel"))
    if not (tmp_path / "out" / "croissant.json").is_file():
        pytest.skip(f"Exports as {name} have no croissant.json.")
    assert run(CROISSANT, tmp_path / "out", tmp_path)
