"""Page routes of this app."""

from __future__ import annotations

from django.contrib.auth.views import LogoutView
from django.urls import URLPattern, URLResolver, path
from django.views.i18n import JavaScriptCatalog, set_language

from core.views import accounts, audit, health, jobs, members

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("login/", accounts.LoginView.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("sign-in/", accounts.sign_in, name="sign-in"),
    path("account/", accounts.account, name="account"),
    path("account/token/", accounts.token, name="account-token"),
    path("language/", set_language, name="set_language"),
    path("language/catalog.js", JavaScriptCatalog.as_view(), name="javascript-catalog"),
    path("jobs/", jobs.job_list, name="jobs"),
    path("jobs/<uuid:job_id>/", jobs.job_page, name="job"),
    path("jobs/<uuid:job_id>/cancel/", jobs.cancel, name="job-cancel"),
    path("jobs/<uuid:job_id>/retry/", jobs.retry, name="job-retry"),
    path("audit/", audit.audit_page, name="audit"),
    path("members/", members.productions, name="productions"),
    path("productions/<int:production_id>/members/", members.members, name="members"),
    path(
        "productions/<int:production_id>/members/<int:user_id>/remove/", members.remove, name="member-remove"
    ),
]
