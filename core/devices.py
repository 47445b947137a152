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
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import metadata
from pathlib import Path

from core.jobs.context import JobContext
from core.paths import data_path
from modeling.errors import UserError

_WAIT_S = 0.5
_BESIDE = "cpu-beside"
"""Lock of the one place beside a training."""


@dataclass(frozen=True)
class HeldDevice:
    """A device under lock: its name for ``--device`` and the lock's descriptor, for a child to inherit.

    ``beside`` says that another process may be computing there.
    """

    device: str
    descriptor: int
    beside: bool = False


@contextmanager
def hold(asked: str, *, context: JobContext) -> Iterator[HeldDevice]:
    """Hold the asked-for device's lock, waiting for it; ``auto`` takes the freest device that nobody holds.

    A plain ``flock``, since it lives on in a child that inherits its descriptor.

    Raises:
        JobStopped: As the context says while waiting.
    """
    with hold_several(asked, 1, context=context) as (held,):
        yield held


@contextmanager
def hold_several(asked: str, processes: int, *, context: JobContext) -> Iterator[tuple[HeldDevice, ...]]:
    """Hold what so many processes of one training need: a GPU each, all at once, or together the one other device.

    Args:
        asked: A device's name, ``auto``, or ``cuda`` for any GPUs.
        processes: How many.
        context: The job that waits.

    Raises:
        UserError: ``too_few_gpus`` where the machine has GPUs, but never so many.
        JobStopped: As the context says while waiting.
    """
    names = _names(asked, processes)
    count, said = min(processes, len(names)) if processes > 1 else 1, False
    while not (held := _take(names, count)):
        if not said:
            context.log(f"Waiting: another job uses the device ({asked}).")
            said = True
        context.tick()
        context.stopping.wait(_WAIT_S)
        names = _names(asked, processes)
    try:
        yield tuple(held)
    finally:
        _release(held)


@contextmanager
def hold_or_beside(asked: str, *, context: JobContext) -> Iterator[tuple[HeldDevice, ...]]:
    """Hold the asked-for device where nobody does; else the CPU beside whoever computes, one process at a time.

    For what takes seconds: it waits for others like it, and never for a training.

    Raises:
        JobStopped: As the context says while waiting.
    """
    while not (held := _take(candidates(asked), 1) or _take_beside()):
        context.tick()
        context.stopping.wait(_WAIT_S)
    try:
        yield tuple(held)
    finally:
        _release(held)


def _take_beside() -> list[HeldDevice]:
    descriptor = _locked(_BESIDE)
    return [] if descriptor is None else [HeldDevice("cpu", descriptor, beside=True)]


def _names(asked: str, processes: int) -> list[str]:
    """Devices to try for so many processes, best first: of GPUs at least as many."""
    names = candidates("auto" if processes > 1 and asked == "cuda" else asked)
    gpus = [name for name in names if name.startswith("cuda:")]
    if processes > 1 and asked in ("auto", "cuda") and gpus and len(gpus) < processes:
        message = f"{processes} processes take a GPU each, and this machine has {len(gpus)}."
        remedy = "Ask for fewer (SAKKAN_TRAINING_PROCESSES, --processes)."
        raise UserError(message, code="too_few_gpus", remedy=remedy)
    return names


def visible_to(held: Iterable[HeldDevice]) -> str:
    """``CUDA_VISIBLE_DEVICES`` for a process that is to see these GPUs alone, in order."""
    ours = os.environ.get("CUDA_VISIBLE_DEVICES")
    seen = None if ours is None else [name.strip() for name in ours.split(",") if name.strip()]
    numbers = [int(one.device.removeprefix("cuda:")) for one in held]
    return ",".join(str(number) if seen is None else seen[number] for number in numbers)


def candidates(asked: str) -> list[str]:
    """Return devices to try, best first: for ``auto`` the GPUs by free memory, else ``mps``, else ``cpu``."""
    if asked != "auto":
        return [asked]
    if gpus := _gpus_by_free_memory():
        return gpus
    return ["mps"] if platform.system() == "Darwin" and platform.machine() == "arm64" else ["cpu"]


def _take(names: Iterable[str], count: int) -> list[HeldDevice]:
    """So many of these devices, all or none: who waited with some in hand would keep others from theirs."""
    held: list[HeldDevice] = []
    for device in names:
        if (descriptor := _locked(device)) is not None:
            held.append(HeldDevice(device, descriptor))
        if len(held) == count:
            return held
    _release(held)
    return []


def _locked(device: str) -> int | None:
    """The descriptor of a device's lock, None while somebody has it."""
    descriptor = os.open(_lock_path(device), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        os.close(descriptor)
        if error.errno not in (errno.EAGAIN, errno.EACCES):
            raise
        return None
    return descriptor


def _release(held: Iterable[HeldDevice]) -> None:
    for one in held:
        os.close(one.descriptor)


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


@cache
def gpu_count() -> int:
    """GPUs that this process may see, counted once; workers elsewhere may have others."""
    return len(_gpus_by_free_memory())


def _torch_is_cpu_only() -> bool:
    return metadata.version("torch").endswith("+cpu")
