"""What labels cost by some moment."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from annotation.models import Effort
from annotation.selectors.effort import worked_by
from annotation.services.effort import ToolEffort, effort_record
from datasets.models import Pool
from tests.annotation.house import House, make_house


@pytest.fixture
def house(db: None) -> House:
    return make_house(3)


def test_visits_count_from_the_moment_they_began_with_all_they_came_to(house: House) -> None:
    rows, now = house.queue(), timezone.now()
    for row, session, seconds in ((rows[0], "visit-one", 20.0), (rows[1], "visit-two", 30.0)):
        tools = {"pen": ToolEffort(3, 5, seconds / 2)}
        effort_record(
            assignment=row, user=house.annotator, session=session, tools=tools, active_seconds=seconds
        )
    Effort.objects.filter(session="visit-one").update(updated_at=now - timedelta(hours=1))
    effort_record(
        assignment=rows[0], user=house.annotator, session="visit-one", tools={}, active_seconds=50.0
    )
    moments = [now - timedelta(hours=2), now - timedelta(minutes=30), now + timedelta(hours=1)]
    assert worked_by(house.pool, "cel", moments) == [0.0, 50.0, 80.0]
    assert worked_by(house.pool, "douga", moments) == [0.0, 0.0, 0.0]
    assert worked_by(Pool.objects.create(name="other"), "cel", moments[2:]) == [0.0]
    assert worked_by(house.pool, "cel", []) == []
