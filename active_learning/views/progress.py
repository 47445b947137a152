"""How far a pool is: whether to go on, the learning curve, and what the control picks tell."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from active_learning import selectors
from active_learning.api.lookups import pool_for
from active_learning.control_arm import control_arm_of
from active_learning.curve import history_of, points_of, proposals_of
from active_learning.forms_plan import PlanForm
from active_learning.services.plans import plan_of, plan_save
from active_learning.views.common import is_lead, task_of
from core.http import signed_in
from modeling.errors import UserError
from modeling.headline import title_of
from modeling.tasks import TASKS


def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The page; a lead's form saves the plan."""
    found, task, user = pool_for(request.user, pk), task_of(request), signed_in(request)
    plan = plan_of(found, task.name)
    form = PlanForm(request.POST or None, plan=plan)
    if request.method == "POST" and form.is_valid():
        try:
            plan_save(
                pool=found,
                task=task.name,
                control_share=form.control_share,
                stopping=form.stopping,
                user=user,
            )
            messages.success(request, "The plan is kept.")
            return redirect(f"{reverse('pool-progress', args=[pk])}?task={task.name}")
        except UserError as error:
            form.add_error(None, str(error))
    points = points_of(found, task.name)
    history = history_of(found, task, points)
    context = {
        "pool": found,
        "task": task,
        "tasks": list(TASKS),
        "metric": title_of(task.headline),
        "plan": plan,
        "form": form,
        "is_lead": is_lead(user, found),
        "history": history,
        "verdicts": proposals_of(found, task, history),
        "curve": selectors.curve_of(points),
        "points": list(reversed(points)),
        "control": control_arm_of(found, task),
    }
    return render(request, "active_learning/progress.html", context, status=400 if form.errors else 200)
