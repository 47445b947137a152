"""Every pixel of a procedural production and of the sample comes back from the formats of plain files."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from torchvision.datasets import VOCSegmentation

from datasets.procedural import produce
from modeling.images import read_rgb
from modeling.labelio import import_label, write_label
from modeling.labels import get_kind
from modeling.manifests import read_manifest
from modeling.snapshots import FrameRow, LabelSource, Snapshot, SnapshotSource, write_snapshot
from tests.datasets.formats.shown import export
from tests.datasets.formats.tables import check_table, table
from tests.datasets.formats.test_layered import read_ora, read_psd
from tests.datasets.formats.test_paintbucket import read_numbers

Read = Callable[[Path, dict[str, str]], NDArray[np.generic]]
LAYERS = {"ora": read_ora, "psd": read_psd}


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Snapshot:
    """A show with a cut of two kinds, every label kind."""
    root = tmp_path_factory.mktemp("production")
    production = produce(root / "out", shows=1, cuts=2, seconds=0.25, size=(192, 108), processes=1)
    rows = read_manifest(production.manifest).rows
    sources = []
    for row in rows:
        files = {
            kind: production.out / row.frame.replace("frames", kind, 1) for kind in ("cel", "douga", "depth")
        }
        labels = {kind: LabelSource(file, "oracle") for kind, file in files.items()}
        split = "test" if row.cut.endswith("00") else "train"
        sources.append(_source(row.key, production.out / row.frame, row.cut, row.licence, split, labels))
    return write_snapshot(root / "snapshots", sources)


@pytest.fixture
def sampled(tmp_path: Path, sample: Path) -> Snapshot:
    """Three frames of the sample, WebP of 720 lines."""
    root = tmp_path / "sampled"
    root.mkdir()
    sources = []
    for row in read_manifest(sample / "manifest.csv").rows[:3]:
        mask = root / f"{Path(row.mask).stem}.png"
        write_label(mask, import_label(sample / row.mask, get_kind("cel")), get_kind("cel"))
        labels = {"cel": LabelSource(mask, "import")}
        sources.append(_source(row.key, sample / row.frame, "", row.licence, "train", labels))
    return write_snapshot(root / "snapshots", sources)


def _source(
    key: str, image: Path, cut: str, licence: str, split: str, labels: dict[str, LabelSource]
) -> SnapshotSource:
    return SnapshotSource(
        key,
        image,
        cut=cut,
        production="show",
        licence=licence,
        split=split,
        labels=labels,  # type: ignore[arg-type]
    )


@pytest.fixture(params=["made", pytest.param("sampled", marks=pytest.mark.sample)])
def whole(request: pytest.FixtureRequest) -> Snapshot:
    """Each of both."""
    found: Snapshot = request.getfixturevalue(request.param)
    return found


def _png(path: Path) -> NDArray[np.generic]:
    with Image.open(path) as image:
        return np.asarray(image)


def test_png(whole: Snapshot, tmp_path: Path) -> None:
    for kind in whole.kinds:
        out = tmp_path / kind
        export(whole, "png", out, kind=kind)
        check_table(out, whole, kind)
        for row in whole.frames():
            line = table(out)[row.key]
            np.testing.assert_array_equal(read_rgb(out / line["frame"]), _rgb(whole, row))
            stored = _png(out / line["label"])
            truth = _png(whole.path(row.labels[kind].file)) if kind == "depth" else whole.classes(row, kind)
            np.testing.assert_array_equal(stored, truth)


def test_voc(whole: Snapshot, tmp_path: Path) -> None:
    for kind in {"cel", "douga"} & set(whole.kinds):
        out = tmp_path / kind
        export(whole, "voc", out, kind=kind)
        check_table(out, whole, kind)
        pairs = VOCSegmentation(str(out), year="2012", image_set="trainval")
        for row, (frame, label) in zip(whole.frames(), pairs, strict=True):
            np.testing.assert_array_equal(np.asarray(frame), _rgb(whole, row))
            np.testing.assert_array_equal(np.asarray(label), whole.classes(row, kind))


def test_matting(whole: Snapshot, tmp_path: Path) -> None:
    export(whole, "matting", tmp_path / "out")
    check_table(tmp_path / "out", whole, "cel")
    for row in whole.frames():
        line = table(tmp_path / "out")[row.key]
        cel, behind = (
            _png(tmp_path / "out" / line["frame"].replace("/imgs/", f"/{name}/")) for name in ("fg", "bg")
        )
        np.testing.assert_array_equal(np.where(cel[..., 3:], cel, behind)[..., :3], _rgb(whole, row))
        np.testing.assert_array_equal(cel[..., 3] == 255, whole.classes(row, "cel") == 1)
        np.testing.assert_array_equal(_png(tmp_path / "out" / line["label"]), cel[..., 3])


@pytest.mark.parametrize("container", LAYERS)
def test_layered(container: str, whole: Snapshot, tmp_path: Path) -> None:
    export(whole, "layered", tmp_path / "out", container=container)
    check_table(tmp_path / "out", whole, "cel")
    for row in whole.frames():
        layers = LAYERS[container](tmp_path / "out" / table(tmp_path / "out")[row.key]["label"])
        named = {name.split()[0]: pixels for name, pixels in layers.items()}
        assert set(named) == {"Frame", "Cel"} | ({"Paint", "Ink"} if "douga" in row.labels else set())
        np.testing.assert_array_equal(named["Frame"][..., :3], _rgb(whole, row))
        np.testing.assert_array_equal(named["Cel"][..., 3] == 255, whole.classes(row, "cel") == 1)
        if "douga" in row.labels:
            np.testing.assert_array_equal(_colors(named), _colors_of(whole, row))


def test_paintbucket(made: Snapshot, tmp_path: Path) -> None:
    """Segments are 4-connected, of one class each, and cover what no line does."""
    from scipy.ndimage import label as connected

    export(made, "paintbucket", tmp_path / "out")
    for row in made.frames():
        segments = read_numbers(tmp_path / "out" / table(tmp_path / "out")[row.key]["label"])
        classes = made.classes(row, "douga")
        is_line = np.isin(classes, [1, 2, 3, 4, 5])
        np.testing.assert_array_equal(segments == 0, is_line)
        for number in range(1, segments.max() + 1):
            assert connected(segments == number)[1] == 1
            assert len(np.unique(classes[segments == number])) == 1


def _rgb(snapshot: Snapshot, row: FrameRow) -> NDArray[np.uint8]:
    return read_rgb(snapshot.path(row.file))


def _colors(named: dict[str, np.ndarray]) -> NDArray[np.uint8]:
    """(H, W, 3) of ink over paint on white, which is entry 0."""
    found = np.full((*named["Ink"].shape[:2], 3), 255, np.uint8)
    for name in ("Paint", "Ink"):
        there = named[name][..., 3] == 255
        found[there] = named[name][there, :3]
    return found


def _colors_of(snapshot: Snapshot, row: FrameRow) -> NDArray[np.uint8]:
    with Image.open(snapshot.path(row.labels["douga"].file)) as image:
        return np.asarray(image.convert("RGB"))
