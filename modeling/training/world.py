"""The processes that train one model together, over several GPUs or machines: by Accelerate, started by torchrun.

A training alone is a world of one and asks nothing of Accelerate. In a larger world each process takes its share of
every batch, and each sees the loss of the whole batch (`World.whole`), so that a step is the step that one process
would take: the same examples, the same loss whatever its form, batch statistics over all of them. What differs is
the order of sums, and dropout, whose masks each process draws for itself.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import Tensor, nn

from modeling.devices import pick
from modeling.errors import UserError
from modeling.launching import require_shareable
from modeling.runs import RunFolder
from modeling.training.norms import share_norms

T = TypeVar("T")
PATIENCE = timedelta(hours=6)
"""How long processes wait for one another: the first ranks frames and predicts masks alone."""


@dataclass(frozen=True, slots=True)
class World:
    """One process's place: its ``rank`` of ``size`` processes, ``local_size`` of them on this machine.

    ``accelerator`` is Accelerate's, None in a world of one.
    """

    rank: int = 0
    size: int = 1
    local_size: int = 1
    accelerator: Any = None

    @property
    def first(self) -> bool:
        """Whether this process writes: files, log, events."""
        return self.rank == 0

    def require_even(self, batch: int) -> None:
        """Raise a ``UserError`` (``batch_not_shared``) unless a batch of so many examples can be shared evenly."""
        require_shareable(batch, self.size)

    def from_first(self, ask: Callable[[], T]) -> T:
        """What the first process answers, told to all; its ``UserError`` ends the others without a word.

        Raises:
            UserError: In the first process, what ``ask`` raised.
            SystemExit: In the others then.
        """
        if self.size == 1:
            return ask()
        answer: list[Any] = [None, False]
        try:
            answer = [ask() if self.first else None, True]
        except UserError:
            raise
        finally:
            dist.broadcast_object_list(answer, src=0)
        if not answer[1]:
            raise SystemExit(2)
        value: T = answer[0]
        return value

    def require_sight(self, run: RunFolder) -> None:
        """Raise a ``UserError`` (``run_not_shared``) in a process that does not see what the first wrote there."""
        seen = self.from_first(lambda: (run.path / "attempt.json").read_text())
        mine = run.path / "attempt.json"
        if not mine.is_file() or mine.read_text() != seen:
            message = f"Process {self.rank} of {self.size} does not see {run.path} as the first one does."
            raise UserError(
                message, code="run_not_shared", remedy="Put it on a disk that all machines share."
            )

    def largest(self, *values: float) -> tuple[float, ...]:
        """The largest of each value over all processes: one decision for all."""
        return self._reduced(values, dist.ReduceOp.MAX) if self.size > 1 else values

    def total(self, *values: float) -> tuple[float, ...]:
        """The sum of each value over all processes."""
        return self._reduced(values, dist.ReduceOp.SUM) if self.size > 1 else values

    def collected(self, value: T) -> list[T]:
        """Every process's value, by rank."""
        found: list[Any] = [value] * self.size
        if self.size > 1:
            dist.all_gather_object(found, value)
        return found

    def whole(self, part: Tensor) -> Tensor:
        """(N, ...) of the whole batch, of this process's (N / size, ...), whose gradient alone is kept.

        A loss of the whole batch, times ``size``, thus gives each process the gradient of its own share; the mean over
        all of them, which is what parameters are given, is that of the loss.
        """
        if self.size == 1:
            return part
        found = [torch.empty_like(part, memory_format=torch.contiguous_format) for _ in range(self.size)]
        dist.all_gather(found, part.detach().contiguous())
        found[self.rank] = part
        return torch.cat(found)

    def spread(self, network: nn.Module, device: torch.device) -> nn.Module:
        """What to call instead of ``network``, so that gradients are the mean over all processes; it stays in step."""
        if self.size == 1:
            return network
        share_norms(network, device)
        spread: nn.Module = self.accelerator.prepare_model(network)
        return spread

    def part_chance(self, seed: int, step: int) -> None:
        """Begin this process's own chance (dropout): processes must not drop the same."""
        if self.size > 1:
            torch.manual_seed((seed * 1_000_003 + step) * self.size + self.rank)

    def wait(self) -> None:
        """Wait until all are here."""
        if self.size > 1:
            self.from_first(lambda: None)

    def _reduced(self, values: tuple[float, ...], how: Any) -> tuple[float, ...]:
        device = torch.device("cuda", torch.cuda.current_device()) if dist.get_backend() == "nccl" else None
        found = torch.tensor(values, dtype=torch.float64, device=device)
        dist.all_reduce(found, how)
        return tuple(found.tolist())


ALONE = World()
"""The world of a training by itself."""


def started() -> int:
    """How many processes a launcher says it started; 1 where none says so."""
    return int(os.environ.get("WORLD_SIZE", "1"))


@contextmanager
def joined(asked: int | None, device: str) -> Iterator[tuple[World, torch.device]]:
    """Join the processes that a launcher started, and leave them at the end.

    Args:
        asked: How many there are to be; None for as many as were started.
        device: ``auto``, ``cpu``, ``cuda``, or with one process any other name (`modeling.devices.pick`).

    Raises:
        UserError: ``world_differs`` unless there are as many as asked for, by what the launcher says and by what
            they find, ``device_named`` for one GPU by name, or ``too_few_gpus``.
    """
    count = started()
    require_world(asked, count, "the launcher started")
    if count == 1:
        yield ALONE, pick(device)
        return
    local = int(os.environ.get("LOCAL_WORLD_SIZE", count))
    on = _device_of(device, local)
    from accelerate import Accelerator, InitProcessGroupKwargs

    accelerator = Accelerator(cpu=on == "cpu", kwargs_handlers=[InitProcessGroupKwargs(timeout=PATIENCE)])
    try:
        # Accelerate falls back to one process without a word where it was not started as it expects.
        require_world(count, accelerator.num_processes, "Accelerate found")
        require_world(count, dist.get_world_size() if dist.is_initialized() else 1, "torch.distributed found")
        world = World(accelerator.process_index, count, local, accelerator)
        yield world, torch.device("cpu") if on == "cpu" else accelerator.device
    finally:
        if dist.is_initialized():
            dist.destroy_process_group()


def require_world(asked: int | None, found: int, who: str) -> None:
    """Raise a ``UserError`` (``world_differs``) unless as many processes are there as were asked for."""
    if asked is not None and asked != found:
        message = f"{asked} processes were asked for, but {who} {found}."
        remedy = f"torchrun --nproc_per_node {asked} -m modeling train …, or --processes {found}."
        raise UserError(message, code="world_differs", remedy=remedy)


def _device_of(name: str, local: int) -> str:
    """``cpu`` or ``cuda`` for so many processes on this machine."""
    if name not in ("auto", "cpu", "cuda"):
        message = f"Several processes take a device each: {name!r} names one."
        raise UserError(
            message, code="device_named", remedy="Say --device cuda; CUDA_VISIBLE_DEVICES says which."
        )
    gpus = torch.cuda.device_count() if torch.cuda.is_available() else 0
    if name == "cpu" or (name == "auto" and gpus == 0):
        return "cpu"
    if gpus < local:
        message = f"{local} processes on this machine take a GPU each, and it has {gpus}."
        raise UserError(message, code="too_few_gpus", remedy=f"Start {max(gpus, 1)}, or say --device cpu.")
    return "cuda"
