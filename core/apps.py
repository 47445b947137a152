"""App configuration."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Users, jobs, audit, blobs."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"
