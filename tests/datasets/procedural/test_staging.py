"""Cuts staged, whatever is drawn of them."""

from __future__ import annotations

import numpy as np
import pytest

from datasets.procedural.design import design_show
from datasets.procedural.staging import plan_cut, storyboard


@pytest.mark.parametrize("kind", sorted(set(storyboard(0, 16)) | set(storyboard(2, 16))))
def test_every_kind_of_cut_is_staged_under_any_camera(kind: str) -> None:
    show = design_show("show", np.random.default_rng(3))
    plans = [plan_cut(show, "cut", kind, 2, (384, 216), np.random.default_rng(seed)) for seed in range(60)]
    assert {len(plan.moments) for plan in plans} == {2}
