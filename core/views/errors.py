"""Error pages, and the same errors told in JSON to those who ask the API."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views import defaults

from core.api.errors import error_body

API = "/api/"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such address, or not for this person."""
    if request.path.startswith(API):
        return JsonResponse(error_body("not_found", "There is nothing here, or not for you."), status=404)
    return defaults.page_not_found(request, exception)


def broken(request: HttpRequest) -> HttpResponse:
    """500: a bug of ours."""
    if request.path.startswith(API):
        body = error_body(
            "bug", "Sakkan made a mistake; its log has the details.", "Try again, then report it."
        )
        return JsonResponse(body, status=500)
    return defaults.server_error(request)
