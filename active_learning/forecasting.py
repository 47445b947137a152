"""How far a pool's model may come and what that would take, from its ledger."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from active_learning.forecast import (
    FEWEST,
    Curves,
    Range,
    Trial,
    backtest,
    curves_through,
    minutes_a_frame,
    range_of,
)
from active_learning.ledger import Entry

Floats = NDArray[np.float64]

SEED = 0
"""Of the draws: the same rounds give the same forecast each time the page is opened."""
SETTINGS = ("network", "loss", "recipe", "settings", "seconds", "steps")
"""In which rounds of one curve should not differ."""


@dataclass(frozen=True, slots=True)
class Needs:
    """What it takes from now until a quality is reached, None where nothing of that kind was kept.

    ``chance`` is the share of drawn curves that come to it within the pool. inf is never, or beyond the pool.
    """

    target: float
    labels: Range
    frames: Range
    people_minutes: Range | None
    device_minutes: Range | None
    chance: float


@dataclass(frozen=True)
class Forecast:
    """What the evaluated rounds of a ledger foretell.

    Attributes:
        entries: Those that were evaluated with labels, oldest first.
        limit: Frames of the pool.
    """

    entries: tuple[Entry, ...]
    limit: int

    @cached_property
    def labels(self) -> Floats:
        """(K,) labels of each round."""
        return np.array([entry.labels for entry in self.entries], np.float64)

    @cached_property
    def quality(self) -> Floats:
        """(K,) headline of each round, 0..1."""
        return np.array([entry.headline.value for entry in self.entries if entry.headline], np.float64)

    @cached_property
    def curves(self) -> Curves | None:
        """Curves that may lie behind them; None where that cannot be told yet."""
        return _curves(tuple(self.labels), tuple(self.quality))

    @cached_property
    def trials(self) -> list[Trial]:
        """Each round as the rounds before it foretold it."""
        return list(_trials(tuple(self.labels), tuple(self.quality)))

    @property
    def inside(self) -> int:
        """Trials whose interval held what came."""
        return sum(trial.inside for trial in self.trials)

    @property
    def reason(self) -> str:
        """Why nothing can be told, empty where it can."""
        if self.curves is not None:
            return ""
        if len(self.entries) < FEWEST:
            return f"It takes {FEWEST} evaluated rounds to tell; there {_are(len(self.entries))} so far."
        return "The rounds have to differ in labels to tell how the curve goes on."

    @property
    def warning(self) -> str:
        """In what the rounds were trained differently, empty where they are alike."""
        configs = [entry.round.config for entry in self.entries]
        differ = [name for name in SETTINGS if len({str(config.get(name)) for config in configs}) > 1]
        if not differ:
            return ""
        return f"The rounds differ in {_listed(differ)}: the curve takes what that did for what labels did."

    @property
    def usual_target(self) -> float:
        """Half of the way that the curve still goes up, in hundredths; what to ask where nobody asks."""
        last = float(self.quality[-1]) if len(self.quality) else 0.0
        ceiling = float(self.curves.law[0]) if self.curves else 1.0
        return min(0.99, max(round((last + ceiling) / 2, 2), round(last + 0.01, 2)))

    def needs(self, target: float) -> Needs | None:
        """What it takes from the last round's labels to ``target`` (0..1); None where it cannot be told."""
        if self.curves is None:
            return None
        labels = self.curves.until(target)
        labels = np.where(labels > self.limit, np.inf, np.ceil(labels))
        frames = np.maximum(0.0, labels - self.labels[-1])
        return Needs(
            target=target,
            labels=range_of(labels),
            frames=range_of(frames),
            people_minutes=self._minutes(frames, [entry.since for entry in self.entries]),
            device_minutes=self._minutes(frames, [entry.device_seconds or 0.0 for entry in self.entries]),
            chance=float(np.isfinite(labels).mean()),
        )

    def _minutes(self, frames: Floats, seconds: Sequence[float]) -> Range | None:
        added = np.array([entry.added for entry in self.entries], np.float64)
        rng = np.random.default_rng(SEED)
        pace = minutes_a_frame(np.maximum(added, 0), np.array(seconds) / 60, rng, len(frames))
        if pace is None:
            return None
        return range_of(np.where(np.isfinite(frames), np.nan_to_num(frames, posinf=0.0) * pace, np.inf))


def forecast_of(entries: Sequence[Entry], limit: int) -> Forecast:
    """Build the forecast of a ledger for a pool of ``limit`` frames."""
    known = tuple(entry for entry in entries if entry.headline is not None and entry.labels)
    return Forecast(known, limit)


@lru_cache(maxsize=64)
def _curves(labels: tuple[float, ...], quality: tuple[float, ...]) -> Curves | None:
    """Rounds that are over never change: what was drawn for them is kept."""
    return curves_through(np.array(labels), np.array(quality), np.random.default_rng(SEED))


@lru_cache(maxsize=64)
def _trials(labels: tuple[float, ...], quality: tuple[float, ...]) -> tuple[Trial, ...]:
    return tuple(backtest(np.array(labels), np.array(quality), np.random.default_rng(SEED)))


def _are(count: int) -> str:
    return "is 1" if count == 1 else f"are {count}"


def _listed(names: Sequence[str]) -> str:
    return " and ".join(filter(None, [", ".join(names[:-1]), names[-1]]))
