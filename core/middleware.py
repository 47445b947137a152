"""What holds for every page."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from rest_framework.authentication import TokenAuthentication
from rest_framework.exceptions import AuthenticationFailed

from core.api.errors import error_body
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


class TokenMiddleware:
    """Lets a key for the API also fetch what its answers point at: pictures, label files, downloads.

    Reading only, and stands between AuthenticationMiddleware and LoginRequiredMiddleware.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        """Sign in for this one request whoever sends a key that works; 401 for one that does not."""
        reads = request.method in ("GET", "HEAD") and not request.path.startswith("/api/")
        if reads and "Authorization" in request.headers and not request.user.is_authenticated:
            try:
                found = TokenAuthentication().authenticate(request)  # type: ignore[arg-type]
            except AuthenticationFailed as error:
                body = error_body("authentication_failed", str(error.detail))
                return JsonResponse(body, status=401)
            if found is not None:
                request.user = found[0]
        return self.get_response(request)
