"""What must hold for every lesson as it is handed out, and for all of its widgets.

A lesson's file takes these tests over, and says what is on the page of its widgets:

    from .lessons import Page, test_all_are_drawn, test_nothing_is_cut_off, ...

    PAGE = Page(
        "from nnf_teach.widgets import saturation, vjp",
        {"where": "saturation()", "rows": "vjp()"},
        panels={"where": 2, "rows": 3},
        widest="rows.set(function='linear layer')",
    )

    def test_a_row_is_picked(notebook: Any) -> None:
        notebook.page.locator("#rows").get_by_role("button", name="Pick row 2").click()

The fixtures `lesson` and `notebook` (`conftest.py`) are the two pages of a lesson.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from nnf_teach.authoring.execute import find_output_problems
from nnf_teach.authoring.normalise import WIDGET_VIEW

from .lab import NO_PICTURES, Lab, Notebook

OURS = ".nnf-stage, .nnf-panel, .nnf-prediction, .nnf-playground"
LIGHT, DARK = THEMES = ("JupyterLab Light", "JupyterLab Dark")


@dataclass(frozen=True)
class Page:
    """A page with the widgets of a lesson.

    Attributes
    ----------
    start
        What the first cell runs.
    cells
        The cells of the widgets, run in this order: by the name that the widget has in the
        kernel, and as the id of its element, an expression or all of the cell's code.
    panels
        How many panels each has.
    widest
        What the kernel evaluates to make them as wide as they get.
    fullest
        What it evaluates to make them show all that they can, for axe; `shown` is then there.
    reset
        What it evaluates to bring back the first state, of which `initial` has those in `fixed`.
    more
        Cells that follow, and are not run.
    context
        How the page is opened: `{"has_touch": True}`.
    """

    start: str
    cells: Mapping[str, str]
    panels: Mapping[str, int]
    widest: str
    fullest: str = "None"
    shown: str = ".nnf-stage"
    fixed: tuple[str, ...] = ()
    reset: str = "[globals()[name].set(**state) for name, state in initial.items()]"
    more: tuple[str, ...] = ()
    context: Mapping[str, Any] = field(default_factory=dict)

    def open_in(self, lab: Lab, name: str) -> Notebook:
        """Open the page, run the cells of the widgets, and wait until all are drawn."""
        cells = [f"{NO_PICTURES}{self.start}"]
        for widget, code in self.cells.items():
            cells.append(code if "\n" in code else f"{widget} = {code}\n{widget}")
        notebook = lab.open(name, [*cells, *self.more], **self.context)
        for k in range(len(cells)):
            notebook.run_cell(k, timeout=240)
        # a monitor's view is put in once more with its picture: what is named here must stay
        notebook.kernel(
            "[thread.join() for thread in __import__('threading').enumerate()"
            " if thread.name == 'picture of a training monitor']"
        )
        notebook.page.wait_for_selector(f".nnf-stage >> nth={len(self.cells) - 1}")
        notebook.wait_drawn()
        names = self.fixed or tuple(self.cells)
        notebook.kernel(
            f"globals().update(initial={{n: dict(globals()[n].state) for n in {names}}})"
        )
        for k, widget in enumerate(self.cells):
            stage = notebook.page.locator(".nnf-stage").nth(k)
            stage.evaluate("(node, name) => { node.id = name; }", widget)
        return notebook


# --- The lesson as it is handed out --------------------------------------------------------------


def test_the_untouched_notebook_runs_without_a_trace(lesson: Any) -> None:
    assert lesson.errors == []
    assert lesson.cell_errors() == []
    content = lesson.content()
    shown = [output.get("data", {}) for cell in content.cells for output in cell.get("outputs", [])]
    pictures = [data for data in shown if WIDGET_VIEW in data and "image/png" in data]
    assert lesson.page.locator(".nnf-shell").count() == len(pictures) > 0
    assert find_output_problems(content, lesson.name) == []  # stderr, for one
    assert any(cell.get("outputs") for cell in content.cells)
    for number, cell in enumerate(content.cells, start=1):
        for output in cell.get("outputs", []):
            texts = [output.get("text", ""), *output.get("data", {}).values()]
            assert not re.search(r"Traceback \(most recent", "\n".join(map(str, texts))), number


def test_axe_finds_nothing_serious_in_the_lesson(lesson: Any, lab: Any) -> None:
    assert lab.axe(lesson.page, OURS) == []


@pytest.mark.parametrize("theme", THEMES)
def test_narrow_windows_cut_nothing_off_in_the_lesson(lesson: Any, theme: str) -> None:
    lesson.theme(theme)
    lesson.page.set_viewport_size({"width": 700, "height": 900})
    lesson.page.wait_for_timeout(700)
    wide = lesson.page.evaluate(
        """(ours) => [...document.querySelectorAll(ours)]
             .filter((node) => node.scrollWidth > node.clientWidth + 1)
             .map((node) => node.textContent.slice(0, 60))""",
        OURS,
    )
    lesson.page.set_viewport_size({"width": 1300, "height": 900})
    assert wide == []


# --- Its widgets ---------------------------------------------------------------------------------


def test_all_are_drawn(notebook: Any, request: pytest.FixtureRequest) -> None:
    assert notebook.cell_errors() == []
    for name, count in request.module.PAGE.panels.items():
        canvases = notebook.page.locator(f"#{name} canvas")
        assert canvases.count() == count
        for k in range(count):
            inks = canvases.nth(k).evaluate(
                """(canvas) => new Set(new Uint32Array(canvas.getContext('2d')
                     .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
            )
            assert inks > 20, name


@pytest.mark.parametrize("theme", [DARK, LIGHT])
def test_axe_finds_nothing_serious(
    notebook: Any, lab: Any, request: pytest.FixtureRequest, theme: str
) -> None:
    notebook.kernel(request.module.PAGE.fullest)
    notebook.theme(theme)
    notebook.wait_drawn()
    assert notebook.page.locator(request.module.PAGE.shown).count()
    assert lab.axe(notebook.page) == []


@pytest.mark.parametrize("width", [700, 1300])
def test_nothing_is_cut_off(notebook: Any, request: pytest.FixtureRequest, width: int) -> None:
    notebook.page.set_viewport_size({"width": width, "height": 900})
    notebook.page.wait_for_timeout(300)
    notebook.kernel(request.module.PAGE.widest)
    notebook.wait_drawn()
    assert {name: notebook.cut_off(name) for name in request.module.PAGE.cells} == {
        name: [] for name in request.module.PAGE.cells
    }
