"""What each round took: time on devices, what that costs, and people's time, summed from rows of jobs and visits.

Nothing is stored a second time. Every attempt at every job about a round, a version it left or a selection that went
into it counts, cancelled and lost ones as well; so do estimates, searches for label errors and features that were
computed before it (`active_learning.asides`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q, Sum
from django.utils import timezone

from active_learning.asides import asides
from active_learning.models import ModelVersion, Round, Selection
from annotation.selectors.effort import worked_by
from core.models import DeviceUse
from core.rates import cost
from datasets.models import Pool
from modeling.headline import Headline, headline_of
from modeling.tasks import TASKS

WORKS = {
    "train": "Training",
    "evaluate": "Evaluation",
    "score": "Scoring",
    "draft": "Drafts",
    "warmup": "Estimates",
    "crossfit": "Label search",
    "embed": "Features",
}
"""What the ledger calls the works of `core.models.DeviceUse`; any other goes by its own name."""
OF_EVERY_ROUND = ("train", "evaluate", "score", "draft")


@dataclass(frozen=True, slots=True)
class Use:
    """Seconds of one kind of work on one device, and what they cost, None without a rate."""

    work: str
    device: str
    machine: str
    seconds: float

    @property
    def title(self) -> str:
        """The work in words."""
        return WORKS.get(self.work, self.work)

    @property
    def cost(self) -> float | None:
        """At today's rate."""
        return cost(self.seconds, self.device, self.machine)


@dataclass(frozen=True, slots=True)
class Entry:
    """What a round took and brought.

    ``people`` are seconds of active work from the start of the round before to its own, or until now while it has not
    started. ``labels`` are those it learned from, those spared for validation among them; ``added`` those that the last
    evaluated round did not have; ``since`` the seconds of people's work since that one started. None where unknown.
    """

    round: Round
    uses: tuple[Use, ...]
    people: float
    since: float
    labels: int | None
    added: int | None
    headline: Headline | None
    gain: float | None

    @property
    def device_seconds(self) -> float | None:
        """On all devices; None where nothing was kept."""
        return sum(use.seconds for use in self.uses) if self.uses else None

    @property
    def cost(self) -> float | None:
        """Of the devices; None where a rate is missing, or nothing was kept."""
        return total_cost(self.uses)

    @property
    def gain_an_hour(self) -> float | None:
        """Of people's work; None where no work was logged."""
        return self.gain / (self.since / 3600) if self.gain is not None and self.since else None

    @property
    def works(self) -> dict[str, float]:
        """Seconds by title of the work."""
        found: dict[str, float] = defaultdict(float)
        for use in self.uses:
            found[use.title] += use.seconds
        return dict(found)


def total_cost(uses: Sequence[Use]) -> float | None:
    """What these cost; None where a rate is missing, or there are none."""
    costs = [use.cost for use in uses]
    known = [one for one in costs if one is not None]
    return sum(known) if known and len(known) == len(costs) else None


def ledger(pool: Pool, task: str) -> list[Entry]:
    """An entry a round of a pool and task, oldest first."""
    rounds = list(Round.objects.of(pool, task).order_by("number"))
    now = timezone.now()
    worked = worked_by(pool, TASKS.get(task).kind, [round_.started_at or now for round_ in rounds])
    uses = _uses(pool, task, rounds)
    entries: list[Entry] = []
    last: tuple[int, Headline, float] | None = None
    before = 0.0
    for round_, done in zip(rounds, worked, strict=True):
        labels, headline = labels_of(round_), headline_of(round_.report)
        entries.append(
            Entry(
                round=round_,
                uses=tuple(uses.get(round_.pk, ())),
                people=max(0.0, done - before),
                since=max(0.0, done - (last[2] if last else 0.0)),
                labels=labels,
                added=None if labels is None else labels - (last[0] if last else 0),
                headline=headline,
                gain=headline.value - last[1].value if headline and last else None,
            )
        )
        before = max(before, done)
        if headline is not None and labels is not None:
            last = (labels, headline, done)
    return entries


def entry_of(round_: Round) -> Entry:
    """The entry of one round."""
    return next(entry for entry in ledger(round_.pool, round_.task) if entry.round.pk == round_.pk)


def labels_of(round_: Round) -> int | None:
    """Labels that a round learned from, those spared for validation among them; None before its report."""
    train = round_.report.get("train_frames")
    return None if train is None else train + (round_.report.get("validation_frames") or 0)


def to_come(pool: Pool, task: str) -> list[Use]:
    """What was used for a round that is not there yet, the longest first."""
    waiting = Round.objects.of(pool, task).filter(started_at=None).exists()
    return [] if waiting else _longest_first(asides(pool, task).get(None, {}).items())


def _uses(pool: Pool, task: str, rounds: Sequence[Round]) -> Mapping[int, list[Use]]:
    """What was used for each of them, by round and the longest first."""
    about = _subjects(rounds)
    where = Q(pk__in=[])
    for label in {label for label, _ in about}:
        ids = [pk for other, pk in about if other == label]
        where |= Q(job__subject_type=label, job__subject_id__in=ids)
    columns = ("job__subject_type", "job__subject_id", "work", "device", "machine")
    rows = DeviceUse.objects.filter(where).order_by().values_list(*columns).annotate(all=Sum("seconds"))
    sums: dict[int, dict[tuple[str, str, str], float]] = defaultdict(lambda: defaultdict(float))
    for label, pk, *kind, seconds in rows:
        sums[about[label, pk]][tuple(kind)] += seconds
    coming = next((round_.pk for round_ in rounds if round_.started_at is None), None)
    for round_pk, found in asides(pool, task).items():
        if (own := coming if round_pk is None else round_pk) is not None:
            for other, seconds in found.items():
                sums[own][other] += seconds
    return {pk: _longest_first(found.items()) for pk, found in sums.items()}


def _longest_first(sums: Iterable[tuple[tuple[str, str, str], float]]) -> list[Use]:
    return sorted((Use(*kind, seconds) for kind, seconds in sums), key=lambda use: (-use.seconds, use.work))


def _subjects(rounds: Sequence[Round]) -> dict[tuple[str, str], int]:
    """Round by what its jobs are about: itself, its model version, its selections."""
    ids = [round_.pk for round_ in rounds]
    found = {(Round._meta.label_lower, str(pk)): pk for pk in ids}
    for model in (ModelVersion, Selection):
        pairs = model.objects.filter(round__in=ids).values_list("pk", "round_id")
        found |= {(model._meta.label_lower, str(pk)): round_pk for pk, round_pk in pairs}
    return found
