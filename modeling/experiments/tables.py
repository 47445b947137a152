"""Results as Markdown: a row (of many figures a column) a variant, then differences and what to know (torch-free)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

DASH = "–"
RULE = (
    "Mean ± standard deviation (smallest to largest) over n seeds. Differences are paired by seed; they are undecided "
    "with less than two seeds, where they are of both signs, or where their mean is within their standard deviation."
)
WIDE = 16
"""Columns beyond which a table is turned."""
OTHER_DATA = "published (other data)"


def markdown(results: Mapping[str, Any]) -> str:
    """The whole page, ending in a newline."""
    parts = [f"# {results['title']}", _origin(results), *results["notes"], _main(results)]
    parts += [_differences(results), RULE, _remarks(results), _colophon(results)]
    return "\n\n".join(part for part in parts if part) + "\n"


def _origin(results: Mapping[str, Any]) -> str:
    if not results["source"]:
        return ""
    published = any(row["published"] for row in results["variants"])
    told = " Its own figures are of other data: to read, not to compare with." if published else ""
    return f"After {results['source']}.{told}"


# --- the table of variants ---


def _main(results: Mapping[str, Any]) -> str:
    """A row a variant; columns that nothing fills are left out."""
    rows, metrics = results["variants"], results["metrics"]
    columns: list[tuple[str, Callable[[Mapping[str, Any]], str]]] = [
        ("variant", lambda row: row["name"]),
        ("what", lambda row: row["text"]),
        ("n", lambda row: str(row["n"]) if row["n"] else row["status"]),
    ]
    columns += [(_title(metric), _metric_cell(metric)) for metric in metrics]
    columns += [
        ("trained on", lambda row: _range(row["train_frames"])),
        ("held out, frames (cuts)", _held_out),
        ("steps", lambda row: _range(row["steps"])),
        ("images/s", lambda row: _mean(row["images_per_second"])),
        ("encoder", lambda row: ", ".join(row["encoder_weights"]) or DASH),
        (OTHER_DATA, lambda row: _published(row["published"])),
    ]
    cells = [[cell(row) for _, cell in columns] for row in rows]
    filled = [
        any(line[i] not in ("", DASH) for line in cells) or i < 3 + len(metrics) for i in range(len(columns))
    ]
    filled[1] = any(line[1] for line in cells)
    heads = [head for (head, _), keep in zip(columns, filled, strict=True) if keep]
    return _turned_if_wide(
        heads, [[c for c, keep in zip(line, filled, strict=True) if keep] for line in cells]
    )


def _title(metric: Mapping[str, Any]) -> str:
    return str(metric["text"] or metric["path"])


def _metric_cell(metric: Mapping[str, Any]) -> Callable[[Mapping[str, Any]], str]:
    def cell(row: Mapping[str, Any]) -> str:
        text = _spread(row["metrics"][metric["path"]])
        of_other = row["other_task"] and metric["path"].startswith("headline.") and text != DASH
        return f"{text} ({row['task']})" if of_other else text

    return cell


def _held_out(row: Mapping[str, Any]) -> str:
    frames, cuts = _range(row["held_out_frames"]), _range(row["held_out_cuts"])
    return DASH if frames == DASH else f"{frames} ({cuts})"


def _range(values: Sequence[float]) -> str:
    """One number, or the smallest and the largest."""
    if not values:
        return DASH
    low, high = min(values), max(values)
    return f"{low:g}" if low == high else f"{low:g} to {high:g}"


def _published(values: Mapping[str, Any]) -> str:
    told = [f"{name.replace('_', ' ')} {value}" for name, value in values.items()]
    return "; ".join(told) or DASH


# --- the table of differences ---


def _differences(results: Mapping[str, Any]) -> str:
    rows = [row for row in results["variants"] if row["differences"]]
    if not rows:
        return ""
    paths = [
        metric for metric in results["metrics"] if any(metric["path"] in row["differences"] for row in rows)
    ]
    heads = ["variant", "against", *(f"{_title(metric)}, difference" for metric in paths)]
    cells = [
        [
            row["name"],
            row["baseline"],
            *(_difference(row["differences"].get(metric["path"])) for metric in paths),
        ]
        for row in rows
    ]
    return "## Differences\n\n" + _turned_if_wide(heads, cells)


def _difference(found: Mapping[str, Any] | None) -> str:
    if found is None:
        return DASH
    ratio = "" if found["ratio"] is None else f", x {found['ratio']:.3g}"
    return f"{_spread(found, signed=True)}, n {found['n']}{ratio}: {found['verdict']}"


# --- words beside the tables ---


def _remarks(results: Mapping[str, Any]) -> str:
    """Why a row or a figure is not there, a line each."""
    lines = [line for row in results["variants"] for line in _remarks_on(row, results["metrics"])]
    return "## Not there\n\n" + "\n".join(f"- {line}" for line in lines) if lines else ""


def _remarks_on(row: Mapping[str, Any], metrics: Iterable[Mapping[str, Any]]) -> list[str]:
    name = row["name"]
    lines = [f"{name}, not run: {row['reason']}"] if row["reason"] else []
    if row["other_task"] and row["n"]:
        lines.append(f"{name} is of the task {row['task']}: figures of the other task are not there")
    lines += [f"{name}, seed {seed}, failed: {_line(reason)}" for seed, reason in row["failed"].items()]
    if row.get("not_joined"):
        lines.append(f"{name}: earlier results left out, they differ in {', '.join(row['not_joined'])}")
    if row["status"] in ("to come", "in part"):
        lines.append(f"{name}: {row['n']} of its seeds so far")
    if row["other_task"]:
        return lines
    for metric in metrics:
        absent = row["metrics"][metric["path"]]["absent"]
        lines += [f"{name}, {_title(metric)}: {_line(reason)}" for reason in absent]
    return lines


def _colophon(results: Mapping[str, Any]) -> str:
    """Machine, versions, commit, date and command."""
    lines = [f"- {noun}: {'; '.join(found)}" for noun, found in _facts(results["variants"])]
    return "## Made with\n\n" + "\n".join([*lines, f"- command: `{results['command']}`"])


def _facts(rows: Sequence[Mapping[str, Any]]) -> list[tuple[str, list[str]]]:
    keys = (("machine", "machines"), ("versions", "versions"), ("commit", "commits"), ("date", "dates"))
    found = {noun: list(dict.fromkeys(v for row in rows for v in row[key])) for noun, key in keys}
    named = {f"{row['snapshot']} ({one[:12]})": None for row in rows for one in row["snapshots"]}
    return [(noun, values) for noun, values in [*found.items(), ("snapshot", list(named))] if values]


# --- cells ---


def _spread(found: Mapping[str, Any], signed: bool = False) -> str:
    """``0.512 ± 0.010 (0.500 to 0.520)``, all digits after the point as many as the mean's."""
    if not found["n"]:
        return DASH
    show = _format(found["mean"], "+" if signed else "")
    if found["sd"] is None:
        return show(found["mean"])
    ends = f"{show(found['min'])} to {show(found['max'])}"
    return f"{show(found['mean'])} ± {show(found['sd']).lstrip('+')} ({ends})"


def _format(mean: float, sign: str) -> Callable[[float], str]:
    """Three digits after the point below 10, one below 1000, else none."""
    digits = 3 if abs(mean) < 10 else 1 if abs(mean) < 1000 else 0
    return lambda value: f"{value:{sign}.{digits}f}"


def _mean(found: Mapping[str, Any]) -> str:
    return f"{found['mean']:.1f}" if found["n"] else DASH


def _turned_if_wide(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """The table, with a column a variant instead of a row where nobody could read it otherwise."""
    if len(heads) <= WIDE:
        return _table(heads, rows)
    turned = [[head, *(row[i] for row in rows)] for i, head in enumerate(heads)]
    return _table(turned[0], turned[1:])


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [heads, ["---"] * len(heads), *rows]
    return "\n".join(
        "| " + " | ".join(_line(cell).replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _line(text: str) -> str:
    return " ".join(str(text).split())
