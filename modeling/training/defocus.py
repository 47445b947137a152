"""A plate out of focus behind a sharp cel, as many a close-up is filmed: background blur as augmentation."""

from __future__ import annotations

import numpy as np
import torch

from modeling.depth.blur import SHAPES, Lens, background_blur
from modeling.training.augmentation import Example

APERTURE = 0.004, 0.025
"""Least and largest radius of blur of the plate, relative to the example's long side."""


def defocused(example: Example, rng: np.random.Generator) -> Example:
    """The picture as a lens focused on the cel would show it; what is to be learned stays.

    Depth is what is learned where that is depth, else a plate far behind a flat cel. Without a cel nothing changes.

    Args:
        example: Of any task.
        rng: Of aperture and shape of the bokeh.
    """
    lens = Lens(aperture=rng.uniform(*APERTURE), shape=str(rng.choice(sorted(SHAPES))))
    cel = (example.cel[0].numpy() == 1).astype(np.uint8)
    if not cel.any():
        return example
    depth = example.classes[0].numpy() if example.classes.is_floating_point() else cel.astype(np.float32)
    blurred = background_blur(example.image[:3].permute(1, 2, 0).numpy(), depth, lens, cel)
    rgb = torch.from_numpy(blurred).permute(2, 0, 1)
    return example._replace(image=torch.cat([rgb, example.image[3:]]))
