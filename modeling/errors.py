"""Errors that are the user's to mend, apart from our own bugs."""

from __future__ import annotations


class UserError(Exception):
    """Something a person can put right: one sentence naming the file or field, and the remedy.

    Args:
        message: What was wrong, in which file or field.
        code: Stable machine word, for example ``label_size``.
        remedy: What to do about it; may be empty when the message already says so.
    """

    def __init__(self, message: str, *, code: str = "invalid", remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message} {self.remedy}".strip()
