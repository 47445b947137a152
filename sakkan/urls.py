"""Where every page and API lives: each app brings its own, this only mounts them."""

from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from sakkan.demo.views import landing

handler404 = "core.views.errors.not_found"
handler500 = "core.views.errors.broken"

urlpatterns = [
    path("api/schema/", SpectacularAPIView.as_view(), name="api-schema"),
    path("api/docs/", SpectacularSwaggerSplitView.as_view(url_name="api-schema"), name="api-docs"),
    path("api/", include("core.api.urls")),
    path("api/", include("datasets.api.urls")),
    path("api/", include("annotation.api.urls")),
    path("api/", include("active_learning.api.urls")),
    path("demo/", landing, name="demo"),
    path("", include("core.urls")),
    path("", include("datasets.urls")),
    path("", include("annotation.urls")),
    path("", include("active_learning.urls")),
]
