"""What an hour on a device costs."""

from __future__ import annotations

from typing import Any

import pytest

from core.rates import cost, hourly_rate, parse_rates


def test_rates_are_read_by_device() -> None:
    assert parse_rates(" cpu=0.1, box/cuda:1 = 3 ,") == {"cpu": 0.1, "box/cuda:1": 3.0}
    assert parse_rates("") == {}


@pytest.mark.parametrize("text", ["cpu", "cpu=dear", "=2", "cpu=-1", "cuda=inf", "cpu=nan"])
def test_what_is_no_rate_is_named(text: str) -> None:
    with pytest.raises(ValueError, match="is no rate of a device"):
        parse_rates(f"mps=1,{text}")


def test_the_most_special_rate_counts(settings: Any) -> None:
    settings.SAKKAN_DEVICE_RATES = {"cuda": 2.0, "cuda:1": 3.0, "box/cuda": 4.0}
    assert hourly_rate("cuda:0", "here") == 2.0
    assert hourly_rate("cuda:1", "here") == 3.0
    assert hourly_rate("cuda:1", "box") == 4.0
    assert hourly_rate("cpu", "box") is None


def test_half_an_hour_costs_half_the_rate(settings: Any) -> None:
    settings.SAKKAN_DEVICE_RATES = {"cuda": 2.0}
    assert cost(1800, "cuda:0") == 1.0
    assert cost(1800, "cpu") is None
