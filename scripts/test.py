"""Everything ``make test`` runs; a failed step is named and the rest still runs.

Steps that keep one core busy run beside those that keep all of them busy some of the time: their output is shown when
they have ended.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PY = sys.executable
SUITE = [PY, "-m", "pytest", "-n", "2", "--dist", "loadfile", "--durations=10", "-m"]


@dataclass
class Step:
    """One command, what it needs in its environment beside the rest, and whether it runs beside other steps."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)
    beside: bool = False


def main() -> int:
    """Run all steps; return 1 when any failed."""
    environment = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    if (browser := chromium()) is not None:
        environment["CHROMIUM"] = browser
    lanes = [[step for step in steps() if step.beside is beside] for beside in (False, True)]
    with ThreadPoolExecutor(len(lanes)) as pool:
        failed = [
            name for names in pool.map(lambda lane: failures(lane, environment), lanes) for name in names
        ]
    print(f"failed: {', '.join(failed)}" if failed else "every step passed", flush=True)
    return 1 if failed else 0


def failures(lane: list[Step], environment: dict[str, str]) -> list[str]:
    """Run steps one after the other and name those that failed."""
    return [step.name for step in lane if not run(step, environment)]


def chromium() -> str | None:
    """Find or bring a browser; without one the browser tests say that they could not run."""
    found = subprocess.run([PY, "scripts/chromium.py"], stdout=subprocess.PIPE, text=True, cwd=ROOT)
    return found.stdout.strip() if found.returncode == 0 else None


def steps() -> list[Step]:
    """The steps, quick ones first."""
    return [
        Step("lint", [PY, "-m", "ruff", "check", "."]),
        Step("format", [PY, "-m", "ruff", "format", "--check", "."]),
        Step("imports", [str(Path(PY).parent / "lint-imports")]),
        Step("types", [PY, "-m", "mypy"], beside=True),
        Step("migrations", [PY, "manage.py", "makemigrations", "--check", "--dry-run"]),
        Step(
            "schema", [PY, "manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull]
        ),
        Step("editor", [PY, "scripts/node_tests.py"]),
        Step("peers", [PY, "scripts/peers.py"]),
        Step("tests", [*SUITE, "not postgres and not browser and not strangers"]),
        Step("browser", [*SUITE, "browser"]),
        Step(
            "postgres",
            [PY, "tests/with_postgres.py", PY, "-m", "pytest", "-m", "postgres"],
            beside=True,
        ),
    ]


def run(step: Step, environment: dict[str, str]) -> bool:
    """Run one step with its output shown, at once or when it has ended; return whether it passed."""
    environment = {**os.environ, **environment, **step.environment}
    print(f"== {step.name}" + " (beside the others)" * step.beside, flush=True)
    started = time.monotonic()
    with tempfile.TemporaryFile() as kept:
        output = kept if step.beside else None
        status = subprocess.run(
            step.command, cwd=ROOT, env=environment, stdout=output, stderr=output and subprocess.STDOUT
        ).returncode
        kept.seek(0)
        sys.stdout.write(kept.read().decode("utf-8", "replace"))
    print(
        f"== {step.name}: {'ok' if status == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s",
        flush=True,
    )
    return status == 0


if __name__ == "__main__":
    sys.exit(main())
