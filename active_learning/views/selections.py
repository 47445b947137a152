"""Select frames: the form, then thumbnails with utilities and reasons, then confirm or discard."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from active_learning.api.lookups import pool_for, selection_for
from active_learning.forms import SelectForm
from active_learning.models import SelectionItem
from active_learning.services.offers import offer_of
from active_learning.services.plans import plan_of
from active_learning.services.selections import (
    selection_confirm,
    selection_discard,
    selection_propose,
    strategy_named,
)
from active_learning.views.common import is_lead, task_of, told_on
from core.http import signed_in
from datasets.models import Pool
from modeling.errors import UserError
from modeling.tasks import Task

PAGE = 240


def selection_url(pk: int, **kwargs: Any) -> str:
    """The selection's page."""
    return reverse("selection", args=[pk])


def select(request: HttpRequest, pk: int) -> HttpResponse:
    """The form; a good one leads to the proposal."""
    found, task, user = pool_for(request.user, pk), task_of(request), signed_in(request)
    default = strategy_named("default", pool=found, task=task.name).name
    offer = offer_of(found, task)
    share = plan_of(found, task.name).control_share
    form = SelectForm(request.POST or None, default=default, offer=offer, control_share=share)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(selection_url(_propose(form, found, task, user).pk))
        except UserError as error:
            form.add_error(None, str(error))
    context = {
        "pool": found,
        "task": task,
        "form": form,
        "scored": offer.scored,
        "is_lead": is_lead(user, found),
    }
    status = 400 if form.errors else 200
    return render(request, "active_learning/select.html", context, status=status)


def _propose(form: SelectForm, pool: Pool, task: Task, user: Any) -> Any:
    names = ("strategy", "budget", "cap_per_cut", "seed")
    wanted = {name: form.cleaned_data[name] for name in names}
    return selection_propose(
        pool=pool,
        task=task.name,
        params=form.params,
        control_share=form.control_share,
        user=user,
        **wanted,
    )


def selection(request: HttpRequest, pk: int) -> HttpResponse:
    """Thumbnails with utility and reason."""
    found = selection_for(request.user, pk)
    items = SelectionItem.objects.visible_to(request.user).filter(selection=found).with_pictures()
    page = Paginator(items.order_by("rank"), PAGE).get_page(request.GET.get("page"))
    context = {
        "selection": found,
        "pool": found.pool,
        "page": page,
        "picks": items.filter(held_out=False).count(),
        "control": items.filter(control_arm=True).count(),
        "held_out": items.filter(held_out=True).count(),
        "is_lead": is_lead(signed_in(request), found.pool),
    }
    return render(request, "active_learning/selection.html", context)


@require_POST
@told_on(selection_url)
def confirm(request: HttpRequest, pk: int) -> HttpResponse:
    """Queue the frames."""
    found = selection_confirm(selection=selection_for(request.user, pk), user=signed_in(request))
    return redirect(f"{reverse('pool', args=[found.pool_id])}?task={found.task}")


@require_POST
@told_on(selection_url)
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget the proposal."""
    found = selection_discard(selection=selection_for(request.user, pk), user=signed_in(request))
    return redirect(f"{reverse('pool-select', args=[found.pool_id])}?task={found.task}")
