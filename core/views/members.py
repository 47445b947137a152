"""Productions and their members."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from core import selectors
from core.forms import MemberForm
from core.http import signed_in
from core.models import Role
from core.permissions import role_in, roles_of
from core.services.members import member_remove, member_set


@require_GET
def productions(request: HttpRequest) -> HttpResponse:
    """List the productions one belongs to, with one's role."""
    user = signed_in(request)
    roles = roles_of(user)
    rows = [(production, roles[production.pk]) for production in selectors.productions_visible_to(user)]
    return render(request, "core/productions.html", {"rows": rows})


@require_http_methods(["GET", "POST"])
def members(request: HttpRequest, production_id: int) -> HttpResponse:
    """Show the members of a production; a lead adds them and changes roles."""
    user, production = signed_in(request), _production(request, production_id)
    form = MemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        person = form.cleaned_data["username"]
        member_set(production=production, user=person, role=Role(form.cleaned_data["role"]), actor=user)
        messages.success(request, f"{person} is {form.cleaned_data['role']} of {production}.")
        return redirect("members", production_id)
    shown = {
        "production": production,
        "members": production.memberships.select_related("user").order_by("user__username"),
        "leads": role_in(user, production_id) == Role.LEAD,
        "roles": Role.choices,
        "form": form,
    }
    return render(request, "core/members.html", shown)


@require_POST
def remove(request: HttpRequest, production_id: int, user_id: int) -> HttpResponse:
    """End somebody's membership."""
    production = _production(request, production_id)
    member = get_object_or_404(production.memberships.select_related("user"), user_id=user_id)
    member_remove(production=production, user=member.user, actor=signed_in(request))
    messages.success(request, f"{member.user} is no member of {production} any more.")
    return redirect("members", production_id)


def _production(request: HttpRequest, production_id: int) -> Any:
    return get_object_or_404(selectors.productions_visible_to(signed_in(request)), pk=production_id)
