"""The estimate on the launch form."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from active_learning.api.lookups import pool_for
from active_learning.estimates import estimate_numbered
from active_learning.services.estimating import estimate_start
from active_learning.views.common import task_of
from active_learning.views.rounds import start_form, start_page
from core.http import signed_in
from modeling.errors import UserError


@require_POST
def start(request: HttpRequest, pk: int) -> HttpResponse:
    """Time what the form asks for; it comes back as it was filled in, with the estimate beside it."""
    pool, task = pool_for(request.user, pk), task_of(request)
    form = start_form(request, pool, task)
    if form.is_valid():
        try:
            job = estimate_start(pool=pool, task=task.name, config=form.config, user=signed_in(request))
            query = f"?task={task.name}&estimate={job.pk}#estimate"
            return redirect(reverse("round-start", args=[pk]) + query)
        except UserError as error:
            form.add_error(None, str(error))
    return start_page(request, pool, task, form)


def panel(request: HttpRequest, pk: int, job_id: UUID) -> HttpResponse:
    """The estimate alone, for the form to put in place when it is done."""
    pool = pool_for(request.user, pk)
    estimate = estimate_numbered(pool, job_id)
    if estimate is None:
        raise Http404
    return render(request, "active_learning/_estimate.html", {"pool": pool, "estimate": estimate})
