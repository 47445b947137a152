from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from core import cleanup
from core.blob_cleanup import blob_columns
from core.blobs import blob_exists, blob_path, put_bytes
from core.cleanup import Leftover
from datasets.models import Cut, Frame, Source
from tests.core.factories import make_production

pytestmark = pytest.mark.django_db


def _age(path: Path, hours: float = 25) -> None:
    then = time.time() - hours * 3600
    os.utime(path, (then, then))


def _old_blob(data: bytes) -> str:
    sha256 = put_bytes(data)
    _age(blob_path(sha256))
    return sha256


def _frame(**blobs: str) -> Frame:
    show = make_production()
    source = Source.objects.create(production=show, sha256="0" * 64, name="clip.mp4", kind="video")
    cut = Cut.objects.create(production=show, source=source, name="c1")
    return Frame.objects.create(
        production=show, source=source, cut=cut, locator="1", key="clip/000001", width=4, height=3, **blobs
    )


def _report(capsys: pytest.CaptureFixture[str], *options: str) -> str:
    call_command("cleanup", *options)
    return capsys.readouterr().out


def test_only_old_blobs_that_no_row_names_go(capsys: pytest.CaptureFixture[str]) -> None:
    young = put_bytes(b"young")
    frame, proxy, orphan = _old_blob(b"frame"), _old_blob(b"proxy"), _old_blob(b"orphan")
    _frame(blob=frame, proxy=proxy)
    assert "unreferenced blob: 1, 6 bytes" in _report(capsys, "--dry-run")
    assert blob_exists(orphan)
    assert "freed 6 bytes in 1 leftovers" in _report(capsys)
    assert [blob_exists(sha256) for sha256 in (young, frame, proxy, orphan)] == [True, True, True, False]
    assert "freed 0 bytes in 0 leftovers" in _report(capsys)


def test_a_blob_stored_again_while_cleanup_runs_stays() -> None:
    again, orphan = _old_blob(b"again"), _old_blob(b"orphan")
    found = [leftover for leftover in cleanup.leftovers() if leftover.what == "unreferenced blob"]
    assert {leftover.path.name for leftover in found} == {again, orphan}
    put_bytes(b"again")
    freed = sum(cleanup.remove(leftover) for leftover in found)
    assert freed == len(b"orphan")
    assert blob_path(again).read_bytes() == b"again"


def test_what_a_killed_cleanup_had_renamed_comes_back() -> None:
    named = _old_blob(b"named")
    _frame(blob=named)
    blob_path(named).rename(blob_path(named).with_name(named + ".doomed"))
    list(cleanup.leftovers())
    assert blob_exists(named)


def test_half_written_blobs_go_after_a_day() -> None:
    sha256 = put_bytes(b"beside")
    old, new = (blob_path(sha256).with_name(name) for name in (".staged-old", ".staged-new"))
    for path in (old, new):
        path.write_bytes(b"half")
    _age(old)
    for leftover in cleanup.leftovers():
        cleanup.remove(leftover)
    assert not old.exists()
    assert new.exists()
    assert blob_exists(sha256)


def test_a_finished_run_keeps_its_weights_and_an_unfinished_one_everything(data_dir: Path) -> None:
    kept: list[Path] = []
    for name, done in (("finished", True), ("cancelled", False)):
        checkpoints = data_dir / "runs" / name / "checkpoints"
        checkpoints.mkdir(parents=True)
        for file in ("final.safetensors", "state.safetensors"):
            (checkpoints / file).write_bytes(b"1234")
            _age(checkpoints / file)
        if done:
            (checkpoints.parent / "report.json").write_text("{}")
        kept += checkpoints.glob("final*" if done else "*")
    assert sum(cleanup.remove(leftover) for leftover in cleanup.leftovers()) == 4
    assert sorted((data_dir / "runs").glob("*/checkpoints/*")) == sorted(kept)


def test_every_blob_column_is_known() -> None:
    columns = {f"{model._meta.label}.{name}" for model, name in blob_columns()}
    assert {"datasets.Frame.blob", "datasets.Frame.proxy", "datasets.Frame.change_blob"} <= columns
    assert {
        "annotation.Revision.label",
        "annotation.WorkingCopy.label",
        "annotation.Draft.entropy",
    } <= columns


def test_apps_bring_their_own_leftovers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "stale"
    folder.mkdir()
    (folder / "part").write_bytes(b"12345")
    kept = tmp_path / "kept"
    kept.write_bytes(b"1")

    def find() -> Iterator[Leftover]:
        yield Leftover("stale upload", folder)
        yield Leftover("stale upload", kept, still=lambda: False)

    monkeypatch.setattr(cleanup, "_PROVIDERS", [find])
    monkeypatch.setattr("core.cleanup.autodiscover_modules", lambda *_: None)
    assert "freed 5 bytes" in _report(capsys)
    assert not folder.exists()
    assert kept.exists()


def test_blobs_are_sent_with_a_name_that_never_changes(rf: Any) -> None:
    from django.http import Http404

    from core.media import blob_response

    sha256 = put_bytes(b"pixels")
    response = blob_response(rf.get("/"), sha256, "image/png")
    assert b"".join(response) == b"pixels"  # type: ignore[arg-type]
    assert response.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    unchanged = blob_response(rf.get("/", HTTP_IF_NONE_MATCH=response.headers["ETag"]), sha256, "image/png")
    assert unchanged.status_code == 304
    saved = blob_response(rf.get("/"), sha256, "image/png", download_name="frame 1.png")
    assert saved.headers["Content-Disposition"] == 'attachment; filename="frame 1.png"'
    for absent in ("", "0" * 64):
        with pytest.raises(Http404):
            blob_response(rf.get("/"), absent, "image/png")
