"""The queue: what waits for me, what I began, and who holds what."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from annotation.selectors.queue import held_now, my_assignments, my_recent, queue_counts
from core.http import signed_in
from core.models import Role
from core.permissions import productions_of

MINE_SHOWN = 60
HELD_SHOWN = 100
RECENT_SHOWN = 12


def queue(request: HttpRequest) -> HttpResponse:
    """Show the queue."""
    counts = queue_counts(signed_in(request))
    mine = list(my_assignments(signed_in(request))[: MINE_SHOWN + 1])
    return render(
        request,
        "annotation/queue.html",
        {
            "counts": counts,
            "waiting": sum(count.waiting for count in counts),
            "returned": [row for row in mine if row.state == "returned"],
            "begun": [row for row in mine if row.state == "open"][:MINE_SHOWN],
            "more_mine": len(mine) > MINE_SHOWN,
            "held": held_now(signed_in(request))[:HELD_SHOWN],
            "recent": my_recent(signed_in(request))[:RECENT_SHOWN],
            "may_draw": productions_of(signed_in(request), Role.ANNOTATOR).exists(),
        },
    )
