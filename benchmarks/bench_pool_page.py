"""How long pages over a pool of 100,000 frames take, through handler and middleware, for a lead without further rights.

    python benchmarks/bench_pool_page.py [--frames 100000] [--repeat 15]
    python tests/with_postgres.py python benchmarks/bench_pool_page.py      # the same on a private PostgreSQL

Rows are written in bulk into a database made for this and thrown away: 100 videos of 1,000 frames in 2,500 cuts, a
tenth of the frames queued, submitted, accepted or skipped, eleven closed rounds with 240 picks each, scores of every
training frame, 20,000 jobs. *First* is the first call in this process, *warm* the median of the others. Aim: a second.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
CHUNK = 2000
CUTS_A_VIDEO, FRAMES_A_VIDEO = 25, 1000
ROUNDS, PICKS, JOBS = 11, 240, 20_000
STATES = ["open", "open", "submitted", "returned", "accepted", "accepted", "accepted", "skipped"]


def main() -> None:
    """Fill a database, call the pages, print a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=100_000)
    parser.add_argument("--repeat", type=int, default=15)
    options = parser.parse_args()
    data = Path(tempfile.mkdtemp(prefix="sakkan-bench-"))
    os.environ["SAKKAN_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sakkan.settings")
    try:
        import django

        django.setup()
        with database():
            run(options.frames, options.repeat)
    finally:
        shutil.rmtree(data, ignore_errors=True)


@contextmanager
def database() -> Iterator[None]:
    """A database made now: the SQLite file under the temporary folder, or ``test_<name>`` on PostgreSQL."""
    from django.core.management import call_command
    from django.db import connection

    if connection.vendor == "sqlite":
        call_command("migrate", verbosity=0)
        yield
        connection.close()
        return
    name = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def run(frames: int, repeat: int) -> None:
    """Fill and measure."""
    from django.db import connection
    from machine import machine

    start = time.perf_counter()
    town = Town(frames)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    print(machine())
    print(f"{connection.vendor}, {frames:,} frames, filled in {time.perf_counter() - start:.0f} s\n")
    print("| page | first, ms | warm median, ms | slowest warm, ms | kB | queries |")
    print("|---|---:|---:|---:|---:|---:|")
    for name, address in town.pages():
        measure(town, name, address, repeat)


