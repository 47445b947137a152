"""Everything ``make test`` runs, one step after the other; a failed step is named and the rest still runs."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PY = sys.executable
SUITE = [PY, "-m", "pytest", "-n", "2", "--dist", "loadfile", "--durations=10", "-m"]


@dataclass
class Step:
    """One command, and what it needs in its environment beside the rest."""

    name: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)


def main() -> int:
    """Run all steps; return 1 when any failed."""
    environment = {"HF_HUB_OFFLINE": "1", "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    if (browser := chromium()) is not None:
        environment["CHROMIUM"] = browser
    failed = [step.name for step in steps() if not run(step, environment)]
    print(f"failed: {', '.join(failed)}" if failed else "every step passed", flush=True)
    return 1 if failed else 0


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
        Step("types", [PY, "-m", "mypy"]),
        Step("migrations", [PY, "manage.py", "makemigrations", "--check", "--dry-run"]),
        Step(
            "schema", [PY, "manage.py", "spectacular", "--validate", "--fail-on-warn", "--file", os.devnull]
        ),
        Step("editor", [PY, "scripts/node_tests.py"]),
        Step("peers", [PY, "scripts/peers.py"]),
        Step("tests", [*SUITE, "not postgres and not browser"]),
        Step("browser", [*SUITE, "browser"]),
        Step("postgres", [PY, "tests/with_postgres.py", PY, "-m", "pytest", "-m", "postgres"]),
    ]


def run(step: Step, environment: dict[str, str]) -> bool:
    """Run one step with its output shown; return whether it passed."""
    print(f"== {step.name}", flush=True)
    started = time.monotonic()
    status = subprocess.run(
        step.command, cwd=ROOT, env={**os.environ, **environment, **step.environment}
    ).returncode
    print(
        f"== {step.name}: {'ok' if status == 0 else 'FAILED'} in {time.monotonic() - started:.0f} s",
        flush=True,
    )
    return status == 0


if __name__ == "__main__":
    sys.exit(main())
