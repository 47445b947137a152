"""Which device a computing process may use: one process a device, by lock, picked without importing torch."""

from __future__ import annotations

import errno
import fcntl
import os
import platform
import re
import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from core.jobs.context import JobContext
from core.paths import data_path

_WAIT_S = 0.5


@dataclass(frozen=True)
class HeldDevice:
    """A device under lock: its name for ``--device`` and the lock's descriptor, for a child to inherit."""

    device: str
    descriptor: int


@contextmanager
def hold(asked: str, *, context: JobContext) -> Iterator[HeldDevice]:
    """Hold the asked-for device's lock, waiting for it; ``auto`` takes the freest device that nobody holds.

    A plain ``flock``, since it lives on in a child that inherits its descriptor.

    Raises:
        JobStopped: As the context says while waiting.
    """
    said = False
    while (held := _take_first(asked)) is None:
        if not said:
            context.log(f"Waiting: another job uses the device ({asked}).")
            said = True
        context.tick()
        context.stopping.wait(_WAIT_S)
    try:
        yield held
    finally:
        os.close(held.descriptor)


def candidates(asked: str) -> list[str]:
    """Return devices to try, best first: for ``auto`` the GPUs by free memory, else ``mps``, else ``cpu``."""
    if asked != "auto":
        return [asked]
    if gpus := _gpus_by_free_memory():
        return gpus
    return ["mps"] if platform.system() == "Darwin" and platform.machine() == "arm64" else ["cpu"]


def _take_first(asked: str) -> HeldDevice | None:
    for device in candidates(asked):
        descriptor = os.open(_lock_path(device), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(descriptor)
            if error.errno not in (errno.EAGAIN, errno.EACCES):
                raise
        else:
            return HeldDevice(device, descriptor)
    return None


def _lock_path(device: str) -> Path:
    """A lock a machine and device: several machines may share the data folder."""
    name = re.sub(r"[^\w.-]", "-", f"device-{socket.gethostname()}-{device}")
    return data_path("locks", f"{name}.lock")


def _gpus_by_free_memory() -> list[str]:
    """``cuda:N`` of every GPU this process may see, most free memory first; none without a driver."""
    if shutil.which("nvidia-smi") is None or _torch_is_cpu_only():
        return []
    query = ["nvidia-smi", "--query-gpu=index,uuid,memory.free", "--format=csv,noheader,nounits"]
    answer = subprocess.run(query, capture_output=True, text=True, timeout=30, check=False)
    if answer.returncode != 0:
        return []
    return rank_gpus(answer.stdout, os.environ.get("CUDA_VISIBLE_DEVICES"))


def rank_gpus(listing: str, visible: str | None) -> list[str]:
    """Rank nvidia-smi's ``index, uuid, free`` lines; ``visible`` is CUDA_VISIBLE_DEVICES, which renumbers."""
    rows = [[cell.strip() for cell in line.split(",")] for line in listing.splitlines() if line.strip()]
    order = (
        [index for index, _, _ in rows]
        if visible is None
        else [v.strip() for v in visible.split(",") if v.strip()]
    )
    free = {name: float(memory) for index, uuid, memory in rows for name in (index, uuid)}
    numbered = [(free[name], number) for number, name in enumerate(order) if name in free]
    return [f"cuda:{number}" for _, number in sorted(numbered, key=lambda pair: (-pair[0], pair[1]))]


def _torch_is_cpu_only() -> bool:
    return metadata.version("torch").endswith("+cpu")