def measure(town: Town, name: str, address: str, repeat: int) -> None:
    """Print one page's line."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    client = Client()
    client.force_login(town.lead)
    times, size = [], 0
    for _ in range(repeat + 1):
        start = time.perf_counter()
        answer = client.get(address)
        times.append(1000 * (time.perf_counter() - start))
        assert answer.status_code == 200, (address, answer.status_code)
        size = len(answer.content)
    with CaptureQueriesContext(connection) as queries:
        client.get(address)
    warm = times[1:]
    print(
        f"| {name} | {times[0]:.0f} | {statistics.median(warm):.0f} | {max(warm):.0f} "
        f"| {size / 1000:.0f} | {len(queries)} |",
        flush=True,
    )


def blob(number: int) -> str:
    """A hash that names no file: these pages show addresses of pictures, not pictures."""
    return f"{number:064x}"


class Town:
    """A production whose one pool holds everything."""

    def __init__(self, frames: int) -> None:
        from core.models import Membership, Role, User
        from datasets.models import Pool, Production

        self.production = Production.objects.create(name="A long show", year=1998)
        self.lead = User.objects.create_user("lead")
        self.people = [User.objects.create_user(f"annotator {n}") for n in range(8)]
        for user in [self.lead, *self.people]:
            role = Role.LEAD if user == self.lead else Role.ANNOTATOR
            Membership.objects.create(user=user, production=self.production, role=role)
        self.pool = Pool.objects.create(name="everything", frame_count=frames)
        self.pool.productions.add(self.production)
        self.frames: list[Any] = []
        for video in range(frames // FRAMES_A_VIDEO):
            self._add_video(video)
        self.train = [frame for frame in self.frames if frame.cut.split == "train"]
        self._add_features()
        self._add_drawing()
        self._add_rounds()
        self._add_jobs()

    def pages(self) -> list[tuple[str, str]]:
        """(name, address) of each page to measure."""
        pool, late, selection = f"/pools/{self.pool.pk}/", self._late(), self.selections[-1].pk
        return [
            ("overview", "/"),
            ("pool", pool),
            ("frames, first page", f"{pool}frames/"),
            ("frames, a page near the end", f"{pool}frames/?after={late}"),
            ("frames, held-out", f"{pool}frames/?split=test"),
            ("frames, one cut", f"{pool}frames/?cut={self.frames[-1].cut_id}"),
            ("frames, by a part of the key", f"{pool}frames/?q=video-099/0009"),
            ("one frame", f"/frames/{self.frames[len(self.frames) // 2].pk}/"),
            ("select, the form", f"{pool}select/"),
            ("a selection of 240", f"/selections/{selection}/"),
            ("a round", f"/rounds/{self.rounds[-1].pk}/"),
            ("queue", "/queue/"),
            ("review", "/review/"),
            ("jobs", "/jobs/"),
            ("snapshots", f"{pool}snapshots/"),
            ("API: pool", f"/api/pools/{self.pool.pk}/"),
            ("API: 100 frames", f"/api/pools/{self.pool.pk}/frames/"),
            ("API: statistics", f"/api/pools/{self.pool.pk}/statistics/"),
            ("API: where the loop stands", f"/api/pools/{self.pool.pk}/loop/"),
            ("API: 100 assignments", f"/api/assignments/?pool={self.pool.pk}"),
        ]

    def _late(self) -> int:
        last = self.pool.members.order_by("-pk").first()
        assert last is not None
        return int(last.pk) - 200

    def _add_video(self, number: int) -> None:
        from datasets.models import Cut, Frame, PoolFrame, Source

        name = f"video-{number:03d}"
        source = Source.objects.create(
            production=self.production, sha256=blob(number), name=f"{name}.mp4", kind="video"
        )
        cuts = Cut.objects.bulk_create(
            Cut(
                production=self.production,
                source=source,
                name=f"{name}/c{index:03d}",
                index=index,
                split="test" if (number * CUTS_A_VIDEO + index) % 5 == 4 else "train",
            )
            for index in range(CUTS_A_VIDEO)
        )
        rows = [self._frame(source, cuts, number, index) for index in range(FRAMES_A_VIDEO)]
        self.frames += (made := Frame.objects.bulk_create(rows, batch_size=CHUNK))
        PoolFrame.objects.bulk_create(
            (PoolFrame(pool=self.pool, frame=frame, key=frame.key) for frame in made), batch_size=CHUNK
        )

    def _frame(self, source: Any, cuts: list[Any], video: int, index: int) -> Any:
        from datasets.models import Frame

        number = video * FRAMES_A_VIDEO + index
        return Frame(
            production=self.production,
            source=source,
            cut=cuts[index * CUTS_A_VIDEO // FRAMES_A_VIDEO],
            locator=f"{2 * index:06d}",
            key=f"video-{video:03d}/{2 * index:06d}",
            index=2 * index,
            time_s=2 * index / 24,
            hold_first=2 * index,
            hold_last=2 * index + 1,
            width=1920,
            height=1080,
            blob=blob(10**9 + number),
            proxy=blob(2 * 10**9 + number),
        )

    def _add_features(self) -> None:
        import numpy as np

        from datasets.features import EDGES, feature_write

        values = np.random.default_rng(0).integers(0, 256, (len(self.frames), EDGES.size), np.uint8)
        feature_write(EDGES.name, EDGES.version, [frame.pk for frame in self.frames], values)

    def _add_drawing(self) -> None:
        """A tenth of the training frames in people's hands, each with what its state implies."""
        from django.utils import timezone

        from annotation.models import AcceptedLabel, Assignment, Revision

        now = timezone.now()
        rows = [
            Assignment(
                pool=self.pool,
                frame=frame,
                kind="cel",
                state=STATES[number % len(STATES)],
                person=self.people[number % 8] if number % len(STATES) else None,
                holder=self.people[number % 8] if number % 500 == 1 else None,
                lease_expires_at=now + timedelta(minutes=10) if number % 500 == 1 else None,
                priority=-number,
            )
            for number, frame in enumerate(self.train[::8])
        ]
        self.assignments = Assignment.objects.bulk_create(rows, batch_size=CHUNK)
        drawn = [row for row in self.assignments if row.state in ("submitted", "returned", "accepted")]
        revisions = Revision.objects.bulk_create(
            (
                Revision(
                    frame=row.frame,
                    kind="cel",
                    number=1,
                    assignment=row,
                    action="submit",
                    origin="person",
                    author=row.person,
                    label=blob(row.pk),
                    changed_share=0.0 if row.pk % 50 == 0 else 0.1,
                    active_seconds=60,
                )
                for row in drawn
            ),
            batch_size=CHUNK,
        )
        accepted = [pair for pair in zip(drawn, revisions, strict=True) if pair[0].state == "accepted"]
        AcceptedLabel.objects.bulk_create(
            (
                AcceptedLabel(frame=row.frame, kind="cel", revision=revision, tally=tally)
                for (row, revision), tally in zip(accepted, self._tallies(accepted), strict=True)
            ),
            batch_size=CHUNK,
        )

    def _tallies(self, accepted: list[Any]) -> list[Any]:
        """Counts of each accepted label, of shares all over."""
        from datasets.models import LabelTally

        pixels = 1920 * 1080
        rows = []
        for number, (_, revision) in enumerate(accepted):
            cel = number * 7919 % pixels
            counts = [pixels - cel, cel]
            rows.append(
                LabelTally(
                    production=self.production,
                    kind="cel",
                    label=revision.label,
                    counts=counts,
                    counted=pixels,
                    drawn=cel,
                    ignored=0,
                )
            )
        return LabelTally.objects.bulk_create(rows, batch_size=CHUNK)

    def _add_rounds(self) -> None:
        from active_learning.models import FrameScore, ModelVersion, Round, Selection, SelectionItem

        self.rounds: list[Any] = []
        self.selections: list[Any] = []
        for number in range(1, ROUNDS + 1):
            round_ = Round.objects.create(
                pool=self.pool,
                task="cel",
                number=number,
                state="closed",
                report=report(number),
                config={"network": "lite"},
                scored_count=len(self.train),
            )
            ModelVersion.objects.create(
                pool=self.pool,
                task="cel",
                number=number,
                round=round_,
                network="lite",
                run_folder=f"runs/{number}",
                metrics=report(number),
            )
            picked = self.train[number::331][:PICKS]
            selection = Selection.objects.create(
                pool=self.pool, task="cel", strategy="entropy", budget=PICKS, round=round_, state="confirmed"
            )
            SelectionItem.objects.bulk_create(
                SelectionItem(selection=selection, frame=frame, rank=rank, utility=0.1, reason="Unsure")
                for rank, frame in enumerate(picked, 1)
            )
            self.rounds.append(round_)
            self.selections.append(selection)
        FrameScore.objects.bulk_create(
            (
                FrameScore(round=self.rounds[-1], frame=frame, entropy=frame.pk * 37 % 101 / 150)
                for frame in self.train
            ),
            batch_size=CHUNK,
        )

    def _add_jobs(self) -> None:
        from core.models import Job

        Job.objects.bulk_create(
            (
                Job(
                    id=uuid4(),
                    name="n",
                    queue="default",
                    title=f"Job {number}",
                    state="done",
                    production=self.production,
                )
                for number in range(JOBS)
            ),
            batch_size=CHUNK,
        )


def report(number: int) -> dict[str, Any]:
    """Figures as a round keeps them."""
    iou = 0.5 + 0.03 * number
    return {
        "iou": iou,
        "iou_interval": [iou - 0.05, iou + 0.05],
        "iou_frame_mean": iou - 0.02,
        "mean_iou": iou + 0.02,
        "pixel_accuracy": 0.91,
        "per_class": [],
        "absent_classes": [],
        "not_evaluated": None,
        "train_frames": 24 * number,
        "held_out_frames": 12,
        "confusion": [[900, 100], [80, 920]],
    }


if __name__ == "__main__":
    main()
