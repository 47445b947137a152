"""A pool of ten cuts, two of them held-out, its people, and a stand-in for the modeling process."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from annotation.models import Assignment
from annotation.services.oracle import oracle_fill
from core.jobs import JobContext
from core.models import Membership, Role, User
from datasets.features import EDGES, feature_write
from datasets.models import Cut, Frame
from modeling.images import encode_png
from modeling.inference.score_files import Column, ScoreWriter
from modeling.labelio import encode_label
from modeling.labels import KINDS, LabelKind
from modeling.runs import RunFolder
from modeling.scorers import SCORERS
from modeling.tasks import TASKS, Task
from tests.annotation.house import HEIGHT, WIDTH, House, cel_map, cel_png, make_house

FRAMES, CUTS, HELD_OUT = 40, 10, 8


def make_world() -> House:
    """Forty frames, four a cut; the last two cuts are held-out; edge grids are alike in a cut."""
    house = make_house(FRAMES)
    cuts = list(Cut.objects.filter(production=house.production).order_by("index"))
    Cut.objects.filter(pk__in=[cut.pk for cut in cuts[-2:]]).update(split="test")
    rng = np.random.default_rng(0)
    centres = rng.integers(40, 216, (CUTS, EDGES.size))
    edges = [centres[i // 4] + rng.integers(-9, 10, EDGES.size) for i in range(FRAMES)]
    feature_write(EDGES.name, EDGES.version, [frame.pk for frame in house.frames], np.array(edges, np.uint8))
    return house


def oracle_of(house: House) -> User:
    """The oracle, a reviewer of the production."""
    oracle, made = User.objects.get_or_create(username="oracle", defaults={"is_oracle": True})
    if made:
        Membership.objects.create(user=oracle, production=house.production, role=Role.REVIEWER)
    return oracle


def fill_in(house: House, folder: Path) -> None:
    """Draw and accept everything in the queue."""
    folder.mkdir(parents=True, exist_ok=True)
    truth = {}
    for frame in house.frames:
        truth[frame.key] = folder / f"{frame.pk}.png"
        truth[frame.key].write_bytes(cel_png(8))
    rows = Assignment.objects.filter(pool=house.pool, state="open").select_related("frame")
    oracle_fill(pool=house.pool, kind="cel", truth=truth, user=oracle_of(house), assignments=rows)


def entropy_of(frame_id: int) -> float:
    """What the stand-in scores a frame, told apart by its id."""
    return (frame_id * 37 % 101) / 150


def score_of(column: Column, frame_id: int) -> Any:
    """What the stand-in scores a frame by any scorer: the calibrated ranking is the other way round."""
    value = entropy_of(frame_id)
    if column.outputs == "vector":
        return np.array([value, 1 - value])
    return value if column.name == "entropy" else 1 - value


class FakeModeling:
    """Does what ``python -m modeling`` would, in no time: a report, scores, drafts.

    ``stop_at`` names a command at which it raises ``error`` once.
    """

    def __init__(self) -> None:
        self.calls: list[list[str]] = []
        self.stop_at = ""
        self.error: Exception = RuntimeError("the process crashed")
        self.unscored = 0
        self.drafted: list[dict[str, Any]] = []

    def __call__(self, args: list[str], *, context: JobContext, on_event: Any) -> None:
        """Stand in for `core.processes.run_modeling`."""
        self.calls.append(args)
        if args[0] == self.stop_at:
            self.stop_at = ""
            raise self.error
        getattr(self, args[0])(args, on_event)

    def commands(self) -> list[str]:
        """Names of the commands called."""
        return [args[0] for args in self.calls]

    def train(self, args: list[str], on_event: Any) -> None:
        """Leave a finished run folder."""
        run = RunFolder(args[2])
        task = args[args.index("--task") + 1]
        run.publish_json("config.json", {"task": task, "environment": {"device": "cpu"}})
        for step in (1, 2, 3):
            run.append_metrics({"step": step, "loss": 1 / step, "rate": 1e-3, "seconds": float(step)})
            on_event({"event": "progress", "step": step, "steps": 3, "loss": 1 / step, "spent": step / 3})
        on_event({"event": "phase", "phase": "evaluating"})
        picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
        run.publish("previews/00-show-000064.webp", encode_png(picture))
        run.publish_json("report.json", report(TASKS.get(task)))

    def score(self, args: list[str], on_event: Any) -> None:
        """Score all but the last ``unscored`` frames by what is asked; a second call adds nothing."""
        rows = [json.loads(line) for line in Path(args[2]).read_text().splitlines()]
        rows = rows[: len(rows) - self.unscored]
        names = args[args.index("--scorers") + 1].split(",")
        columns = [Column(name, SCORERS.get(name).outputs) for name in names]
        with ScoreWriter(Path(args[3]), columns) as writer:
            for row in rows:
                if row["id"] not in writer.known:
                    writer.write(row["id"], {c.name: score_of(c, row["id"]) for c in columns})
        with Path(args[3]).open("a") as lines:
            lines.write('{"id": 1, "entr')
        on_event({"event": "progress", "done": len(rows), "total": len(rows)})

    def draft(self, args: list[str], on_event: Any) -> None:
        """Draft every frame but the third, which cannot be read."""
        out = Path(args[3])
        out.mkdir(exist_ok=True)
        task = TASKS.get((RunFolder(args[1]).config() or {})["task"])
        made = MADE_PICTURE if task.picture else _label_like(KINDS[task.kind])
        self.drafted = [json.loads(line) for line in Path(args[2]).read_text().splitlines()]
        for i, row in enumerate(self.drafted):
            frame_id = row["id"]
            if i == 2:
                on_event({"event": "item_error", "id": frame_id, "message": "The image is damaged."})
                continue
            (out / f"{frame_id}.png").write_bytes(made)
            (out / f"{frame_id}.entropy.png").write_bytes(grey_png())
            on_event({"event": "item", "id": frame_id})


MADE_PICTURE = encode_png(np.full((HEIGHT, WIDTH, 3), (10, 20, 30), np.uint8))
"""What the stand-in makes of every frame where pictures are made."""


def _label_like(kind: LabelKind) -> bytes:
    return encode_label(cel_map(8).astype(kind.dtype), kind)


def grey_png() -> bytes:
    """An entropy map at frame size."""
    from io import BytesIO

    from PIL import Image

    buffer = BytesIO()
    Image.fromarray(np.full((HEIGHT, WIDTH), 9, np.uint8)).save(buffer, "PNG")
    return buffer.getvalue()


def report(task: Task) -> dict[str, Any]:
    """A report as evaluation writes it; its pixels are of the first two classes, if there are any."""
    counts = np.zeros((len(task.classes), len(task.classes)), int)
    if task.classes:
        counts[:2, :2] = [[60, 10], [5, 25]]
    return {
        "train_frames": 6,
        "held_out_frames": 8,
        "held_out_cuts": 2,
        "headline": {"name": task.headline, "value": 0.625, "interval": [0.5, 0.75], "frame_mean": 0.6},
        "pixel_accuracy": 0.9,
        "confusion": counts.tolist(),
        "not_evaluated": None,
        "frames": [{"key": "show/000064", "cut": "show 8", "iou": 0.4, "false_cel": 0.1, "missed_cel": 0.2}],
    }


def trainable_ids(house: House) -> set[int]:
    """Frames that may be picked at all."""
    return set(Frame.objects.in_pool(house.pool).trainable().values_list("pk", flat=True))
