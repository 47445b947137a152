"""How fast the editor answers, measured in the page itself: strokes, fills, the region map, opening, saving, memory."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from editor.browser import Hand, Point, View
from editor.editor_page import PATIENCE, EditorPage
from editor.site import Case

SIZES = (3, 24, 80, 200)
"""Brush widths in frame px."""
ZOOMS = (None, 1.0, 4.0)
"""Screen pixels a frame pixel; None fits the frame."""
RATE = 240
"""Points a second that a pen sends."""
STROKE_SECONDS = 1.0


@dataclass
class Figures:
    """Times in ms."""

    values: list[float] = field(default_factory=list)

    def summary(self) -> dict[str, float]:
        """Count, median, 95th percentile, longest."""
        if not self.values:
            return {"n": 0}
        p50, p95, longest = (round(float(value), 2) for value in np.percentile(self.values, [50, 95, 100]))
        return {"n": len(self.values), "p50": p50, "p95": p95, "max": longest}


def wave(width: float, height: float, *, turns: float, phase: float, count: int) -> list[Point]:
    """A stroke across a frame as a hand makes it: a wave from left to right, well inside; frame px."""
    steps = np.linspace(0, 1, count)
    x = width * (0.1 + 0.8 * steps)
    y = height * (0.5 + 0.35 * np.sin(2 * math.pi * (turns * steps + phase)))
    return list(zip(x.tolist(), y.tolist(), strict=True))


async def strokes(editor: EditorPage, *, pen: bool, repeat: int) -> dict[str, Any]:
    """Brush strokes of every width at every zoom; what each pointer event cost while the brush was down."""
    hand = await Hand.of(editor.page, pen=pen)
    work, painted, merged = Figures(), Figures(), Figures()
    for zoom in ZOOMS:
        await editor.zoom(zoom)
        view = await editor.view()
        for number, size in enumerate(SIZES * repeat):
            await editor.settings(tool="brush", size=size, value=number % 2)
            await editor.entries()
            await hand.stroke(await _on_screen(editor, view, number), STROKE_SECONDS)
            await editor.settle()
            moves = [e for e in await editor.entries() if e["kind"] in ("down", "move") and e["painted"]]
            work.values += [entry["work"] for entry in moves]
            painted.values += [entry["painted"] for entry in moves]
            merged.values += [entry["merged"] for entry in moves]
    await editor.zoom(None)
    return {"work": work.summary(), "painted": painted.summary(), "merged": merged.summary()}


async def _on_screen(editor: EditorPage, view: View, number: int) -> list[Point]:
    """A wave over the part of the stage that shows the frame; page px."""
    box = await editor.page.locator("#stage").bounding_box()
    assert box is not None
    count = int(RATE * STROKE_SECONDS)
    points = wave(box["width"], box["height"], turns=1 + number % 3, phase=number / 7, count=count)
    return [(box["x"] + x, box["y"] + y) for x, y in points]


FILL_WAIT = """
() => {
    const { store } = __editor;
    globalThis.__filled = new Promise((resolve) => {
        const after = () => requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => resolve(performance.now());
            channel.port2.postMessage(0);
        });
        const listeners = (store.listeners.get("change") ?? []);
        const once = () => { listeners.splice(listeners.indexOf(once), 1); after(); };
        store.on("change", once);
        setTimeout(() => resolve(null), 3000);
    });
}
"""


async def fills(editor: EditorPage, case: Case, *, tool: str, count: int, seed: int = 0) -> dict[str, Any]:
    """Clicks of a filling tool on places drawn by chance, each rested over first as a person does.

    The time runs from the press reaching the page to the end of the rendering that shows the filled map.
    """
    hand = await Hand.of(editor.page)
    rng = np.random.default_rng(seed)
    await editor.settings(tool=tool)
    await editor.regions_ready()
    view, figures, work, missed = await editor.view(), Figures(), Figures(), 0
    height, width = case.truth.shape
    for _ in range(count):
        place = float(rng.uniform(4, width - 4)), float(rng.uniform(4, height - 4))
        # The other value than there is, so that every click has something to do.
        await editor.settings(value=1 - await editor.page.evaluate(VALUE_AT, place))
        await hand.hover(view.at(place))
        await editor.settle()
        await editor.entries()
        await editor.page.evaluate(FILL_WAIT)
        await hand.click(view.at(place))
        end = await editor.page.evaluate("__filled")
        downs = [entry for entry in await editor.entries() if entry["kind"] == "down"]
        if end is None or not downs:
            missed += 1
        else:
            figures.values.append(end - downs[0]["start"])
            work.values.append(downs[0]["work"])
    return {**figures.summary(), "work": work.summary(), "no_change": missed}


VALUE_AT = "([x, y]) => __editor.store.doc.sheet.get(Math.floor(x), Math.floor(y))"

REGION_MAP = """
async ({ by, gap, count }) => {
    const { docPixels } = await import(new URL("/static/editor/pixels.js", location.href).href);
    const { doc, settings } = __editor.store;
    const { width, height, profile } = doc;
    const rgba = docPixels(doc);
    const lineWidth = profile.line_width.max * height;
    const times = [];
    let regions = 0;
    for (let turn = 0; turn <= count; turn++) {
        const start = performance.now();
        const payload = { width, height, by, gap, tolerance: settings.tolerance, rgba, lineWidth };
        regions = (await __editor.heavy.call("imageRegions", payload)).count;
        times.push(performance.now() - start);
    }
    return { times: times.slice(1), first: times[0], regions };
}
"""


async def region_map(editor: EditorPage, *, by: str, gap: int, count: int) -> dict[str, Any]:
    """A map of the image's regions from the worker, from asking to having it: pixels over, map back included."""
    await editor.regions_ready()
    answer = await editor.page.evaluate(REGION_MAP, {"by": by, "gap": gap, "count": count})
    return {**Figures(answer["times"]).summary(), "regions": answer["regions"], "first": answer["first"]}


