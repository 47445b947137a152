"""A pool of any size for measuring pages: rows by SQL, on SQLite and PostgreSQL; a million by ORM take half an hour.

Ten productions, videos of 1,000 frames, cuts of 50, every fifth held out; a part of the frames queued, submitted,
accepted or skipped (20,000 at most), eleven closed rounds with 240 picks each, scores of every training frame,
edges, quality and a map of every frame, a snapshot with look-alikes, a search for label errors, 20,000 jobs.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import uuid4

CHUNK = 2000
VIDEO, CUT, PRODUCTIONS = 1000, 50, 10
DRAWN, ROUNDS, PICKS, JOBS, SUSPECTS, PAIRS = 20_000, 11, 240, 20_000, 4000, 4000
STATES = ["open", "open", "submitted", "returned", "accepted", "accepted", "accepted", "skipped"]
POOL = "everything"


def fill(frames: int) -> None:
    """Make all of it in an empty, migrated database.

    Args:
        frames: A multiple of 1,000.
    """
    shows = _people_and_shows()
    pool = _pool(shows, frames)
    _sources_and_cuts(shows, frames)
    _frames(pool, frames)
    _numbers(pool)
    train = _training_rows()
    assignments = _assignments(pool, train)
    _labels(assignments)
    rounds = _rounds(pool, train)
    _scores(rounds[-1])
    _snapshot(pool)
    _search(pool, rounds)
    _jobs(shows[0])
    _analyze()


def blob(number: int) -> str:
    """A hash that names no file: these pages show addresses of pictures, not pictures."""
    return f"{number:064x}"


def _sql(text: str, values: list[Any] | None = None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(text, values)


def _count(frames: int) -> str:
    """A table ``n(i)`` of 0 to ``frames`` - 1, for both databases."""
    return f"WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {frames})"


def _padded(number: str, digits: int) -> str:
    """SQL for a number with leading noughts."""
    return f"substr(CAST({10**digits} + {number} AS varchar({digits + 1})), 2)"


def _people_and_shows() -> list[Any]:
    from core.models import Membership, Role, User
    from datasets.models import Production

    shows = [Production.objects.create(name=f"Show {n}", year=1990 + n) for n in range(PRODUCTIONS)]
    people = [
        User.objects.create_user("lead"),
        *(User.objects.create_user(f"annotator {n}") for n in range(8)),
    ]
    for user in people:
        role = Role.LEAD if user.username == "lead" else Role.ANNOTATOR
        Membership.objects.bulk_create(Membership(user=user, production=show, role=role) for show in shows)
    User.objects.create_superuser("boss")
    return shows


def _pool(shows: list[Any], frames: int) -> Any:
    from datasets.models import Pool

    pool = Pool.objects.create(name=POOL, frame_count=frames)
    pool.productions.add(*shows)
    return pool


def _sources_and_cuts(shows: list[Any], frames: int) -> None:
    from datasets.models import Cut, Source

    videos = frames // VIDEO
    sources = Source.objects.bulk_create(
        Source(
            production=shows[n * PRODUCTIONS // videos],
            sha256=blob(n),
            name=f"video-{n:04d}.mp4",
            kind="video",
        )
        for n in range(videos)
    )
    a_video = VIDEO // CUT
    Cut.objects.bulk_create(
        (
            Cut(
                production_id=sources[n // a_video].production_id,
                source=sources[n // a_video],
                name=f"video-{n // a_video:04d}/c{n % a_video:03d}",
                index=n % a_video,
                split="test" if n % 5 == 4 else "train",
            )
            for n in range(videos * a_video)
        ),
        batch_size=CHUNK,
    )


def _frames(pool: Any, frames: int) -> None:
    from django.db import connection, transaction

    from core import blobs
    from datasets.models import Cut
    from datasets.pictures import encode_proxy

    first = Cut.objects.order_by("pk").values_list("pk", flat=True)[0]
    picture = blobs.put_bytes(encode_proxy(_picture()))
    number, name = connection.ops.quote_name("index"), _padded(f"(i / {VIDEO})", 4)
    index = f"(2 * (i %% {VIDEO}))"
    key = f"'video-' || {name} || '/' || {_padded(index, 6)}"
    with transaction.atomic():
        _sql(
            f"INSERT INTO datasets_frame (production_id, source_id, cut_id, locator, key, {number}, time_s,"
            " hold_first, hold_last, width, height, blob, proxy, notes, change_blob, licence, rights,"
            " created_at)"
            f" {_count(frames)} SELECT c.production_id, c.source_id, c.id, {_padded(index, 6)}, {key}, {index},"
            f" {index} / 24.0, {index}, {index} + 1, 320, 180, %s, %s, '[]', '', '', '', CURRENT_TIMESTAMP"
            f" FROM n JOIN datasets_cut c ON c.id = {first} + i / {CUT}",
            [picture, picture],
        )
        _sql(
            "INSERT INTO datasets_poolframe (pool_id, frame_id, key) SELECT %s, id, key FROM datasets_frame"
            " ORDER BY id",
            [pool.pk],
        )


def _picture() -> Any:
    import numpy as np

    picture = np.full((180, 320, 3), 90, np.uint8)
    picture[..., 0] = np.linspace(40, 220, 320)
    return picture


def _numbers(pool: Any) -> None:
    """Edges of a hundred kinds of cuts, a place on the map by the kind, quality with a few frames at the ends."""
    import numpy as np

    from datasets.features import EDGES, feature_write
    from datasets.quality import FEATURE, MEASURES, VERSION
    from datasets.services.maps import PoolMap

    rng = np.random.default_rng(0)
    kinds = rng.integers(0, 256, (100, EDGES.size))
    centres = rng.normal(0, 300, (100, 2))
    made = PoolMap(pool.pk, "pca", EDGES.name, EDGES.version)
    low, high = np.array([(one.low, one.high) for one in MEASURES.values()]).T
    rows = pool.members.order_by("pk").values_list("frame_id", flat=True)
    ids = np.fromiter(rows.iterator(10_000), np.int64)
    for start in range(0, len(ids), 20_000):
        part = ids[start : start + 20_000]
        kind = np.arange(start, start + len(part)) // CUT * 37 % 100
        noise = rng.integers(-30, 31, (len(part), EDGES.size))
        edges = (kinds[kind] * 7 // 10 + noise + 30).clip(0, 255)
        places = centres[kind] + rng.normal(0, 60, (len(part), 2))
        values = low + (high - low) * rng.beta(2, 5, (len(part), len(low)))
        feature_write(EDGES.name, EDGES.version, part, edges.astype(np.uint8))
        feature_write(made.name, made.version, part, places.astype(np.float32))
        feature_write(FEATURE, VERSION, part, values.astype(np.float32))


def _training_rows() -> list[Any]:
    """Every so many-th training frame, at most `DRAWN` of them, with id and production."""
    from datasets.models import Frame

    ids = list(Frame.objects.filter(cut__split="train").order_by("pk").values_list("pk", flat=True))
    step = max(8, len(ids) // DRAWN)
    return list(Frame.objects.in_bulk(ids[::step]).values())


def _assignments(pool: Any, train: list[Any]) -> list[Any]:
    """A part of the training frames in people's hands, each with what its state implies."""
    from django.utils import timezone

    from annotation.models import Assignment
    from core.models import User

    now, people = timezone.now(), list(User.objects.filter(username__startswith="annotator"))
    rows = [
        Assignment(
            pool=pool,
            frame=frame,
            kind="cel",
            state=STATES[number % len(STATES)],
            person=people[number % 7] if number % len(STATES) else None,
            holder=people[number % 7] if number % 500 == 1 else None,
            lease_expires_at=now + timedelta(days=30) if number % 500 == 1 else None,
            priority=-number,
        )
        for number, frame in enumerate(train)
    ]
    return Assignment.objects.bulk_create(rows, batch_size=CHUNK)


