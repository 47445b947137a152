"""App configuration."""

from django.apps import AppConfig


class ActiveLearningConfig(AppConfig):
    """The app ``active_learning``."""

    name = "active_learning"
    default_auto_field = "django.db.models.BigAutoField"
