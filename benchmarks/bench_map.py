"""How long the map of a large pool takes: to compute, to open in a browser, to recolour, to move, to draw round.

    CHROMIUM=$(python scripts/chromium.py) python benchmarks/bench_map.py [--frames 100000] [--keep DIR] [--shots DIR]

The pool is that of `large_pool`, in a SQLite database made for this and thrown away, or where DATABASE_URL says; all
frames show one small picture. PCA of the edges is computed by the job's own function (``--as-filled`` keeps the places
the pool was filled with), the site served by ``manage.py serve``, the page driven in Chromium, 1600 x 950.
*open* ends when all points are drawn and coloured, *something to see* when a fiftieth is; *move* is the median time
between pictures while the map is dragged; *lasso* ends when the number of chosen frames and the first sixty thumbnails'
places are on the page.
"""

from __future__ import annotations

import argparse
import os
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
WIDTH, HEIGHT = 1600, 950


def main() -> None:
    """Fill a database, compute the map, drive the page, print a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=100_000)
    parser.add_argument("--keep", type=Path, help="where the data lies, and stays for the next call")
    parser.add_argument("--shots", type=Path, help="where to put screenshots")
    parser.add_argument("--as-filled", action="store_true", help="do not compute the map")
    options = parser.parse_args()
    data = options.keep or Path(tempfile.mkdtemp(prefix="sakkan-bench-"))
    os.environ["SAKKAN_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sakkan.settings")
    import django

    django.setup()
    from machine import machine

    print(machine(), f"{options.frames:,} frames", "", "| what | seconds |", "|---|---:|", sep="\n")
    try:
        if not (data / "filled").is_file():
            timed("fill the database", lambda: fill(options.frames))
            (data / "filled").touch()
        if not options.as_filled:
            compute()
        with served(data) as (address, link):
            drive(address, link, options.shots)
    finally:
        if options.keep is None:
            shutil.rmtree(data, ignore_errors=True)


def row(what: str, seconds: float, more: str = "") -> None:
    """Print a line of the table."""
    print(f"| {what} | {seconds:.3g}{more} |", flush=True)


def timed(what: str, work: Any) -> Any:
    """Do it, and print how long it took."""
    start = time.perf_counter()
    result = work()
    row(what, time.perf_counter() - start)
    return result


# --- the pool ---


def fill(count: int) -> None:
    """The pool of `large_pool`, in a database made or migrated now."""
    import large_pool
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    large_pool.fill(count)


def compute() -> None:
    """The map, by its job."""
    from core.jobs import run_inline
    from datasets.features import EDGES
    from datasets.jobs import map_compute_job
    from datasets.models import Pool
    from datasets.services.maps import PoolMap, job_options

    pool = Pool.objects.get()
    made = PoolMap(pool.pk, "pca", EDGES.name, EDGES.version)
    timed("PCA of 256 numbers a frame", lambda: run_inline(map_compute_job, **job_options(pool, made)))


# --- the page ---


@contextmanager
def served(data: Path) -> Iterator[tuple[str, str]]:
    """The site in a process of its own: its address and a link that signs the lead in."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, str(ROOT / "manage.py")]
    environment = {**os.environ, "SAKKAN_DATA": str(data)}
    said = subprocess.check_output([*command, "sign_in_link", "boss"], env=environment, text=True)
    link = re.sub(r"//[^/]+/", f"//127.0.0.1:{port}/", said.split()[-1])
    with (data / "serve.log").open("w") as log:
        site = subprocess.Popen(
            [*command, "serve", "--bind", f"127.0.0.1:{port}"],
            env=environment,
            stdout=log,
            stderr=log,
        )
        try:
            _wait(port)
            yield f"http://127.0.0.1:{port}", link
        finally:
            site.terminate()
            site.wait()


def _wait(port: int) -> None:
    for _ in range(120):
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.5)
    raise SystemExit("the site did not start: see serve.log")


MOVES = """async (canvas) => {
  const box = canvas.getBoundingClientRect();
  const send = (name, x, y) => canvas.dispatchEvent(new PointerEvent(name, {
    pointerId: 1, button: 2, buttons: 2, clientX: box.left + x, clientY: box.top + y, pointerType: "mouse"}));
  canvas.setPointerCapture = () => {};
  send("pointerdown", 400, 300);
  const times = [];
  let last = performance.now();
  for (let i = 0; i < 60; i++) {
    send("pointermove", 400 + 4 * i, 300 + 2 * i);
    await new Promise(requestAnimationFrame);
    await new Promise((done) => setTimeout(done));
    times.push(performance.now() - last);
    last = performance.now();
  }
  send("pointerup", 640, 420);
  return times.slice(5);
}"""


def drive(address: str, link: str, shots: Path | None) -> None:
    """Open, recolour, move and draw round, in Chromium."""
    from playwright.sync_api import sync_playwright

    from datasets.models import Pool

    url = f"{address}/pools/{Pool.objects.get().pk}/map/"
    with sync_playwright() as playwright:
        chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_context(viewport={"width": WIDTH, "height": HEIGHT}).new_page()
        page.set_default_timeout(600_000)
        page.goto(link)
        if page.locator("main button[type=submit], main form button").count():
            page.locator("main form button").last.click()
        for what in ("open the page, first", "open the page, again"):
            start = time.perf_counter()
            page.goto(url)
            page.wait_for_selector("#map[data-state=first], #map[data-state=ready]", timeout=600_000)
            row(f"{what}: something to see", time.perf_counter() - start)
            page.wait_for_selector("#map[data-state=ready]", timeout=600_000)
            row(f"{what}: all of it", time.perf_counter() - start)
        canvas = page.locator("[data-canvas]")
        _shot(page, shots, "label")
        for key in ("production", "score.entropy"):
            start = time.perf_counter()
            page.select_option("[data-by]", key)
            page.wait_for_selector(f"#map[data-colored='{key}']", timeout=600_000)
            row(f"colour by {key}", time.perf_counter() - start)
        page.wait_for_timeout(500)
        _shot(page, shots, "entropy")
        row("draw all points", float(canvas.get_attribute("data-draw-ms") or 0) / 1000)
        times = canvas.evaluate(MOVES)
        row("move, between pictures", statistics.median(times) / 1000, f" (slowest {max(times) / 1000:.3g})")
        page.locator("[data-fit]").click()
        page.wait_for_timeout(800)
        _lasso(page)
        _shot(page, shots, "lasso")
        browser.close()


def _lasso(page: Any) -> None:
    import math

    box = page.locator("[data-canvas]").bounding_box()
    ring = [(0.5 + 0.3 * math.cos(a / 20), 0.5 + 0.35 * math.sin(a / 20)) for a in range(125)]
    at = [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in ring]
    page.mouse.move(*at[0])
    page.mouse.down()
    for x, y in at[1:]:
        page.mouse.move(x, y)
    start = time.perf_counter()
    page.mouse.up()
    page.wait_for_function("() => Number(document.querySelector('[data-panel]').dataset.chosen) > 0")
    row("lasso", time.perf_counter() - start, f" ({page.locator('[data-count]').inner_text()})")


def _shot(page: Any, shots: Path | None, name: str) -> None:
    if shots is not None:
        shots.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=shots / f"map-{name}.png")


if __name__ == "__main__":
    main()
