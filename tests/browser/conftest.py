"""What the browser tests share: one JupyterLab, and the two pages of a lesson (`lessons.py`).

Tests in this folder carry the marker `browser`. Where no Chromium is found they are skipped
in one loud line.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from .lab import REPO, Lab, Notebook, find_chromium, run_lab, start_browser

pytest.register_assert_rewrite(f"{__package__}.lessons")
MISSING = "no Chromium (or no playwright package) was found: THE BROWSER TESTS WERE NOT RUN"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    ours = [item for item in items if Path(__file__).parent in item.path.parents]
    missing = find_chromium() is None
    for item in ours:
        item.add_marker(pytest.mark.browser)
        if missing:
            item.add_marker(pytest.mark.skip(reason=MISSING))
    config.stash[SKIPPED] = len(ours) if missing else 0


SKIPPED = pytest.StashKey[int]()


def pytest_terminal_summary(terminalreporter: Any, config: pytest.Config) -> None:
    if config.stash.get(SKIPPED, 0):
        terminalreporter.write_line(f"*** {MISSING} ***", red=True, bold=True)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """One browser for all tests of the session."""
    with start_browser() as running:
        yield running


@pytest.fixture(scope="session")
def lab(tmp_path_factory: pytest.TempPathFactory, browser: Any) -> Iterator[Lab]:
    """One JupyterLab with that browser for all tests of the session."""
    with run_lab(tmp_path_factory.mktemp("lab"), browser) as running:
        yield running


@pytest.fixture(scope="module")
def lesson(lab: Lab, request: pytest.FixtureRequest) -> Iterator[Notebook]:
    """The lesson that the test file is about, as it is handed out, with all its cells run."""
    number = request.path.stem.rpartition("_")[2]
    (path,) = (REPO / "course").glob(f"{number}_*[a-z].ipynb")
    shutil.copy(path, lab.root)
    notebook = lab.open(path.name)
    notebook.run_all(timeout=240)
    notebook.wait_drawn(timeout=60)
    yield notebook
    notebook.close()


@pytest.fixture(scope="module")
def opened(lab: Lab, request: pytest.FixtureRequest) -> Iterator[Notebook]:
    """The page of the lesson's widgets, opened once for all tests of the file."""
    page = request.module.PAGE
    notebook = page.open_in(lab, f"{request.path.stem}.ipynb")
    yield notebook
    notebook.close()


@pytest.fixture
def notebook(opened: Notebook, request: pytest.FixtureRequest) -> Iterator[Notebook]:
    """The page of the lesson's widgets, all in their first state."""
    opened.page.set_viewport_size({"width": 1300, "height": 900})
    opened.kernel("[w._reached.clear() for w in globals().values() if hasattr(w, '_reached')]")
    opened.kernel(request.module.PAGE.reset)
    opened.wait_drawn()
    yield opened
    assert opened.errors == []
