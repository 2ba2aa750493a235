"""Every test gets a progress file of its own, and checks that show instead of raising.

What is not there (a browser, the sandbox, node) makes its tests skip. With NNF_REQUIRE_ALL=1,
as in `.ci/run`, a skipped test is a failure.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Generator

import pytest


@pytest.fixture(scope="session")
def progress_folder(tmp_path_factory):
    return tmp_path_factory.mktemp("progress")


@pytest.fixture(autouse=True)
def progress_file(progress_folder, monkeypatch):
    path = progress_folder / uuid.uuid4().hex / "progress.json"
    monkeypatch.setenv("NNF_PROGRESS", str(path))
    monkeypatch.setenv("NNF_STRICT", "0")
    return path


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return refuse_a_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return refuse_a_skip((yield))


def refuse_a_skip(report):
    """Make a failure of a skip where nothing may be skipped."""
    required = os.environ.get("NNF_REQUIRE_ALL") == "1"
    if required and report.skipped and not hasattr(report, "wasxfail"):
        report.outcome = "failed"
        report.longrepr = f"{report.longrepr[2]}, and NNF_REQUIRE_ALL=1 refuses that"
    return report
