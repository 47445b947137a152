"""Routes of the Studio."""

from __future__ import annotations

from django.urls import URLPattern, path

from active_learning.api import orders as orders_api
from active_learning.api import takes as takes_api
from active_learning.views import orders, studio

pages: list[URLPattern] = [
    path("studio/", studio.studio, name="studio"),
    path("studio/orders/", orders.order_list, name="orders"),
    path("studio/orders/<int:pk>/", orders.order, name="order"),
    path("studio/orders/<int:pk>/cancel/", orders.cancel, name="order-cancel"),
    path("studio/orders/<int:pk>/retry/", orders.retry, name="order-retry"),
    path("studio/orders/<int:pk>/delete/", orders.delete, name="order-delete"),
    path("studio/orders/<int:pk>/send/", orders.send, name="order-send"),
    path("studio/orders/<int:pk>/pictures/<int:position>/", orders.look, name="order-picture"),
    path("media/orders/<int:pk>/results.zip", studio.archive, name="order-archive"),
    path("media/orders/<int:pk>/<int:position>/before", studio.before, name="order-before"),
    path("media/orders/<int:pk>/<int:position>/before/thumb", studio.before_thumb, name="order-before-thumb"),
    path("media/orders/<int:pk>/<int:position>/takes/<int:take>", studio.take, name="order-take"),
    path("media/orders/<int:pk>/<int:position>/<str:step>", studio.result, name="order-result"),
    path(
        "media/orders/<int:pk>/<int:position>/<str:step>/thumb",
        studio.result_thumb,
        name="order-result-thumb",
    ),
]
api: list[URLPattern] = [
    path("studio/steps/", orders_api.StudioSteps.as_view(), name="api-studio-steps"),
    path("studio/asked/", orders_api.StudioAsked.as_view(), name="api-studio-asked"),
    path("studio/orders/", orders_api.OrderList.as_view(), name="api-orders"),
    path("studio/orders/<int:pk>/", orders_api.OrderDetail.as_view(), name="api-order"),
    path("studio/orders/<int:pk>/cancel/", orders_api.OrderCancel.as_view(), name="api-order-cancel"),
    path("studio/orders/<int:pk>/retry/", orders_api.OrderRetry.as_view(), name="api-order-retry"),
    path("studio/orders/<int:pk>/pictures/", orders_api.OrderPictures.as_view(), name="api-order-pictures"),
    path(
        "studio/orders/<int:pk>/pictures/<int:position>/takes/",
        takes_api.PictureTakes.as_view(),
        name="api-order-takes",
    ),
    path(
        "studio/orders/<int:pk>/pictures/<int:position>/takes/<int:take>/",
        takes_api.TakeDetail.as_view(),
        name="api-order-take",
    ),
    path(
        "studio/orders/<int:pk>/references/",
        takes_api.OrderReferences.as_view(),
        name="api-order-references",
    ),
    path("studio/orders/<int:pk>/send/", orders_api.OrderSend.as_view(), name="api-order-send"),
]
