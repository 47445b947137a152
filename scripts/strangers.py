"""Open every export as a stranger does: with what its README says, in an environment without the checkout.

The environment (``var/strangers``, about 900 MB, some minutes) is made once; then the tests marked ``strangers`` run.
They are no part of ``make test``: it would have to make that environment on every machine.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "tests" / "strangers" / "requirements.txt"
FOLDER = ROOT / "var" / "strangers"


def main() -> int:
    """Make the environment unless it is there and run the tests; return the exit status of what failed."""
    stamp, wanted = FOLDER / "installed", f"{sys.version}\n{ROOT}\n{REQUIREMENTS.read_text('utf-8')}"
    if not stamp.is_file() or stamp.read_text("utf-8") != wanted:
        try:
            make()
        except subprocess.CalledProcessError as error:
            print(
                f"The strangers' environment cannot be made: {' '.join(map(str, error.cmd))}", file=sys.stderr
            )
            return 1
        stamp.write_text(wanted, "utf-8")
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-m", "strangers", *sys.argv[1:]], cwd=ROOT
    ).returncode


def make() -> None:
    """Create it anew."""
    print("Installing what opens exports into var/strangers (about 900 MB)", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", FOLDER], check=True)
    pip = [sys.executable, "-m", "pip", "--python", str(FOLDER / "bin" / "python"), "install", "--quiet"]
    subprocess.run([*pip, "--requirement", REQUIREMENTS], check=True)


if __name__ == "__main__":
    sys.exit(main())
