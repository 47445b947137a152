"""Time a few real steps: training, judging and scoring as they are, on stand-in frames."""

from __future__ import annotations

import platform
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import Path
from typing import Any

import torch

from modeling.estimating.figures import Pace, spared_frames
from modeling.estimating.memory import peak, room, watch
from modeling.estimating.stand_ins import stand_ins
from modeling.images import encode_png, read_rgb, within_long_side
from modeling.inference.listed import Listed
from modeling.inference.predictor import Predictor
from modeling.inference.scoring import BATCH, score_frames, usable
from modeling.runs import RunFolder
from modeling.scorers import DEFAULT
from modeling.snapshots import Snapshot
from modeling.tasks import TASKS
from modeling.training.config import TrainConfig
from modeling.training.frames import CACHE_BYTES
from modeling.training.loop import OnEvent
from modeling.training.run import train
from modeling.training.signals import StopFlag
from modeling.training.world import ALONE, World

STEPS = 10
"""Steps that are timed."""
FIRST = 2
"""Steps before them: kernels are chosen, memory is taken, batches are prepared ahead."""
TRAIN, HELD_OUT = 8, 4
"""Stand-in frames."""
KILLED = 137
"""Exit status of a process that memory ran out for, as a shell tells it of one that the system ended."""
BATCHES = 3
"""Batches that are scored; the first is not timed."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What a warm-up found.

    ``pace`` and ``memory_bytes`` (what all of training takes at most) are None where memory did not suffice.
    ``spread`` are the quickest and the slowest of the timed steps in seconds. Of several ``processes``, memory is that
    of the GPU that has least free and of the one that needs most; on a CPU it is of all together.
    """

    device: str
    device_name: str
    threads: int
    free_bytes: int
    total_bytes: int
    pace: Pace | None
    spread: tuple[float, float] | None
    memory_bytes: int | None
    processes: int = 1

    @property
    def fits(self) -> bool:
        """Whether the memory that was free suffices."""
        return self.memory_bytes is not None and self.memory_bytes <= self.free_bytes


@dataclass(frozen=True, slots=True)
class Asked:
    """What to measure beside the training.

    Attributes:
        size: (height, width) of frames in pixels.
        shown_side: Long side in pixels of the pictures that scoring reads, 0 for the frames themselves.
        train: Labelled frames that will train: those kept in memory count.
        cuts: Cuts that these are of; None for one each.
        scorers: Names.
        scorer_settings: Raw parameters by scorer.
        stands_on: Run whose predictions are seen, where the task asks for one.
    """

    size: tuple[int, int]
    shown_side: int = 0
    train: int = TRAIN
    cuts: int | None = None
    scorers: Sequence[str] = DEFAULT
    scorer_settings: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    stands_on: RunFolder | None = None


def warm_up(
    config: TrainConfig,
    asked: Asked,
    *,
    device: torch.device,
    threads: int,
    started: float,
    stop: StopFlag | None = None,
    on_event: OnEvent = lambda name, **fields: None,
    world: World = ALONE,
) -> Measured:
    """Run `FIRST` and `STEPS` optimizer steps, judge and score a few frames, and say what that took.

    The whole of `modeling.training.run.train` runs, in a folder that is removed, and so does scoring: data loading,
    augmentation, loss, optimizer and averages are what they will be. Only the frames are made up. Hard examples
    are not ranked.

    Args:
        config: What will be trained.
        asked: Sizes, scorers and the run stood on.
        device: Where.
        threads: CPU threads.
        started: `time.monotonic` when the process began: imports are part of the start-up.
        stop: Set it to end.
        on_event: Called with ``phase`` and ``progress``.
        world: The processes that train together, each of which calls this; what the first one returns counts.

    Raises:
        UserError: what `train` raises, such as ``stands_on_nothing``.
        Stopped: asked to stop.
        SystemExit: `KILLED`, of several processes where one has too little memory: the others wait for it.
    """
    before = room(device)
    watch(device)
    pace = spread = memory = None
    with _shared_folder(world) as folder:
        warming = _Warming(config, asked, device, threads, folder, _Clock(started, on_event), world)
        try:
            pace, spread = warming.pace(stop or StopFlag())
            memory = peak(device) + (0 if device.type == "cuda" else warming.cache_bytes)
        except (torch.OutOfMemoryError, MemoryError):
            on_event("phase", phase="out of memory")
            if world.size > 1:
                raise SystemExit(KILLED) from None
        rooms = world.collected((before.free, before.total, memory))
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.machine()
    free, total = min((free, total) for free, total, _ in rooms)
    memory = _memory(device, [taken for _, _, taken in rooms])
    return Measured(str(device), name, threads, free, total, pace, spread, memory, world.size)


@contextmanager
def _shared_folder(world: World) -> Iterator[Path]:
    """A folder that all processes of this machine see, removed by the first once all have done with it."""
    folder = Path(world.from_first(lambda: tempfile.mkdtemp(prefix="sakkan-warmup-")))
    try:
        yield folder
        world.wait()
    finally:
        if world.first:
            shutil.rmtree(folder, ignore_errors=True)


