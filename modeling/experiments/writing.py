"""Publishing an experiment's results: ``results.json`` and ``results.md`` (torch-free)."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from modeling.experiments.joining import Rows
from modeling.experiments.places import Places
from modeling.experiments.results import results
from modeling.experiments.tables import markdown
from modeling.runs import publish


def write_results(
    places: Places, seeds: Sequence[int], about: Mapping[str, Any], known: Sequence[Rows] = ()
) -> Path:
    """Write what is there so far into the experiment's folder; returns the Markdown page.

    Args:
        places: The experiment and its folders.
        seeds: Which seeds to show.
        about: ``file`` and ``command``.
        known: Rows of earlier results, for the seeds that were not run here.
    """
    found = results(places, seeds, about, known)
    text = json.dumps(found, indent=2, ensure_ascii=False) + "\n"
    publish(places.out / "results.json", text.encode())
    return publish(places.out / "results.md", markdown(found).encode())
