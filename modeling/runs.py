"""The run folder: one training and what came of it (design.md, section 4). Torch-free, so pages can read it.

``config.json``, ``metrics.jsonl`` (appended), ``checkpoints/``, ``calibration.json`` (how far its probabilities are to
be believed), ``report.json`` (there once the run is done),
``previews/``, ``stands_on/`` (config and weights of the run whose predictions it sees).
Files are published by rename; a trainer holds ``run.lock`` with its token in ``attempt.json``.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from modeling.errors import UserError

FINAL = "final.safetensors"
"""Name, in ``checkpoints/``, of the weights a finished training leaves."""

RANKING = "hard.json"
"""``frames``: ``key``, ``file``, share ``wrong`` of each for training, the worst first, and whether it is ``kept``."""

PROCESSES = "processes.json"
"""``weights``, the SHA-256 of each process's at the end, and whether they are ``alike``; of several processes only."""

CALIBRATION = "calibration.json"
"""Name of the file that `modeling.calibration` leaves in a run folder."""


class RunFolder:
    """A run folder, which need not exist yet."""

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    @property
    def checkpoints(self) -> Path:
        """Folder of weights and of the state to resume from."""
        return self.path / "checkpoints"

    @property
    def beneath(self) -> RunFolder:
        """The run whose predictions this one sees: its config and weights, kept here. Need not exist."""
        return RunFolder(self.path / "stands_on")

    @property
    def previews(self) -> Path:
        """Folder of error pictures of the worst held-out frames."""
        return self.path / "previews"

    @property
    def weights(self) -> Path:
        """The weights that count; there once training has ended."""
        return self.checkpoints / FINAL

    @property
    def done(self) -> bool:
        """Whether training and evaluation have ended."""
        return (self.path / "report.json").is_file()

    def config(self) -> dict[str, Any] | None:
        """All parameters and the environment, None before training has begun."""
        return self._json("config.json")

    def ranking(self) -> dict[str, Any] | None:
        """``by``, a run's weights, and ``frames`` from hard to easy (`modeling.training.hard`); None without."""
        return self._json(RANKING)

    def report(self) -> dict[str, Any] | None:
        """Counts, then metrics, None until the run is done."""
        return self._json("report.json")

    def calibration(self) -> dict[str, Any] | None:
        """``temperature`` and reliability, see `modeling.calibration`; None for runs without."""
        return self._json(CALIBRATION)

    def processes(self) -> dict[str, Any] | None:
        """What became of the processes that trained together (`PROCESSES`); None for a training by itself."""
        return self._json(PROCESSES)

    def metrics(self) -> list[dict[str, Any]]:
        """Rows of the log in order: ``step``, ``loss``, ``rate``, ``seconds``; a torn last line ignored."""
        try:
            lines = (self.path / "metrics.jsonl").read_bytes().split(b"\n")[:-1]
        except FileNotFoundError:
            return []
        return [json.loads(line) for line in lines if line]

    def preview_files(self) -> list[Path]:
        """Error pictures, the worst frame first."""
        return sorted(self.previews.glob("*.webp"))

    def surplus_checkpoints(self) -> list[Path]:
        """Files in ``checkpoints/`` that nothing needs any more: all but the final weights of a done run."""
        if not self.done or self.holder() is not None:
            return []
        return sorted(path for path in self.checkpoints.glob("*") if path.name != FINAL)

    def _json(self, name: str) -> Any:
        try:
            return json.loads((self.path / name).read_text("utf-8"))
        except FileNotFoundError:
            return None

    # --- writing, under the lock ---

    def publish(self, name: str, data: bytes) -> Path:
        """Write a file so that a reader sees all of it or none."""
        return publish(self.path / name, data)

    def publish_json(self, name: str, value: Any) -> Path:
        """Publish a value as indented JSON."""
        return self.publish(name, json.dumps(value, indent=2, ensure_ascii=False).encode() + b"\n")

    def append_metrics(self, row: dict[str, Any]) -> None:
        """Append one row to the log."""
        with (self.path / "metrics.jsonl").open("ab") as stream:
            stream.write(json.dumps(row).encode() + b"\n")

    def cut_metrics(self, step: int) -> None:
        """Forget rows after ``step`` and a torn last line, to resume from that step's checkpoint."""
        kept = [row for row in self.metrics() if row["step"] <= step]
        self.publish("metrics.jsonl", b"".join(json.dumps(row).encode() + b"\n" for row in kept))

    # --- the lock ---

    @contextmanager
    def lock(self, token: str = "") -> Iterator[None]:
        """Hold the run folder as the attempt called ``token``.

        Raises:
            UserError: ``run_locked`` when another process holds it.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self.path / "run.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            raise UserError(
                f"Another trainer works on {self.path}.",
                code="run_locked",
                remedy="Wait for it, or name another run folder.",
            ) from None
        try:
            self.publish_json("attempt.json", {"token": token, "pid": os.getpid()})
            yield
        finally:
            lock.release()

    def holder(self) -> dict[str, Any] | None:
        """``{"token", "pid"}`` of the process that holds the lock, None when it is free."""
        if not (self.path / "run.lock").exists():
            return None
        lock = FileLock(self.path / "run.lock")
        try:
            lock.acquire(timeout=0)
        except Timeout:
            return self._json("attempt.json") or {}
        lock.release()
        return None


def temperature_of(run: RunFolder) -> float:
    """What a run's logits are divided by where it is shown how sure they are; 1 where none was fitted."""
    return float((run.calibration() or {}).get("temperature", 1.0))


def publish(path: Path, data: bytes) -> Path:
    """Write ``data`` beside ``path``, flush it to the disk and rename it into place."""
    return publish_parts(path, [data])


def publish_parts(path: Path, parts: Iterable[bytes]) -> Path:
    """As `publish`, of a file that need not fit into memory."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.{os.getpid()}.part")
    with part.open("wb") as stream:
        stream.writelines(parts)
        stream.flush()
        os.fsync(stream.fileno())
    part.replace(path)
    return path
