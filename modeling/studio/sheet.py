"""A picture on its way through the Studio's steps, and the models that they ask: each is asked once a picture."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from modeling.errors import UserError
from modeling.images import read_rgb
from modeling.labelio import LabelMap

if TYPE_CHECKING:
    import torch

    from modeling.inference.predictor import Predictor


class Models:
    """Finished runs by task, opened when they are first asked.

    Args:
        runs: Run folder by task.
        device: Where they run.
    """

    def __init__(self, runs: Mapping[str, Path], device: torch.device) -> None:
        self._runs, self._device = dict(runs), device
        self._open: dict[str, Predictor] = {}

    def require(self, task: str) -> Predictor:
        """The model of a task.

        Raises:
            UserError: ``no_model``, ``other_task``, or what opening a run raises.
        """
        if task not in self._open:
            self._open[task] = self._opened(task)
        return self._open[task]

    def _opened(self, task: str) -> Predictor:
        from modeling.inference.predictor import Predictor

        if task not in self._runs:
            raise UserError(
                f"No model for {task} was given.", code="no_model", remedy="Name a run of that task."
            )
        found = Predictor.open(self._runs[task], self._device)
        if found.task.name != task:
            message = f"{self._runs[task].name} is a model of {found.task.name}, not of {task}."
            raise UserError(message, code="other_task", remedy=f"Name a run of {task}.")
        return found


class Sheet:
    """One picture: (H, W, 3) uint8 sRGB, what models say of it, and its key in what was handed over."""

    def __init__(self, rgb: NDArray[np.uint8], models: Models, key: str = "") -> None:
        self.rgb, self.key = rgb, key
        self._models = models
        self._labels: dict[str, LabelMap] = {}

    def model(self, task: str) -> Predictor:
        """The model of a task, to be asked for more than a label.

        Raises:
            UserError: What `Models.require` raises.
        """
        return self._models.require(task)

    def label(self, task: str) -> LabelMap:
        """(H, W) label map as people get it drafted: refined where the task refines.

        Raises:
            UserError: What `Models.require` raises, or ``no_mask``.
        """
        if task not in self._labels:
            label, draft = self._models.require(task).label_and_draft(self.rgb)
            self._labels[task] = label if draft is None else draft
        return self._labels[task]


@dataclass(frozen=True, slots=True)
class Series:
    """All pictures that were handed over, for steps whose results rest on several.

    Attributes:
        files: Readable or not, by key, in the order in which they are made.
        folder: Of the step's files; it may keep others there, which a broken-off run finds again.
        models: Those of the request.
    """

    files: Mapping[str, Path]
    folder: Path
    models: Models

    def sheet(self, key: str) -> Sheet:
        """One of the pictures.

        Raises:
            UserError: What reading it raises.
        """
        return Sheet(read_rgb(self.files[key]), self.models, key)
