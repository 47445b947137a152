"""How many actions a scripted annotator needs to 95 % IoU: with the brush, with region fill, with a draft besides.

An action is a press to its release (a stroke, a drag, a click) or one choice of another tool, brush width or command
(so undo is one, too). Moving the pointer without pressing, and looking, are none. The annotator works in the page by
real pointer events on the fitted view, reads the map the page holds and compares it with the truth.

- brush: brush and eraser alone (brushwork.py).
- fill: bucket, enclose and fill by a loop (regionwork.py) or a box (boxwork.py), or the brush, whichever puts more
  pixels right an action. Dropping a box that lights up the wrong things is a choice, too.
- draft: the same, beginning with a draft of 0.9 IoU (draft.py). It first has every region filled by the draft's vote,
  and takes that back if it does not help.
- areas: as draft, but the draft is wrong by whole areas of one colour, where no vote helps.

A fill after which more pixels are wrong than before is taken back; regions of which that came twice are left to the
brush, and after two loops of which that came no more are made.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray
from playwright.async_api import Page

from editor.boxwork import TAKEN, Box, next_box
from editor.browser import Hand, Point
from editor.brushwork import Mask, Room, Stroke, next_stroke
from editor.draft import drafted, drafted_by_areas, iou
from editor.editor_page import EditorPage
from editor.hand import Points, shaken
from editor.regionwork import Drag, Gains, Labels, next_drag, next_loop
from editor.site import Case

Plan = TypeVar("Plan", Stroke, Drag, Box)
GOAL = 0.95
MOST = 250
"""Actions after which one gives up."""
ARMS = ("brush", "fill", "draft", "areas")
DRAFTED = ("draft", "areas")
START_SIZE = 24
MARGIN = 120
"""Of what is planned on, round what is or should be drawn, px."""
SPOILT = 2
"""So often a thing is tried that came out worse than it looked."""


@dataclass
class Work:
    """One frame in the annotator's hands."""

    editor: EditorPage
    hand: Hand
    truth: Mask
    rng: np.random.Generator
    curve: list[tuple[int, float]] = field(default_factory=list)
    steps: list[str] = field(default_factory=list)
    tool: str = "brush"
    shape: str = "loop"
    size: int = START_SIZE
    actions: int = 0
    mask: Mask = field(default_factory=lambda: np.zeros((0, 0), np.uint8))
    trust: dict[bool, float] = field(default_factory=lambda: {False: 1.0, True: 1.0})

    async def look(self) -> float:
        """Read the map; return its IoU and note it."""
        self.mask = await self.editor.mask()
        value = iou(self.truth, self.mask)
        self.curve.append((self.actions, round(value, 4)))
        return value

    async def choose(self, tool: str, size: int | None = None) -> None:
        """Take a tool, and a width, in hand: an action each unless it is there already."""
        if tool != self.tool:
            self.tool, self.actions = tool, self.actions + 1
            await self.editor.settings(tool=tool)
        if size is not None and size != self.size:
            self.size, self.actions = size, self.actions + 1
            await self.editor.settings(size=size)

    def encloses_with(self, shape: str) -> bool:
        """Whether loop or box is in hand."""
        return (self.tool, self.shape) == ("enclose", shape)

    async def enclose_with(self, shape: str) -> None:
        """Take the loop or the box in hand, which is one key whatever was in it."""
        if not self.encloses_with(shape):
            self.tool, self.shape, self.actions = "enclose", shape, self.actions + 1
            await self.editor.settings(tool="enclose", encloseShape=shape)

    async def press(self, points: Points, width: float, button: str = "left", *, lift: bool = True) -> Point:
        """Press, move, and lift unless told otherwise, as the hand does it; where it ended on the page."""
        view = await self.editor.view()
        there = shaken(points, width, self.rng)
        # Beyond the frame one does not press.
        there[0] = there[0].clip(0.5, np.asarray(self.truth.shape[::-1]) - 0.5)
        way = [view.at((float(x), float(y))) for x, y in there]
        self.actions += 1
        how = {"bucket": f"bucket {button}", "enclose": f"{self.shape} {button}"}
        self.steps.append(how.get(self.tool, f"{self.tool} {self.size}"))
        await (self.hand.stroke if lift else self.hand.draw)(way, button=button)
        return way[-1]

    async def act(self, name: str) -> None:
        """Use a command."""
        self.actions += 1
        self.steps.append(name)
        await self.editor.act(name)

    @property
    def box(self) -> tuple[slice, slice]:
        """The part of the frame where something is or should be, with some room round it."""
        y, x = (np.flatnonzero((self.truth | self.mask).any(axis=axis)) for axis in (1, 0))
        return tuple(slice(max(0, int(at[0]) - MARGIN), int(at[-1]) + MARGIN) for at in (y, x))  # type: ignore

    @property
    def corner(self) -> tuple[int, int]:
        """x and y at which that part begins."""
        return self.box[1].start, self.box[0].start

    def sight(self, *more: NDArray[Any]) -> list[NDArray[Any]]:
        """Truth, map and whatever else, of that part: what is planned on, since a plan on all of it takes longer."""
        return [np.ascontiguousarray(array[self.box]) for array in (self.truth, self.mask, *more)]

    @property
    def wrong(self) -> int:
        """Pixels that are wrong now."""
        return int((self.mask != self.truth).sum())

    async def undo_if_worse(self, before: int) -> bool:
        """Look, and take the last step back if more is wrong than before; whether it was."""
        await self.look()
        if self.wrong <= before:
            return False
        await self.act("edit.undo")
        await self.look()
        return True


