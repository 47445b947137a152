"""What the renderer's memory is, by Chromium's own account (its tracing category memory-infra)."""

from __future__ import annotations

import asyncio
from typing import Any

from playwright.async_api import Browser

CATEGORY = "disabled-by-default-memory-infra"
TRACED = {
    "includedCategories": [CATEGORY],
    "excludedCategories": ["*"],
    "memoryDumpConfig": {"triggers": []},
}
PICTURES = "cc/image_memory"
"""Pictures of the page, decoded for drawing: a cache that Chromium bounds, and gives back when memory is short."""


async def picture_cache_mb(browser: Browser) -> float:
    """Decoded pictures that the renderer with most of them keeps for drawing them again, MiB."""
    dumps = [dump for event in await _dumped(browser) if (dump := _allocators(event))]
    return max((_size(dump.get(PICTURES, {})) for dump in dumps), default=0) / 2**20


async def _dumped(browser: Browser) -> list[dict[str, Any]]:
    """Events of one dump of every process."""
    cdp = await browser.new_browser_cdp_session()
    events: list[dict[str, Any]] = []
    ended = asyncio.Event()
    cdp.on("Tracing.dataCollected", lambda data: events.extend(data["value"]))
    cdp.on("Tracing.tracingComplete", lambda _: ended.set())
    await cdp.send("Tracing.start", {"traceConfig": TRACED, "transferMode": "ReportEvents"})
    await cdp.send("Tracing.requestMemoryDump", {"levelOfDetail": "detailed"})
    await cdp.send("Tracing.end")
    await ended.wait()
    await cdp.detach()
    return events


def _allocators(event: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = event.get("args", {}).get("dumps", {}).get("allocators", {})
    return found


def _size(allocator: dict[str, Any]) -> int:
    """Sizes are written as hexadecimal text."""
    return int(allocator.get("attrs", {}).get("size", {}).get("value", "0"), 16)
