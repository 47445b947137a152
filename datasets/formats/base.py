"""What a format is: pieces that are written one after the other, and a close that knows what became of all of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Protocol, TypeAlias

from datasets.formats.content import Content
from datasets.formats.output import Output
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
    """

    loader: str = ""
    needs: tuple[str, ...] = ()
    keeps: bool = True
    front: Callable[[Content], str] = no_front
