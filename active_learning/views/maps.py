"""The map of a pool, and the forms that make it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from active_learning.api.lookups import pool_for
from active_learning.map_colors import colorings_of, scored_rounds
from active_learning.maps import MapState, embeddings, map_keyed, off_map, title_of
from active_learning.services.mapping import source_named
from active_learning.services.selections import MAX_BUDGET
from active_learning.views.common import is_lead, task_of, told_on
from core.http import signed_in
from datasets.selectors import AMONG
from datasets.services.embeddings import embedding_start, weights_here
from datasets.services.maps import map_start
from modeling.embeddings import BUNDLED
from modeling.tasks import TASKS


def map_url(pk: int, **kwargs: object) -> str:
    """The map's page."""
    return reverse("pool-map", args=[pk])


@require_safe
@told_on(lambda pk: reverse("pool", args=[pk]))
def pool_map(request: HttpRequest, pk: int) -> HttpResponse:
    """The map that ``?map=`` names, else the first; without any, what makes one."""
    found, task, user = pool_for(request.user, pk), task_of(request), signed_in(request)
    state = MapState(found, task)
    asked = request.GET.get("map", "")
    made = map_keyed(found, asked) if asked else next(iter(state.maps), None)
    context = {
        "pool": found,
        "task": task,
        "tasks": list(TASKS),
        "state": state,
        "made": made,
        "title": title_of(made) if made else "",
        "maps": [{"key": one.key, "title": title_of(one)} for one in state.maps],
        "colorings": [vars_of(one) for one in colorings_of(found, task)],
        "rounds": scored_rounds(found, task),
        "off_map": off_map(made, found, user) if made else 0,
        "is_lead": is_lead(user, found),
        "embeddings": embeddings(),
        "weights": weights_here(),
        "bundled": BUNDLED,
        "most": MAX_BUDGET,
        "listed": AMONG,
    }
    return render(request, "active_learning/map.html", context)


def vars_of(coloring: object) -> dict[str, object]:
    """A colouring as the page's script reads it."""
    names = ("key", "title", "form", "names", "of_round")
    return {name: getattr(coloring, name) for name in names}


@require_POST
@told_on(map_url)
def compute_map(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue the job that places the frames."""
    found, task, query = pool_for(request.user, pk), task_of(request), request.POST
    source = source_named(found, task, query.get("feature", ""))
    job = map_start(
        pool=found,
        projection=query.get("projection", ""),
        feature=source.feature,
        version=source.version,
        user=signed_in(request),
    )
    return _told(request, pk, job.title)


@require_POST
@told_on(map_url)
def compute_feature(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue the job that computes a feature."""
    found, query = pool_for(request.user, pk), request.POST
    embedding = query.get("embedding", "")
    given = {name.partition(".")[2]: query[name] for name in query if name.startswith(f"{embedding}.")}
    params = {name: value for name, value in given.items() if value}
    job = embedding_start(pool=found, embedding=embedding, params=params, user=signed_in(request))
    return _told(request, pk, job.title)


def _told(request: HttpRequest, pk: int, title: str) -> HttpResponse:
    messages.success(request, f"{title}: queued, a worker does it.")
    return redirect(f"{map_url(pk)}?task={task_of(request).name}")
