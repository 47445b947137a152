"""What a format is: pieces that are written one after the other, and a close that knows what became of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from datasets.formats.content import Content
from datasets.formats.output import Output
from modeling.errors import UserError
from modeling.labels import LabelKind
from modeling.registry import Entry, Params

Note: TypeAlias = "dict[str, Any] | None"
"""What a piece leaves for the close, in JSON: kept on disk, so that it may be long."""


class Ticker(Protocol):
    """Told how far a writer is."""

    def __call__(self, done: int, total: int) -> None:
        """``done`` of ``total`` frames are written."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Some files that are written in one go, such as those of a frame or a shard.

    ``write(output)`` writes them, the same bytes each time, and returns a `Note`; ``frames`` is how many rows it holds.
    Pieces come in the same order each time: one that was broken off is written again, those before it are not.
    """

    write: Callable[[Output], Note]
    frames: int = 1


class Layout(Protocol):
    """A format with its parameters, about to write one content."""

    def pieces(self, content: Content) -> Iterator[Piece]:
        """What is written, in order; torn down and begun again where a writer goes on.

        Raises:
            UserError: Where the format cannot hold this content.
        """

    def close(self, content: Content, output: Output, notes: Callable[[], Iterable[Note]]) -> dict[str, Any]:
        """Write what belongs to the whole and return a report in JSON. ``notes()`` reads the pieces' notes again."""


class NoParams(Params):
    """No parameters."""


def require_classes(kind: LabelKind, why: str) -> None:
    """Refuse a kind without classes.

    Raises:
        UserError: ``format_of_classes``.
    """
    if not kind.classes:
        raise UserError(
            f"{why}, and {kind.name} has none.",
            code="format_of_classes",
            remedy="Export the folder: it holds the labels as they are stored.",
        )


def no_front(content: Content) -> str:
    """Nothing before the README's first line."""
    return ""


@dataclass(frozen=True, slots=True)
class ExportFormat(Entry[Any]):
    """A named way to write a snapshot into a folder. ``build(params)`` gives a `Layout`.

    Attributes:
        loader: Python that a stranger runs beside the export to load one pair, for its README. ``{kind}`` stands for
            the label kind.
        needs: What that Python imports from PyPI.
        keeps: Whether every label comes back exactly.
        front: What stands before the README's first line, such as the YAML head that Hugging Face reads; ends with a
            newline unless it is empty.
        kinds: Label kinds that it is made for; any where none is named.
    """

    loader: str = ""
    needs: tuple[str, ...] = ()
    keeps: bool = True
    front: Callable[[Content], str] = no_front
    kinds: tuple[str, ...] = ()

    def require(self, content: Content) -> None:
        """Refuse labels that it is not made for.

        Raises:
            UserError: ``format_kind``.
        """
        if self.kinds and content.kind.name not in self.kinds:
            message = (
                f"The format {self.name} is made for {' or '.join(self.kinds)}, not for {content.kind.name}."
            )
            remedy = "Choose these labels, or export the folder: it holds every kind."
            raise UserError(message, code="format_kind", remedy=remedy)
