"""What a web process carries: gunicorn's workers are many, and PyTorch is half a gigabyte in each."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOADED = """
import sys, django
django.setup()
import sakkan.urls
print([name for name in ("torch", "torchvision", "timm", "matplotlib", "pyarrow") if name in sys.modules])
"""


def test_the_site_does_without_pytorch() -> None:
    found = subprocess.run(
        [sys.executable, "-c", LOADED],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "sakkan.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert found.stdout.strip() == "[]"
