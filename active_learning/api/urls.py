"""API routes of this app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from active_learning import planning_urls, progress_urls, studio_urls
from active_learning.api import comparisons, freezing, label_errors, maps, restored, rounds, selections

urlpatterns: list[URLPattern | URLResolver] = [
    path("strategies/", selections.StrategyList.as_view(), name="api-strategies"),
    path("tasks/", selections.TaskList.as_view(), name="api-tasks"),
    path("pools/<int:pk>/loop/", rounds.PoolLoop.as_view(), name="api-pool-loop"),
    path("pools/<int:pk>/selections/", selections.PoolSelections.as_view(), name="api-pool-selections"),
    path("pools/<int:pk>/map/", maps.PoolMaps.as_view(), name="api-pool-map"),
    path("pools/<int:pk>/map/points/", maps.PoolMapPoints.as_view(), name="api-pool-map-points"),
    path("pools/<int:pk>/map/values/", maps.PoolMapValues.as_view(), name="api-pool-map-values"),
    path("pools/<int:pk>/map/selections/", maps.PoolMapSelections.as_view(), name="api-pool-map-selections"),
    path("pools/<int:pk>/embeddings/", maps.PoolEmbeddings.as_view(), name="api-pool-embeddings"),
    path("pools/<int:pk>/rounds/", rounds.PoolRounds.as_view(), name="api-pool-rounds"),
    path(
        "pools/<int:pk>/model-versions/", rounds.PoolModelVersions.as_view(), name="api-pool-model-versions"
    ),
    path("pools/<int:pk>/freeze/", freezing.PoolFreeze.as_view(), name="api-pool-freeze"),
    path("pools/<int:pk>/comparison/", comparisons.PoolComparison.as_view(), name="api-pool-comparison"),
    path(
        "pools/<int:pk>/comparison/frames/",
        comparisons.PoolComparisonFrames.as_view(),
        name="api-pool-comparison-frames",
    ),
    path("pools/<int:pk>/roll-back/", rounds.PoolRollBack.as_view(), name="api-pool-roll-back"),
    path(
        "pools/<int:pk>/label-searches/",
        label_errors.PoolLabelSearches.as_view(),
        name="api-pool-label-searches",
    ),
    path("label-searches/<int:pk>/", label_errors.LabelSearchDetail.as_view(), name="api-label-search"),
    path(
        "label-searches/<int:pk>/suspects/",
        label_errors.LabelSearchSuspects.as_view(),
        name="api-label-search-suspects",
    ),
    path(
        "label-searches/<int:pk>/send/", label_errors.LabelSearchSend.as_view(), name="api-label-search-send"
    ),
    path("suspects/<int:pk>/send/", label_errors.SuspectSend.as_view(), name="api-suspect-send"),
    path("suspects/<int:pk>/confirm/", label_errors.SuspectConfirm.as_view(), name="api-suspect-confirm"),
    *planning_urls.api,
    *progress_urls.api,
    *studio_urls.api,
    path("assignments/<int:pk>/restored/", restored.AssignmentRestored.as_view(), name="assignment-restored"),
    path("selections/<int:pk>/", selections.SelectionDetail.as_view(), name="api-selection"),
    path("selections/<int:pk>/picks/", selections.SelectionPicks.as_view(), name="api-selection-picks"),
    path("selections/<int:pk>/confirm/", selections.SelectionConfirm.as_view(), name="api-selection-confirm"),
    path("selections/<int:pk>/discard/", selections.SelectionDiscard.as_view(), name="api-selection-discard"),
    path("rounds/<int:pk>/", rounds.RoundDetail.as_view(), name="api-round"),
    path("rounds/<int:pk>/metrics/", rounds.RoundMetrics.as_view(), name="api-round-metrics"),
    path("rounds/<int:pk>/cancel/", rounds.RoundCancel.as_view(), name="api-round-cancel"),
    path("rounds/<int:pk>/retry/", rounds.RoundRetry.as_view(), name="api-round-retry"),
    path("model-versions/<int:pk>/promote/", rounds.ModelVersionPromote.as_view(), name="api-promote"),
]
