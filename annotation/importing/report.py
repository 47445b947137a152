"""What an import did, and what it left out and why."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from core.words import counted
from modeling.errors import UserError


@dataclass(frozen=True, slots=True)
class ImportLine:
    """A file or cut that was left out or noted: its name, a stable code, and one sentence."""

    name: str
    code: str
    text: str


@dataclass(slots=True)
class ImportReport:
    """Counts of an import, and a line for everything that was not taken.

    ``imported`` are new accepted labels, ``replaced`` those of them that took the place of another, ``known``
    files whose label was the accepted one already. A ``look`` changes nothing: the counts are what an import would do,
    ``matches`` says which frame each label means, and ``conflicts`` which would take the place of another.
    """

    look: bool = False
    found: int = 0
    imported: int = 0
    replaced: int = 0
    known: int = 0
    cuts_moved: int = 0
    matches: list[ImportLine] = field(default_factory=list)
    conflicts: list[ImportLine] = field(default_factory=list)
    refused: list[ImportLine] = field(default_factory=list)
    notes: list[ImportLine] = field(default_factory=list)

    def refuse(self, name: str, error: UserError) -> None:
        """Add a line for a file that was not taken."""
        self.refused.append(ImportLine(name, error.code, " ".join(str(error).split())))

    def note(self, name: str, code: str, text: str) -> None:
        """Add a remark."""
        self.notes.append(ImportLine(name, code, text))

    def match(self, name: str, key: str) -> None:
        """Say which frame a label means."""
        self.matches.append(ImportLine(name, "match", f"means {key}."))

    def conflict(self, name: str, key: str, share: float) -> None:
        """Say that a frame has another accepted label, which differs in this share of its pixels."""
        text = f"{key} has another label, which differs in {share:.2%} of its pixels."
        self.conflicts.append(ImportLine(name, "conflict", text))

    def sentence(self) -> str:
        """The counts in words."""
        parts = [f"{counted(self.imported, 'label')} {'would be imported' if self.look else 'imported'}"]
        if self.replaced:
            parts.append(f"{self.replaced} of them in place of another")
        if self.known:
            parts.append(f"{self.known} here already")
        if self.cuts_moved:
            parts.append(f"{counted(self.cuts_moved, 'cut')} moved to the side the manifest says")
        if self.refused:
            parts.append(f"{len(self.refused)} refused")
        return ", ".join(parts) + "."

    def as_dict(self) -> dict[str, Any]:
        """Return it as JSON."""
        return asdict(self)
