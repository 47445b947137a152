"""How long the pages over a large pool take, through handler and middleware, in one process.

    python benchmarks/bench_pages.py [--frames 1000000] [--keep DIR] [--only WORD]
    python tests/with_postgres.py python benchmarks/bench_pages.py      # the same on a private PostgreSQL

The pool is that of `large_pool`, in a database made for this and thrown away; with ``--keep`` data (and the database
that DATABASE_URL names) stay for the next call. Each page is asked for by a lead or an annotator without further
rights. *First* is the first call in this process, with whatever is imported, compiled and remembered then; *best* the
fastest of ``--repeat`` further ones; *CPU* that call's processor time, PostgreSQL's own process included (parallel
workers not). ``--bodies`` keeps what was answered, to compare before and after a change. Aim: under a second.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]
TICKS = os.sysconf("SC_CLK_TCK") if hasattr(os, "sysconf") else 100
Page = tuple[str, str, str]


def main() -> None:
    """Fill a database, call the pages, print a Markdown table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--frames", type=int, default=1_000_000)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--keep", type=Path, help="where the data lies, and stays for the next call")
    parser.add_argument("--only", default="", help="pages whose name has this in it")
    parser.add_argument("--bodies", type=Path, help="where to put the answers")
    options = parser.parse_args()
    data = options.keep or Path(tempfile.mkdtemp(prefix="sakkan-bench-"))
    os.environ["SAKKAN_DATA"] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sakkan.settings")
    try:
        import django

        django.setup()
        with database(keep=options.keep is not None):
            run(options, data / "filled")
    finally:
        if options.keep is None:
            shutil.rmtree(data, ignore_errors=True)


@contextmanager
def database(*, keep: bool) -> Iterator[None]:
    """The SQLite file under the data folder; on PostgreSQL ``test_<name>``, or the one named where it is to stay."""
    from django.core.management import call_command
    from django.db import connection

    if keep or connection.vendor == "sqlite":
        call_command("migrate", verbosity=0)
        yield
        connection.close()
        return
    name = str(connection.settings_dict["NAME"])
    connection.creation.create_test_db(verbosity=0, autoclobber=True, serialize=False)
    try:
        yield
    finally:
        connection.creation.destroy_test_db(name, verbosity=0)


def run(options: argparse.Namespace, filled: Path) -> None:
    """Fill and measure."""
    from django.db import connection
    from large_pool import fill
    from machine import machine

    start = time.perf_counter()
    if not filled.is_file():
        fill(options.frames)
        filled.touch()
    print(machine())
    print(f"{connection.vendor}, {options.frames:,} frames, filled in {time.perf_counter() - start:.0f} s\n")
    print("| page | first, ms | best, ms | its CPU, ms | kB | queries |")
    print("|---|---:|---:|---:|---:|---:|")
    for who, name, address in pages():
        if options.only in name:
            measure(who, name, address, options)


def measure(who: str, name: str, address: str, options: argparse.Namespace) -> None:
    """Print one page's line."""
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from core.models import User

    client = Client()
    client.force_login(User.objects.get(username=who))
    calls = [call(client, address) for _ in range(options.repeat + 1)]
    wall, cpu = min(calls[1:])
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(address)
    print(
        f"| {name} | {calls[0][0]:.0f} | {wall:.0f} | {cpu:.0f} "
        f"| {len(answer.content) / 1000:.0f} | {len(queries)} |",
        flush=True,
    )
    if options.bodies:
        options.bodies.mkdir(parents=True, exist_ok=True)
        (options.bodies / name.replace(" ", "-").replace("/", "-")).write_bytes(answer.content)


def call(client: Any, address: str) -> tuple[float, float]:
    """Wall and processor milliseconds of one answer."""
    start, cpu = time.perf_counter(), processor_time()
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code, answer.content[-2000:])
    return 1000 * (time.perf_counter() - start), 1000 * (processor_time() - cpu)


