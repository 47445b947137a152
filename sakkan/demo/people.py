"""Who takes part in the demo."""

from __future__ import annotations

from core.models import User


def demo_people() -> tuple[User, User]:
    """Return (demo, oracle): the person at the screen, and the stand-in that draws from known truth."""
    demo, _ = User.objects.get_or_create(username="demo", defaults={"is_superuser": True, "is_staff": True})
    oracle, _ = User.objects.get_or_create(
        username="oracle", defaults={"is_superuser": True, "is_oracle": True, "first_name": "Oracle"}
    )
    for user in (demo, oracle):
        if not user.password:
            user.set_unusable_password()
            user.save(update_fields=["password"])
    return demo, oracle
