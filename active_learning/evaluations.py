"""The evaluation in a run's report laid out for people: who was mistaken for whom, lines, depths, productions apart.

It reads what `modeling.douga.report` or `modeling.depth.report` writes; a report without an evaluation has no such
page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from modeling.douga.baselines import EXTRACTORS
from modeling.labels import KINDS
from modeling.tasks import TASKS, Task

FORMS = {"raw": "as predicted", "processed": "post-processed"}
"""What the two forms of a prediction are called, as predicted first."""

LINE_SCORES = (
    "iou_0px",
    "f_0px",
    "f_1px",
    "f_2px",
    "cldice",
    "f_skeleton_1px",
    "f_skeleton_2px",
    "skeleton_cldice",
)
"""Scores of lines in the order of the table's columns."""

OVERVIEW = ("f_1px", "f_skeleton_1px", "skeleton_cldice")
"""Scores of all lines that stand in the overview."""

STEPS = 9
"""Shades of a confusion table's cells."""


def evaluation_of(task: str, report: Mapping[str, Any], *, productions: bool) -> dict[str, Any] | None:
    """Lay out the evaluation of a report; None where it has none.

    Args:
        task: Name of the model task.
        report: A ``report.json``.
        productions: Whether the reader may see the productions by name.

    Returns:
        What its ``template`` shows, as the evaluation's entry of `LAYOUTS` lays it out.
    """
    spec = TASKS.get(task)
    found = report.get(spec.evaluation) if spec.evaluation else None
    if not found:
        return None
    layout = LAYOUTS[spec.evaluation](spec, found, productions)
    return {**layout, "template": f"active_learning/_evaluation_{spec.evaluation}.html"}


def _douga(spec: Task, found: Mapping[str, Any], productions: bool) -> dict[str, Any]:
    """``overview`` (a row a production and form), ``whole`` and ``groups`` (each as `_scope`), ``published``.

    ``either`` is the mean IoU that also counts classes which were only predicted, where some are absent.
    """
    colors = {cls.name: cls.colors[0] for cls in KINDS[spec.kind].classes}
    published = found.get("published") or {}
    groups = found.get("groups", {}) if productions else {}
    shown = groups if len(groups) > 1 else {}
    return {
        "overview": [row for name, group in {"": found, **shown}.items() for row in _overview(name, group)],
        "whole": _scope(found, colors, published),
        "either": found["raw"]["mean_iou_either"] if found["raw"]["absent"] else None,
        "groups": [{"name": name, **_scope(group, colors, {})} for name, group in shown.items()],
        "published": published,
    }


def _depth(spec: Task, found: Mapping[str, Any], productions: bool) -> dict[str, Any]:
    """``rows``: ``name`` of the production (empty for all), ``frames``, ``cuts``, and ``forms`` of the predictions.

    Each form has its ``title`` and ``figures`` in the order of `DEPTH_FIGURES`, each with its interval.
    """
    groups = found.get("groups", {}) if productions else {}
    shown = groups if len(groups) > 1 else {}
    rows = [{"name": "", **_depth_row(found, found.get("intervals", {}))}]
    rows += [{"name": name or "no production", **_depth_row(group, {})} for name, group in shown.items()]
    return {"rows": rows, "published": found.get("published") or {}, "farthest": found.get("farthest")}


def _depth_row(group: Mapping[str, Any], intervals: Mapping[str, Any]) -> dict[str, Any]:
    forms = [
        {
            "title": title,
            "figures": [
                {"value": group[form].get(name), "interval": intervals.get(form, {}).get(name)}
                for name in DEPTH_FIGURES
            ],
        }
        for form, title in (("raw", "as predicted"), ("aligned", "scale and shift aligned"))
    ]
    return {"frames": group["frames"], "cuts": group["cuts"], "order": group["order"], "forms": forms}


