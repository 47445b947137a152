"""Find a Chromium for the browser tests, or bring one: through apt when root, else through Playwright.

Prints the path of the executable, so that ``CHROMIUM=$(python scripts/chromium.py)`` works; says on stderr
what it downloads before it starts. Exits with 3 and a reason when no browser can be had.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"


def main() -> int:
    """Print a Chromium's path; return the exit status."""
    path = installed() or from_apt() or from_playwright()
    if path is None:
        print("No Chromium here and none could be installed: see the lines above", file=sys.stderr)
        return 3
    print(path)
    return 0


def installed() -> str | None:
    """Return a Chromium that is already here."""
    given = os.environ.get("CHROMIUM")
    found = [given] if given else [shutil.which(name) for name in NAMES] + [MAC, playwright_path()]
    return next((path for path in found if path and Path(path).is_file() and not is_snap(path)), None)


def is_snap(path: str) -> bool:
    """Whether the executable is Ubuntu's stub, which cannot run without snapd."""
    return "snap" in str(Path(path).resolve()) or b"snap" in Path(path).read_bytes()[:2000]


def from_apt() -> str | None:
    """Install Debian's Chromium when root."""
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        return None
    print("Using apt to install Chromium for the browser tests (about 120 MB)", file=sys.stderr)
    for command in (["apt-get", "update", "-qq"], ["apt-get", "install", "-y", "-qq", "chromium"]):
        if subprocess.run(command, stdout=sys.stderr).returncode:
            return None
    return installed()


def from_playwright() -> str | None:
    """Download Playwright's Chromium."""
    print("Downloading Playwright's Chromium (about 170 MB) for the browser tests", file=sys.stderr)
    run = subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr)
    return playwright_path() if run.returncode == 0 else None


def playwright_path() -> str | None:
    """Return where Playwright keeps its Chromium."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        return playwright.chromium.executable_path


if __name__ == "__main__":
    sys.exit(main())
