"""What a file that we handed out says of itself, so that it is known again when it comes back."""

from __future__ import annotations

import re
from dataclasses import dataclass

PNG_KEY = "Sakkan"
"""Name of the text chunk in PNGs."""

_MARK = re.compile(r"\[sakkan (?P<width>\d{1,6})x(?P<height>\d{1,6})(?: (?P<key>[^\]]*))?\]")


@dataclass(frozen=True, slots=True)
class Stamp:
    """The frame that a file was made for: its size in pixels and its key, which may be empty."""

    width: int
    height: int
    key: str = ""

    def text(self) -> str:
        """As it stands in layer names and text chunks."""
        key = self.key.replace("]", ")")
        return f"[sakkan {self.width}x{self.height} {key}]" if key else f"[sakkan {self.width}x{self.height}]"

    def ascii(self) -> str:
        """The same for names that hold nothing else: without a key that they cannot."""
        return self.text() if self.key.isascii() else Stamp(self.width, self.height).text()


def stamp_in(text: str) -> Stamp | None:
    """The stamp in a layer's name or a text chunk, if there is one."""
    found = _MARK.search(text)
    if found is None:
        return None
    return Stamp(int(found["width"]), int(found["height"]), found["key"] or "")
