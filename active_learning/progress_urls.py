"""Routes about how far a pool is: the page, its figures, and why frames were picked."""

from __future__ import annotations

from django.urls import URLPattern, path

from active_learning.api import progress as progress_api
from active_learning.views import progress, why

pages: list[URLPattern] = [
    path("pools/<int:pk>/progress/", progress.progress, name="pool-progress"),
    path("picks/<int:pk>/why/", why.pick, name="pick-why"),
    path("assignments/<int:pk>/why/", why.assignment, name="assignment-why"),
    path("frames/<int:pk>/why/", why.frame, name="frame-why"),
    path("media/drafts/<int:pk>/unsure.webp", why.unsure, name="draft-unsure"),
]
api: list[URLPattern] = [
    path("pools/<int:pk>/control-arm/", progress_api.PoolControl.as_view(), name="api-pool-control-arm"),
    path("pools/<int:pk>/standing/", progress_api.PoolStanding.as_view(), name="api-pool-standing"),
    path("pools/<int:pk>/plan/", progress_api.PoolPlan.as_view(), name="api-pool-plan"),
    path("picks/<int:pk>/why/", progress_api.PickWhy.as_view(), name="api-pick-why"),
]
