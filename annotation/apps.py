"""App configuration."""

from django.apps import AppConfig


class AnnotationConfig(AppConfig):
    """The app ``annotation``."""

    name = "annotation"
    default_auto_field = "django.db.models.BigAutoField"
