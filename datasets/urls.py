"""Page and picture routes of this app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets.views import differences, lookalikes, media, pages, productions, quality, snapshots

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.overview, name="overview"),
    path("upload/", pages.upload, name="upload"),
    path("ingests/<int:pk>/", pages.ingest, name="ingest"),
    path("pools/<int:pk>/frames/", pages.pool_frames, name="pool-frames"),
    path("pools/<int:pk>/quality/", quality.pool_page, name="pool-quality"),
    path("pools/<int:pk>/quality/numbers", quality.numbers, name="pool-quality-numbers"),
    path("pools/<int:pk>/quality/measure/", quality.measure_start, name="pool-quality-measure"),
    path("pools/<int:pk>/quality/left-out/", quality.leave_out, name="pool-quality-leave-out"),
    path("pools/<int:pk>/quality/frames/", quality.measure_page, name="pool-quality-frames"),
    path("pools/<int:pk>/snapshots/", snapshots.pool_snapshots, name="pool-snapshots"),
    path("productions/<int:pk>/year/", productions.year, name="production-year"),
    path("snapshots/<str:pk>/", snapshots.snapshot, name="snapshot"),
    path("snapshots/<str:pk>/look-alikes/", lookalikes.snapshot_pairs, name="snapshot-look-alikes"),
    path("snapshots/<str:pk>/diff/<str:other>/", differences.snapshot_diff, name="snapshot-diff"),
    path(
        "snapshots/<str:pk>/diff/<str:other>/count/",
        differences.snapshot_diff_count,
        name="snapshot-diff-count",
    ),
    path(
        "snapshots/<str:pk>/diff/<str:other>/picture",
        differences.snapshot_diff_picture,
        name="snapshot-diff-picture",
    ),
    path("snapshots/<str:pk>/card/", snapshots.snapshot_card, name="snapshot-card"),
    path("snapshots/<str:pk>/export/", snapshots.export_start, name="export-start"),
    path("exports/<int:pk>/download", snapshots.export_download, name="export-download"),
    path("media/frames/<int:pk>/image", media.frame_image, name="frame-image"),
    path("media/frames/<int:pk>/original", media.frame_original, name="frame-original"),
    path("media/frames/<int:pk>/proxy", media.frame_proxy, name="frame-proxy"),
    path("media/frames/<int:pk>/thumb", media.frame_thumb, name="frame-thumb"),
    path("media/frames/<int:pk>/change", media.frame_change, name="frame-change"),
]
