"""How much memory a device has, has free, and was taken of it at most."""

from __future__ import annotations

import os
import resource
import sys
from dataclasses import dataclass
from pathlib import Path

import torch

CGROUP = Path("/sys/fs/cgroup")
PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Room:
    """Bytes of memory that a computation may have: ``free`` now, and ``total`` with what others hold."""

    free: int
    total: int


def room(device: torch.device) -> Room:
    """What a device has: a GPU its own memory, anything else the machine's, within its container's limit."""
    if device.type == "cuda":
        return Room(*torch.cuda.mem_get_info(device))
    rooms = [found for found in (_container(CGROUP), _machine(PROC)) if found is not None]
    return Room(min(one.free for one in rooms), min(one.total for one in rooms))


def watch(device: torch.device) -> None:
    """Count the peak of a GPU from here on; a process's own is counted from its start."""
    if device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(device)


def peak(device: torch.device) -> int:
    """Most bytes held at once: tensors on a GPU, the whole process elsewhere."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_allocated(device))
    # The high-water mark of this program: ru_maxrss counts what its parent held before the program was loaded.
    mark = _table(PROC / "self" / "status").get("VmHWM")
    if mark is not None:
        return mark
    most = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return most if sys.platform == "darwin" else most * 1024


def _machine(proc: Path) -> Room:
    table = _table(proc / "meminfo")
    total = table.get("MemTotal") or os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return Room(table.get("MemAvailable", total), total)


def _container(folder: Path) -> Room | None:
    """The limit of the control group (version 2), None without one; files it only keeps at hand count as free."""
    limit = _number(folder / "memory.max")
    used = _number(folder / "memory.current")
    if limit is None or used is None:
        return None
    stat = dict(line.split() for line in (folder / "memory.stat").read_text().splitlines())
    return Room(max(0, limit - used + int(stat.get("inactive_file", 0))), limit)


def _number(path: Path) -> int | None:
    text = path.read_text().strip() if path.is_file() else ""
    return int(text) if text.isdigit() else None


def _table(path: Path) -> dict[str, int]:
    """Bytes by name, of lines such as ``MemTotal:  1024 kB``."""
    if not path.is_file():
        return {}
    rows = (line.split() for line in path.read_text().splitlines())
    return {row[0].rstrip(":"): int(row[1]) * 1024 for row in rows if row[2:] == ["kB"]}
