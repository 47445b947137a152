"""Frames left out for their quality are never offered; those drawn already still count."""

from __future__ import annotations

import numpy as np
import pytest

from active_learning.services.selections import selection_propose
from datasets.features import feature_write
from datasets.quality import FEATURE, MEASURES, VERSION
from datasets.services.quality import frames_leave_out
from tests.active_learning.world import make_world, trainable_ids

pytestmark = pytest.mark.django_db


def test_selection_offers_no_frame_beyond_a_threshold_until_it_is_lifted() -> None:
    house = make_world()
    values = np.zeros((len(house.frames), len(MEASURES)), np.float32)
    values[::2, list(MEASURES).index("text")] = 40
    feature_write(FEATURE, VERSION, [frame.pk for frame in house.frames], values)
    poor = {frame.pk for frame in house.frames[::2]}

    def offered() -> set[int]:
        found = selection_propose(pool=house.pool, task="cel", budget=40, strategy="random", user=house.lead)
        return set(found.items.filter(held_out=False).values_list("frame_id", flat=True))

    house.pool = frames_leave_out(pool=house.pool, thresholds={"text": 10}, user=house.lead)
    assert offered() == trainable_ids(house) - poor
    house.pool = frames_leave_out(pool=house.pool, thresholds={}, user=house.lead)
    assert offered() == trainable_ids(house)
