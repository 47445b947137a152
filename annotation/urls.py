"""Page and picture routes of this app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from annotation.views import (
    carried,
    editor,
    elsewhere,
    frames,
    importing,
    media,
    profiles,
    queue,
    queueing,
    review,
)

urlpatterns: list[URLPattern | URLResolver] = [
    path("queue/", queue.queue, name="queue"),
    path("pools/<int:pk>/queue-frames/", queueing.queue_frames, name="pool-queue-frames"),
    path("pools/<int:pk>/import-labels/", importing.import_labels, name="pool-import-labels"),
    path("pools/<int:pk>/import-labels/<uuid:job_id>/", importing.import_looked, name="pool-import-looked"),
    path("frames/<int:pk>/", frames.frame, name="frame"),
    path("annotate/next/", editor.annotate_next, name="annotate-next"),
    path("annotate/<int:pk>/", editor.annotate, name="annotate"),
    path("annotate/<int:pk>/elsewhere/", elsewhere.page, name="elsewhere"),
    path("annotate/<int:pk>/elsewhere/<str:key>/", elsewhere.look, name="elsewhere-look"),
    path("productions/<int:production_id>/profile/<slug:kind>/", profiles.profile, name="profile"),
    path("review/", review.review, name="review"),
    path("review/<int:pk>/", review.review_revision, name="review-revision"),
    path(
        "media/working-copies/<int:pk>/<int:version>.png",
        media.WorkingCopyLabel.as_view(),
        name="working-copy-label",
    ),
    path("media/kept-copies/<int:pk>/label.png", media.KeptCopyLabel.as_view(), name="kept-copy-label"),
    path("media/kept-copies/<int:pk>/thumb.webp", media.KeptCopyThumb.as_view(), name="kept-copy-thumb"),
    path("media/carried/<int:pk>/<str:token>.bin", carried.CarriedLabel.as_view(), name="carried-label"),
    path("media/layers/<int:pk>/<str:sha256>.png", media.LayerMap.as_view(), name="layer-map"),
    path("media/drafts/<int:pk>/label.png", media.DraftLabel.as_view(), name="draft-label"),
    path("media/drafts/<int:pk>/entropy.png", media.DraftEntropy.as_view(), name="draft-entropy"),
    path("media/revisions/<int:pk>/label.png", media.RevisionLabel.as_view(), name="revision-label"),
    path("media/revisions/<int:pk>/thumb.webp", media.RevisionThumb.as_view(), name="revision-thumb"),
    path("media/suspects/<int:pk>/<str:what>.webp", media.SuspectThumb.as_view(), name="suspect-thumb"),
]
