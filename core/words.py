"""Numbers in sentences."""

from __future__ import annotations


def counted(number: int, one: str, many: str = "") -> str:
    """Say how many: ``1 frame``, ``0 frames``, ``12,000 frames``; ``many`` where an s does not do."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
