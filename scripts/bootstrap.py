#!/usr/bin/env python3
"""Make ``.venv`` and install the project into it, once; later calls return at once.

Runs on any Python >= 3.11 with nothing but the standard library. Says before it starts what is over 100 MB.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
CPU_INDEX = "https://download.pytorch.org/whl/cpu"
ALONE = {"mmeval", "plum-dispatch"}
"""Installed without what they ask for: mmeval (NIQE) wants a second OpenCV wheel, and two break each other."""


def main() -> int:
    """Install what the named extras need; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--extras", default="web", help="extras of pyproject.toml, comma separated")
    extras = parser.parse_args().extras
    if sys.version_info < (3, 11):  # noqa: UP036 - this file runs before anything is installed
        print(f"Sakkan needs Python 3.11 or newer; this is {platform.python_version()}.", file=sys.stderr)
        return 2
    try:
        install(extras)
    except subprocess.CalledProcessError as error:
        print(f"Installing stopped at: {' '.join(map(str, error.cmd))}", file=sys.stderr)
        print("Its own words are above. Run the same command again to go on.", file=sys.stderr)
        return 1
    return 0


def install(extras: str) -> None:
    """Bring ``.venv`` up to the lock file; a stamp makes the second call free."""
    stamp = VENV / f"installed-{extras.replace(',', '-')}"
    wanted = fingerprint()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    make_venv()
    install_torch()
    print(f"Installing Sakkan ({extras}) into .venv", flush=True)
    pip("install", "--quiet", "--constraint", "requirements.lock", "--editable", f".[{extras}]")
    pip("install", "--quiet", "--no-deps", *(line for line in locked() if line.split("==")[0] in ALONE))
    stamp.write_text(wanted)


def fingerprint() -> str:
    """Hash of what decides the installed set, and of where the checkout lies."""
    digest = hashlib.sha256(str(ROOT).encode())
    for name in ("pyproject.toml", "requirements.lock"):
        digest.update((ROOT / name).read_bytes())
    return digest.hexdigest()


def make_venv() -> None:
    """Create ``.venv``; on Debian without python3-venv install that first when root, else say so."""
    if (
        PYTHON.exists()
        and subprocess.run([PYTHON, "-m", "pip", "--version"], capture_output=True).returncode == 0
    ):
        return
    print("Making .venv", flush=True)
    if subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], capture_output=True).returncode == 0:
        return
    package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise SystemExit(
            f"Python's venv module is missing here. Install {package} (Debian, Ubuntu) and call again."
        )
    print(f"Using apt to install {package}, which python3 -m venv needs", flush=True)
    subprocess.run(["apt-get", "update", "-qq"], check=True)
    subprocess.run(["apt-get", "install", "-y", "-qq", package], check=True)
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def install_torch() -> None:
    """Install PyTorch: the small CPU build where nothing here could use the other, else the ordinary one."""
    have = subprocess.run([PYTHON, "-c", "import torch, torchvision"], capture_output=True, cwd="/")
    if have.returncode == 0:
        return
    pins = [line for line in locked() if line.split("==")[0] in {"torch", "torchvision"}]
    where: list[str] = []
    if sys.platform == "darwin":
        print("Downloading PyTorch (about 100 MB)", flush=True)
    elif nvidia_driver():
        print(
            "Downloading PyTorch with CUDA (about 2.5 GB, 5.5 GB on disk): an NVIDIA driver is here",
            flush=True,
        )
    elif reachable(CPU_INDEX):
        print("Downloading PyTorch's CPU build (about 200 MB): no NVIDIA driver is here", flush=True)
        where = ["--index-url", CPU_INDEX, "--extra-index-url", "https://pypi.org/simple"]
    else:
        print(
            "Downloading PyTorch from PyPI (about 2.5 GB, 5.5 GB on disk): no NVIDIA driver is here, but "
            "PyTorch's CPU index cannot be reached, and PyPI has only the build with CUDA",
            flush=True,
        )
    pip("install", "--quiet", *where, "--constraint", "requirements.lock", *pins)


def locked() -> list[str]:
    """Requirement lines of the lock file, without comments and markers."""
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    return [line.split(";")[0].strip() for line in lines if line and not line.startswith("#")]


def nvidia_driver() -> bool:
    """Whether an NVIDIA kernel driver or its tool is present."""
    return Path("/proc/driver/nvidia/version").exists() or shutil.which("nvidia-smi") is not None


def reachable(url: str) -> bool:
    """Whether the address answers within five seconds."""
    try:
        with urllib.request.urlopen(f"{url}/torch/", timeout=5) as answer:
            return bool(answer.status == 200)
    except (OSError, ValueError):
        return False


def pip(*arguments: str) -> None:
    """Run the environment's pip in the checkout."""
    command = [PYTHON, "-m", "pip", *arguments, "--disable-pip-version-check"]
    subprocess.run(command, check=True, cwd=ROOT)


if __name__ == "__main__":
    sys.exit(main())
