"""Notebook 00 in a real JupyterLab: untouched, and its first widget by mouse and keys."""

from __future__ import annotations

from typing import Any

import pytest

from .lessons import (  # noqa: F401
    Page,
    test_all_are_drawn,
    test_axe_finds_nothing_serious,
    test_axe_finds_nothing_serious_in_the_lesson,
    test_narrow_windows_cut_nothing_off_in_the_lesson,
    test_nothing_is_cut_off,
    test_the_untouched_notebook_runs_without_a_trace,
)

PAGE = Page(
    "from nnf_teach.widgets import digit_pad, two_points",
    {"sheet": "digit_pad()", "points": "two_points()"},
    panels={"sheet": 3, "points": 1},
    widest="sheet.set(pen='move', centred=True)",
    # twice: a button that goes back to no presses does what it does, too
    reset="[globals()[name].set(**state) for _ in 'ab' for name, state in initial.items()]",
)


def caption(notebook: Any) -> str:
    return str(notebook.text("#sheet .nnf-caption"))


def ink(notebook: Any) -> list[list[int]]:
    """Return the rows of the sheet, as the kernel has it."""
    text = eval(notebook.kernel("sheet.state['ink']"))
    return [list(bytes.fromhex(text[k : k + 56])) for k in range(0, len(text), 56)]


def inked(notebook: Any) -> list[tuple[int, int]]:
    """Return row and column of each pixel that is full of ink."""
    rows = ink(notebook)
    return [(r, c) for r in range(28) for c in range(28) if rows[r][c] == 255]


def hand(notebook: Any, *places: tuple[float, float]) -> None:
    """Drag the mouse over the sheet, from pixel to pixel (column, row)."""
    sheet = notebook.page.locator("#sheet .nnf-pad")
    sheet.scroll_into_view_if_needed()
    box = sheet.bounding_box()
    mouse = notebook.page.mouse
    for k, (x, y) in enumerate(places):
        at = box["x"] + box["width"] * x / 28, box["y"] + box["height"] * y / 28
        mouse.move(*at, steps=4)
        if not k:
            mouse.down()
    mouse.up()
    notebook.wait_drawn()


def choose(notebook: Any, label: str, option: str) -> None:
    notebook.page.locator("#sheet").get_by_label(label, exact=True).select_option(option)
    notebook.wait_drawn()


def press_button(notebook: Any, label: str) -> None:
    notebook.page.locator("#sheet").get_by_role("button", name=label, exact=True).click()
    notebook.wait_drawn()


def test_a_digit_is_drawn_and_erased_by_the_mouse(notebook: Any) -> None:
    press_button(notebook, "Clear")
    assert inked(notebook) == []
    hand(notebook, (14, 4), (14, 24))
    assert {(r, c) for r in range(5, 24) for c in (13, 14)} <= set(inked(notebook))
    assert {c for _, c in inked(notebook)} == {13, 14}
    assert caption(notebook).startswith("It reads 1 with")
    choose(notebook, "It is meant as", "1")
    assert "It is meant as 1: right." in caption(notebook)
    choose(notebook, "Pen", "erase")
    hand(notebook, (10, 20), (18, 20))
    assert all(r < 19 or r > 21 for r, _ in inked(notebook))
    assert any(r > 21 for r, _ in inked(notebook))


def test_ink_is_there_before_python_answers_and_stays(notebook: Any) -> None:
    press_button(notebook, "Clear")
    page = notebook.page
    box = page.locator("#sheet .nnf-pad").bounding_box()
    before = notebook.pixels("#sheet canvas >> nth=0")
    page.evaluate("""() => {
      const { link } = document.querySelector('#sheet').nnf;
      link.model = { send: (message) => (link.kept = message) };
    }""")
    page.mouse.move(box["x"] + 60, box["y"] + 60)
    page.mouse.down()
    page.mouse.move(box["x"] + 110, box["y"] + 80, steps=4)
    page.wait_for_function("document.querySelector('#sheet').nnf.frame === undefined")
    at_once = notebook.pixels("#sheet canvas >> nth=0")
    assert at_once != before
    notebook.kernel("sheet.set(meant='1')")  # an answer that knows nothing of the stroke
    page.wait_for_function(
        "document.querySelector('#sheet').nnf.scene.state.meant === '1' &&"
        " document.querySelector('#sheet').nnf.frame === undefined"
    )
    assert notebook.pixels("#sheet canvas >> nth=0") == at_once
    page.evaluate("""() => {
      const view = document.querySelector('#sheet').nnf;
      view.link.model = view.model;
      view.link.answer(view.link.sent);
    }""")
    page.mouse.move(box["x"] + 111, box["y"] + 81)
    page.mouse.up()
    notebook.wait_drawn()
    assert inked(notebook)


def test_the_goal_of_digit_pad_is_reached_by_moving_a_seven(notebook: Any) -> None:
    seven = ink(notebook)
    notebook.page.locator("#sheet").get_by_label("Scale and centre").uncheck()
    choose(notebook, "Pen", "move")
    hand(notebook, (6, 14), (11, 14))
    assert ink(notebook) == [[0] * 5 + row[:-5] for row in seven]
    assert "It is meant as 7: wrong." in caption(notebook)
    assert "Goal reached" in notebook.text("#sheet .nnf-goal")
    hand(notebook, (11, 14), (6, 14))  # nothing has left the sheet
    assert ink(notebook) == seven


def test_all_of_it_is_done_by_keys(notebook: Any) -> None:
    press_button(notebook, "Clear")
    notebook.page.locator("#sheet .nnf-pad").focus()
    told = notebook.page.locator("#sheet .nnf-told")
    notebook.press("Shift+ArrowUp", "Shift+ArrowUp")
    assert told.inner_text() == "row 7 of 28, column 15 of 28, pen up"
    assert inked(notebook) == []
    notebook.press("Space", *["Shift+ArrowDown"] * 4, "Space", "ArrowRight")
    assert {(r, c) for r in range(6, 23) for c in (14,)} <= set(inked(notebook))
    assert told.inner_text() == "row 23 of 28, column 16 of 28, pen up"
    assert caption(notebook).startswith("It reads 1 with")
    before = ink(notebook)
    choose(notebook, "Pen", "move")
    notebook.page.locator("#sheet .nnf-pad").focus()
    notebook.press("ArrowUp", "ArrowLeft")
    assert ink(notebook) == [row[1:] + [0] for row in before[1:]] + [[0] * 28]


def test_a_finger_draws_and_does_not_scroll(notebook: Any) -> None:
    style = "getComputedStyle(document.querySelector('#sheet .nnf-pad')).touchAction"
    assert notebook.page.evaluate(style) == "none"


@pytest.mark.parametrize("number", ["2", "1"])
def test_digits_of_mnist_are_taken(notebook: Any, number: str) -> None:
    for _ in range({"2": 1, "1": 2}[number]):
        press_button(notebook, "A digit of MNIST")
    assert caption(notebook).startswith(f"It reads {number} with")
    assert f"It is meant as {number}: right." in caption(notebook)


def test_the_goal_of_two_points_is_reached_by_keys(notebook: Any) -> None:
    notebook.handle("points", "A").focus()
    notebook.press("Shift+ArrowUp", "Shift+ArrowUp", *["ArrowUp"] * 5)
    assert "not yet reached" in notebook.text("#points .nnf-goal")
    notebook.handle("points", "B").focus()
    notebook.press(*["ArrowDown"] * 5)
    assert notebook.text("#points .nnf-goal").startswith("✓ Goal reached")
