"""Choose where to compute."""

from __future__ import annotations

import ctypes
import os
import sys

import torch

from modeling.errors import UserError


def pick(name: str = "auto") -> torch.device:
    """Return the device of that name.

    Args:
        name: ``auto`` (the GPU with most free memory, else mps, else cpu), ``cpu``, ``mps``, ``cuda`` or
            ``cuda:N``.

    Raises:
        UserError: ``unknown_device`` when torch knows no such device or this machine lacks it.
    """
    if name == "auto":
        return _best()
    try:
        device = torch.device(name)
    except RuntimeError:
        raise _missing(name) from None
    present = {"cpu": True, "mps": torch.backends.mps.is_available(), "cuda": _has_cuda(device.index)}
    if not present.get(device.type, False):
        raise _missing(name)
    return device


def _missing(name: str) -> UserError:
    return UserError(f"There is no device {name!r} here.", code="unknown_device", remedy="Use --device auto.")


def _has_cuda(index: int | None) -> bool:
    return torch.cuda.is_available() and (index or 0) < torch.cuda.device_count()


def _best() -> torch.device:
    if torch.cuda.is_available():
        free = [torch.cuda.mem_get_info(index)[0] for index in range(torch.cuda.device_count())]
        return torch.device("cuda", max(range(len(free)), key=free.__getitem__))
    return torch.device("mps" if torch.backends.mps.is_available() else "cpu")


def set_threads(threads: int | None, processes: int = 1) -> int:
    """Use that many CPU threads, by default one process's part of those we may use, and return the number."""
    available = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    used = threads or max(1, available // processes)
    torch.set_num_threads(used)
    return used


def keep_memory() -> None:
    """Have glibc keep freed memory instead of giving each large block back to the system.

    Layers' activations are allocated and freed at every step; taking them from the kernel anew costs a page
    fault each 4 KB. Seen with ``lite`` on two cores: 1.3 s a step instead of 2.0. Elsewhere than on glibc
    nothing is done.
    """
    if not sys.platform.startswith("linux"):
        return
    mmap_max, trim_threshold = -4, -1  # M_MMAP_MAX and M_TRIM_THRESHOLD of malloc.h
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError):
        return
    mallopt(mmap_max, 0)
    mallopt(trim_threshold, 2**31 - 1)
