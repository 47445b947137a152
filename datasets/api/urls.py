"""API routes of this app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from datasets.api import balance, differences, ingests, pools, snapshots, statistics, uploads

urlpatterns: list[URLPattern | URLResolver] = [
    path("productions/", pools.ProductionList.as_view(), name="production-list"),
    path("productions/<int:pk>/", pools.ProductionDetail.as_view(), name="production-detail"),
    path("pools/", pools.PoolList.as_view(), name="pool-list"),
    path("pools/<int:pk>/", pools.PoolDetail.as_view(), name="pool-detail"),
    path("pools/<int:pk>/frames/", pools.PoolFrameList.as_view(), name="pool-frame-list"),
    path("pools/<int:pk>/cuts/", pools.PoolCutList.as_view(), name="pool-cut-list"),
    path("frames/<int:pk>/", pools.FrameDetail.as_view(), name="frame-detail"),
    path("uploads/", uploads.UploadList.as_view(), name="upload-list"),
    path("uploads/<uuid:pk>/", uploads.UploadDetail.as_view(), name="upload-detail"),
    path("ingests/", ingests.IngestList.as_view(), name="ingest-list"),
    path("ingests/<int:pk>/", ingests.IngestDetail.as_view(), name="ingest-detail"),
    path("snapshots/", snapshots.SnapshotList.as_view(), name="snapshot-list"),
    path("snapshots/<str:pk>/", snapshots.SnapshotDetail.as_view(), name="snapshot-detail"),
    path("snapshots/<str:pk>/balance/", balance.SnapshotBalance.as_view(), name="snapshot-balance"),
    path(
        "snapshots/<str:pk>/statistics/", statistics.SnapshotStatistics.as_view(), name="snapshot-statistics"
    ),
    path(
        "snapshots/<str:pk>/diff/<str:other>/",
        differences.SnapshotDifference.as_view(),
        name="snapshot-difference",
    ),
    path("exports/", snapshots.ExportList.as_view(), name="export-list"),
    path("exports/<int:pk>/", snapshots.ExportDetail.as_view(), name="export-detail"),
]
