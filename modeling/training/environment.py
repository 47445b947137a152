"""What a training ran on, for its ``config.json``."""

from __future__ import annotations

import platform
from importlib.metadata import version
from typing import Any

import torch

from modeling.training.world import World

VERSIONED = ("torch", "torchvision", "timm", "numpy", "sakkan")


def environment_of(device: torch.device, threads: int, weights: str, world: World) -> dict[str, Any]:
    """Device, threads a process, number of processes, where the encoder's weights are from, and versions."""
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else platform.machine()
    return {
        "device": str(device),
        "device_name": name,
        "threads": threads,
        "processes": world.size,
        "encoder_weights": weights,
        "python": platform.python_version(),
        "versions": {package: version(package) for package in VERSIONED},
    }