SAVE = """
async () => {
    const { saver } = __editor.session;
    const start = performance.now();
    let packed;
    const pack = saver.pack;
    saver.pack = async () => { const body = await pack(); packed = performance.now() - start; return body; };
    const ok = await saver.flush();
    saver.pack = pack;
    return { ok, ms: performance.now() - start, packed };
}
"""


async def saves(editor: EditorPage, *, count: int) -> dict[str, Any]:
    """From flush to the stored answer, packing included, a stroke before each."""
    hand, whole, pack = await Hand.of(editor.page), Figures(), Figures()
    view = await editor.view()
    for number in range(count):
        await editor.settings(tool="brush", size=30, value=(number + 1) % 2)
        await hand.stroke([view.at(p) for p in wave(1900, 1000, turns=2, phase=number / 5, count=40)])
        answer = await editor.page.evaluate(SAVE)
        if not answer["ok"] or answer.get("packed") is None:
            raise RuntimeError("A save of the benchmark was not stored: the editor's status line says why.")
        whole.values.append(answer["ms"])
        pack.values.append(answer["packed"])
    return {**whole.summary(), "pack": pack.summary()}


WATCH_OPEN = """
() => {
    globalThis.__opens = [];
    let begun = null;
    new MutationObserver(() => {
        const state = document.body.dataset.state;
        if (state === "loading") begun = performance.now();
        if (state !== "ready" || begun === null) return;
        const from = begun;
        begun = null;
        requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => __opens.push(performance.now() - from);
            channel.port2.postMessage(0);
        });
    }).observe(document.body, { attributes: true, attributeFilter: ["data-state"] });
}
"""


async def reopen(editor: EditorPage, assignment: int, *, count: int) -> dict[str, Any]:
    """The page opened anew on a frame whose picture the browser has kept: from navigation to where one can draw."""
    figures = Figures()
    for _ in range(count):
        await editor.open(assignment)
        await editor.settle()
        figures.values.append(await editor.page.evaluate(READY_AT))
    return figures.summary()


READY_AT = "performance.getEntriesByName('probe.ready')[0].startTime"
MARK_READY = """
addEventListener("DOMContentLoaded", () => {
    const mark = () => {
        if (document.body.dataset.state !== "ready" || performance.getEntriesByName("probe.ready").length) return;
        requestAnimationFrame(() => {
            const channel = new MessageChannel();
            channel.port1.onmessage = () => performance.mark("probe.ready");
            channel.port2.postMessage(0);
        });
    };
    new MutationObserver(mark).observe(document.body, { attributes: true, attributeFilter: ["data-state"] });
});
"""


async def walk(editor: EditorPage, *, frames: int, strokes_a_frame: int) -> dict[str, Any]:
    """Draw on frame after frame, handing each in: from the next frame's opening to where one can draw on it."""
    hand = await Hand.of(editor.page)
    await editor.page.evaluate(WATCH_OPEN)
    for number in range(frames):
        await editor.regions_ready()
        view = await editor.view()
        for turn in range(strokes_a_frame):
            await editor.settings(tool="brush", size=SIZES[turn % len(SIZES)], value=1 - turn % 2)
            await hand.stroke(
                [view.at(p) for p in wave(1900, 1000, turns=turn + 1, phase=number / 9, count=80)]
            )
        if number + 1 < frames:
            await _next(editor)
    return _opened(await editor.page.evaluate("__opens"))


# What the button does, without the list of checks that may come up before it.
HAND_IN = """
async () => {
    const { next } = await __editor.session.submit();
    await __editor.open(next);
}
"""


async def _next(editor: EditorPage) -> None:
    before = await editor.page.evaluate("__opens.length")
    await asyncio.wait_for(editor.page.evaluate(HAND_IN), PATIENCE)
    while await editor.page.evaluate("__opens.length") <= before:
        await asyncio.sleep(0.02)


def _opened(times: Sequence[float]) -> dict[str, Any]:
    return Figures(list(times)).summary()
