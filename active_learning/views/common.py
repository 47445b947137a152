"""What every page of this app does the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from core.models import Role, User
from core.permissions import has_role
from datasets.models import Pool
from modeling.errors import UserError
from modeling.tasks import TASKS, Task

View = Callable[..., HttpResponse]


def task_of(request: HttpRequest) -> Task:
    """``?task=`` or the first registered one."""
    asked = request.GET.get("task", "")
    return TASKS.get(asked) if asked in TASKS else TASKS.get(TASKS.names()[0])


def is_lead(user: User, pool: Pool) -> bool:
    """Whether the user may start, select and promote in this pool."""
    return has_role(user, pool.productions.values_list("pk", flat=True), Role.LEAD)


def is_reviewer(user: User, pool: Pool) -> bool:
    """Whether the user reviews, and imports labels, in every production of the pool."""
    return has_role(user, pool.productions.values_list("pk", flat=True), Role.REVIEWER)


def told_on(back: Callable[..., str]) -> Callable[[View], View]:
    """Show a user's error as a message on the page ``back(**kwargs)`` names, instead of failing."""

    def decorate(view: View) -> View:
        @wraps(view)
        def told(request: HttpRequest, **kwargs: Any) -> HttpResponse:
            try:
                return view(request, **kwargs)
            except UserError as error:
                messages.error(request, str(error))
                return redirect(back(**kwargs))

        return told

    return decorate