def _memory(device: torch.device, taken: Sequence[int | None]) -> int | None:
    """What all processes take of the one memory they share, or of GPUs the one that takes most."""
    known = [one for one in taken if one is not None]
    if not known:
        return None
    return max(known) if device.type == "cuda" else sum(known)


class _Clock:
    """When each phase of a training began, and the seconds of training after each step."""

    def __init__(self, started: float, on_event: OnEvent) -> None:
        self.at: dict[str, float] = {"started": started}
        self.steps: list[float] = []
        self._tell = on_event

    def __call__(self, name: str, **fields: Any) -> None:
        if name == "phase":
            self.at[fields["phase"]] = time.monotonic()
        elif name == "progress":
            self.steps.append(fields["seconds"])
        self._tell(name, **fields)


@dataclass
class _Warming:
    config: TrainConfig
    asked: Asked
    device: torch.device
    threads: int
    folder: Path
    clock: _Clock
    world: World = ALONE

    def pace(self, stop: StopFlag) -> tuple[Pace | None, tuple[float, float] | None]:
        """Pace, and the quickest and slowest step; None in all processes but the first."""
        at = self.clock.at
        self.clock("phase", phase="drawing frames")
        snapshot = Snapshot.open(self.world.from_first(self._draw))
        self.clock("phase", phase="starting")
        run = RunFolder(self.folder / "run")
        train(
            _short(self.config, snapshot.id),
            snapshot,
            run,
            device=self.device,
            stop=stop,
            on_event=self.clock,
            stands_on=self.asked.stands_on,
            threads=self.threads,
            world=self.world,
        )
        if not self.world.first:
            return None, None
        self.clock("phase", phase="scoring")
        steps = [after - before for before, after in pairwise(self.clock.steps)][FIRST - 1 :]
        masks = at["training"] - at["predicting masks"] if "predicting masks" in at else 0.0
        pace = Pace(
            start=at["training"] - at["starting"] - masks + at["drawing frames"] - at["started"],
            step=statistics.median(steps),
            mask=masks / TRAIN,
            judge=(at["scoring"] - at["evaluating"]) / HELD_OUT,
            score=self._score_seconds(snapshot, run),
        )
        return pace, (min(steps), max(steps))

    def _draw(self) -> Path:
        """The snapshot's folder."""
        task = TASKS.get(self.config.task)
        return stand_ins(self.folder, task, self.config.way, self.asked.size, TRAIN, HELD_OUT).folder

    def _score_seconds(self, snapshot: Snapshot, run: RunFolder) -> float:
        """Seconds a frame once the first batch is scored; 0 where this run can be asked nothing."""
        predictor = Predictor.open(run, self.device)
        names, _ = usable(predictor, self.asked.scorers, self.asked.scorer_settings)
        settings = {name: self.asked.scorer_settings.get(name, {}) for name in names}
        batch = BATCH[self.device.type]
        rows = self._listed(snapshot)
        files = [rows[index % len(rows)] for index in range(BATCHES * batch)]
        scored = score_frames(predictor, files, names, settings)
        times = [time.monotonic() for _ in islice(scored, len(files))] if names else [0.0, 0.0]
        first = min(batch, len(times)) - 1
        return (times[-1] - times[first]) / max(1, len(times) - 1 - first)

    def _listed(self, snapshot: Snapshot) -> list[Listed]:
        """The stand-ins as scoring is shown them."""
        beside = self.config.way.kind
        rows = []
        for row in snapshot.frames():
            file = snapshot.path(row.file)
            if self.asked.shown_side and not beside:
                shown = within_long_side(read_rgb(file), self.asked.shown_side)
                file = self.folder / f"shown-{row.key}.png"
                file.write_bytes(encode_png(shown))
            labels = {beside: snapshot.path(row.labels[beside].file)} if beside in row.labels else {}
            rows.append(Listed(row.key, file, labels))  # type: ignore[arg-type]
        return rows

    @property
    def cache_bytes(self) -> int:
        """What frames kept in memory will take beyond the stand-ins: those that train and those that validate."""
        height, width = self.asked.size
        long = max(height, width)
        side = self.config.working_side or long
        scale = min(1.0, side / long)
        task = TASKS.get(self.config.task)
        maps = 1 + (task.cut_by != task.kind)
        each = int(height * scale) * int(width * scale) * (self.config.way.channels + maps)
        validation = spared_frames(self.config.recipe_values, self.asked.train, self.asked.cuts)
        counts = (self.asked.train - validation, validation)
        return max(0, sum(min(CACHE_BYTES, count * each) for count in counts) - TRAIN * each)


def _short(config: TrainConfig, snapshot: str) -> TrainConfig:
    """The same training for a few steps, from the pretrained encoder, on all frames."""
    return config.model_copy(
        update={
            "snapshot": snapshot,
            "steps": FIRST + STEPS,
            "seconds": None,
            "from_run": None,
            "hard_by": None,
            "recipe_params": {**config.recipe_params, "hard": 0.0},
        }
    )
