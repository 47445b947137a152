"""A large pool's scoring cut into ranges that several workers take: the round's own job and others that help it.

``ranges/`` in the run folder holds each range's list of frames, then ``plan.json``, which says that they are all there;
beside a list its scores, a lock of who works on it, a mark once they are in the database, and what failed. A range is
one process of ``python -m modeling score``, stored by whoever took it: nobody waits for others but at the end.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db.models.functions import Now
from filelock import FileLock, Timeout

from active_learning.models import Round, RoundState
from active_learning.services.score_rows import batches_store
from core.jobs import JobCancelled, JobContext, enqueue, lease, presence
from core.models import Job, JobState
from core.processes import ModelingCrashed
from modeling.errors import UserError
from modeling.runs import RunFolder, publish, publish_parts

TRIES = 3
"""How often a range is tried before the round fails by it."""
QUEUE = "training"
_LOOK_SECONDS = 1.0

Score = Callable[["Range", JobContext], None]
"""Scores a range's frames into its file."""


@dataclass(frozen=True, slots=True)
class Range:
    """One range of a run: its number from 0, and its files."""

    folder: Path
    number: int

    def _path(self, suffix: str) -> Path:
        return self.folder / f"{self.number:04d}{suffix}"

    @property
    def files(self) -> Path:
        """The frames, as ``python -m modeling score`` reads them."""
        return self._path(".files")

    @property
    def out(self) -> Path:
        """The scores."""
        return self._path(".jsonl")

    @property
    def stored(self) -> bool:
        """Whether its scores are in the database."""
        return self._path(".stored").exists()

    def mark_stored(self) -> None:
        """Say so."""
        publish(self._path(".stored"), b"")

    @property
    def failures(self) -> list[dict[str, str]]:
        """``code`` and ``text`` of each time it failed."""
        path = self._path(".failed")
        return json.loads(path.read_text("utf-8")) if path.exists() else []

    def note_failure(self, error: Exception) -> None:
        """Add one; under the range's lock."""
        said = {"code": getattr(error, "code", ""), "text": str(error)}
        publish(self._path(".failed"), json.dumps([*self.failures, said]).encode())

    def forgive(self) -> None:
        """Forget what failed: it may be tried again."""
        self._path(".failed").unlink(missing_ok=True)

    @contextmanager
    def taken(self) -> Iterator[bool]:
        """Hold it, if nobody else does."""
        lock = FileLock(self._path(".lock"))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            yield False
            return
        try:
            yield True
        finally:
            lock.release()


def ranges_of(run: RunFolder) -> list[Range]:
    """The ranges that a run's scoring was cut into; none where it was not."""
    folder = run.path / "ranges"
    plan = folder / "plan.json"
    if not plan.exists():
        return []
    return [Range(folder, number) for number in range(json.loads(plan.read_text("utf-8"))["ranges"])]


def total_of(run: RunFolder) -> int:
    """How many frames without a label there were when the scoring was cut into ranges."""
    return int(json.loads((run.path / "ranges" / "plan.json").read_text("utf-8"))["unlabelled"])


def ranges_cut(run: RunFolder, lists: Iterable[Iterable[bytes]], unlabelled: int) -> list[Range]:
    """Write each range's lines, a frame each; the plan comes last, and what was cut once stays as it is.

    Args:
        run: Whose scoring.
        lists: The lines of each range.
        unlabelled: How many of the frames in them have no label.
    """
    folder, count = run.path / "ranges", 0
    for lines in lists:
        publish_parts(Range(folder, count).files, lines)
        count += 1
    publish(folder / "plan.json", json.dumps({"ranges": count, "unlabelled": unlabelled}).encode())
    return ranges_of(run)


# --- working on them ---


def ranges_work(*, round_: Round, ranges: list[Range], score: Score, context: JobContext) -> int:
    """Take ranges that nobody has, one after the other, while there are any; how many were stored here.

    One that fails is noted and passed over, so that the others are not lost; it comes again, `TRIES` times in all.
    """
    done = 0
    scoring = Round.objects.filter(pk=round_.pk, state=RoundState.EVALUATED)
    while scoring.exists() and (stored := _work_on_one(round_, ranges, score, context)) is not None:
        done += stored
    return done


def _work_on_one(round_: Round, ranges: list[Range], score: Score, context: JobContext) -> bool | None:
    """Take a range, the least often failed first; whether it is stored now, None where others have what is left."""
    left = [one for one in ranges if not one.stored and len(one.failures) < TRIES]
    for one in sorted(left, key=lambda one: len(one.failures)):
        with one.taken() as ours:
            if ours and not one.stored:
                return _tried(round_, one, score, context)
    return None


def _tried(round_: Round, one: Range, score: Score, context: JobContext) -> bool:
    """Score and store a range, or note why not."""
    try:
        score(one, context)
    except (UserError, ModelingCrashed) as error:
        one.note_failure(error)
        context.log(f"Range {one.number + 1} failed ({len(one.failures)} of {TRIES}): {str(error)[:500]}")
        return False
    for _ in batches_store(round_=round_, out=one.out, context=context):
        pass
    one.mark_stored()
    return True


def ranges_finish(*, round_: Round, ranges: list[Range], score: Score, context: JobContext) -> None:
    """Have every range scored and stored: ask workers that are there to help, work with them, wait for the last.

    Raises:
        UserError: A range failed for the last time, by something a person can mend; a retry tries it anew.
        ModelingCrashed: Likewise, by a bug.
    """
    for one in ranges:
        one.forgive()
    try:
        while not all(one.stored for one in ranges):
            _ask_for_help(round_, ranges, context)
            _raise_failed(ranges)
            if _work_on_one(round_, ranges, score, context) is None:
                context.tick()
                context.stopping.wait(_LOOK_SECONDS)
    except JobCancelled:
        _helpers(round_).filter(state=JobState.RUNNING).update(cancel_requested_at=Now())
        raise
    finally:
        for job in _helpers(round_).filter(state=JobState.QUEUED):
            lease.settle_queued(job.pk, JobState.CANCELLED)


def _raise_failed(ranges: list[Range]) -> None:
    for one in ranges:
        if not one.stored and len(said := one.failures) >= TRIES:
            last = said[-1]
            if last["code"]:
                raise UserError(last["text"], code=last["code"])
            raise ModelingCrashed(f"range {one.number + 1} failed {TRIES} times\n{last['text']}")


# --- helpers ---


def _helpers(round_: Round) -> Any:
    from active_learning.jobs import scores_help

    return Job.objects.about(round_).filter(name=scores_help.module_path[:128])


def _ask_for_help(round_: Round, ranges: list[Range], context: JobContext) -> None:
    """Queue a job for each further worker that is there, while there are ranges for them."""
    from active_learning.jobs import scores_help

    left = sum(not one.stored for one in ranges)
    ours = 0 if context.spare_cores == 0 else 1  # a job that somebody waits for is run by no worker
    at_work = _helpers(round_).filter(state__in=(JobState.QUEUED, JobState.RUNNING)).count()
    for _ in range(min(left - 1, presence.lanes_serving(QUEUE) - ours) - at_work):
        enqueue(
            scores_help,
            title=f"Help to score round {round_.number} of {round_.pool.name} ({round_.task})",
            actor=round_.user,
            production=round_.pool.productions.first(),
            subject=round_,
            round_id=round_.pk,
        )
