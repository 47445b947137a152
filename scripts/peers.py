"""Make the environment in which Baal and scikit-activeml run (``var/peers``), once; later calls return at once.

The peers alone are installed into it, without what they depend on: PyTorch, NumPy and scikit-learn are those of
``.venv``, by a path that is looked at last. Our own packages are not on it, so that none shadows what a peer imports.
"""

from __future__ import annotations

import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "benchmarks" / "peers" / "requirements.txt"
FOLDER = ROOT / "var" / "peers"


def main() -> int:
    """Make the environment; return the exit status of what failed."""
    stamp, wanted = FOLDER / "installed", f"{sys.version}\n{ROOT}\n{REQUIREMENTS.read_text('utf-8')}"
    if stamp.is_file() and stamp.read_text("utf-8") == wanted:
        return 0
    try:
        make()
    except subprocess.CalledProcessError as error:
        print(f"The peers' environment cannot be made: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        return 1
    stamp.write_text(wanted, "utf-8")
    return 0


def make() -> None:
    """Create it anew and install the peers."""
    print("Installing the strategies' peers into var/peers (about 3 MB)", flush=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", "--without-pip", FOLDER], check=True)
    pip = [sys.executable, "-m", "pip", "--python", FOLDER / "bin" / "python", "install", "--quiet"]
    subprocess.run([*pip, "--no-deps", "--requirement", REQUIREMENTS], check=True)
    inside = sysconfig.get_path("purelib", vars={"base": str(FOLDER), "platbase": str(FOLDER)})
    Path(inside, "libraries.pth").write_text(f"{sysconfig.get_path('purelib')}\n", "utf-8")


if __name__ == "__main__":
    sys.exit(main())
