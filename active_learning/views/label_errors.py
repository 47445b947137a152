"""Look through a pool's labels for errors: start a search, watch it, go through its list."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from active_learning.api.lookups import pool_for
from active_learning.forms_label_errors import SearchForm
from active_learning.services.label_errors import search_start
from active_learning.views.common import is_lead, is_reviewer, task_of, told_on
from annotation.models import AcceptedLabel, LabelSearch, Suspect
from annotation.selectors.suspects import STATES, UNDECIDED, standing_counts, suspects_visible
from annotation.services.suspects import suspect_confirm, suspect_send, suspects_send
from core.http import signed_in
from core.models import Job, Role, User
from core.words import counted
from datasets.models import Pool, Snapshot
from modeling.errors import UserError
from modeling.tasks import TASKS, Task

PAGE = 24
SEARCHES_SHOWN = 50


def pool_searches(request: HttpRequest, pk: int) -> HttpResponse:
    """The form of a new search, and the pool's searches so far."""
    found, user = pool_for(request.user, pk), signed_in(request)
    snapshot = _snapshot_asked(request, found)
    task = task_of(request) if snapshot is None else _task_for(snapshot, task_of(request))
    form = SearchForm(request.POST or None, task=task)
    if request.method == "POST" and form.is_valid():
        try:
            search = search_start(
                pool=found, task=task.name, config=form.config, user=user, snapshot=snapshot
            )
            return redirect("label-search", search.pk)
        except UserError as error:
            form.add_error(None, str(error))
    rows = LabelSearch.objects.visible_to(user).filter(pool=found).select_related("user")[:SEARCHES_SHOWN]
    jobs = Job.objects.in_bulk([row.job_id for row in rows if row.job_id])
    context = {
        "pool": found,
        "task": task,
        "tasks": list(TASKS),
        "form": form,
        "snapshot": snapshot,
        "labels": AcceptedLabel.objects.filter(kind=task.kind, frame__memberships__pool=found).count(),
        "searches": [(row, jobs.get(row.job_id) if row.job_id else None) for row in rows],
        "is_lead": is_lead(user, found),
        "is_reviewer": is_reviewer(user, found),
    }
    return render(request, "active_learning/label_searches.html", context, status=400 if form.errors else 200)


def _snapshot_asked(request: HttpRequest, pool: Pool) -> Snapshot | None:
    """``?snapshot=``, None for what is accepted now."""
    asked = request.GET.get("snapshot", "")
    rows = Snapshot.objects.visible_to(request.user).filter(pool=pool)
    return get_object_or_404(rows, pk=asked) if asked else None


def _task_for(snapshot: Snapshot, asked: Task) -> Task:
    """The task that is asked for, else the first whose labels the snapshot has."""
    fitting = [task for task in TASKS if task.kind in snapshot.kinds and not task.picture]
    return asked if asked in fitting or not fitting else fitting[0]


@require_safe
def search(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a search is; its list once it is done."""
    user = signed_in(request)
    found = search_for(user, pk)
    job = Job.objects.filter(pk=found.job_id).first() if found.job_id else None
    shown, after = request.GET.get("show", UNDECIDED), request.GET.get("after", "")
    rows = suspects_visible(found, user)
    if shown in STATES:
        rows = rows.filter(standing=shown)
    if after.isdigit():
        rows = rows.filter(rank__gt=int(after))
    page = list(rows[: PAGE + 1])
    context: dict[str, Any] = {
        "search": found,
        "pool": found.pool,
        "job": job,
        "running": job is not None and not job.is_finished,
        "rows": page[:PAGE],
        "after": page[PAGE - 1].rank if len(page) > PAGE else None,
        "first_page": not after.isdigit(),
        "shown": shown if shown in STATES else "all",
        "counts": standing_counts(found, user),
        "states": [(state, _WORDS[state]) for state in STATES],
        "is_lead": is_lead(user, found.pool),
        "many_classes": len(TASKS.get(found.task).classes) > 2,
        "config": {name: value for name, value in found.config.items() if value not in (None, [], "auto")},
    }
    return render(request, "active_learning/label_search.html", context)


_WORDS = dict(
    zip(STATES, ("Undecided", "In review", "Found right", "To be mended", "Changed since"), strict=True)
)


def search_for(user: User, pk: int) -> LabelSearch:
    """A search in a pool that the user reviews, or 404."""
    rows = LabelSearch.objects.visible_to(user).select_related("pool", "user", "snapshot")
    return get_object_or_404(rows, pk=pk)


def suspect_for(user: User, pk: int) -> Suspect:
    """An entry of a list whose frame the user reviews, or 404."""
    rows = Suspect.objects.visible_to(user, Role.REVIEWER).select_related("search", "frame")
    return get_object_or_404(rows, pk=pk)


@require_POST
@told_on(lambda pk: reverse("label-search", args=[pk]))
def send_first(request: HttpRequest, pk: int) -> HttpResponse:
    """Send the first so many undecided ones back to review."""
    user = signed_in(request)
    found = search_for(user, pk)
    count = request.POST.get("count", "")
    sent = suspects_send(search=found, count=int(count) if count.isdigit() else 0, user=user)
    left = f" {counted(len(sent.left), 'label')} left: {sent.left[0]}" if sent.left else ""
    messages.success(request, f"{counted(len(sent.revisions), 'label')} sent back to review.{left}")
    return redirect("label-search", pk)


@require_POST
def suspect_action(request: HttpRequest, pk: int) -> HttpResponse:
    """Send one back to review, or say that it is right or that one is no longer sure of it; come back to the list."""
    user = signed_in(request)
    suspect, action = suspect_for(user, pk), request.POST.get("action", "")
    try:
        if action == "send":
            suspect_send(suspect=suspect, user=user)
        elif action in ("right", "doubt"):
            suspect_confirm(suspect=suspect, user=user, right=action == "right")
        else:
            raise Http404(action)
    except UserError as error:
        messages.error(request, str(error))
    back = {name: request.POST[name] for name in ("show", "after") if request.POST.get(name)}
    url = reverse("label-search", args=[suspect.search_id])
    return redirect(f"{url}?{urlencode(back)}#suspect-{suspect.pk}")
