"""kill -9 in a real ingest and in a real round, on both databases: nothing lost, nothing doubled."""

from __future__ import annotations

import csv
import json
import subprocess
from pathlib import Path

import pytest

from modeling.images import encode_png
from modeling.labelio import write_label
from modeling.labels import KINDS
from tests.core.sites import Site, kill, until
from tests.core.worker_jobs import QUICK
from tests.modeling.toys import disc

pytestmark = pytest.mark.slow
STEPS = 150


def _drawings(folder: Path, count: int, *, held_out: int, unlabelled: int = 0) -> Path:
    """Write ``count`` tiny frames, four a cut, masks beside them but for the last, and a manifest."""
    frames, masks = folder / "frames", folder / "masks"
    frames.mkdir(parents=True)
    masks.mkdir()
    with (frames / "manifest.csv").open("w", newline="") as file:
        table = csv.writer(file)
        table.writerow(["frame", "cut", "split"])
        for index in range(count):
            rgb, mask = disc(index)
            (frames / f"{index:04d}.png").write_bytes(encode_png(rgb))
            if index < count - unlabelled:
                write_label(masks / f"{index:04d}.png", mask, KINDS["cel"])
            table.writerow([f"{index:04d}.png", f"c{index // 4}", "test" if index < held_out else "train"])
    return folder


def _start_ingest(site: Site, frames: Path) -> str:
    return str(
        site.python(
            "from datasets.services.ingest import ingest_create, ingest_start\n"
            f"ingest = ingest_create(pool_name='city', user=None, paths=[{str(frames)!r}])\n"
            "out = ingest_start(ingest=ingest, user=None).pk"
        )
    )


def _count(site: Site, table: str) -> int:
    return int(site.query(f"select count(*) from {table}")[0][0])


def _blobs(site: Site) -> list[Path]:
    return [path for path in (site.data / "blobs").glob("*/*") if len(path.name) == 64]


def _trainers(run: str) -> list[str]:
    listing = subprocess.run(["ps", "-ww", "-eo", "pid,args"], capture_output=True, text=True, check=True)
    return [line for line in listing.stdout.splitlines() if run in line and " train " in line]


def test_an_ingest_that_is_killed_takes_every_frame_once(site: Site, tmp_path: Path) -> None:
    count = 240
    drawings = _drawings(tmp_path / "drawings", count, held_out=8)
    job = _start_ingest(site, drawings / "frames")
    site.worker("--queues", "default")
    until(lambda: len(_blobs(site)) > 20, why="some blobs")
    kill(site.holder(job))
    row = site.until_state(job, "done", seconds=120)
    assert (row["attempt"], row["losses"]) == (2, 1)
    assert _count(site, "datasets_frame") == count
    assert _count(site, "datasets_poolframe") == count
    named = {sha256 for pair in site.query("select blob, proxy from datasets_frame") for sha256 in pair}
    assert named <= {path.name for path in _blobs(site)}
    ((taken, known),) = site.query("select taken, known from datasets_ingest")
    assert taken + known == count


def test_a_round_that_is_killed_goes_on_from_its_checkpoint(site: Site, tmp_path: Path) -> None:
    drawings = _drawings(tmp_path / "drawings", 28, held_out=8, unlabelled=4)
    site.manage("ingest", str(drawings / "frames"), "--pool", "city")
    site.manage("import_labels", "city", str(drawings / "masks"), "--task", "cel")
    settings = [part for setting in QUICK for part in ("--set", setting)]
    site.manage("run_round", "city", "--network", "tiny", "--steps", str(STEPS), *settings)
    ((job,),) = site.query("select job_id from active_learning_round")
    job, most = str(job), 0
    worker = site.worker("--queues", "training")

    def learning() -> bool:
        runs = list((site.data / "runs").glob("*/metrics.jsonl"))
        return bool(runs) and len(runs[0].read_text().splitlines()) >= 3

    until(learning, seconds=120, why="three steps")
    lane = site.holder(job)
    kill(worker.pid)
    kill(lane)
    site.worker("--queues", "training")

    def over() -> bool:
        nonlocal most
        most = max(most, len(_trainers(str(site.data / "runs"))))
        return site.job(job)["state"] in ("done", "failed")

    until(over, seconds=240, why="the end of the round")
    row = site.job(job)
    assert (row["state"], row["attempt"]) == ("done", 2), f"{row}\n{site.log()}"
    assert most == 1
    ((state, run),) = site.query("select state, run_folder from active_learning_round")
    assert state == "closed"
    steps = [
        json.loads(line)["step"] for line in (site.data / run / "metrics.jsonl").read_text().splitlines()
    ]
    assert steps == sorted(set(steps))
    assert steps[-1] == STEPS
    assert _count(site, "active_learning_modelversion") == 1
    assert _count(site, "active_learning_framescore") == 4
