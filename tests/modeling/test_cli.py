"""The command line's manners: one line for mistakes, codes, silence when nobody reads."""

from __future__ import annotations

import json
from types import SimpleNamespace

import pytest

from modeling import cli
from modeling.cli.common import Console
from modeling.errors import UserError


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch):
    """Make ``snapshot`` raise, or return, what the test says."""

    def behave(result: BaseException | int) -> None:
        def run(_: object) -> int:
            if isinstance(result, BaseException):
                raise result
            return result

        def add_arguments(parser) -> None:
            parser.add_argument("--json", action="store_true")

        module = SimpleNamespace(run=run, add_arguments=add_arguments)
        monkeypatch.setattr(cli, "import_module", lambda _: module)

    return behave


@pytest.mark.parametrize("code", [0, 75])
def test_codes_of_a_command_are_passed_on(code: int, command) -> None:
    command(code)
    assert cli.main(["snapshot"]) == code


def test_what_the_user_can_mend_is_one_line(command, capsys: pytest.CaptureFixture[str]) -> None:
    command(UserError("The label is too small.", code="label_size", remedy="Export it again."))
    assert cli.main(["snapshot"]) == 2
    printed = capsys.readouterr()
    assert printed.err == "error: The label is too small. Export it again.\n"
    assert printed.out == ""


def test_with_json_the_error_is_an_event_too(command, capsys: pytest.CaptureFixture[str]) -> None:
    command(UserError("No.", code="nope"))
    assert cli.main(["snapshot", "--json"]) == 2
    assert json.loads(capsys.readouterr().out) == {"event": "error", "code": "nope", "message": "No."}


def test_the_systems_errors_name_the_file(command, capsys: pytest.CaptureFixture[str]) -> None:
    command(OSError(28, "No space left on device", "/data/out"))
    assert cli.main(["snapshot"]) == 2
    assert capsys.readouterr().err == "error: /data/out: No space left on device.\n"


def test_interruption_is_130(command, capsys: pytest.CaptureFixture[str]) -> None:
    command(KeyboardInterrupt())
    assert cli.main(["snapshot"]) == 130
    assert capsys.readouterr().err == "interrupted\n"


def test_bugs_are_not_hidden(command) -> None:
    command(ZeroDivisionError())
    with pytest.raises(ZeroDivisionError):
        cli.main(["snapshot"])


def test_a_console_speaks_in_words_or_in_events(capsys: pytest.CaptureFixture[str]) -> None:
    for console in (Console(), Console(json=True)):
        console.say("words")
        console.event("done", name="作監")
        assert list(console.bar([1, 2])) == [1, 2]
    printed = capsys.readouterr()
    assert printed.out == 'words\n{"event": "done", "name": "作監"}\n'
    assert "2/2" in printed.err
