"""The benchmarks are scripts, not packages: their folder goes on the path as they put it there themselves."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent.parent / "benchmarks"))
