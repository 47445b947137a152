"""Running Python as a stranger does."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def interpreter() -> Path:
    """The environment's Python; the test is skipped where it is not made."""
    found = Path(os.environ.get("SAKKAN_STRANGERS", ROOT / "var" / "strangers")) / "bin" / "python"
    if not found.is_file():
        pytest.skip("The strangers' environment is not made: run scripts/strangers.py.")
    return found


def installed() -> set[str]:
    """Packages that were asked for in the environment."""
    lines = REQUIREMENTS.read_text("utf-8").splitlines()
    return {line.split("==")[0] for line in lines if not line.startswith("#")}


def run(code: str, folder: Path, scratch: Path) -> str:
    """Run Python in an export's folder, without our packages, the network or caches of other runs.

    Returns:
        What it printed.
    """
    script = scratch / "stranger.py"
    script.write_text(code, "utf-8")
    env = {"HOME": str(scratch), "HF_HUB_OFFLINE": "1", "HF_HOME": str(scratch / "hf"), "PYTHONUTF8": "1"}
    env["PATH"] = os.environ["PATH"]
    done = subprocess.run(
        [interpreter(), "-P", script], cwd=folder, env=env, capture_output=True, text=True, timeout=250
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
