"""App configuration."""

from django.apps import AppConfig


class SakkanConfig(AppConfig):
    """The app ``sakkan``."""

    name = "sakkan"
    default_auto_field = "django.db.models.BigAutoField"
