"""Model tasks: what is learned from what, with which networks, judged by which number (torch-free)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from modeling.registry import Entry, Params, Registry


class TaskParams(Params):
    """No task needs parameters of its own yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Entry[TaskParams]):
    """What is learned.

    ``inputs`` and ``target`` are ``frame``, ``label:KIND`` or ``prediction:KIND``. ``long_side`` is the
    working resolution in pixels, 0 for native pixels (design.md, section 4). ``networks``, ``losses`` and
    ``recipes`` list what fits, the default first. ``build(params)`` gives the number of output channels.
    """

    target: str
    long_side: int
    headline: str
    classes: tuple[str, ...]
    networks: tuple[str, ...]
    losses: tuple[str, ...]
    recipes: tuple[str, ...]
    inputs: tuple[str, ...] = ("frame",)
    scorers: tuple[str, ...] = ("entropy",)
    error_picture: str = "false_and_missed"
    params: type[TaskParams] = field(default=TaskParams)
    build: Any = field(default=lambda params: 1)

    @property
    def kind(self) -> str:
        """Label kind of the target: what ``--task`` means to commands about labels."""
        return self.target.partition(":")[2]

    @property
    def channels(self) -> int:
        """Output channels of its networks: one for two classes, else one a class."""
        channels: int = self.build(self.params())
        return channels

    @property
    def network(self) -> str:
        """Name of the default network."""
        return self.networks[0]

    @property
    def loss(self) -> str:
        """Name of the default loss."""
        return self.losses[0]

    @property
    def recipe(self) -> str:
        """Name of the default recipe."""
        return self.recipes[0]


TASKS: Registry[Task] = Registry("task")
"""Model tasks by name."""

CEL = TASKS.add(
    Task(
        name="cel",
        text="Separate the moving cel from its painted background",
        target="label:cel",
        long_side=960,
        headline="iou",
        classes=("background", "cel"),
        networks=("lite", "gcn", "tiny"),
        losses=("bce_dice", "bce", "focal"),
        recipes=("fast", "thesis"),
    )
)
