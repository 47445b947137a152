"""The same strokes in Label Studio's brush tool and in the editor: same Chromium, same frame, same hand.

Label Studio (Apache-2.0) is installed into an environment of its own, since it brings its own Django; it runs its own
server on scratch data. Both pages get the same way over the frame at the same pace and the same width in frame pixels,
each on the view it opens with. Event costs are taken by the probe in both, by the same rule.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page

from editor.browser import PROBE, VIEW, Hand, View, chromium
from editor.hand import Points
from editor.side_by_side import finish, strokes_drawn
from editor.site import Case, free_port, png, wait_for

VERSION = "1.23.2"
EMAIL, PASSWORD = "mio@example.com", "only-on-this-machine"
CONFIG = (
    '<View><Image name="image" value="$image" zoom="true"/><BrushLabels name="tag" toName="image">'
    '<Label value="cel" background="#ff00ff"/></BrushLabels></View>'
)


def install(folder: Path) -> Path:
    """Make the environment unless it is there; return its command."""
    command = folder / "bin" / "label-studio"
    if not command.is_file():
        print(f"Installing Label Studio {VERSION} into {folder}; this takes some minutes.", flush=True)
        subprocess.run([sys.executable, "-m", "venv", str(folder)], check=True)
        pip = [str(folder / "bin" / "pip"), "install", "--quiet", f"label-studio=={VERSION}"]
        subprocess.run(pip, check=True)
    return command


@contextlib.contextmanager
def serve(command: Path, data: Path) -> Iterator[str]:
    """Run its server on scratch data; yield its address."""
    port = free_port()
    data.mkdir(parents=True, exist_ok=True)
    arguments = ["start", "--no-browser", "--port", str(port), "--data-dir", str(data)]
    account = ["--username", EMAIL, "--password", PASSWORD]
    env = {key: value for key, value in os.environ.items() if not key.startswith(("DJANGO", "SAKKAN"))}
    env |= {"LABEL_STUDIO_BASE_DATA_DIR": str(data), "COLLECT_ANALYTICS": "false"}
    with (data / "server.log").open("w") as log:
        server = subprocess.Popen([command, *arguments, *account], env=env, stdout=log, stderr=log)
        try:
            # Its first start makes a database by some hundred migrations.
            wait_for(f"http://127.0.0.1:{port}/user/login/", server, seconds=600)
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


async def measured(site: str, case: Case, ways: Sequence[Points], size: int) -> dict[str, Any]:
    """Draw the strokes in Label Studio; what `side_by_side.finish` tells of it."""
    async with chromium() as browser:
        context = await browser.new_context(base_url=site, viewport=VIEW)  # type: ignore[arg-type]
        await context.add_init_script(path=PROBE)
        page = await context.new_page()
        await _sign_in(page)
        project, task = await _task(context, site, case)
        await page.goto(f"/projects/{project}/data?task={task}")
        await page.wait_for_selector(".konvajs-content canvas", timeout=120_000)
        await page.wait_for_timeout(3000)
        view = await _view(page, case)
        await page.keyboard.press("1")
        await page.evaluate(BRUSH, size * view.scale)
        drawn = await strokes_drawn(page, await Hand.of(page), view, ways)
        saved = await _save(page)
        return await finish(browser, drawn, saved)


async def _sign_in(page: Page) -> None:
    await page.goto("/user/login/", timeout=60_000)
    await page.fill("input[name=email]", EMAIL)
    await page.fill("input[name=password]", PASSWORD)
    await page.click("button[type=submit]")
    await page.wait_for_url(lambda url: "/user/login" not in url)


async def _task(context: BrowserContext, site: str, case: Case) -> tuple[int, int]:
    token = next(cookie["value"] for cookie in await context.cookies() if cookie["name"] == "csrftoken")
    headers = {"X-CSRFToken": token, "Referer": site}
    body = {"title": "side by side", "label_config": CONFIG}
    made = await context.request.post("/api/projects/", data=body, headers=headers)
    project = (await made.json())["id"]
    picture = {"name": "frame.png", "mimeType": "image/png", "buffer": png(case.rgb)}
    await context.request.post(
        f"/api/projects/{project}/import", multipart={"file": picture}, headers=headers
    )
    tasks = await (await context.request.get(f"/api/tasks?project={project}")).json()
    return project, tasks["tasks"][0]["id"]


BRUSH = """
(width) => {
    const image = Htx.annotationStore.selected.names.get("image");
    const tool = image.getToolsManager().findSelectedTool();
    tool.setStroke(width);
    return [tool.toolName ?? tool.group, tool.strokeWidth];
}
"""
BOX = """
() => {
    const boxes = [...document.querySelectorAll(".konvajs-content canvas")].map((one) => one.getBoundingClientRect());
    const { x, y, width } = boxes.sort((a, b) => b.width - a.width)[0];
    return [x, y, width];
}
"""


async def _view(page: Page, case: Case) -> View:
    x, y, width = await page.evaluate(BOX)
    return View(x, y, width / case.rgb.shape[1])


async def _save(page: Page) -> dict[str, Any]:
    """Submit, then save it anew as an update: from the press to the stored answer, ms; and the stored mask's bytes."""
    first = await _answered(page, "POST")
    await page.wait_for_timeout(1500)
    update = await _answered(page, "PATCH")
    return {"submit_ms": first["ms"], "update_ms": update["ms"], "result": first["result"]}


async def _answered(page: Page, method: str) -> dict[str, Any]:
    def is_save(response: Any) -> bool:
        return response.request.method == method and "/annotations" in response.url

    async with page.expect_response(is_save, timeout=120_000) as waiting:
        start = await page.evaluate("performance.now()")
        await page.evaluate(SUBMIT if method == "POST" else UPDATE)
    response = await waiting.value
    await response.finished()
    end = await page.evaluate("performance.now()")
    return {"ms": end - start, "result": json.loads(await response.text())["result"]}


SUBMIT = "Htx.submitAnnotation()"
UPDATE = "Htx.updateAnnotation()"
