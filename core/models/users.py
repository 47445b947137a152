"""Who a person is and what they may do in a production."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class User(AbstractUser):
    """A person, or a visible stand-in such as ``oracle``."""

    is_oracle = models.BooleanField(
        default=False, help_text="Labels come from known truth, not from a person."
    )


class Role(models.TextChoices):
    """What a member may do; each role includes those before it."""

    VIEWER = "viewer", "Viewer"
    ANNOTATOR = "annotator", "Annotator"
    REVIEWER = "reviewer", "Reviewer"
    LEAD = "lead", "Lead"

    @classmethod
    def at_least(cls, role: Role) -> list[str]:
        """Return the names of all roles that include ``role``."""
        order = list(cls)
        return [r.value for r in order[order.index(role) :]]


class Membership(models.Model):
    """A user's role in one production."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="memberships")
    production = models.ForeignKey(
        "datasets.Production", on_delete=models.CASCADE, related_name="memberships"
    )
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.ANNOTATOR)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "production"], name="one_role_a_production")]

    def __str__(self) -> str:
        return f"{self.user} is {self.role} of {self.production}"
