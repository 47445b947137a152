#!/usr/bin/env python3
"""Bring ``locale/`` up to the strings of the source: `make messages`.

Finds ``t("...")`` in the editor's modules, the shortcut sheet's texts of its features, the words of the label kinds
and of the labelling guide, ``{% translate %}`` in templates and ``gettext`` in Python; adds them to each language's
``.po`` and compiles the ``.mo`` beside it. Compiled files are committed, so that running Sakkan needs neither gettext
nor Babel.
"""

from __future__ import annotations

import io
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("ja",)
SCRIPTS = ("static/editor", "static/profile", "static/js/datasets", "static/js/studio")
PACKAGES = ("core", "datasets", "annotation", "active_learning", "sakkan")
JS_KEYWORDS = {"t": None, "mark": None, "gettext": None}
PY_KEYWORDS = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
}

HEADER = """# Translations of Sakkan. Made by `make messages`; only the lines msgstr are written by hand.
msgid ""
msgstr ""
"Project-Id-Version: Sakkan\\n"
"Language: {language}\\n"
"MIME-Version: 1.0\\n"
"Content-Type: text/plain; charset=utf-8\\n"
"Content-Transfer-Encoding: 8bit\\n"
"Plural-Forms: {plurals}\\n"
"""

_PRINT_TEXTS = """
const { sheetTexts } = await import(process.argv[1]);
console.log(JSON.stringify(sheetTexts()));
"""

_OPTIONS = {"parse_template_string": True}
_ANY_DATE = datetime(2026, 1, 1, tzinfo=UTC)
"""Babel writes dates into compiled files; the same strings are to be the same file."""

Found = tuple[str, int, str | tuple[str, ...]]
"""(file, line, message), the message being (singular, plural) where it counts."""


def main() -> int:
    """Update and compile every language's two domains; return 0."""
    sys.path.insert(0, str(ROOT))
    for language in LANGUAGES:
        for domain in ("django", "djangojs"):
            path = po_path(language, domain)
            catalog = updated(path, language, strings(domain))
            compile_catalog(path, catalog)
            missing = [message.id for message in catalog if message.id and not translated(message)]
            print(
                f"{path.relative_to(ROOT)}: {len(catalog)} strings, {len(missing)} without translation",
                *missing,
                sep="\n  ",
            )
    return 0


def po_path(language: str, domain: str) -> Path:
    """Where the translations of a domain lie."""
    return ROOT / "locale" / language / "LC_MESSAGES" / f"{domain}.po"


def strings(domain: str) -> list[Found]:
    """Every string of a domain: ``django`` is what the server puts out, ``djangojs`` what the browser does."""
    if domain == "django":
        return [*_from_templates(), *_from_python(), *_from_guides(), *_from_steps()]
    return [*_from_scripts(), *_from_features(), *_from_kinds()]


def read_catalog(path: Path, language: str) -> Catalog:
    """The catalogue of a ``.po`` file; an empty one where there is none."""
    if not path.is_file():
        return Catalog(locale=language, project="Sakkan", charset="utf-8")
    with path.open("rb") as stream:
        return read_po(stream, locale=language)


def translated(message: object) -> bool:
    """Whether a catalogue's message has a whole translation that nobody needs to look at again."""
    texts = message.string if isinstance(message.string, tuple) else (message.string,)  # type: ignore[attr-defined]
    return all(texts) and not message.fuzzy  # type: ignore[attr-defined]


def updated(path: Path, language: str, found: Iterable[Found]) -> Catalog:
    """The catalogue with exactly the strings found, translations kept; never guessed from similar strings."""
    template = Catalog()
    for file, _, message in found:
        template.add(message, locations=[(file, 0)])
    catalog = read_catalog(path, language)
    catalog.update(template, no_fuzzy_matching=True)
    catalog.obsolete.clear()
    return catalog


def compile_catalog(path: Path, catalog: Catalog) -> None:
    """Write ``.po`` and ``.mo``; without dates, so that the same strings are the same files."""
    body = io.BytesIO()
    write_po(body, catalog, omit_header=True, sort_output=True, include_lineno=False, width=110)
    head = HEADER.format(language=catalog.locale_identifier, plurals=catalog.plural_forms)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{head}\n{body.getvalue().decode().strip()}\n")
    path.with_suffix(".mo").write_bytes(compiled(read_catalog(path, catalog.locale_identifier or "")))


def compiled(catalog: Catalog) -> bytes:
    """The ``.mo`` of a catalogue."""
    catalog.creation_date = catalog.revision_date = _ANY_DATE
    buffer = io.BytesIO()
    write_mo(buffer, catalog)
    return buffer.getvalue()


def _from_scripts() -> Iterator[Found]:
    for folder in SCRIPTS:
        for path in sorted((ROOT / folder).rglob("*.js")):
            yield from _extracted("javascript", path, path.read_bytes(), JS_KEYWORDS)


def _from_templates() -> Iterator[Found]:
    from django.utils.translation.template import templatize

    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield from _extracted("python", path, templatize(path.read_text()).encode(), PY_KEYWORDS)


def _from_python() -> Iterator[Found]:
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            yield from _extracted("python", path, path.read_bytes(), PY_KEYWORDS)


def _extracted(method: str, path: Path, source: bytes, keywords: dict[str, object]) -> Iterator[Found]:
    name = str(path.relative_to(ROOT))
    for line, message, _, context in extract(method, io.BytesIO(source), keywords, options=_OPTIONS):  # type: ignore[arg-type]
        if context is not None:
            raise SystemExit(f"{name}:{line}: messages with a context are not supported here")
        if message:
            yield name, line, message


def _from_features() -> Iterator[Found]:
    """The shortcut sheet's texts: plain data of the features, translated when shown."""
    index = ROOT / "static" / "editor" / "features" / "index.js"
    if not index.is_file():
        return
    command = [_node(), "--input-type=module", "-e", _PRINT_TEXTS, str(index)]
    for group, texts in json.loads(subprocess.check_output(command, text=True)).items():
        yield from (("static/editor/features", 0, text) for text in (group, *texts.values()))


def _from_kinds() -> Iterator[Found]:
    """Names and texts of the classes, as the editor lists them."""
    from modeling.labels import KINDS

    for kind in KINDS.values():
        for cls in kind.classes:
            yield "modeling/labels.py", 0, cls.name
            yield "modeling/labels.py", 0, cls.text


def _from_guides() -> Iterator[Found]:
    """Titles and texts of the labelling guide, as the editor shows them."""
    from modeling.guide import GUIDES

    for rules in GUIDES.values():
        for rule in rules:
            yield "modeling/guide.py", 0, rule.title
            yield "modeling/guide.py", 0, rule.text


def _from_steps() -> Iterator[Found]:
    """What the Studio's steps and their settings are, as its page says it."""
    from modeling.studio.steps import STEPS

    for step in STEPS:
        yield "modeling/studio/steps.py", 0, step.text
        for field in step.params.model_fields.values():
            if field.description:
                yield "modeling/studio/steps.py", 0, field.description


def _node() -> str:
    sys.path.insert(0, str(ROOT / "scripts"))
    from node_tests import node

    return node()


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main())
