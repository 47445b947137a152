"""Routes about what rounds take: the estimate, the ledger, the forecast."""

from __future__ import annotations

from django.urls import URLPattern, path

from active_learning.api import estimates as estimates_api
from active_learning.api import ledger as ledger_api
from active_learning.views import estimates, ledger

pages: list[URLPattern] = [
    path("pools/<int:pk>/rounds/estimate/", estimates.start, name="round-estimate"),
    path("pools/<int:pk>/estimates/<uuid:job_id>/", estimates.panel, name="pool-estimate"),
    path("pools/<int:pk>/ledger/", ledger.pool_ledger, name="pool-ledger"),
]
api: list[URLPattern] = [
    path("pools/<int:pk>/estimates/", estimates_api.PoolEstimates.as_view(), name="api-pool-estimates"),
    path(
        "pools/<int:pk>/estimates/<uuid:job_id>/",
        estimates_api.PoolEstimate.as_view(),
        name="api-pool-estimate",
    ),
    path("pools/<int:pk>/ledger/", ledger_api.PoolLedger.as_view(), name="api-pool-ledger"),
    path("pools/<int:pk>/forecast/", ledger_api.PoolForecast.as_view(), name="api-pool-forecast"),
]
