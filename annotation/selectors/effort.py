"""What labels cost, summed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet, Sum

from annotation.models import Assignment, Effort
from core.models import Role, User
from datasets.models import Pool


@dataclass(frozen=True, slots=True)
class ToolSum:
    """One tool's share of the work on a label."""

    tool: str
    strokes: int
    clicks: int
    seconds: float


@dataclass(frozen=True, slots=True)
class EffortSum:
    """The work on a label: active seconds of all visits, and what was done by tool, the longest first."""

    seconds: float
    strokes: int
    clicks: int
    tools: list[ToolSum]


def effort_of(assignment: Assignment, user: User) -> EffortSum | None:
    """Sum the work on an assignment, for leads of its production; None for others and where none was recorded."""
    rows = Effort.objects.visible_to(user, Role.LEAD).filter(assignment=assignment)
    return _summed(rows)


def worked_by(pool: Pool, kind: str, moments: Sequence[datetime]) -> list[float]:
    """Seconds of active work on a pool's labels of a kind by each moment: of all visits that had begun by then.

    Of everybody's visits together, drawn, skipped, returned and held-out frames alike; 0.0 where none was logged.
    """
    if not moments:
        return []
    visits = Effort.objects.filter(assignment__pool=pool, assignment__kind=kind, tool="").order_by()
    # A row's `updated_at` stays where it was first written: later totals of the visit are conditional updates.
    sums = {f"by_{n}": Sum("seconds", filter=Q(updated_at__lte=at)) for n, at in enumerate(moments)}
    found = visits.aggregate(**sums)
    return [found[name] or 0.0 for name in sums]


def _summed(rows: QuerySet[Effort]) -> EffortSum | None:
    sums = (
        rows.order_by()
        .values("tool")
        .annotate(all_strokes=Sum("strokes"), all_clicks=Sum("clicks"), all_seconds=Sum("seconds"))
    )
    columns = sums.values_list("tool", "all_strokes", "all_clicks", "all_seconds")
    found = {tool: ToolSum(tool, *rest) for tool, *rest in columns}
    if not found:
        return None
    visits = found.pop("", ToolSum("", 0, 0, 0.0))
    tools = sorted(found.values(), key=lambda tool: (-tool.seconds, tool.tool))
    strokes, clicks = sum(tool.strokes for tool in tools), sum(tool.clicks for tool in tools)
    return EffortSum(visits.seconds, strokes, clicks, tools)
