"""Pages of orders: one's own, one with its pictures, one picture before and after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_POST, require_safe

from active_learning.api.orders import order_for
from active_learning.clicking import clicks_of
from active_learning.forms_studio import SendForm
from active_learning.models import BROKEN, Order, OrderPicture, Outcome
from active_learning.order_archive import has_archive
from active_learning.services.order_sending import draftings_of, sending_create
from active_learning.services.orders import order_cancel, order_delete, order_retry
from active_learning.views.common import told_on
from core.http import signed_in
from core.keyset import newest_first
from core.models import JobState
from datasets.models import Production
from modeling.errors import UserError
from modeling.studio.steps import STEPS

RECENT = 6
ORDERS_A_PAGE = 24
PICTURES_A_PAGE = 48
BROKEN_SHOWN = 20
SETTING_SHOWN = 40
"""Letters of a setting on an order's page."""
STRIP, LOOKED_AT = 4, 12
"""Thumbnails on an order's card, and among how many of its first pictures they are looked for."""
RESULTS = (Outcome.WHOLE, Outcome.PART)


@dataclass(frozen=True, slots=True)
class Card:
    """An order in a list, with addresses of a few thumbnails."""

    order: Order
    thumbs: list[str]


def cards_of(orders: list[Order]) -> list[Card]:
    """The orders with the first of their results, in one query."""
    found = OrderPicture.objects.filter(order__in=orders, position__lt=LOOKED_AT, outcome__in=RESULTS)
    thumbs: dict[int, list[str]] = {}
    for picture in found.order_by("order_id", "position"):
        thumbs.setdefault(picture.order_id, []).append(thumb_url(picture))
    return [Card(one, [] if one.emptied_at else thumbs.get(one.pk, [])[:STRIP]) for one in orders]


def thumb_url(picture: OrderPicture) -> str:
    """A thumbnail of the first result, else of the picture itself."""
    where = [picture.order_id, picture.position]
    step = next(iter(picture.results), None)
    if step is not None:
        return reverse("order-result-thumb", args=[*where, step])
    return reverse("order-before-thumb", args=where) if picture.width else ""


@require_safe
def order_list(request: HttpRequest) -> HttpResponse:
    """One's orders, newest first, by key: the last page costs what the first one does."""
    rows = Order.objects.filter(owner=signed_in(request)).with_states()
    page = newest_first(rows, "id", before=request.GET.get("before", ""), size=ORDERS_A_PAGE)
    context = {"cards": cards_of(page.rows), "next": page.next, "first": "before" not in request.GET}
    return render(request, "active_learning/orders.html", context)


@require_safe
@ensure_csrf_cookie
def order(request: HttpRequest, pk: int) -> HttpResponse:
    """How far an order is, what is wrong with which file, and a page of its results."""
    return _shown_order(request, order_for(request, pk), SendForm())


def _shown_order(request: HttpRequest, found: Order, form: SendForm) -> HttpResponse:
    only_broken = request.GET.get("show") == "broken"
    after = request.GET.get("after", "")
    rows = (
        found.pictures.filter(outcome__in=BROKEN)
        if only_broken
        else found.pictures.exclude(outcome=Outcome.BROKEN)
    )
    if after.isdigit() and len(after) < 9:
        rows = rows.filter(position__gt=int(after))
    page = list(rows[: PICTURES_A_PAGE + 1])
    shown = page[:PICTURES_A_PAGE]
    context = {
        "order": found,
        "job": found.job,
        "running": found.state in (JobState.QUEUED, JobState.RUNNING),
        "done": has_archive(found),
        "steps": _steps(found),
        "versions": found.versions.select_related("pool"),
        "pictures": [(one, "" if found.emptied_at else thumb_url(one)) for one in shown],
        "only_broken": only_broken,
        "broken": found.pictures.filter(outcome__in=BROKEN)[:BROKEN_SHOWN],
        "more_broken": max(0, found.broken - BROKEN_SHOWN),
        "after": shown[-1].position if len(page) > PICTURES_A_PAGE else None,
        "first_page": not after.isdigit(),
        "form": form,
        **_sending(request, found),
    }
    return render(request, "active_learning/order.html", context, status=400 if form.errors else 200)


def _steps(order: Order) -> list[dict[str, Any]]:
    """Steps with their texts, and settings that are not the defaults."""
    return [{"name": one["step"], **_changed(one["step"], one["settings"])} for one in order.steps]


def _changed(name: str, settings: dict[str, Any]) -> dict[str, Any]:
    if name not in STEPS:  # an update took it away
        return {"text": "", "settings": settings}
    step = STEPS.get(name)
    usual = step.parse().model_dump(mode="json")
    changed = {key: v for key, v in settings.items() if v != usual.get(key)}
    return {"text": step.text, "settings": {key: _short(v) for key, v in changed.items()}}


def _short(value: Any) -> Any:
    """A setting as it fits on a page; of a file's text its beginning."""
    return f"{value[:SETTING_SHOWN]}…" if isinstance(value, str) and len(value) > SETTING_SHOWN else value


def _sending(request: HttpRequest, order: Order) -> dict[str, Any]:
    """Where results were sent, and where they may be."""
    rows = order.sendings.select_related("ingest__pool", "ingest__production", "job")
    return {
        "sendings": rows,
        "sending_now": any(row.job and not row.job.is_finished for row in rows),
        "drafting": draftings_of(order),
        "productions": Production.objects.changeable_by(signed_in(request)).order_by("name"),
    }


@require_safe
@ensure_csrf_cookie
def look(request: HttpRequest, pk: int, position: int) -> HttpResponse:
    """A picture before and after, under a slider."""
    found = order_for(request, pk)
    rows = found.pictures.filter(outcome__in=RESULTS)
    picture = get_object_or_404(rows, position=position)
    asked = request.GET.get("step", "")
    results = [(step, reverse("order-result", args=[pk, position, step])) for step in picture.results]
    context = {
        "order": found,
        "picture": picture,
        "results": results,
        "clicks": clicks_of(picture),
        "step": asked if asked in picture.results else next(iter(picture.results), ""),
        "before": rows.filter(position__lt=position).order_by("-position").first(),
        "after": rows.filter(position__gt=position).order_by("position").first(),
        "transparent": [step for step in picture.results if step not in STEPS or not STEPS.get(step).drafts],
    }
    return render(request, "active_learning/order_picture.html", context)


def _page(pk: int) -> str:
    return reverse("order", args=[pk])


@require_POST
@told_on(_page)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Stop it."""
    order_cancel(order=order_for(request, pk), user=signed_in(request))
    return redirect("order", pk)


@require_POST
@told_on(_page)
def retry(request: HttpRequest, pk: int) -> HttpResponse:
    """Go on with it."""
    order_retry(order=order_for(request, pk), user=signed_in(request))
    return redirect("order", pk)


@require_POST
@told_on(_page)
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    """Remove it with its files."""
    order_delete(order=order_for(request, pk), user=signed_in(request))
    messages.success(request, gettext("The order and its files were removed."))
    return redirect("orders")


@require_POST
@ensure_csrf_cookie
def send(request: HttpRequest, pk: int) -> HttpResponse:
    """Send its results into a pool as drafts; what is wrong stands beside what was typed."""
    found, form = order_for(request, pk), SendForm(request.POST)
    if form.is_valid():
        try:
            sending_create(order=found, user=signed_in(request), **form.cleaned_data)
        except UserError as error:
            form.add_error(None, str(error))
        else:
            return redirect(f"{_page(pk)}#send")
    return _shown_order(request, found, form)