async def annotate(page: Page, assignment: int, case: Case, arm: str, seed: int) -> dict[str, Any]:
    """Draw one frame with one arm's tools; actions to the goal (None: given up), the curve of IoU, the steps."""
    editor = EditorPage(page)
    await editor.open(assignment)
    await editor.settings(tool="brush", size=START_SIZE, value=1, penPressure=False)
    work = Work(editor, await Hand.of(page), case.truth, np.random.default_rng(seed))
    reached = await work.look()
    if arm == "brush":
        await _brush(work, reached)
    else:
        await _regions(work, await regions_of(editor), votes=arm in DRAFTED)
    done = work.curve[-1][1] >= GOAL
    found = {"curve": work.curve, "steps": work.steps}
    return {"actions": work.actions if done else None, "iou": work.curve[-1][1], **found}


async def _brush(work: Work, reached: float) -> None:
    while reached < GOAL and work.actions < MOST:
        if not await _brush_once(work):
            return
        reached = await work.look()


async def _brush_once(work: Work) -> bool:
    stroke = moved(next_stroke(*work.sight(), work.size, work.tool == "eraser"), work.corner)
    if stroke is None:
        return False
    await work.choose("eraser" if stroke.erases else "brush", stroke.size)
    await work.press(stroke.points, stroke.width)
    return True


async def _regions(work: Work, labels: Labels, *, votes: bool) -> None:
    if votes:
        before = work.wrong
        await work.act("fill.votes")
        await work.undo_if_worse(before)
    spoilt: dict[int, int] = {}
    while work.curve[-1][1] < GOAL and work.actions < MOST:
        if not await _region_once(work, labels, spoilt):
            return


LOOP = -1
"""Stands for loops among what was spoilt."""


async def _region_once(work: Work, labels: Labels, spoilt: dict[int, int]) -> bool:
    """Bucket, loop or brush, whichever puts more right an action."""
    distrusted = {region for region, times in spoilt.items() if times >= SPOILT and region != LOOP}
    drag = moved(next_drag(*work.sight(labels), distrusted), work.corner)
    loop = moved(next_loop(*work.sight()), work.corner) if spoilt.get(LOOP, 0) < SPOILT else None
    box = moved(next_box(*work.sight(), work.trust), work.corner)
    stroke = next_stroke(*work.sight(), work.size, work.tool == "eraser")
    worth = {
        "bucket": drag.gain / (1 + (work.tool != "bucket")) if drag else 0.0,
        "enclose": loop.gain / (1 + (not work.encloses_with("loop"))) if loop else 0.0,
        "box": box.gain * work.trust[box.erases] / (1 + (not work.encloses_with("box"))) if box else 0.0,
        "brush": _worth(stroke, work) if stroke else 0.0,
    }
    best = max(worth, key=lambda name: worth[name])
    if worth[best] <= 0:
        return False
    if best == "brush":
        await _brush_once(work)
        await work.look()
        return True
    if best == "box":
        assert box is not None
        await _box_once(work, box, labels)
        return True
    chosen = drag if best == "bucket" else loop
    assert chosen is not None
    before = work.wrong
    await (work.enclose_with("loop") if best == "enclose" else work.choose("bucket"))
    await work.press(chosen.points, chosen.width, "right" if chosen.erases else "left")
    # What was taken back, or did nothing, is not expected to do better the next time.
    if await work.undo_if_worse(before) or work.wrong == before:
        for region in {LOOP} if best == "enclose" else _regions_under(labels, chosen.points):
            spoilt[region] = spoilt.get(region, 0) + 1
    return True


