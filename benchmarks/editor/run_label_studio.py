"""Both programs side by side on one frame."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from datasets.formats.brush_rle import decode
from editor import label_studio, side_by_side, speed
from editor.browser import Hand, chromium, new_page
from editor.editor_page import EditorPage
from editor.hand import Points
from editor.site import Case, Town


async def side_by_side_run(town: Town, site: str, case: Case, folder: Path, scratch: Path) -> dict[str, Any]:
    """The same strokes here and there.

    Args:
        town, site: Our scratch site.
        case: The frame.
        folder: Environment of Label Studio; made when it is not there.
        scratch: For its data.
    """
    ways = side_by_side.scripted(case.truth)
    ours = await _ours(town, site, case, ways)
    with label_studio.serve(label_studio.install(folder), scratch / "label-studio") as address:
        theirs = await label_studio.measured(address, case, ways, side_by_side.SIZE)
    height, width = case.truth.shape
    alpha = decode(theirs.pop("result")[0]["value"]["rle"], height, width)
    for program, stored in ((ours, ours.pop("mask")), (theirs, alpha)):
        expected = side_by_side.discs((height, width), program.pop("ways"), side_by_side.SIZE)
        program["exactness"] = side_by_side.compared(stored, expected)
    return {"version": label_studio.VERSION, "sakkan": ours, "label_studio": theirs}


async def _ours(town: Town, site: str, case: Case, ways: list[Points]) -> dict[str, Any]:
    [assignment] = town.queue("side-by-side", [case])
    async with chromium() as browser:
        editor = EditorPage(await new_page(browser, site, town.cookie()))
        await editor.open(assignment)
        await editor.settings(tool="brush", size=side_by_side.SIZE, value=1)
        await editor.regions_ready()
        drawn = await side_by_side.strokes_drawn(
            editor.page, await Hand.of(editor.page), await editor.view(), ways
        )
        first = await editor.page.evaluate(speed.SAVE)
        await editor.act("edit.undo")
        update = await editor.page.evaluate(speed.SAVE)
        await editor.act("edit.redo")
        saved = {"submit_ms": first["ms"], "update_ms": update["ms"], "mask": 255 * await editor.mask()}
        return await side_by_side.finish(browser, drawn, saved)
