"""``python -m modeling features RUN OUT``."""

from __future__ import annotations

import argparse
from pathlib import Path

from modeling.cli.common import Console, add_inference_arguments, open_predictor
from modeling.errors import UserError

SMALLEST = 32


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    parser.add_argument("run_folder", metavar="RUN", help="run folder")
    parser.add_argument("out", type=Path, metavar="OUT", help="picture to write, a .png")
    parser.add_argument("--steps", type=int, default=40, help="of ascent at each of three sizes (default 40)")
    parser.add_argument("--size", type=int, default=128, help="side of each tile in pixels (default 128)")
    parser.add_argument("--seed", type=int, default=0, help="of noise and jitter (default 0)")
    add_inference_arguments(parser)


def run(args: argparse.Namespace) -> int:
    """Grow a tile for each feature channel of the second-to-last layer, and write them as one picture.

    Raises:
        UserError: ``bad_size`` or ``bad_name``, and what opening the run raises.
    """
    from modeling.images import encode_png
    from modeling.inference.features import Growth, features, last_convolution, sheet
    from modeling.runs import publish

    if args.size < SMALLEST or args.steps < 1:
        raise UserError(f"Tiles need at least {SMALLEST} px and one step.", code="bad_size")
    if args.out.suffix.lower() != ".png":
        raise UserError(f"{args.out} is no .png.", code="bad_name", remedy="Name a picture to write.")
    console, network = Console(args.json), open_predictor(args).network
    name, layer = last_convolution(network)
    grown = []
    growing = features(network, Growth(args.steps, args.size, args.seed))
    for feature in console.bar(growing, total=layer.in_channels, text="growing", unit="channel"):
        grown.append(feature)
        console.event("item", channel=feature.channel, start=feature.start, end=feature.end)
    publish(args.out, encode_png(sheet(grown)))
    console.event("done", file=str(args.out), layer=name, channels=len(grown))
    console.say(f"{args.out}: {len(grown)} channels that enter {name}")
    return 0
