"""What every test stands on: data of its own, no network, and an honest count of what could not run."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SAMPLE = ROOT.parent / "shared" / "sample"

os.environ.setdefault("HF_HUB_OFFLINE", "1")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep SQLite's test database in a file: the live server's threads cannot share one in memory."""
    from django.conf import settings

    default = settings.DATABASES["default"]
    if "sqlite3" in default["ENGINE"]:
        default.setdefault("TEST", {})["NAME"] = str(tmp_path_factory.mktemp("db") / "test.sqlite3")


@pytest.fixture(autouse=True)
def data_dir(settings, tmp_path: Path) -> Path:
    """Give the test a ``SAKKAN_DATA`` of its own, empty."""
    path = tmp_path / "sakkan data"
    path.mkdir()
    settings.SAKKAN_DATA = path
    return path


@pytest.fixture
def sample() -> Path:
    """Return ``../shared/sample``; tests that ask for it are marked ``sample``."""
    return SAMPLE


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip tests on the sample where that folder is absent, and only those."""
    if SAMPLE.is_dir():
        return
    for item in items:
        if item.get_closest_marker("sample") or "sample" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.skip(reason="../shared/sample is absent"))


class _Skips:
    """Counts what was skipped and why; under CI only the absent sample may be the reason."""

    def __init__(self) -> None:
        self.reasons: list[tuple[str, str]] = []

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.skipped and isinstance(report.longrepr, tuple):
            self.reasons.append((report.nodeid, report.longrepr[2].removeprefix("Skipped: ")))

    def forbidden(self) -> list[tuple[str, str]]:
        return [(test, why) for test, why in self.reasons if why != "../shared/sample is absent"]

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if os.environ.get("CI") and self.forbidden():
            session.exitstatus = 1

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        absent = len(self.reasons) - len(self.forbidden())
        terminalreporter.write_line(f"skipped because ../shared/sample is absent: {absent}")
        for test, why in self.forbidden():
            terminalreporter.write_line(f"could not run {test}: {why}")


def pytest_configure(config: pytest.Config) -> None:
    """Count skips where the results arrive: in the controller, not in xdist's workers."""
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_Skips(), "sakkan-skips")
