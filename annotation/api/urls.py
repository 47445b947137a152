"""API routes of this app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from annotation.api import (
    assignments,
    comments,
    effort,
    elsewhere,
    importing,
    kinds,
    layers,
    neighbours,
    profiles,
    reviews,
    statistics,
    versions,
)

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
    path("assignments/<int:pk>/layers/", layers.AssignmentLayers.as_view(), name="assignment-layers"),
    path("assignments/<int:pk>/film/", neighbours.AssignmentFilm.as_view(), name="assignment-film"),
    path("assignments/<int:pk>/carry/", neighbours.AssignmentCarry.as_view(), name="assignment-carry"),
    path("assignments/<int:pk>/comments/", comments.AssignmentComments.as_view(), name="assignment-comments"),
    path("assignments/<int:pk>/effort/", effort.AssignmentEffort.as_view(), name="assignment-effort"),
    path(
        "assignments/<int:pk>/revisions/", versions.AssignmentRevisions.as_view(), name="assignment-revisions"
    ),
    path(
        "assignments/<int:pk>/elsewhere/",
        elsewhere.AssignmentElsewhere.as_view(),
        name="assignment-elsewhere",
    ),
    path(
        "assignments/<int:pk>/elsewhere/previews/<str:key>/",
        elsewhere.ElsewherePreview.as_view(),
        name="elsewhere-preview",
    ),
    path(
        "assignments/<int:pk>/elsewhere/previews/<str:key>/take/",
        elsewhere.ElsewhereTake.as_view(),
        name="elsewhere-take",
    ),
    path(
        "assignments/<int:pk>/elsewhere/previews/<str:key>/<str:name>.png",
        elsewhere.ElsewherePicture.as_view(),
        name="elsewhere-picture",
    ),
    path(
        "assignments/<int:pk>/elsewhere/<str:name>", elsewhere.ElsewhereFile.as_view(), name="elsewhere-file"
    ),
    path("pools/<int:pk>/statistics/", statistics.PoolStatistics.as_view(), name="pool-statistics"),
    path(
        "pools/<int:pk>/import-labels/", importing.PoolImportLabels.as_view(), name="api-pool-import-labels"
    ),
    path("pools/<int:pk>/elsewhere.zip", elsewhere.PoolElsewhere.as_view(), name="pool-elsewhere"),
    path("comments/<int:pk>/", comments.CommentDetail.as_view(), name="comment-detail"),
    path("kinds/", kinds.KindList.as_view(), name="kind-list"),
    path(
        "productions/<int:production_id>/profiles/<slug:kind>/",
        profiles.ProfileDetail.as_view(),
        name="profile-detail",
    ),
    path("reviews/queue/", reviews.ReviewQueue.as_view(), name="review-queue"),
    path("revisions/<int:pk>/", reviews.RevisionDetail.as_view(), name="revision-detail"),
    path("revisions/<int:pk>/accept/", reviews.RevisionAccept.as_view(), name="revision-accept"),
    path("revisions/<int:pk>/return/", reviews.RevisionReturn.as_view(), name="revision-return"),
    path("revisions/<int:pk>/restore/", reviews.RevisionRestore.as_view(), name="revision-restore"),
]
