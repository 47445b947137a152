"""Parameters of the tasks that make pictures, and what their networks see (torch-free)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from modeling.tasks.params import TaskParams
from modeling.tasks.ways import Way

if TYPE_CHECKING:
    from modeling.pictures.subjects import Subject


@dataclass(frozen=True, slots=True)
class PictureWay(Way):
    """A picture, and ``hints`` further channels behind it."""

    hints: int = 0

    @property
    def channels(self) -> int:
        """Channels that a network sees."""
        return 3 + self.hints


class PictureParams(TaskParams):
    """What both tasks have."""

    inception: str = Field(
        "",
        description="File of the weights of Inception with which FID is told (pytorch-fid's, .pth or .safetensors), "
        "empty for a stand-in of another name",
    )

    @property
    def files(self) -> tuple[str, ...]:
        """The weights of Inception."""
        return (self.inception,) if self.inception else ()


class ColorizationParams(PictureParams):
    """Parameters of ``colorization``."""

    lines: Literal["douga", "extracted"] = Field(
        "douga",
        description="What it learns to colour: the visible lines of the drawn douga where a frame has one, or always "
        "lines extracted from the cel",
    )
    hints: Literal["none", "dots", "reference", "both"] = Field(
        "none",
        description="What it is shown beside the lines: dots of colour, another painted frame of the cut",
    )
    registered: bool = Field(
        True, description="The painted frame is moved to where the drawing has its lines"
    )
    dots: int = Field(12, ge=1, le=200, description="Most dots that a training example has")

    @property
    def way(self) -> Way:
        """The drawing, four channels of dots, three of the reference."""
        return PictureWay(hints=4 * self._dotted + 3 * self._referred)

    @property
    def subject(self) -> Subject:
        """Lines, hints and the painted cel."""
        from modeling.coloring.subject import Colors

        return Colors(self.lines, self.dots if self._dotted else 0, self._referred, self.registered)

    @property
    def _dotted(self) -> bool:
        return self.hints in ("dots", "both")

    @property
    def _referred(self) -> bool:
        return self.hints in ("reference", "both")


class DeblurParams(PictureParams):
    """Parameters of ``deblur``."""

    strength: float = Field(
        9.0,
        ge=2,
        le=40,
        description="Longest motion in px that is learned; defocus and combing in proportion",
    )

    @property
    def subject(self) -> Subject:
        """A frame, and the frame blurred."""
        from modeling.deblurring.subject import Sharp

        return Sharp(self.strength)
