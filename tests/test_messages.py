"""The catalogues of translations: whole, compiled, with the placeholders of their source."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts import messages

DOMAINS = ("django", "djangojs")
PAGES = [
    *(messages.ROOT / "templates" / "annotation" / "editor").glob("*.html"),
    messages.ROOT / "templates" / "annotation" / "editor.html",
    messages.ROOT / "templates" / "annotation" / "profile.html",
    messages.ROOT / "templates" / "datasets" / "_uploads.html",
    *(
        messages.ROOT / "templates" / "active_learning" / f"{name}.html"
        for name in ("studio", "orders", "_orders", "order", "order_picture")
    ),
]
NAMES = {"px", "Sakkan", "Ctrl", ".gpl", ".kpl", "editor", "wide", "pf", "page", "UTC"}
"""Words that are no language's: units, names, keys, formats, and classes of the page in its blocks."""
PLACEHOLDER = re.compile(r"%(?:\((\w+)\))?[sd]|\{(\w+)\}")


def catalogues() -> Iterator[tuple[str, str, Path]]:
    """(language, domain, path of its .po) of every catalogue there has to be."""
    for language in messages.LANGUAGES:
        for domain in DOMAINS:
            yield language, domain, messages.po_path(language, domain)


ALL = pytest.mark.parametrize(("language", "domain", "path"), list(catalogues()))


@ALL
def test_the_compiled_catalogue_is_that_of_the_written_one(language: str, domain: str, path: Path) -> None:
    compiled = messages.compiled(messages.read_catalog(path, language))
    assert path.with_suffix(".mo").read_bytes() == compiled, "run `make messages`"


@ALL
def test_every_string_of_the_source_is_translated(language: str, domain: str, path: Path) -> None:
    catalog = messages.read_catalog(path, language)
    done = {message.id for message in catalog if message.id and messages.translated(message)}
    missing = {message for _, _, message in messages.strings(domain)} - done
    assert not missing, "run `make messages` and translate these"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_pages_say_nothing_that_is_not_marked_for_translation(page: Path) -> None:
    text = re.sub(r"{%\s*blocktranslate.*?endblocktranslate\s*%}", "", page.read_text(), flags=re.S)
    text = re.sub(r"{%.*?%}|{{.*?}}|<(svg|kbd|code)\b.*?</\1>", "", text, flags=re.S)
    told = re.findall(r'(?:title|aria-label|placeholder|alt)="([^"]*)"', text)
    said = [*told, *re.sub(r"<[^>]*>", "\n", text).splitlines()]
    words = {word for line in said for word in re.findall(r"[A-Za-z.]{2,}", line)}
    assert words <= NAMES


@ALL
def test_translations_keep_the_placeholders(language: str, domain: str, path: Path) -> None:
    wrong = []
    for message in messages.read_catalog(path, language):
        source = message.id if isinstance(message.id, tuple) else (message.id,)
        target = message.string if isinstance(message.string, tuple) else (message.string,)
        known = {placeholder for text in source for placeholder in PLACEHOLDER.findall(text)}
        wrong += [text for text in target if text and set(PLACEHOLDER.findall(text)) != known]
    assert not wrong


def test_strings_are_found_wherever_they_stand(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "static/editor").mkdir(parents=True)
    (tmp_path / "templates").mkdir()
    (tmp_path / "annotation").mkdir()
    script = 'set(t("%(n)s pixels", { n }), t("a " + "long one"), `in ${t("a template")}`); at("no");'
    (tmp_path / "static/editor/a.js").write_text(script)
    page = '{% load i18n %}<b title="{% translate "Tip" %}">{% blocktranslate %}{{ n }} frames{% endblocktranslate %}'
    (tmp_path / "templates/a.html").write_text(page)
    (tmp_path / "annotation/a.py").write_text('from x import gettext_lazy as _\nNAME = _("Brush")\n')
    monkeypatch.setattr(messages, "ROOT", tmp_path)
    browser = [message for file, _, message in messages.strings("djangojs") if file.endswith("a.js")]
    assert browser == ["%(n)s pixels", "a long one", "a template"]
    server = [message for file, _, message in messages.strings("django") if "/a." in file]
    assert server == ["Tip", "%(n)s frames", "Brush"]


def test_updating_keeps_translations_and_drops_what_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "ja.po"
    first = messages.updated(path, "ja", [("a.js", 1, "Brush"), ("a.js", 2, "Gone")])
    first["Brush"].string = "ブラシ"
    messages.compile_catalog(path, first)
    messages.compile_catalog(path, messages.updated(path, "ja", [("a.js", 1, "Brush"), ("a.js", 2, "New")]))
    catalog = messages.read_catalog(path, "ja")
    assert {message.id: message.string for message in catalog if message.id} == {"Brush": "ブラシ", "New": ""}
