"""Questions other apps and the pages ask."""

from annotation.selectors.assignments import assignment_detail, next_hint
from annotation.selectors.kinds import kinds

__all__ = ["assignment_detail", "kinds", "next_hint"]