def _pictures(spec: Task, found: Mapping[str, Any], productions: bool) -> dict[str, Any]:
    """``columns`` and ``rows``: the production (empty for all), frames, cuts and a list of forms with their figures."""
    groups = found.get("groups", {}) if productions else {}
    shown = groups if len(groups) > 1 else {}
    names = [
        name for name in PICTURE_FIGURES if any(found[form].get(name) is not None for form in _forms(found))
    ]
    rows = [{"name": "", **_picture_row(found, names, found.get("intervals", {}))}]
    rows += [
        {"name": name or "no production", **_picture_row(group, names, {})} for name, group in shown.items()
    ]
    return {
        "columns": [PICTURE_FIGURES[name] for name in names],
        "rows": rows,
        "published": found.get("published") or {},
        "not_reported": {PAPERS[name]: reason for name, reason in found.get("not_reported", {}).items()},
        "fewest": found.get("features", {}).get("fewest"),
        "names": names,
    }


def _forms(group: Mapping[str, Any]) -> list[str]:
    return [form for form in PICTURE_FORMS if form in group]


def _picture_row(group: Mapping[str, Any], names: list[str], intervals: Mapping[str, Any]) -> dict[str, Any]:
    forms = [
        {
            "title": PICTURE_FORMS[form],
            "figures": [
                {"value": group[form].get(name), "interval": intervals.get(form, {}).get(name)}
                for name in names
            ],
        }
        for form in _forms(group)
    ]
    return {"frames": group["frames"], "cuts": group["cuts"], "forms": forms}


PICTURE_FIGURES = {
    "segments_right": "Segments right",
    "psnr": "PSNR, dB",
    "ssim": "SSIM",
    "fsim": "FSIM",
    "entropy": "Entropy, bits",
    "niqe": "NIQE ↓",
    "fid": "FID ↓",
    "frechet_lite0": "Fréchet, Lite0 ↓",
}
"""Figures of pictures in the order of the table's columns, with their titles; less is better where an arrow says so."""
PICTURE_FORMS = {
    "made": "as made",
    "finished": "one colour a segment",
    "shown": "what there was",
    "reference": "the painted frame as it is",
    "registered": "the painted frame, moved to the lines",
    "unsharp": "unsharp masking",
    "wiener": "Wiener",
    "true": "the true picture",
}
"""Forms of pictures in the order of the table's rows, with their titles."""

PAPERS = {"fsim": "FSIM", "niqe": "NIQE", "fid": "FID"}
"""What papers call the figures that a report may lack."""

DEPTH_FIGURES = ("mae", "rmse", "log10", "within_1_25", "within_1_25_2", "within_1_25_3")
"""Figures of depth in the order of the table's columns."""

LAYOUTS: Mapping[str, Callable[[Task, Mapping[str, Any], bool], dict[str, Any]]] = MappingProxyType(
    {"douga": _douga, "depth": _depth, "colorization": _pictures, "deblur": _pictures}
)
"""How evaluations are laid out, by name; each has a template ``_evaluation_NAME.html``."""


