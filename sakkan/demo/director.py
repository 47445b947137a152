"""What the demo does next, decided from the database alone: a second call goes on where the first stopped."""

from __future__ import annotations

from active_learning.models import Round, RoundState
from core.jobs import enqueue
from core.models import Job, JobState, User
from datasets.models import Ingest, Pool
from datasets.selectors import ingest_job
from sakkan.demo import acts, show

TASK = "cel"
FIRST_BUDGET = 16
NEXT_BUDGET = 12


class Director:
    """Calls the same services as the pages do, as the person at the screen and as ``oracle``."""

    def __init__(self, person: User, oracle: User, seconds: float) -> None:
        self.person = person
        self.oracle = oracle
        self.seconds = seconds

    def advance(self) -> str:
        """Do the next thing unless something is under way; return one sentence on where the demo stands."""
        if not show.show_folder().is_dir():
            return self._render()
        if (pool := Pool.objects.filter(name=show.POOL).first()) is None:
            acts.ingest_clip(self.person)
            return "Ingesting the show's clip"
        if not Ingest.objects.filter(pool=pool, finished_at__isnull=False).exists():
            return _failed(pool.ingests.order_by("id").first()) or "Ingesting the show's clip"
        return self._play(pool)

    def _play(self, pool: Pool) -> str:
        rounds = {found.number: found for found in Round.objects.filter(pool=pool, task=TASK)}
        if 1 not in rounds:
            acts.select_and_assign(pool, task=TASK, strategy="kmeans", budget=FIRST_BUDGET, user=self.person)
            return "Selected the first frames by k-means on their edges"
        if rounds[1].started_at is None and rounds[1].state in (RoundState.OPEN, RoundState.LABELING):
            acts.fill_in_truth(pool, kind=TASK, oracle=self.oracle)
            acts.start_round(pool, task=TASK, seconds=self.seconds, user=self.person)
            return "Round 1 started"
        if rounds[1].state != RoundState.CLOSED:
            return f"Round 1: {rounds[1].get_state_display().lower()}. {rounds[1].failure_text}".strip()
        if 2 not in rounds:
            acts.select_and_assign(pool, task=TASK, strategy="entropy", budget=NEXT_BUDGET, user=self.person)
            return "Round 1 closed; selected the frames the model is least sure of"
        return "Round 2 is open: its drafts wait in the queue"

    def _render(self) -> str:
        job = Job.objects.filter(name__endswith="demo_render").order_by("created_at").last()
        if job is None:
            enqueue(show.demo_render, title="Draw the demo's show", actor=self.person)
        if job is not None and job.state == JobState.FAILED:
            return f"Drawing the show failed: {job.error_text}"
        return "Drawing the show"


def _failed(ingest: Ingest | None) -> str:
    job = ingest_job(ingest) if ingest is not None else None
    return f"Ingest failed: {job.error_text}" if job is not None and job.state == JobState.FAILED else ""