def processor_time() -> float:
    """Seconds of this process and of PostgreSQL's process that serves it, to a hundredth, where Linux tells."""
    from django.db import connection

    if connection.vendor != "postgresql" or connection.connection is None:
        return time.process_time()
    stat = Path(f"/proc/{connection.connection.info.backend_pid}/stat")
    if not stat.is_file():
        return time.process_time()
    fields = stat.read_text().rpartition(")")[2].split()
    return time.process_time() + (int(fields[11]) + int(fields[12])) / TICKS


def pages() -> list[Page]:
    """(who, name, address) of each page to measure."""
    from active_learning.models import Round, Selection
    from annotation.models import Assignment, LabelSearch, Revision
    from datasets.models import Frame, Pool, Snapshot

    found = Pool.objects.get()
    pool, api = f"/pools/{found.pk}/", f"/api/pools/{found.pk}/"
    middle = Frame.objects.filter(pk__gt=found.frame_count // 2).order_by("pk")[0]
    late = found.members.order_by("-pk")[0].pk - 200
    newest = Round.objects.order_by("-number")[0].pk
    map_, drawn = "map=pca.edges.1&task=cel", Assignment.objects.filter(state="open").order_by("pk")[0]
    lead = [
        ("overview", "/"),
        ("pool", pool),
        ("pool, statistics", f"{api}statistics/"),
        ("frames, first page", f"{pool}frames/"),
        ("frames, a page near the end", f"{pool}frames/?after={late}"),
        ("frames, held-out", f"{pool}frames/?split=test"),
        ("frames, in a gap (none)", f"{pool}frames/?split=gap"),
        ("frames, one cut", f"{pool}frames/?cut={middle.cut_id}"),
        ("frames, by a part of the key", f"{pool}frames/?q=video-0099/0009"),
        ("frames, by a part no key has", f"{pool}frames/?q=nothing-like-it"),
        ("one frame", f"/frames/{middle.pk}/"),
        ("select, the form", f"{pool}select/"),
        ("a selection of 240", f"/selections/{Selection.objects.order_by('-pk')[0].pk}/"),
        ("a round", f"/rounds/{newest}/"),
        ("progress", f"{pool}progress/"),
        ("ledger", f"{pool}ledger/"),
        ("compare", f"{pool}compare/"),
        ("map, the page", f"{pool}map/"),
        ("map, points shown first", f"{api}map/points/?{map_}&every=50"),
        ("map, points", f"{api}map/points/?{map_}"),
        *(
            (f"map, values by {by}", f"{api}map/values/?{map_}&by={by}")
            for by in ("state", "picked", "split", "production", "score.entropy", "quality.dark")
        ),
        ("quality", f"{pool}quality/"),
        ("quality, numbers of a threshold", f"{pool}quality/numbers?blur=5&dark=20"),
        ("quality, frames by one measure", f"{pool}quality/frames/?by=dark"),
        ("quality, a late page", f"{pool}quality/frames/?by=dark&from=500000"),
        ("snapshots", f"{pool}snapshots/"),
        ("look-alikes", f"/snapshots/{Snapshot.objects.get().pk}/look-alikes/"),
        ("label searches", f"{pool}label-errors/"),
        ("a label search", f"/label-searches/{LabelSearch.objects.get().pk}/"),
        ("queue by hand, the form", f"{pool}queue-frames/"),
        ("queue", "/queue/"),
        ("review", "/review/"),
        ("review, one version", f"/review/{Revision.objects.filter(assignment__state='submitted')[0].pk}/"),
        ("jobs", "/jobs/"),
        ("audit", "/audit/"),
        ("productions", "/members/"),
        ("upload", "/upload/"),
        ("API: pool", api),
        ("API: 100 frames", f"{api}frames/"),
        ("API: where the loop stands", f"{api}loop/"),
        ("API: standing", f"{api}standing/"),
        ("API: control arm", f"{api}control-arm/"),
        ("API: 100 assignments", f"/api/assignments/?pool={found.pk}"),
    ]
    annotator = [
        ("annotator: overview", "/"),
        ("annotator: queue", "/queue/"),
        ("annotator: the editor", f"/annotate/{drawn.pk}/"),
        ("annotator: a frame to draw", f"/api/assignments/{drawn.pk}/"),
    ]
    return [*(("lead", *page) for page in lead), *(("annotator 7", *page) for page in annotator)]


if __name__ == "__main__":
    main()
