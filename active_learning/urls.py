"""Page routes of this app."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, path

from active_learning import planning_urls, progress_urls, studio_urls
from active_learning.views import comparisons, label_errors, maps, pools, restored, rounds, selections

urlpatterns: list[URLPattern | URLResolver] = [
    path("pools/<int:pk>/", pools.pool, name="pool"),
    path("pools/<int:pk>/select/", selections.select, name="pool-select"),
    path("pools/<int:pk>/map/", maps.pool_map, name="pool-map"),
    path("pools/<int:pk>/map/compute/", maps.compute_map, name="pool-map-compute"),
    path("pools/<int:pk>/map/features/", maps.compute_feature, name="pool-map-feature"),
    path("pools/<int:pk>/rounds/start/", rounds.start, name="round-start"),
    path("pools/<int:pk>/freeze/", pools.freeze, name="pool-freeze"),
    path("pools/<int:pk>/roll-back/", pools.roll_back, name="pool-roll-back"),
    path("pools/<int:pk>/compare/", comparisons.compare, name="pool-compare"),
    path("pools/<int:pk>/compare/frame/", comparisons.frame, name="pool-compare-frame"),
    path("pools/<int:pk>/compare/picture/", comparisons.picture, name="pool-compare-picture"),
    path("pools/<int:pk>/compare/start/", comparisons.start, name="pool-compare-start"),
    path("model-versions/<int:pk>/promote/", comparisons.promote, name="model-version-promote"),
    path("pools/<int:pk>/label-errors/", label_errors.pool_searches, name="pool-label-searches"),
    path("label-searches/<int:pk>/", label_errors.search, name="label-search"),
    path("label-searches/<int:pk>/send/", label_errors.send_first, name="label-search-send"),
    path("suspects/<int:pk>/", label_errors.suspect_action, name="suspect-action"),
    *planning_urls.pages,
    *progress_urls.pages,
    *studio_urls.pages,
    path("selections/<int:pk>/", selections.selection, name="selection"),
    path("selections/<int:pk>/confirm/", selections.confirm, name="selection-confirm"),
    path("selections/<int:pk>/discard/", selections.discard, name="selection-discard"),
    path("rounds/<int:pk>/", rounds.round_page, name="round"),
    path("rounds/<int:pk>/cancel/", rounds.cancel, name="round-cancel"),
    path("rounds/<int:pk>/retry/", rounds.retry, name="round-retry"),
    path("media/restored/<int:pk>.png", restored.RestoredPicture.as_view(), name="restored-picture"),
    path("media/rounds/<int:pk>/previews/<str:name>", rounds.preview, name="round-preview"),
    path("media/rounds/<int:pk>/files/<str:name>", rounds.file, name="round-file"),
]
