"""The whole line by commands: a clip goes in; two rounds, their drafts and a dataset come out."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pycocotools import mask as rle

from datasets.procedural import produce
from modeling.labelio import read_label
from modeling.labels import get_kind
from modeling.runs import RunFolder
from modeling.snapshots import Snapshot
from tests.core.sites import ROOT, Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

CEL = get_kind("cel")
TRAIN = ["--network", "tiny", "--steps", "3", "--device", "cpu", "--seed", "0"]


@pytest.fixture(scope="module")
def show(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A clip of four cuts, a dozen drawings or so, with the exact mask of each."""
    produce(tmp_path_factory.mktemp("a show") / "out", shows=1, cuts=4, seconds=0.5, size=(160, 90))
    return next(tmp_path_factory.getbasetemp().glob("a show*/out/show-*"))


@pytest.fixture
def loop(tmp_path: Path) -> Site:
    """An empty migrated site with one computing thread, so that figures repeat."""
    site = Site(tmp_path / "a site", None, SAKKAN_JOB_LEASE_SECONDS="30", OMP_NUM_THREADS="1")
    site.data.mkdir()
    site.manage("migrate", "-v", "0")
    return site


def test_two_rounds_by_commands(loop: Site, show: Path, tmp_path: Path) -> None:
    loop.manage(
        "ingest", str(show / "clip.mp4"), "--pool", "loop", "--production", "Show", "--licence", "CC0"
    )

    first = select(loop, "kmeans", 4)
    assert select(loop, "kmeans", 4, "--assign") == first
    assert [why for _, _, why in first if not why.startswith("Held-out")] != []
    part = labels_of(show, [key for key, _, _ in first], tmp_path / "first labels")
    assert loop.manage("import_labels", "loop", str(part)).stdout.strip() == f"{len(first)} labels imported."
    run = run_round(loop)
    assert run.report()["train_frames"] == 4
    assert run.report()["held_out_frames"] == len(first) - 4
    assert_same_by_hand(loop, run, tmp_path / "by hand")

    second = select(loop, "entropy", 3, "--assign")
    utilities = [float(utility) for _, utility, _ in second]
    assert utilities == sorted(utilities, reverse=True)
    assert utilities == highest_entropies(loop, 3)
    assert not {key for key, _, _ in first} & {key for key, _, _ in second}
    loop.manage("worker", "--once", "--device", "cpu")
    assert drafted(loop) == sorted(key for key, _, _ in second)

    loop.manage("import_labels", "loop", str(show / "cel"))
    again = run_round(loop)
    assert again.report()["train_frames"] > 4
    assert again.path != run.path
    assert_predicts(again, show, tmp_path / "predicted")
    assert_exports(loop, show, tmp_path)


def select(site: Site, strategy: str, budget: int, *more: str) -> list[tuple[str, str, str]]:
    """Key, utility and reason of each pick, as printed."""
    options = ["--task", "cel", "--strategy", strategy, "--budget", str(budget), "--seed", "0", *more]
    lines = site.manage("select", "loop", *options).stdout.splitlines()
    return [tuple(line.split("\t")[1:]) for line in lines]  # type: ignore[misc]


def labels_of(show: Path, keys: list[str], folder: Path) -> Path:
    """Copy the exact masks of these frames."""
    for key in keys:
        goal = folder / f"{key}.png"
        goal.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(show / "cel" / f"{key}.png", goal)
    return folder


def run_round(site: Site) -> RunFolder:
    """Run a round to its end here and now; its last line names the run folder."""
    last = site.manage("run_round", "loop", "--task", "cel", *TRAIN, "--wait").stdout.splitlines()[-1]
    run = RunFolder(Path(last))
    assert run.done
    return run


def assert_same_by_hand(site: Site, run: RunFolder, goal: Path) -> None:
    """The command of a machine without Django, on the round's snapshot, gives the round's figures."""
    snapshot = site.data / "snapshots" / run.config()["snapshot"]
    threads = str(run.config()["environment"].get("threads", 1))
    modeling("train", str(snapshot), str(goal), "--task", "cel", *TRAIN, "--threads", threads)
    by_hand = RunFolder(goal)
    losses = [[row.get("loss") for row in folder.metrics()] for folder in (run, by_hand)]
    assert losses[0] == losses[1]
    for name in ("headline", "confusion", "frames"):
        assert by_hand.report()[name] == run.report()[name]


def modeling(*args: str) -> None:
    """Run ``python -m modeling``."""
    done = subprocess.run(
        [sys.executable, "-m", "modeling", *args], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


def highest_entropies(site: Site, count: int) -> list[float]:
    """The site's highest scores, as `select` prints them."""
    rows = site.query(f"select entropy from active_learning_framescore order by entropy desc limit {count}")
    return [float(f"{entropy:.3f}") for (entropy,) in rows]


def drafted(site: Site) -> list[str]:
    """Keys of frames with a draft, in order."""
    joined = "annotation_draft d join datasets_frame f on f.id = d.frame_id"
    return [key for (key,) in site.query(f"select f.key from {joined} order by f.key")]


def assert_predicts(run: RunFolder, show: Path, goal: Path) -> None:
    """A label file a frame, named as the frame and as large."""
    modeling("predict", str(run.path), str(show / "frames"), "--out", str(goal), "--device", "cpu")
    frames = sorted(path.relative_to(show / "frames") for path in (show / "frames").rglob("*.png"))
    assert sorted(path.relative_to(goal) for path in goal.rglob("*.png")) == frames
    for frame in frames:
        assert read_label(goal / frame, CEL).shape == (90, 160)


def assert_exports(site: Site, show: Path, tmp_path: Path) -> None:
    """Both formats hold the imported masks to the pixel, under the id that is printed."""
    coco, folder = tmp_path / "coco", tmp_path / "snapshot"
    printed = [
        site.manage("export", "loop", "--task", "cel", "--format", name, "--out", str(out)).stdout
        for name, out in (("coco", coco), ("snapshot", folder))
    ]
    snapshot = Snapshot.open(folder)
    snapshot.verify()
    assert [text.splitlines()[-1] for text in printed] == [snapshot.id, snapshot.id]
    truth = {row.key: read_label(show / "cel" / f"{row.key}.png", CEL) for row in snapshot.frames()}
    assert len(truth) == len(list((show / "cel").rglob("*.png")))
    for row in snapshot.frames(kind="cel"):
        np.testing.assert_array_equal(read_label(snapshot.path(row.labels["cel"].file), CEL), truth[row.key])
    assert {key for split in ("train", "test") for key in decoded(coco, split, truth)} == set(truth)


def decoded(coco: Path, split: str, truth: dict[str, np.ndarray]) -> list[str]:
    """Keys of a split's images, whose masks are the true ones."""
    document = json.loads((coco / "annotations" / f"instances_{split}.json").read_text())
    masks = {
        image["id"]: np.zeros((image["height"], image["width"]), np.uint8) for image in document["images"]
    }
    for annotation in document["annotations"]:
        masks[annotation["image_id"]] |= rle.decode(annotation["segmentation"])
    for image in document["images"]:
        assert (coco / image["file_name"]).is_file()
        np.testing.assert_array_equal(masks[image["id"]], truth[image["key"]])
    return [image["key"] for image in document["images"]]
