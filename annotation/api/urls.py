"""API routes of this app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from annotation.api import assignments, kinds, reviews

urlpatterns: list[URLPattern | URLResolver] = [
    path("assignments/", assignments.AssignmentList.as_view(), name="assignment-list"),
    path("assignments/next/", assignments.AssignmentNext.as_view(), name="assignment-next"),
    path("assignments/<int:pk>/", assignments.AssignmentDetail.as_view(), name="assignment-detail"),
    path("assignments/<int:pk>/claim/", assignments.AssignmentClaim.as_view(), name="assignment-claim"),
    path("assignments/<int:pk>/renew/", assignments.AssignmentRenew.as_view(), name="assignment-renew"),
    path("assignments/<int:pk>/release/", assignments.AssignmentRelease.as_view(), name="assignment-release"),
    path("assignments/<int:pk>/skip/", assignments.AssignmentSkip.as_view(), name="assignment-skip"),
    path(
        "assignments/<int:pk>/withdraw/", assignments.AssignmentWithdraw.as_view(), name="assignment-withdraw"
    ),
    path("assignments/<int:pk>/reopen/", assignments.AssignmentReopen.as_view(), name="assignment-reopen"),
    path("assignments/<int:pk>/submit/", assignments.AssignmentSubmit.as_view(), name="assignment-submit"),
    path(
        "assignments/<int:pk>/working-copy/",
        assignments.AssignmentWorkingCopy.as_view(),
        name="assignment-working-copy",
    ),
    path("kinds/", kinds.KindList.as_view(), name="kind-list"),
    path("reviews/queue/", reviews.ReviewQueue.as_view(), name="review-queue"),
    path("revisions/<int:pk>/", reviews.RevisionDetail.as_view(), name="revision-detail"),
    path("revisions/<int:pk>/accept/", reviews.RevisionAccept.as_view(), name="revision-accept"),
    path("revisions/<int:pk>/return/", reviews.RevisionReturn.as_view(), name="revision-return"),
    path("revisions/<int:pk>/restore/", reviews.RevisionRestore.as_view(), name="revision-restore"),
]
