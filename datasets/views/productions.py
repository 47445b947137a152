"""What is said of a production, from the page that lists them (``core``)."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from core.http import signed_in
from datasets.models import Production
from datasets.services.productions import production_set_year
from modeling.errors import UserError


@require_POST
def year(request: HttpRequest, pk: int) -> HttpResponse:
    """Set the release year; an empty field makes it unknown."""
    production = get_object_or_404(Production.objects.visible_to(request.user), pk=pk)
    said = request.POST.get("year", "").strip()
    try:
        production_set_year(production=production, year=_year(said), user=signed_in(request))
        messages.success(
            request, f"{production} came out in {said}." if said else f"{production}: year unknown."
        )
    except UserError as error:
        messages.error(request, str(error))
    return redirect("productions")


def _year(said: str) -> int | None:
    if said and not (said.isascii() and said.isdecimal()):
        raise UserError(f"{said!r} is no year.", code="bad_year")
    return int(said) if said else None
