"""What an hour on a device costs here, as whoever runs the site has set it."""

from __future__ import annotations

from django.conf import settings


def hourly_rate(device: str, machine: str = "") -> float | None:
    """Return the rate of a device in `settings.SAKKAN_CURRENCY` an hour, None where none is set.

    The most special one counts: ``machine/cuda:1``, ``machine/cuda``, ``cuda:1``, ``cuda``.
    """
    rates: dict[str, float] = settings.SAKKAN_DEVICE_RATES
    kind = device.partition(":")[0]
    names = (f"{machine}/{device}", f"{machine}/{kind}", device, kind)
    return next((rates[name] for name in names if name in rates), None)


def cost(seconds: float, device: str, machine: str = "") -> float | None:
    """Return what that long on a device costs, None without a rate."""
    rate = hourly_rate(device, machine)
    return None if rate is None else rate * seconds / 3600


def parse_rates(text: str) -> dict[str, float]:
    """Read ``cpu=0.1, cuda=2.5, gpu-box/cuda:1=3`` into rates an hour by device.

    Raises:
        ValueError: Naming the part that is no rate.
    """
    rates: dict[str, float] = {}
    for part in filter(None, map(str.strip, text.split(","))):
        device, equals, rate = (piece.strip() for piece in part.partition("="))
        try:
            rates[device] = float(rate)
        except ValueError:
            equals = ""
        if not device or not equals or not 0 <= rates[device] < float("inf"):
            raise ValueError(f"{part!r} is no rate of a device. Write cpu=0.10,cuda=2.5 (an hour).")
    return rates
