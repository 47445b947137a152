"""App configuration."""

from django.apps import AppConfig


class DatasetsConfig(AppConfig):
    """The app ``datasets``."""

    name = "datasets"
    default_auto_field = "django.db.models.BigAutoField"
