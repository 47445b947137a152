"""Parameters that several strategies share."""

from __future__ import annotations

from typing import Any

from pydantic import Field

FEATURES, SCORES = {"choices": "features"}, {"choices": "scores"}
"""Marks of a parameter that names a feature, or a score: forms offer those that there are."""


def feature_field(default: str) -> Any:
    """A parameter that names the feature by which frames are alike."""
    return Field(default, description="Feature by which frames are alike", json_schema_extra=dict(FEATURES))


def score_field(default: str) -> Any:
    """A parameter that names a score, higher where the model is less sure."""
    return Field(default, description="Score of how unsure the model is", json_schema_extra=dict(SCORES))
