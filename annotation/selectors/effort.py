"""What labels cost, summed."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import QuerySet, Sum

from annotation.models import Assignment, Effort
from core.models import Role, User


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
