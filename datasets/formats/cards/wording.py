"""Sentences of the card: what must be known before a number is taken from the data."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from datasets.formats.cards.figures import Chosen, Worked
from datasets.formats.content import Content
from modeling.snapshots import Origin

ORIGINS: dict[Origin, str] = {
    "person": "drawn or corrected by a person, and accepted",
    "draft unchanged": "a model's draft that a person accepted as it was: not independent of that model",
    "import": "brought in from files: who or what made it is not known here, so it does not count as people's work",
    "oracle": "known truth, filled in by a program (a renderer's own masks, say): no person drew it",
}
AGREEMENT = "Agreement between people is not known: a snapshot holds one label a drawing, and none to compare it with."


def left_out(content: Content) -> Iterator[str]:
    """What of the snapshot is not here."""
    if count := content.left_out.get("licence"):
        yield f"Left out for their licence: {count:,} drawings of the snapshot."
    if content.terms.labels_only:
        yield "Frames are left out: only labels are here (see below)."


def by_people(origins: Counter[Origin]) -> str:
    """How much is people's work, said before any table."""
    total, drawn = origins.total(), origins["person"]
    if not drawn:
        return f"None of the {total:,} labels was drawn by a person."
    if drawn == total:
        return f"All {total:,} labels were drawn or corrected by people."
    return f"{drawn:,} of {total:,} labels were drawn or corrected by people; the others were not."


def time(work: Worked) -> str:
    """People's time a label."""
    if not work.labels:
        return "How long people worked on them was not measured."
    each = f"{work.total / work.labels:,.1f} s a label on average, {work.median:,.1f} s of the median one"
    return f"People worked {work.total / 3600:,.2f} hours on {work.labels:,} of them, as measured: {each}."


def bias(ways: Sequence[Chosen]) -> Iterator[str]:
    """Whether plain averages over the labelled drawings stand for the show."""
    picked = [way for way in ways if way.strategy and way.strategy != "held_out"]
    control = sum(way.control for way in picked)
    yield "### Known bias"
    yield ""
    if not picked:
        yield "No strategy picked them, and nothing is known of how they came to be labelled: averages over them stand"
        yield "for themselves only."
        return
    yield "Drawings to train on were picked by the strategies above, which look for what teaches a model, unless they"
    yield "go by chance (`random`): hard, rare and unusual drawings are more frequent here than in the show. Class"
    yield "shares, error rates and times of theirs are **not** those of the show. Report figures on `test`, whose cuts"
    yield "were held out before anything was picked."
    if control:
        yield f"Of the control arm: {control:,}, drawn by chance beside the strategy's; they are a fair sample."


def weighting(kind: str, listing: str) -> Iterator[str]:
    """How to undo the bias where chances are known, with a line that does."""
    yield "Where the inclusion probability is known, a drawing stands for `1 / inclusion_probability` drawings, and a"
    yield "weighted average `sum(w * x) / sum(w)` over them is fair again (Horvitz and Thompson 1952; Hájek 1971):"
    yield ""
    yield "```python"
    if listing.endswith(".jsonl"):
        yield "import json"
        yield ""
        yield 'rows = [json.loads(line) for line in open("frames.jsonl", encoding="utf-8")]'
        yield f'rows = [row for row in rows if "{kind}" in row["labels"]]'
        yield f'picks = {{row["key"]: row["labels"]["{kind}"]["selection"] or {{}} for row in rows}}'
    else:
        yield "import csv"
        yield ""
        yield 'picks = {row["key"]: row for row in csv.DictReader(open("frames.csv", encoding="utf-8", newline=""))}'
    yield 'chances = {key: pick.get("inclusion_probability") for key, pick in picks.items()}'
    yield "weights = {key: 1 / float(chance) for key, chance in chances.items() if chance}"
    yield "```"
    yield ""
    yield "Drawings without one (`unknown`) cannot be weighted: leave them out of such averages."


def licences(content: Content) -> Iterator[str]:
    """What the licences cover."""
    yield "Licence, source and rights holder of each frame stand in its line of the list. Whoever hands the data on"
    yield "names them, and asks the rights holder for anything beyond the licence."
    if "" in content.licences:
        yield "**Nobody named a licence for some of them: treat these as all rights reserved.**"


def rejoining() -> Iterator[str]:
    """How whoever has the frames puts them back."""
    yield "This export holds labels only. Whoever has the frames puts them back by hash, whatever they are called:"
    yield ""
    yield "```"
    yield "python3 rejoin.py FOLDER_WITH_FRAMES"
    yield "```"
    yield ""
    yield "It needs nothing but Python, copies each file whose SHA-256 stands in its list to where the format looks"
    yield "for it, lists what it did not find, and overwrites nothing. Frames of a video are PNG files of the Sakkan"
    yield "that read it: they are found in an export with frames, or in that server's `blobs` folder."
