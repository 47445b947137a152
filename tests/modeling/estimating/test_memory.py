"""What a container leaves of a machine's memory."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from modeling.estimating import memory
from modeling.estimating.memory import Room, peak, room

MB = 2**20


@pytest.fixture
def places(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A machine of 8 MB with 6 free, in no container."""
    (tmp_path / "proc").mkdir()
    (tmp_path / "proc" / "meminfo").write_text(
        "MemTotal:  8192 kB\nMemAvailable:  6144 kB\nHugePages_Total: 0\n"
    )
    monkeypatch.setattr(memory, "PROC", tmp_path / "proc")
    monkeypatch.setattr(memory, "CGROUP", tmp_path / "cgroup")
    return tmp_path


def test_a_machine_has_what_it_says(places: Path) -> None:
    assert room(torch.device("cpu")) == Room(6 * MB, 8 * MB)


def test_a_container_has_its_limit_and_files_kept_at_hand_are_free(places: Path) -> None:
    folder = places / "cgroup"
    folder.mkdir()
    (folder / "memory.max").write_text(f"{4 * MB}\n")
    (folder / "memory.current").write_text(f"{3 * MB}\n")
    (folder / "memory.stat").write_text(f"anon {MB}\ninactive_file {MB}\n")
    assert room(torch.device("cpu")) == Room(2 * MB, 4 * MB)


def test_a_container_without_a_limit_has_the_machine(places: Path) -> None:
    folder = places / "cgroup"
    folder.mkdir()
    (folder / "memory.max").write_text("max\n")
    assert room(torch.device("cpu")) == Room(6 * MB, 8 * MB)


def test_this_process_has_taken_something() -> None:
    assert peak(torch.device("cpu")) > MB
