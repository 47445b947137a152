"""The card, the citation and Croissant's description beside every export."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import yaml

from datasets.formats import FORMATS, Terms, content_of, write_content
from datasets.formats.content import Pixels
from modeling.images import encode_png
from modeling.labelio import write_label
from modeling.labels import get_kind
from modeling.snapshots import LabelSource, Origin, Snapshot, SnapshotSource, write_snapshot
from tests.datasets.formats.shown import FREE, cel_map, export, picture, tree


def card(snapshot: Snapshot, out: Path, name: str = "snapshot", **options: object) -> str:
    """The card of an export; words that stand on two lines are joined."""
    export(snapshot, name, out, **options)  # type: ignore[arg-type]
    return " ".join((out / "README.md").read_text().split())


def of_origins(root: Path, origins: Iterable[Origin]) -> Snapshot:
    """A snapshot with a label of each origin."""
    sources = []
    for number, origin in enumerate(origins):
        image, label = root / f"{number}.png", root / f"{number}.cel.png"
        image.write_bytes(encode_png(picture(number)))
        write_label(label, cel_map(number), get_kind("cel"))
        labels = {"cel": LabelSource(label, origin)}
        sources.append(SnapshotSource(key=f"f{number}", image=image, licence=FREE, labels=labels))
    return write_snapshot(root / "snapshots", sources)


def test_counts_and_shares_by_hand(snapshot: Snapshot, out: Path) -> None:
    """Label n has 6 * (6 + n) pixels of cel and 8 ignored ones, of 12 * (20 + n); 1 to 4 train, 0 is held out."""
    told = card(snapshot, out)
    cel = [sum(6 * (6 + n) for n in (1, 2, 3, 4)), 36]
    counted = [sum(12 * (20 + n) - 8 for n in (1, 2, 3, 4)), 232]
    shares = [f"{100 * cel[side] / counted[side]:.3f} %" for side in (0, 1)]
    assert f"| 1 cel | {shares[0]} | {shares[1]} | {sum(cel)} |" in told
    assert "| 255 ignored | | | 40 |" in told
    assert "| drawings | 4 | 2 |" in told
    assert "| cuts | 3 | 2 |" in told
    assert "| cel labels | 4 | 1 |" in told
    assert "| 20 × 12 px | 1 |" in told
    assert "- Note: made for tests" in told


def test_how_frames_were_chosen(snapshot: Snapshot, out: Path) -> None:
    told = card(snapshot, out)
    assert "| nobody picked it | – | 3 | 0 | unknown |" in told
    assert "| kmeans | 1 | 2 | 1 | 0.25 to 0.25, known of 2 |" in told
    assert "are **not** those of the show" in told
    assert "Of the control arm: 1" in told


@pytest.mark.parametrize("name", ["snapshot", "coco", "png"])
def test_the_weights_of_the_card_run(name: str, snapshot: Snapshot, out: Path) -> None:
    """Two picks of a chance of one in four."""
    export(snapshot, name, out)
    text = (out / "README.md").read_text()
    code = next(part for part in text.split("```python\n")[1:] if "inclusion_probability" in part).split(
        "```"
    )[0]
    code += "import json\nprint(json.dumps(weights))\n"
    run = subprocess.run([sys.executable, "-c", code], cwd=out, capture_output=True, text=True, check=True)
    assert json.loads(run.stdout) == {"clip/000000": 4.0, "図/f3": 4.0}


def test_origins_and_time_are_said(snapshot: Snapshot, out: Path) -> None:
    told = card(snapshot, out)
    assert "2 of 5 labels were drawn or corrected by people; the others were not." in told
    for origin, count in (("person", 2), ("draft unchanged", 1), ("import", 1), ("oracle", 1)):
        assert f"| {origin} | {count} |" in told
    assert "People worked 0.17 hours on 4 of them, as measured: 150.0 s a label on average" in told
    assert "Agreement between people is not known" in told


@pytest.mark.parametrize(
    ("origins", "said"),
    [
        (("oracle", "oracle"), "None of the 2 labels was drawn by a person."),
        (("import", "draft unchanged"), "None of the 2 labels was drawn by a person."),
        (("person", "person"), "All 2 labels were drawn or corrected by people."),
        (("person", "oracle"), "1 of 2 labels were drawn or corrected by people; the others were not."),
    ],
)
def test_truth_of_a_program_never_looks_human_made(
    origins: tuple[Origin, ...], said: str, tmp_path: Path, out: Path
) -> None:
    told = card(of_origins(tmp_path, origins), out)
    assert said in told
    assert ("no person drew it" in told) == ("oracle" in origins)
    authors = [one["name"] for one in yaml.safe_load((out / "CITATION.cff").read_text())["authors"]]
    assert ("The people who drew the labels" in authors) == ("person" in origins)
    assert "How long people worked on them was not measured." in told


def test_licences_with_counts_and_holders(snapshot: Snapshot, out: Path, tmp_path: Path) -> None:
    told = card(snapshot, out)
    assert f"| {FREE} | A. Nobody | 3 |" in told
    assert "| unknown | not named | 2 |" in told
    assert "treat these as all rights reserved" in told
    free = card(snapshot, tmp_path / "free", terms=Terms(licences=(FREE,)))
    assert "all rights reserved" not in free
    assert "Left out for their licence: 3 drawings of the snapshot." in free


def test_pixels_that_are_known_are_not_read_again(snapshot: Snapshot, tmp_path: Path) -> None:
    """The card is the same, and says what it was told."""
    entry, params = FORMATS.get("snapshot"), FORMATS.get("snapshot").parse({})
    content = content_of(snapshot, "cel", Terms(unknown_licences=True))

    def write(name: str, counts: dict[str, Pixels]) -> dict[str, str]:
        told = replace(content, pixels=lambda row: counts.get(row.key))
        write_content(told, entry, params, tmp_path / name, lambda done, total: None)
        return tree(tmp_path / name)

    known = {}
    for row in content.labelled:
        found = snapshot.classes(row, "cel")
        known[row.key] = Pixels((int((found == 0).sum()), int((found == 1).sum())), int((found == 255).sum()))
    assert write("told", known) == write("read", {})
    write("other", {key: Pixels((1, 0), 0) for key in known})
    assert "| 0 background | 100.000 % | 100.000 % | 5 |" in (tmp_path / "other" / "README.md").read_text()


@pytest.mark.parametrize("name", FORMATS.names())
@pytest.mark.parametrize("labels_only", [False, True])
def test_croissant_names_files_by_hash_and_columns_that_are_there(
    name: str, labels_only: bool, snapshot: Snapshot, out: Path
) -> None:
    """What mlcroissant asks for beyond that was tried in its own environment, which Sakkan does not install."""
    kind = (FORMATS.get(name).kinds or ("cel",))[0]
    export(snapshot, name, out, kind=kind, terms=Terms(unknown_licences=True, labels_only=labels_only))
    described = json.loads((out / "croissant.json").read_text())
    assert described["conformsTo"] == "http://mlcommons.org/croissant/1.0"
    objects = {one["@id"]: one for one in described["distribution"] if one["@type"] == "cr:FileObject"}
    for file, one in objects.items():
        assert one["sha256"] == hashlib.sha256((out / file).read_bytes()).hexdigest()
    ids = [one["@id"] for one in described["distribution"] + described["recordSet"]]
    assert len(ids) == len(set(ids))
    frames = described["recordSet"][0]
    fields = {one["name"]: one["source"] for one in frames["field"]}
    assert {"key", "split", "cut", "licence", "origin", "image_sha256", "label_sha256"} <= set(fields)
    (list_file,) = {source["fileObject"]["@id"] for source in fields.values()}
    first = (out / list_file).read_text().splitlines()[0]
    columns = json.loads(first) if list_file.endswith(".jsonl") else first.split(",")
    assert {source["extract"]["column"] for source in fields.values()} <= set(columns)


def test_the_citation_names_id_and_holders(snapshot: Snapshot, out: Path, tmp_path: Path) -> None:
    export(snapshot, "snapshot", out)
    cited = yaml.safe_load((out / "CITATION.cff").read_text())
    assert (cited["cff-version"], cited["type"]) == ("1.2.0", "dataset")
    assert cited["identifiers"][0]["value"] == f"sha256:{snapshot.id}"
    assert [one["name"] for one in cited["authors"]] == ["A. Nobody", "The people who drew the labels"]
    assert "license" not in cited
    assert not {"date-released", "year"} & set(cited)
    export(snapshot, "snapshot", tmp_path / "free", terms=Terms(licences=(FREE,)))
    assert yaml.safe_load((tmp_path / "free" / "CITATION.cff").read_text())["license"] == FREE