def classes_of(task: str, report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """``name``, ``color``, ``recall``, ``precision`` and ``iou`` of each class, for tasks whose matrix is too wide.

    Args:
        task: Name of the model task.
        report: A ``report.json`` or a round's figures of it.
    """
    spec = TASKS.get(task)
    if not spec.evaluation or not report.get("per_class"):
        return []
    colors = {cls.name: cls.colors[0] for cls in KINDS[spec.kind].classes}
    return [{**row, "color": colors.get(row["name"])} for row in report["per_class"]]


def _overview(name: str, group: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row a form of the predictions; the first names the production, empty for all."""
    return [
        {
            "name": name,
            "first": form == "raw",
            "form": title,
            "frames": group["frames"],
            "cuts": group["cuts"],
            "figures": [_figure(group[form], key) for key in ("accuracy", "mean_iou")],
            "lines": [_figure(group[form]["lines"][-1], key) for key in OVERVIEW],
        }
        for form, title in FORMS.items()
    ]


def _figure(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    """A figure with its interval, and its median over frames, where the report has them."""
    median = row.get("medians", {}).get(name) or {}
    return {
        "value": row.get(name),
        "interval": row.get("intervals", {}).get(name),
        "median": median.get("value"),
        "median_interval": median.get("interval"),
    }


def _scope(
    group: Mapping[str, Any], colors: Mapping[str, str], published: Mapping[str, Any]
) -> dict[str, Any]:
    """Everything about some frames: ``confusions`` by form, ``edges`` against areas, ``lines`` by class and form."""
    confusions = [
        {"form": title, **confusion_layout(group[form], colors, published if form == "raw" else {})}
        for form, title in FORMS.items()
    ]
    return {
        "frames": group["frames"],
        "cuts": group["cuts"],
        "confusions": confusions,
        "edges": _edges(group, published),
        "lines": _lines(group, colors),
    }


def confusion_layout(
    figures: Mapping[str, Any], colors: Mapping[str, str], published: Mapping[str, Any]
) -> dict[str, Any]:
    """Table 5.1 of the thesis with shades: what became of each true class.

    Args:
        figures: One form of the predictions.
        colors: RRGGBB by class.
        published: The thesis's ``recall`` and ``precision`` by class, where they stand beside.

    Returns:
        ``classes`` (``name``, ``color``), ``rows`` (``name``, ``color``, ``cells``, ``recall``, ``iou``, ``theirs``),
        ``precision``, ``their_precision``, ``absent`` and whether the table is ``beside`` published figures.
    """
    table, ious = figures["confusion"], {row["name"]: row["iou"] for row in figures["per_class"]}
    names = table["names"]
    rows = [
        {
            "name": name,
            "color": colors.get(name),
            "cells": _cells(names, index, table["shares"][index]),
            "recall": table["recall"][index],
            "iou": ious.get(name),
            "theirs": published.get("recall", {}).get(name),
        }
        for index, name in enumerate(names)
    ]
    return {
        "classes": [{"name": name, "color": colors.get(name)} for name in names],
        "rows": rows,
        "precision": table["precision"],
        "their_precision": [published.get("precision", {}).get(name) for name in names],
        "beside": bool(published),
        "absent": figures["absent"],
    }


def _cells(names: Sequence[str], true: int, shares: Sequence[float]) -> list[dict[str, Any]]:
    """Cells of one true class: ``share`` of all pixels, ``part`` of the class's, ``heat`` 0 to 9 of that."""
    total = sum(shares)
    parts = [share / total if total else 0.0 for share in shares]
    return [
        {
            "share": share,
            "part": part,
            "right": index == true,
            # The root: a tenth of a class gone astray must show.
            "heat": round(STEPS * part**0.5),
            "taken_for": names[index],
        }
        for index, (share, part) in enumerate(zip(shares, parts, strict=True))
    ]


def _edges(group: Mapping[str, Any], published: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Table 5.5, a row a method: ours by form, the extractors on the same frames, then what the thesis printed."""
    ours = {f"This model, {title}": group[form]["lines_areas"] for form, title in FORMS.items()}
    baselines = group.get("baselines", {}).items()
    beside = {EXTRACTORS.get(name).text: found["lines_areas"] for name, found in baselines}
    rows = [{"name": name, "theirs": False, **table} for name, table in {**ours, **beside}.items()]
    theirs = published.get("lines_areas", {})
    return rows + [{"name": name, "theirs": True, **table} for name, table in theirs.items()]


def _lines(group: Mapping[str, Any], colors: Mapping[str, str]) -> list[dict[str, Any]]:
    """A row a line class that is there, and one of all lines, each with its ``forms``."""
    by_form = {form: {row["name"]: row for row in group[form]["lines"]} for form in FORMS}
    return [
        {
            "name": name,
            "color": colors.get(name),
            "forms": [
                {"title": title, "scores": [_figure(by_form[form][name], score) for score in LINE_SCORES]}
                for form, title in FORMS.items()
            ],
        }
        for name, row in by_form["raw"].items()
        if row["f_0px"] is not None
    ]
