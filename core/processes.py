"""Runs ``python -m modeling ...`` as its own process on behalf of a job, and never lets it outlive the job.

The process has a session of its own and our end of its stdin and stdout: when we are killed, even by SIGKILL,
the pipes close and it ends. It also inherits the descriptor of the device lock, so the device stays taken
until the trainer itself is gone.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, ExitStack, suppress
from typing import IO, Any

from django.conf import settings

from core import devices
from core.jobs.context import JobContext
from core.jobs.errors import JobInterrupted, LeaseLost
from core.jobs.queue import SHORT
from core.metering import Meter
from modeling.errors import UserError

logger = logging.getLogger(__name__)

EXIT_USER_ERROR = 2
EXIT_INTERRUPTED = 75
_STOP_SECONDS = 60.0
_LOOK_EVERY_S = 0.5
_TAIL_LINES = 60
_LOCKED_RETRIES = 60
_ON_A_DEVICE = frozenset({"train", "evaluate", "score", "draft", "crossfit", "embed", "warmup", "studio"})
_TRAINING = frozenset({"train", "crossfit", "warmup"})
_PHASES = {"evaluating": "evaluate"}
"""Phases of a command that are another one's work."""

Event = dict[str, Any]


class ModelingCrashed(Exception):
    """The process ended by a bug of ours; the message carries the tail of its stderr.

    Args:
        message: For the log.
        status: Exit status; below zero the signal that ended it, such as -9 where memory ran out.
    """

    def __init__(self, message: str, status: int = 1) -> None:
        super().__init__(message)
        self.status = status


_COMMAND = (sys.executable, "-m", "modeling")


def run_modeling(args: list[str], *, context: JobContext, on_event: Callable[[Event], None]) -> None:
    """Run ``python -m modeling *args --json`` and hand each of its events (a JSON line) to ``on_event``.

    ``--device``, ``--threads``, ``--attempt`` and ``--watch-stdin`` are added where the command takes them
    and ``args`` do not say otherwise. One process a device: while another holds it, this waits (and can be
    cancelled); a training in N ``--processes`` holds N GPUs, or shares a CPU. A job of the queue `SHORT` waits for no
    training: where none of the devices is free, it has half the CPU's threads beside it. How long it holds one is
    kept (`core.metering`).

    Args:
        args: Command and arguments, such as ``["train", snapshot, run, "--task", "cel"]``.
        context: The job; every event is a tick of it, silence is none.
        on_event: Called in this thread; what it raises stops the process.

    Raises:
        UserError: Exit 2, with the process's own sentence.
        JobCancelled, LeaseLost: As the context says; the process is stopped first.
        JobInterrupted: The worker shuts down, or the process was told to (exit 75).
        ModelingCrashed: Any other exit.
    """
    with ExitStack() as stack:
        held: tuple[devices.HeldDevice, ...] = ()
        meters: list[Meter] = []
        if args[0] in _ON_A_DEVICE:
            count = _processes(args)
            held = stack.enter_context(_holding(args, count, context))
            meters = [stack.enter_context(Meter(context, one.device, args[0])) for one in held]
            args = _with_options(args, held, context, count)
        for left in reversed(range(_LOCKED_RETRIES)):
            try:
                _Process([*args, "--json"], held, meters).follow(context, on_event)
                return
            except UserError as error:
                if error.code != "run_locked" or not left:
                    raise
                # The trainer of an attempt that was killed is still writing its last checkpoint.
                context.stopping.wait(_LOOK_EVERY_S * 2)
                context.check()


def _holding(
    args: list[str], count: int, context: JobContext
) -> AbstractContextManager[tuple[devices.HeldDevice, ...]]:
    asked = _asked_device(args, context)
    if context.job.queue == SHORT:
        return devices.hold_or_beside(asked, context=context)
    return devices.hold_several(asked, count, context=context)


def thread_count(spare: int = 1) -> int:
    """Threads for a computing process: all cores we may use but ``spare``, by default one for the web."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, cores - spare)


def _asked_device(args: list[str], context: JobContext) -> str:
    """Return the device ``args`` insist on, else the worker's."""
    if "--device" in args and (said := args[args.index("--device") + 1]) != "auto":
        return said
    return context.device


def _processes(args: list[str]) -> int:
    """In how many processes a training is to run."""
    return int(args[args.index("--processes") + 1]) if "--processes" in args else 1


