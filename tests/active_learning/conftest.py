"""Fixtures of the loop's tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from active_learning.models import Round, Selection
from active_learning.services.rounds import job_options, round_prepare
from active_learning.services.selections import selection_confirm, selection_propose
from core.jobs import run_inline
from tests.active_learning.world import FakeModeling, fill_in, make_world
from tests.annotation.house import House
from tests.core.conftest import (
    postgres_site,
    postgres_template,
    postgres_url,
    site,
    sqlite_site,
    sqlite_template,
)

__all__ = ["postgres_site", "postgres_template", "postgres_url", "site", "sqlite_site", "sqlite_template"]


@pytest.fixture
def house(db: None) -> House:
    """A pool of forty frames in ten cuts, two held-out."""
    return make_world()


@pytest.fixture
def modeling(monkeypatch: pytest.MonkeyPatch) -> FakeModeling:
    """The modeling process, replaced."""
    fake = FakeModeling()
    for module in ("steps", "scoring", "drafts"):
        monkeypatch.setattr(f"active_learning.services.{module}.run_modeling", fake)
    return fake


class Loop:
    """A person who leads the pool round the loop."""

    def __init__(self, house: House, folder: Path) -> None:
        self.house, self.folder = house, folder

    def select(self, budget: int = 6, strategy: str = "default", **options: object) -> Selection:
        """Propose and confirm."""
        selection = selection_propose(
            pool=self.house.pool,
            task="cel",
            budget=budget,
            strategy=strategy,
            user=self.house.lead,
            **options,
        )
        return selection_confirm(selection=selection, user=self.house.lead)

    def label(self) -> None:
        """Let the oracle draw all that is queued."""
        fill_in(self.house, self.folder)

    def run(self, **config: object) -> Round:
        """Start a round and do its job here and now."""
        from active_learning.jobs import round_run

        round_ = round_prepare(pool=self.house.pool, task="cel", config=config, user=self.house.lead)
        try:
            run_inline(round_run, **job_options(round_, self.house.lead))
        finally:
            round_.refresh_from_db()
        return round_

    def round(self, **config: object) -> Round:
        """One whole round."""
        self.select()
        self.label()
        return self.run(**config)


@pytest.fixture
def loop(house: House, tmp_path: Path) -> Loop:
    """The loop, led by somebody."""
    return Loop(house, tmp_path / "truth")
