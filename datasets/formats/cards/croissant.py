"""``croissant.json``: the export described in Croissant 1.0 (https://docs.mlcommons.org/croissant/docs/croissant-spec.html).

Files with rows are file objects with their hash; folders of pictures are file sets, whose hashes stand in the rows.
The record set ``frames`` has a record for each line of the list, which names its pictures by their paths; their pixels
are in record sets of their own, a folder each.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath
from typing import Any

from datasets.formats.cards.listing import Listing
from datasets.formats.cards.names import bibtex, names_of
from datasets.formats.content import Content
from datasets.formats.output import Written

CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "arrayShape": "cr:arrayShape",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "containedIn": "cr:containedIn",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataBiases": "cr:dataBiases",
    "dataCollection": "cr:dataCollection",
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isArray": "cr:isArray",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "personalSensitiveInformation": "cr:personalSensitiveInformation",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
ENCODINGS = {
    ".csv": "text/csv",
    ".gpl": "text/plain",
    ".json": "application/json",
    ".jsonl": "application/jsonlines",
    ".parquet": "application/x-parquet",
    ".tar": "application/x-tar",
    ".txt": "text/plain",
    ".xml": "application/xml",
}
PICTURES = {
    ".bmp": "image/bmp",
    ".gif": "image/gif",
    ".jpeg": "image/jpeg",
    ".jpg": "image/jpeg",
    ".png": "image/png",
    ".tif": "image/tiff",
    ".tiff": "image/tiff",
    ".webp": "image/webp",
}
LAYERED = {".ora": "image/openraster", ".psd": "image/vnd.adobe.photoshop"}
"""Pictures that Croissant's readers do not open: file sets without a record set."""
OWN = {"README.md", "CITATION.cff", "croissant.json", "rejoin.py", "rejoin.csv"}
"""What describes the data and is none."""


def croissant(content: Content, listing: Listing, files: Iterable[Written]) -> str:
    """Describe an export of which these files are written."""
    names = names_of(content)
    known = sorted((file for file in files if file.file not in OWN), key=lambda file: file.file)
    sets = list(_file_sets(known))
    described = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": f"sakkan-{names.id[:12]}",
        "description": f"{names.title}. Id: sha256:{names.id}. What must be known before use is in README.md.",
        "identifier": f"sha256:{names.id}",
        "version": "1.0.0",
        "license": sorted(licence or "unknown" for licence in content.licences),
        "creator": [{"@type": "sc:Organization", "name": author} for author in names.authors],
        "citeAs": bibtex(names),
        "distribution": [*map(_file_object, _rows_files(known)), *sets],
        "recordSet": [_frames(listing), *map(_pictures, filter(_opens, sets))],
    }
    return json.dumps(described, indent=2, ensure_ascii=False) + "\n"


def _rows_files(files: Iterable[Written]) -> Iterator[Written]:
    return (file for file in files if _suffix(file.file) not in PICTURES | LAYERED)


def _suffix(file: str) -> str:
    return PurePosixPath(file).suffix.lower()


def _file_object(file: Written) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.file,
        "name": file.file,
        "contentUrl": file.file,
        "contentSize": f"{file.size} B",
        "encodingFormat": ENCODINGS.get(_suffix(file.file), "application/octet-stream"),
        "sha256": file.sha256,
    }


def _file_sets(files: Iterable[Written]) -> Iterator[dict[str, Any]]:
    """A file set for each folder at the top that holds pictures."""
    suffixes: dict[str, set[str]] = {}
    for file in files:
        folder, _, rest = file.file.partition("/")
        if rest and _suffix(file.file) in PICTURES | LAYERED:
            suffixes.setdefault(folder, set()).add(PurePosixPath(file.file).suffix)
    for folder, found in sorted(suffixes.items()):
        yield {
            "@type": "cr:FileSet",
            "@id": f"{folder}-files",
            "name": f"{folder}-files",
            "encodingFormat": sorted({(PICTURES | LAYERED)[suffix.lower()] for suffix in found}),
            "includes": [f"{folder}/*{suffix}" for suffix in sorted(found)],
        }


def _opens(file_set: dict[str, Any]) -> bool:
    return not set(file_set["encodingFormat"]) & set(LAYERED.values())


def _pictures(file_set: dict[str, Any]) -> dict[str, Any]:
    """A record for each picture of a folder: its path, which a line of the list names, and its pixels."""
    name = f"{file_set['@id'].removesuffix('-files')}-pictures"
    kinds = {"path": ("sc:Text", "fullpath"), "content": ("sc:ImageObject", "content")}
    fields = [
        {
            "@type": "cr:Field",
            "@id": f"{name}/{field}",
            "name": field,
            "dataType": kind,
            "source": {"fileSet": {"@id": file_set["@id"]}, "extract": {"fileProperty": told}},
        }
        for field, (kind, told) in kinds.items()
    ]
    text = "content is what a viewer shows: what counts in a label is the number stored, so read the file at path."
    return {"@type": "cr:RecordSet", "@id": name, "name": name, "description": text, "field": fields}


def _frames(listing: Listing) -> dict[str, Any]:
    fields = [_field(listing, name) for name in listing.columns]
    return {
        "@type": "cr:RecordSet",
        "@id": "frames",
        "name": "frames",
        "description": f"A record for each line of {listing.file}; image and label are paths below this folder.",
        "key": {"@id": "frames/key"},
        "field": fields,
    }


def _field(listing: Listing, name: str) -> dict[str, Any]:
    column, path = listing.columns[name]
    source: dict[str, Any] = {"fileObject": {"@id": listing.file}, "extract": {"column": column}}
    if path:
        source["transform"] = {"jsonPath": path}
    return {
        "@type": "cr:Field",
        "@id": f"frames/{name}",
        "name": name,
        "description": listing.text_of(name),
        "dataType": "sc:Integer" if name in ("width", "height") else "sc:Text",
        "source": source,
    }