def _with_options(
    args: list[str], held: tuple[devices.HeldDevice, ...], context: JobContext, processes: int
) -> list[str]:
    args = list(args)
    device = "cuda" if len(held) > 1 else held[0].device
    if "--device" in args:
        args[args.index("--device") + 1] = device
    else:
        args += ["--device", device]
    shares = 2 if held[0].beside else processes
    threads = max(1, thread_count(context.spare_cores) // shares)
    args += _missing(args, "--threads", str(threads))
    if args[0] in _TRAINING:
        args += [] if "--watch-stdin" in args else ["--watch-stdin"]
        args += _missing(args, "--attempt", f"{context.job.pk}:{context.attempt}")
    return args


def _missing(args: list[str], option: str, value: str) -> list[str]:
    return [] if option in args else [option, value]


def _environment(held: tuple[devices.HeldDevice, ...]) -> dict[str, str]:
    threads = str(thread_count())
    limits = dict.fromkeys(("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"), threads)
    # nvidia-smi, by which we pick, counts in this order.
    seen = {"CUDA_VISIBLE_DEVICES": devices.visible_to(held)} if len(held) > 1 else {}
    return {**limits, **os.environ, **seen, "CUDA_DEVICE_ORDER": "PCI_BUS_ID", "PYTHONUNBUFFERED": "1"}


class _Process:
    """One running ``python -m modeling``."""

    def __init__(
        self, args: list[str], held: tuple[devices.HeldDevice, ...], meters: Sequence[Meter] = ()
    ) -> None:
        self._meters = meters
        self._events: queue.Queue[Event | None] = queue.Queue()
        self._tail: deque[str] = deque(maxlen=_TAIL_LINES)
        self._error: Event | None = None
        self._process = subprocess.Popen(
            [*_COMMAND, *args],
            cwd=settings.BASE_DIR,
            env=_environment(held),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            start_new_session=True,
            pass_fds=[one.descriptor for one in held],
        )
        self._readers = [
            self._reader(self._process.stdout, self._take),
            self._reader(self._process.stderr, self._note),
        ]

    def follow(self, context: JobContext, on_event: Callable[[Event], None]) -> None:
        """Hand out events until the process ends; stop it when anything here raises."""
        try:
            while (event := self._next(context)) is not None:
                on_event(event)
        except LeaseLost:
            self._stop(signal.SIGKILL)
            raise
        except BaseException:
            self._stop(signal.SIGTERM)
            raise
        self._raise_for(self._wait())

    def _next(self, context: JobContext) -> Event | None:
        """Return the next event, none at the end; asks the context meanwhile, but only events are ticks."""
        while True:
            try:
                event = self._events.get(timeout=_LOOK_EVERY_S)
            except queue.Empty:
                context.check()
                self._count()
                continue
            if event is not None:
                context.tick()
                self._count(event)
            return event

    def _count(self, event: Event | None = None) -> None:
        """Count the time that has gone by; a phase may be other work from here on."""
        phase = event.get("phase") if event is not None and event.get("event") == "phase" else None
        for meter in self._meters:
            if phase in _PHASES:
                meter.turn_to(_PHASES[phase])
            meter.tick()

    def _raise_for(self, status: int) -> None:
        if status == 0:
            return
        if status == EXIT_INTERRUPTED:
            raise JobInterrupted("the modeling process was told to stop")
        if status == EXIT_USER_ERROR:
            raise self._user_error()
        raise ModelingCrashed(f"modeling ended with status {status}\n" + "\n".join(self._tail), status)

    def _user_error(self) -> UserError:
        """Rebuild the error that the process told: from its ``error`` event, else from its last line."""
        if self._error is not None:
            said = self._error
            return UserError(said["message"], code=said.get("code", "invalid"), remedy=said.get("remedy", ""))
        return UserError(
            self._tail[-1] if self._tail else "The modeling command refused its input.", code="modeling"
        )

    def _stop(self, sign: signal.Signals) -> None:
        """Ask (SIGTERM: it writes a checkpoint) or make (SIGKILL) the whole session end, and wait for it."""
        self._signal(sign)
        try:
            self._process.wait(_STOP_SECONDS)
        except subprocess.TimeoutExpired:
            logger.warning("modeling process %s did not stop; killing it", self._process.pid)
            self._signal(signal.SIGKILL)
        self._wait()

    def _signal(self, sign: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self._process.pid, sign) if sign == signal.SIGKILL else self._process.send_signal(sign)

    def _wait(self) -> int:
        status = self._process.wait()
        for reader in self._readers:
            reader.join(timeout=5)
        assert self._process.stdin is not None
        with suppress(BrokenPipeError):
            self._process.stdin.close()
        return status

    def _reader(self, pipe: IO[str] | None, take: Callable[[str], None]) -> threading.Thread:
        def read() -> None:
            assert pipe is not None
            with pipe:
                for line in pipe:
                    take(line.rstrip("\n"))
            if pipe is self._process.stdout:
                self._events.put(None)

        thread = threading.Thread(target=read, daemon=True)
        thread.start()
        return thread

    def _take(self, line: str) -> None:
        try:
            event = json.loads(line)
        except ValueError:
            self._note(line)
            return
        if not isinstance(event, dict):
            self._note(line)
        elif event.get("event") == "error":
            self._error = event
        else:
            self._events.put(event)

    def _note(self, line: str) -> None:
        if line.strip():
            self._tail.append(line)