async def _box_once(work: Work, box: Box, labels: Labels) -> None:
    """Draw it, look at what is lit, and lift if that is worth it."""
    before = work.wrong
    await work.enclose_with("box")
    button = "right" if box.erases else "left"
    corner = await work.press(box.points, box.width, button, lift=False)
    await work.editor.settle()
    gains = Gains(labels, Room(work.truth, work.mask, erases=box.erases), set())
    gain = float(gains.of[await work.editor.page.evaluate(TAKEN)].sum())
    work.trust[box.erases] = max(0.0, gain / box.gain)
    if gain <= 0:
        await work.act("cancel")
    await work.hand.lift(corner, button)
    await work.undo_if_worse(before)


def moved(plan: Plan | None, corner: tuple[int, int]) -> Plan | None:
    """A stroke or drag in the frame's coordinates."""
    return dataclasses.replace(plan, points=plan.points + corner) if plan else None


def _worth(stroke: Stroke, work: Work) -> float:
    """Pixels a brush stroke puts right an action, the way back from the bucket counted."""
    actions = 1 + (stroke.size != work.size) + (work.tool != ("eraser" if stroke.erases else "brush"))
    return stroke.gain / actions


def _regions_under(labels: Labels, points: Points) -> set[int]:
    at = np.floor(points).astype(int)
    height, width = labels.shape
    return set(labels[at[:, 1].clip(0, height - 1), at[:, 0].clip(0, width - 1)].tolist())


REGIONS = """
async () => {
    const { boundsOf } = await import(new URL("/static/editor/regions/work.js", location.href).href);
    const { doc, settings } = __editor.store;
    const bounds = boundsOf({ ...settings, tool: "bucket" }, doc);
    let map;
    while (!(map = doc.regions.peek(bounds))) await new Promise((later) => setTimeout(later, 20));
    const bytes = new Uint8Array(Int32Array.from(map.labels).buffer);
    const parts = [];
    for (let i = 0; i < bytes.length; i += 8190) parts.push(btoa(String.fromCharCode(...bytes.subarray(i, i + 8190))));
    return [doc.width, doc.height, parts.join("")];
}
"""


async def regions_of(editor: EditorPage) -> Labels:
    """The bucket's regions, as they light up under the pointer."""
    import base64

    width, height, packed = await editor.page.evaluate(REGIONS)
    return np.frombuffer(base64.b64decode(packed), np.int32).reshape(height, width)


def given(cases: Sequence[Case], arm: str, seed: int = 0) -> list[Case]:
    """The frames as an arm gets them: with a draft of 0.9 IoU each, or without."""
    return [
        dataclasses.replace(case, draft=_draft(case, arm, np.random.default_rng([seed, number])))
        for number, case in enumerate(cases)
    ]


def _draft(case: Case, arm: str, rng: np.random.Generator) -> Mask | None:
    if arm == "draft":
        return drafted(case.truth, rng)
    return drafted_by_areas(case.truth, case.rgb, rng) if arm == "areas" else None


def medians(results: Sequence[dict[str, Any]]) -> dict[str, float | None]:
    """Median number of actions by arm; a frame that was given up counts as one that took `MOST`."""
    out: dict[str, float | None] = {}
    for arm in ARMS:
        counts: NDArray[np.float64] = np.asarray([row[arm]["actions"] or MOST for row in results], float)
        out[arm] = float(np.median(counts)) if len(counts) else None
    return out
