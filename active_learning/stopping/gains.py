"""Rules on what the last rounds gained on held-out frames.

A gain whose interval reaches zero may be nothing, or may be what few held-out cuts cannot show. So a plateau is only
proposed where the interval also excludes a gain that would be worth another round; else the rule says that it is open.
"""

from __future__ import annotations

from pydantic import Field

from active_learning.stopping.base import History, StoppingRule, Verdict, signed, unknown
from modeling.registry import Params


class PlateauParams(Params):
    """Parameters of ``plateau``."""

    rounds: int = Field(2, ge=1, le=50, description="Over how many rounds the gain is looked at")
    worth: float = Field(
        0.02, gt=0, le=1, description="Smallest gain over them that would be worth going on for"
    )


class PerHourParams(Params):
    """Parameters of ``gain_per_hour``."""

    rounds: int = Field(2, ge=1, le=50, description="Over how many rounds the gain is looked at")
    least: float = Field(0.005, gt=0, le=1, description="Gain an hour of people's work that is worth it")


def _gain(history: History, rounds: int) -> tuple[float, float, float] | Verdict:
    """The gain over the last ``rounds`` with its interval, or why there is none."""
    if len(history) <= rounds:
        return unknown(f"Takes {rounds + 1} evaluated rounds; there are {len(history)}.")
    gain, low, high = history.to_last[-1 - rounds].tolist()
    if gain != gain:
        return unknown("The rounds have no held-out frame in common.")
    if low != low:
        return unknown(f"{signed(gain)}, on fewer than three held-out cuts: too few for an interval.")
    return gain, low, high


def _plateau(history: History, params: PlateauParams) -> Verdict:
    found = _gain(history, params.rounds)
    if isinstance(found, Verdict):
        return found
    gain, low, high = found
    interval = f"95 % interval {signed(low)} to {signed(high)}"
    text = f"{history.metric} went {signed(gain)} in {_rounds(params.rounds)}, {interval}"
    if low > 0:
        return Verdict(False, f"{text}: it still gains.")
    if high >= params.worth:
        return unknown(f"{text}: may be nothing, may be the {params.worth:g} that is worth going on for.")
    return Verdict(True, f"{text}: nothing, or less than the {params.worth:g} that is worth going on for.")


def _per_hour(history: History, params: PerHourParams) -> Verdict:
    found = _gain(history, params.rounds)
    if isinstance(found, Verdict):
        return found
    hours = float(history.hours[-1] - history.hours[-1 - params.rounds])
    if hours <= 0:
        return unknown(f"No work was logged in the last {_rounds(params.rounds)}.")
    gain, low, high = (value / hours for value in found)
    text = (
        f"{signed(gain)} an hour in {_rounds(params.rounds)}, 95 % interval {signed(low)} to {signed(high)}"
    )
    if high < params.least:
        return Verdict(True, f"{text}: below the {params.least:g} that is worth it.")
    if low >= params.least:
        return Verdict(False, f"{text}: at least the {params.least:g} that is worth it.")
    return unknown(f"{text}: on either side of the {params.least:g} that is worth it.")


def _rounds(count: int) -> str:
    return "the last round" if count == 1 else f"the last {count} rounds"


PLATEAU = StoppingRule(
    "plateau", "The last rounds gained nothing on held-out frames.", _plateau, PlateauParams
)
GAIN_PER_HOUR = StoppingRule(
    "gain_per_hour", "An hour of work gains less than it is worth.", _per_hour, PerHourParams
)
