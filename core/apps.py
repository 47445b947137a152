"""App configuration."""

from django.apps import AppConfig
from django.db.backends.signals import connection_created

from core.planner import tell_planner


class CoreConfig(AppConfig):
    """Users, jobs, audit, blobs."""

    name = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Set up connections."""
        connection_created.connect(tell_planner, dispatch_uid="core.planner")