def _labels(assignments: list[Any]) -> None:
    from annotation.models import AcceptedLabel, Revision

    drawn = [row for row in assignments if row.state in ("submitted", "returned", "accepted")]
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
    _verdicts()
    accepted = [pair for pair in zip(drawn, revisions, strict=True) if pair[0].state == "accepted"]
    AcceptedLabel.objects.bulk_create(
        (
            AcceptedLabel(frame=row.frame, kind="cel", revision=revision, tally=tally)
            for (row, revision), tally in zip(accepted, _tallies(accepted), strict=True)
        ),
        batch_size=CHUNK,
    )


def _verdicts() -> None:
    _sql(
        "INSERT INTO annotation_review (revision_id, reviewer_id, verdict, comment, created_at)"
        " SELECT r.id, NULL, CASE a.state WHEN 'returned' THEN 'return' ELSE 'accept' END, '', r.created_at"
        " FROM annotation_revision r JOIN annotation_assignment a ON a.id = r.assignment_id"
        " WHERE a.state IN ('returned', 'accepted') ORDER BY r.id"
    )


def _tallies(accepted: list[Any]) -> list[Any]:
    """Counts of each accepted label, of shares all over."""
    from datasets.models import LabelTally

    pixels, rows = 320 * 180, []
    for number, (assignment, revision) in enumerate(accepted):
        cel = number * 7919 % pixels
        rows.append(
            LabelTally(
                production_id=assignment.frame.production_id,
                kind="cel",
                label=revision.label,
                counts=[pixels - cel, cel],
                counted=pixels,
                drawn=cel,
                ignored=0,
            )
        )
    return LabelTally.objects.bulk_create(rows, batch_size=CHUNK)


