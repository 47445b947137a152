"""API routes of this app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from core.api import jobs, views

urlpatterns: list[URLPattern | URLResolver] = [
    path("me/", views.MeView.as_view(), name="api-me"),
    path("token/", views.TokenView.as_view(), name="api-token"),
    path("jobs/", jobs.JobListView.as_view(), name="api-jobs"),
    path("jobs/<uuid:job_id>/", jobs.JobView.as_view(), name="api-job"),
    path("jobs/<uuid:job_id>/cancel/", jobs.JobCancelView.as_view(), name="api-job-cancel"),
    path("jobs/<uuid:job_id>/retry/", jobs.JobRetryView.as_view(), name="api-job-retry"),
    path("productions/<int:production_id>/members/", views.MembersView.as_view(), name="api-members"),
    path(
        "productions/<int:production_id>/members/<int:user_id>/",
        views.MemberView.as_view(),
        name="api-member",
    ),
]
