"""The report of an ingest: what was taken, held, skipped and why."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from django.utils import timezone

from core.jobs import JobContext
from core.words import counted
from datasets.incoming.walk import Refused
from datasets.models import Ingest, IngestItem
from modeling.errors import UserError

_SHOWN_KINDS = 5


@dataclass
class Report:
    """Lines and counts of one run; begun anew when a killed run is taken up, so that nothing counts twice."""

    ingest: Ingest
    context: JobContext
    counts: Counter[str] = field(default_factory=Counter)
    first_refusal: str = ""

    def begin(self) -> None:
        """Forget what an earlier attempt wrote."""
        with self.context.fenced():
            self.ingest.items.all().delete()
            Ingest.objects.filter(pk=self.ingest.pk).update(
                taken=0, held=0, known=0, skipped=0, finished_at=None
            )

    def line(
        self, name: str, outcome: str, text: str, *, code: str = "", frames: int = 0, held: int = 0
    ) -> None:
        """Add a line: ``taken``, ``known``, ``skipped`` or ``noted``."""
        with self.context.fenced():
            IngestItem.objects.create(
                ingest=self.ingest,
                name=name[:500],
                outcome=outcome,
                code=code,
                text=text,
                frames=frames,
                held=held,
            )

    def refuse(self, refused: Refused) -> None:
        """Add the line of a file that was not taken."""
        self.counts["skipped"] += 1
        self.first_refusal = self.first_refusal or refused.text
        self.line(refused.name, "skipped", refused.text, code=refused.code)
        self.save_counts()

    def refuse_error(self, name: str, error: UserError) -> None:
        """Add the line of a file that raised."""
        self.refuse(Refused(name, error.code, str(error)))

    def others(self, name: str, kinds: Counter[str]) -> None:
        """Say in one line how many files of other kinds were left out."""
        if kinds:
            shown = ", ".join(f"{kind} ({count})" for kind, count in kinds.most_common(_SHOWN_KINDS))
            self.line(
                name,
                "noted",
                f"{counted(kinds.total(), 'other file')} left out: {shown}.",
                code="other_files",
            )

    def count(self, **numbers: int) -> None:
        """Add to ``taken``, ``held`` and ``known``."""
        self.counts.update(numbers)

    def save_counts(self) -> None:
        """Store the counts, for the page to show while the work goes on."""
        with self.context.fenced():
            Ingest.objects.filter(pk=self.ingest.pk).update(**self._numbers())

    def finish(self) -> None:
        """Store the counts for good.

        Raises:
            UserError: ``nothing_taken`` with the first reason.
        """
        with self.context.fenced():
            Ingest.objects.filter(pk=self.ingest.pk).update(**self._numbers(), finished_at=timezone.now())
        self.context.set_result(self._numbers())
        if not self.counts["taken"] and not self.counts["known"]:
            reason = self.first_refusal or "There is no image or video in it."
            raise UserError(f"Nothing could be taken. {reason}", code="nothing_taken")

    def _numbers(self) -> dict[str, int]:
        return {name: self.counts[name] for name in ("taken", "held", "known", "skipped")}
