"""App configuration."""

from django.apps import AppConfig


class ActiveLearningConfig(AppConfig):
    """What to label next, and the loop."""

    name = "active_learning"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Hear how jobs end."""
        from active_learning.services.settling import on_job_settled
        from core.jobs import job_settled

        job_settled.connect(on_job_settled, dispatch_uid="active_learning.rounds")
