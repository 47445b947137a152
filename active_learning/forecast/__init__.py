"""How a learning curve may go on: pure functions, arrays in and arrays out, chance an argument."""

from active_learning.forecast.backtest import Trial, backtest
from active_learning.forecast.curves import FEWEST, Curves, curves_through
from active_learning.forecast.effort import Range, minutes_a_frame, range_of
from active_learning.forecast.power_law import fit_many

__all__ = [
    "FEWEST",
    "Curves",
    "Range",
    "Trial",
    "backtest",
    "curves_through",
    "fit_many",
    "minutes_a_frame",
    "range_of",
]
