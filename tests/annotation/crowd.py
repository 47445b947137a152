"""Many annotators at once, in threads with database connections of their own; run inside a `Site`."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection

from annotation.models import Assignment
from annotation.services.assignments import Wanted, assignment_create_many
from annotation.services.leases import assignment_claim, assignment_claim_next
from core.errors import ConflictError
from core.models import Membership, Role, User
from datasets.models import Pool, Production
from tests.annotation.house import make_frames


def make_crowd(people: int, frames: int) -> tuple[list[User], Pool]:
    """Return that many annotators, and a pool with that many queued frames."""
    production = Production.objects.create(name="Show")
    pool = Pool.objects.create(name="pool")
    pool.productions.add(production)
    rows = make_frames(production, pool, frames)
    assignment_create_many(pool=pool, kind="cel", frames=[Wanted(frame.pk) for frame in rows], user=None)
    users = [User.objects.create_user(f"annotator{number}") for number in range(people)]
    for user in users:
        Membership.objects.create(user=user, production=production, role=Role.ANNOTATOR)
    return users, pool


def everyone_takes_the_next(people: int, frames: int) -> dict[str, list[int]]:
    """Let all ask for the next frame at the same moment; return what each got."""
    users, pool = make_crowd(people, frames)
    barrier = Barrier(people)

    def take(user: User) -> list[int]:
        barrier.wait()
        try:
            claimed = assignment_claim_next(user=user, pool=pool)
            return [claimed.pk] if claimed else []
        finally:
            connection.close()

    with ThreadPoolExecutor(people) as threads:
        return dict(zip([user.username for user in users], threads.map(take, users), strict=True))


def everyone_takes_the_same(people: int) -> list[str]:
    """Let all claim one frame at the same moment; return who got it."""
    users, _ = make_crowd(people, 1)
    wanted = Assignment.objects.get()
    barrier = Barrier(people)

    def take(user: User) -> str:
        barrier.wait()
        try:
            assignment_claim(assignment=Assignment.objects.get(pk=wanted.pk), user=user)
            return user.username
        except ConflictError:
            return ""
        finally:
            connection.close()

    with ThreadPoolExecutor(people) as threads:
        return [name for name in threads.map(take, users) if name]
