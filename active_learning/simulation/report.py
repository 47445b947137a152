"""A simulation's results as Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from active_learning.simulation.results import LEVELS, YARDSTICKS

DASH = "–"
Found = Mapping[str, Any]


def report(results: Found) -> str:
    """The whole page, ending in a newline."""
    parts = [
        f"# Simulation: {results['task']}, {results['pool']['frames']:,} frames to pick from",
        _facts(results),
        "![Curves](curves.png)" if results["strategies"] else "",
        _curves(results),
        *(_against(results, other) for other in YARDSTICKS),
        _penalty(results),
        _missing(results),
        _how(results),
        _colophon(results),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A Markdown table, the first column left, the others right."""
    lines = [f"| {' | '.join(heads)} |", f"|---|{'---:|' * (len(heads) - 1)}"]
    return "\n".join([*lines, *(f"| {' | '.join(row)} |" for row in rows)])


# --- its parts ---


def _facts(results: Found) -> str:
    pool, plan = results["pool"], results["plan"]
    training, full = plan["training"], results["full"]
    budget = f"{training['steps']:,} optimizer steps a round"
    if plan["seconds_per_round"]:
        budget += f", measured as {plan['seconds_per_round']:g} seconds here"
    sentences = [
        f"{pool['frames']:,} labelled frames in {pool['cuts']:,} cuts to pick from; judged on "
        f"{pool['held_out_frames']:,} frames of {pool['held_out_cuts']:,} held-out cuts by {results['headline']}, "
        f"frames no larger than {plan['size'][0]} x {plan['size'][1]}.",
        f"{training['network']}, {training['loss']}, {training['recipe']}, {budget}, "
        f"{'going on from the round before' if plan['warm_start'] else 'from scratch each round'}.",
        f"{plan['init']} frames by {plan['start']['strategy']}, the same for all strategies of a seed, then "
        f"{results['rounds']} x {plan['step']}, under {len(results['seeds'])} seeds.",
    ]
    if full:
        sentences.append(
            f"Trained on all {full['frames']:,} frames with {full['steps']:,} steps: {_number(full['mean'])}."
        )
    return " ".join([*sentences, *pool["notes"]])


def _curves(results: Found) -> str:
    if not results["strategies"]:
        return "No strategy has a complete seed with its training on the whole pool yet."
    heads = ["strategy", "area (of full)", "95 %", "last round"]
    heads += [f"frames to {level} %" for level in LEVELS] + ["effort to 95 %", "s a round"]
    rows = [_curve_row(label, found, results) for label, found in _ranked(results)]
    return f"## Curves\n\n{table(heads, rows)}"


def _ranked(results: Found) -> list[tuple[str, Found]]:
    return sorted(results["strategies"].items(), key=lambda item: -(item[1]["aubc"]["mean"] or 0.0))


def _curve_row(label: str, found: Found, results: Found) -> list[str]:
    frames = results["pool"]["frames"]
    needed = [found["needed"][str(level)] for level in LEVELS]
    return [
        _name(label, found),
        _number(found["aubc"]["mean"]),
        _interval(found["aubc"]["interval"]),
        _number(found["final"]["mean"]),
        *(_needed(one, frames) for one in needed),
        DASH if needed[1]["effort"] is None else f"{needed[1]['effort']:,.0f}",
        f"{sum(found['seconds'].values()):.1f}",
    ]


def _name(label: str, found: Found) -> str:
    return label if label.startswith(found["strategy"]) else f"{label} ({found['strategy']})"


def _needed(one: Found, frames: int) -> str:
    if one["labels"] is None:
        return "not reached"
    return f"{one['labels']:.0f} ({one['labels'] / frames:.1%})"


def _against(results: Found, other: str) -> str:
    """Differences to a yardstick, and what may be claimed."""
    rows = [
        (label, found["differences"][other])
        for label, found in _ranked(results)
        if found["differences"].get(other)
    ]
    if not rows:
        return ""
    heads = ["strategy", "area", "95 %", "", "resolvable", "area over effort", "95 %", "", "saves labels"]
    lines = [
        [
            label,
            *_difference(one["aubc"]),
            _signed_resolvable(one),
            *_difference(one["aubc_effort"]),
            _yes(one),
        ]
        for label, one in rows
    ]
    return f"## Against {other}\n\n{table(heads, lines)}\n\n{_smallest(rows, other)}"


def _difference(one: Found) -> list[str]:
    return [_number(one["mean"], "+.4f"), _interval(one["interval"], "+.4f"), one["verdict"]]


def _signed_resolvable(one: Found) -> str:
    return _number(one["aubc"]["resolvable"])


def _yes(one: Found) -> str:
    return "yes" if one["saves_labels"] else "not shown"


def _smallest(rows: Sequence[tuple[str, Found]], other: str) -> str:
    known = [one["aubc"]["resolvable"] for _, one in rows if one["aubc"]["resolvable"] is not None]
    if not known:
        return "One seed resolves no difference: everything is undecided."
    return (
        f"The smallest difference in area to {other} that these seeds and held-out cuts find four times in five "
        f"(two-sided, 5 %) is {min(known):.4f} to {max(known):.4f}, by strategy. What lies within its interval is "
        "undecided."
    )


def _penalty(results: Found) -> str:
    names, matrix = results["penalty"]["strategies"], results["penalty"]["matrix"]
    if len(names) < 2:
        return ""
    rows = [
        [name, *(DASH if i == j else f"{value:.2f}" for j, value in enumerate(line))]
        for i, (name, line) in enumerate(zip(names, matrix, strict=True))
    ]
    lost = ["**lost, on average**", *(f"{value:.2f}" for value in results["penalty"]["lost"])]
    told = "Share of the rounds in which the strategy of the row beats that of the column (paired t-test at 5 %)."
    return f"## Who beats whom\n\n{told}\n\n{table(['', *names], [*rows, lost])}"


def _missing(results: Found) -> str:
    if not results["missing"]:
        return ""
    lines = [
        f"- {one['line']}, seed {one['seed']}: {one['reason'] or 'not finished'}"
        for one in results["missing"]
    ]
    return "## Not there\n\n" + "\n".join(lines)


def _how(results: Found) -> str:
    effort = results["effort"]["text"]
    sentences = [
        "Area: mean quality between the first and the last number of frames, over the mean of the "
        "trainings on the whole pool.",
        "Intervals of single figures are bootstrapped over seeds and held-out cuts.",
        "Differences are paired by seed and cut; their interval is Student's, of the errors over seeds and over cuts "
        "together.",
        "Frames to N %: where the mean curve first reaches N % of the full pool's quality, interpolated.",
        f"Effort: {effort[0].lower()}{effort[1:]}, in sides of pixels at the size simulated; areas over effort are "
        "compared where both curves lie.",
        "A strategy is said to save labels only where it is better over frames and over effort.",
    ]
    return "## How to read this\n\n" + " ".join(sentences)


def _colophon(results: Found) -> str:
    words = [results["machine"], f"commit {results['commit']}"]
    command = f"\n\n```\n{results['command']}\n```" if results["command"] else ""
    return f"{', '.join(words)}.{command}"


def _number(value: float | None, form: str = ".4f") -> str:
    return DASH if value is None else f"{value:{form}}"


def _interval(bounds: Sequence[float | None] | None, form: str = ".4f") -> str:
    return DASH if bounds is None or None in bounds else f"{bounds[0]:{form}} to {bounds[1]:{form}}"
