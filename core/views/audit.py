"""Who changed what."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from core import selectors
from core.http import signed_in
from core.keyset import newest_first


@require_GET
def audit_page(request: HttpRequest) -> HttpResponse:
    """List changes, newest first."""
    entries = selectors.audit_visible_to(signed_in(request))
    page = newest_first(entries, "id", before=request.GET.get("before", ""), size=100)
    return render(request, "core/audit.html", {"page": page})