def _rounds(pool: Any, train: list[Any]) -> list[Any]:
    from active_learning.models import ModelVersion, Round, Selection, SelectionItem

    rounds = []
    for number in range(1, ROUNDS + 1):
        said = {"state": "closed", "report": report(number), "config": {"network": "lite"}}
        round_ = Round.objects.create(pool=pool, task="cel", number=number, scored_count=800_000, **said)
        ModelVersion.objects.create(
            pool=pool,
            task="cel",
            number=number,
            round=round_,
            network="lite",
            run_folder=f"runs/{number}",
            metrics=report(number),
        )
        selection = Selection.objects.create(
            pool=pool, task="cel", strategy="entropy", budget=PICKS, round=round_, state="confirmed"
        )
        SelectionItem.objects.bulk_create(
            SelectionItem(selection=selection, frame=frame, rank=rank, utility=0.1, reason="Unsure")
            for rank, frame in enumerate(train[number::41][:PICKS], 1)
        )
        rounds.append(round_)
    return rounds


def _scores(round_: Any) -> None:
    _sql(
        "INSERT INTO active_learning_framescore (round_id, frame_id, entropy)"
        " SELECT %s, f.id, (f.id * 37 %% 101) / 150.0 FROM datasets_frame f"
        " JOIN datasets_cut c ON c.id = f.cut_id WHERE c.split = 'train' ORDER BY f.id",
        [round_.pk],
    )


def _snapshot(pool: Any) -> None:
    """Its row only, and pairs found across the split: the first frame of a training cut and of a held-out one."""
    from datasets.models import Frame, LookAlike, Snapshot

    sides = [
        Frame.objects.filter(cut__split=side, index__lt=100).order_by("pk")[:PAIRS]
        for side in ("train", "test")
    ]
    LookAlike.objects.bulk_create(
        (
            LookAlike(frame=one, twin=other, deviating=0.01, united=number % 2 == 0)
            for number, (one, other) in enumerate(zip(*sides, strict=False))
        ),
        batch_size=CHUNK,
    )
    Snapshot.objects.create(id=blob(1), pool=pool, kinds=["cel"], counts={"frames": 1})


def _search(pool: Any, rounds: list[Any]) -> None:
    from django.utils import timezone

    from annotation.models import LabelSearch, Revision, Suspect

    done = {"looked_at": 7500, "finished_at": timezone.now()}
    search = LabelSearch.objects.create(pool=pool, task="cel", kind="cel", **done)
    revisions = Revision.objects.filter(accepted_label__isnull=False).select_related("frame")[:SUSPECTS]
    Suspect.objects.bulk_create(
        (
            Suspect(
                search=search,
                frame=revision.frame,
                revision=revision,
                label=revision.label,
                key=revision.frame.key,
                rank=rank,
                suspicion=1 / rank,
            )
            for rank, revision in enumerate(revisions, 1)
        ),
        batch_size=CHUNK,
    )


def _jobs(show: Any) -> None:
    from core.models import Job

    Job.objects.bulk_create(
        (
            Job(id=uuid4(), name="n", queue="default", title=f"Job {number}", state="done", production=show)
            for number in range(JOBS)
        ),
        batch_size=CHUNK,
    )


def _analyze() -> None:
    from django.db import connection

    if connection.vendor == "postgresql":
        _sql("VACUUM")  # what autovacuum does by itself within minutes of such an ingest
    _sql("ANALYZE")


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
