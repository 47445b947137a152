"""Signing in by password or link, and one's own account."""

from __future__ import annotations

import ipaddress

from django.contrib import messages
from django.contrib.auth import authenticate, login, update_session_auth_hash, views
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import PasswordChangeForm, SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from rest_framework.authtoken.models import Token

from core import audit
from core.forms import SignInForm
from core.http import signed_in
from core.models import User
from core.services.sign_in import SCOPE, spend_link
from core.services.tokens import token_make, token_revoke

_FORWARDED = ("HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP")


class LoginView(views.LoginView):
    """Sign in by password."""

    form_class = SignInForm
    template_name = "core/login.html"
    redirect_authenticated_user = True


@login_not_required
@never_cache
@require_GET
def sign_in(request: HttpRequest) -> HttpResponse:
    """Sign in by a single-use link, from this machine only."""
    if not is_local(request):
        return _refused(request, "Sign-in links only work in a browser on the machine that runs Sakkan.")
    user = authenticate(request, sesame=request.GET.get("sesame", ""), scope=SCOPE)
    if not isinstance(user, User) or not spend_link(user):
        return _refused(request, "This sign-in link was used already, or is too old. Each works once.")
    login(request, user)
    return redirect(_safe_path(request, request.GET.get("next", "/")))


def is_local(request: HttpRequest) -> bool:
    """Whether the request comes from this machine itself, and not through a proxy on it."""
    if any(name in request.META for name in _FORWARDED):
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


@require_http_methods(["GET", "POST"])
def account(request: HttpRequest) -> HttpResponse:
    """Show one's roles and key; change the password."""
    user = signed_in(request)
    form_class = PasswordChangeForm if user.has_usable_password() else SetPasswordForm
    form = form_class(user, request.POST or None)
    form.fields[next(iter(form.fields))].widget.attrs.pop("autofocus", None)
    if request.method == "POST" and form.is_valid():
        form.save()
        audit.record("password.change", subject=user, actor=user)
        update_session_auth_hash(request, user)
        messages.success(request, "Your password is changed.")
        return redirect("account")
    roles = user.memberships.select_related("production").order_by("production__name")
    shown = {"form": form, "roles": roles, "has_token": Token.objects.filter(user=user).exists()}
    return render(request, "core/account.html", shown)


@require_POST
def token(request: HttpRequest) -> HttpResponse:
    """Make a key for the API and show it this once, or revoke it."""
    user = signed_in(request)
    if "revoke" in request.POST:
        token_revoke(user=user)
        messages.success(request, "The key no longer works.")
        return redirect("account")
    response = render(request, "core/token.html", {"key": token_make(user=user)})
    response.headers["Cache-Control"] = "no-store"
    return response


def _refused(request: HttpRequest, reason: str) -> HttpResponse:
    return render(request, "core/sign_in_failed.html", {"reason": reason}, status=403)


def _safe_path(request: HttpRequest, path: str) -> str:
    safe = url_has_allowed_host_and_scheme(
        path, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return path if safe else "/"
