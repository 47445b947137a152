"""``python -m modeling paint sample | cut | repaint | import | export | rename``."""

from __future__ import annotations

import argparse
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from modeling.cli.common import Console, add_json_argument
from modeling.errors import UserError

if TYPE_CHECKING:
    from tqdm import tqdm

    from modeling.paint.models import ColorModels
    from modeling.paint.sheets import SheetDrawing

ACTIONS = {
    "sample": "make colour models from one painted drawing and its douga",
    "cut": "paint a folder of dougas from those that are painted",
    "repaint": "paint a painted cut again in another model",
    "import": "read a palette (.json, .gpl, .csv), as colour models or as one more model of them",
    "export": "write colour models as .json, .gpl or .csv",
    "rename": "give entries other names",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's arguments."""
    actions = parser.add_subparsers(title="actions", metavar="ACTION", dest="action", required=True)
    for name, text in ACTIONS.items():
        action = actions.add_parser(name, help=text, description=f"{text[0].upper()}{text[1:]}.")
        _ADD[name](action)
        add_json_argument(action)


def _add_sample(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "douga", type=Path, metavar="DOUGA", help="label map in the douga's colours, or line art"
    )
    parser.add_argument(
        "painted", type=Path, metavar="PAINTED", help="the painted drawing, transparent off the cel"
    )
    parser.add_argument("out", type=Path, metavar="MODELS", help="file to write, a .json")
    parser.add_argument("--character", default="", help="whose colours they are")
    parser.add_argument("--known", type=Path, metavar="FILE", help="colour models that get what they lack")
    _add_reading(parser)


def _add_reading(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--model", metavar="NAME", help="model painted in, the first by default (new: day)")
    parser.add_argument(
        "--tolerance",
        type=int,
        default=0,
        help="difference of a channel at which colours are one (default 0)",
    )
    parser.add_argument("--paper", metavar="RRGGBB", help="colour off the cel in files without transparency")
    parser.add_argument("--gap", type=int, default=0, help="close passages of so many pixels (default 0)")


def _add_cut(parser: argparse.ArgumentParser) -> None:
    from modeling.paint.transfer import LEAST

    parser.add_argument(
        "folder", type=Path, metavar="DOUGAS", help="dougas or line art, in order of their names"
    )
    parser.add_argument("out", type=Path, metavar="OUT", help="folder for pictures, cut.json and models.json")
    parser.add_argument(
        "--reference",
        action="append",
        default=[],
        metavar="KEY=FILE",
        help="painted picture, or cut.json with corrected entries, of the douga KEY; several may be named",
    )
    parser.add_argument("--models", type=Path, metavar="FILE", help="colour models that exist")
    parser.add_argument(
        "--least", type=float, default=LEAST, help=f"chance from which a region is painted (default {LEAST})"
    )
    parser.add_argument("--splits", action="store_true", help="paint the pieces of parted regions, too")
    parser.add_argument("--previews", action="store_true", help="also pictures with open regions hatched")
    _add_reading(parser)


def _add_repaint(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("folder", type=Path, metavar="CUT", help="what `paint cut` wrote")
    parser.add_argument("out", type=Path, metavar="OUT", help="folder for the pictures")
    parser.add_argument("--model", metavar="NAME", help="which model, the first by default")
    parser.add_argument("--models", type=Path, metavar="FILE", help="colour models, the cut's own by default")


def _add_import(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("palette", type=Path, metavar="PALETTE", help=".json, .gpl or .csv")
    parser.add_argument("out", type=Path, metavar="MODELS", help="file to write, a .json")
    parser.add_argument(
        "--model", metavar="NAME", help="what the model is called (.gpl: by default its file)"
    )
    parser.add_argument(
        "--into", type=Path, metavar="FILE", help="colour models that get it as a model of the same entries"
    )
    parser.add_argument("--like", metavar="NAME", help="model whose colours entries keep that PALETTE lacks")


def _add_export(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("models", type=Path, metavar="MODELS")
    parser.add_argument("out", type=Path, metavar="PALETTE", help=".json, .gpl or .csv")
    parser.add_argument("--model", metavar="NAME", help="which model a .gpl holds, the first by default")


def _add_rename(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("models", type=Path, metavar="MODELS", help="file that is changed")
    parser.add_argument("names", nargs="+", metavar="OLD=NEW", help="for example 'part 1/base=inu/fur/base'")


_ADD = {
    "sample": _add_sample,
    "cut": _add_cut,
    "repaint": _add_repaint,
    "import": _add_import,
    "export": _add_export,
    "rename": _add_rename,
}


def run(args: argparse.Namespace) -> int:
    """Do what was asked."""
    actions = {
        "sample": _sample,
        "cut": _cut,
        "repaint": _repaint,
        "import": _import,
        "export": _export,
        "rename": _rename,
    }
    actions[args.action](args, Console(args.json))
    return 0


def _sample(args: argparse.Namespace, console: Console) -> None:
    from modeling.paint.drawings import read_drawing, read_painted
    from modeling.paint.graph import make_graph
    from modeling.paint.models import read_models, write_models
    from modeling.paint.regions import find_regions
    from modeling.paint.sampling import sample

    known = read_models(args.known) if args.known else None
    classes = read_drawing(args.douga)
    found = sample(
        read_painted(args.painted, paper=parse_color(args.paper)),
        classes,
        make_graph(classes, find_regions(classes, gap=args.gap)),
        known=known,
        model=args.model,
        character=args.character,
        tolerance=args.tolerance,
    )
    write_models(args.out, found.models)
    for color, name in found.shared.items():
        console.warn(f"{color} is the colour of several entries; {name} was taken")
    _report(found.models, args.out, console)


def _cut(args: argparse.Namespace, console: Console) -> None:
    from modeling.paint.cuts import CutRequest, paint_folder
    from modeling.paint.models import read_models
    from modeling.paint.sheets import tally, tell
    from modeling.paint.transfer import Policy

    request = CutRequest(
        args.folder,
        {key: Path(file) for key, file in parse_pairs("--reference", "KEY=FILE", args.reference)},
        args.out,
        known=read_models(args.models) if args.models else None,
        model=args.model,
        policy=Policy(args.least, args.splits, args.gap),
        tolerance=args.tolerance,
        paper=parse_color(args.paper),
        previews=args.previews,
    )
    bar: tqdm[Any] = console.bar((), text="painting", unit="drawing")
    with bar:

        def on_drawing(drawing: SheetDrawing) -> None:
            console.event("item", key=drawing.key, open=len(drawing.open))
            bar.update()

        sheet = paint_folder(request, on_drawing)
    for drawing in sheet.drawings if not args.json else ():
        for line in tell(drawing):
            console.say(line)
    counts = tally({drawing.key: drawing for drawing in sheet.drawings if drawing.sources})
    console.event("done", folder=str(args.out), drawings=len(sheet.drawings), **counts)
    console.say(f"{args.out}: {counts['painted']} of {counts['segments']} regions painted")


def _repaint(args: argparse.Namespace, console: Console) -> None:
    from modeling.paint.cuts import MODELS, repaint
    from modeling.paint.models import read_models

    models = read_models(args.models or args.folder / MODELS)
    done = 0
    for key in console.bar(repaint(args.folder, models, args.out, args.model), unit="drawing"):
        console.event("item", key=key)
        done += 1
    console.event("done", folder=str(args.out), drawings=done)
    console.say(f"{args.out}: {done} drawings in {models.check_model(args.model)}")


def _import(args: argparse.Namespace, console: Console) -> None:
    from modeling.paint.models import read_models, write_models
    from modeling.paint.palettes import colors_of, read_palette

    models = read_palette(args.palette, model=args.model or "")
    if args.into:
        name = args.model or models.models[0]
        colors = colors_of(models, name if name in models.models else None)
        models = read_models(args.into).with_model(name, colors, like=args.like)
    write_models(args.out, models)
    _report(models, args.out, console)


def _export(args: argparse.Namespace, console: Console) -> None:
    from modeling.paint.models import read_models
    from modeling.paint.palettes import write_palette

    models = read_models(args.models)
    write_palette(args.out, models, model=args.model)
    _report(models, args.out, console)


def _rename(args: argparse.Namespace, console: Console) -> None:
    from modeling.paint.models import read_models, write_models

    models = read_models(args.models).renamed(dict(parse_pairs("A name", "OLD=NEW", args.names)))
    write_models(args.models, models)
    _report(models, args.models, console)


def _report(models: ColorModels, out: Path, console: Console) -> None:
    console.event("done", file=str(out), models=models.models, entries=models.names)
    for entry in models.entries:
        console.say(f"{entry.name}: {', '.join(entry.colors[name] for name in models.models)}")
    console.say(f"{out}: {len(models.entries)} entries in {', '.join(models.models)}")


def parse_pairs(what: str, form: str, values: Iterable[str]) -> list[tuple[str, str]]:
    """Parse ``A=B`` each.

    Raises:
        UserError: ``bad_pair``.
    """
    pairs = []
    for value in values:
        name, equals, rest = value.partition("=")
        if not (name and equals and rest):
            raise UserError(f"{what} {value!r} is not {form}.", code="bad_pair")
        pairs.append((name, rest))
    return pairs


def parse_color(text: str | None) -> str | None:
    """``RRGGBB`` without ``#``.

    Raises:
        UserError: ``bad_color``.
    """
    if text is None:
        return None
    digits = text.removeprefix("#")
    try:
        if len(bytes.fromhex(digits)) == 3:
            return digits
    except ValueError:
        pass
    raise UserError(f"{text!r} is no colour.", code="bad_color", remedy="Write it as FFFFFF.")
