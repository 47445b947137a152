"""What holds for every page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from core.errors import ConflictError
from modeling.errors import UserError


class UserErrorMiddleware:
    """Tells a user's error on a page in its own sentence (400; 409 for a conflict); the API has its way."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Pass the request on."""
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """Render our user errors; leave every other to Django."""
        if not isinstance(exception, UserError):
            return None
        status = 409 if isinstance(exception, ConflictError) else 400
        return render(request, "core/user_error.html", {"error": exception}, status=status)
