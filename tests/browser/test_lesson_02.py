"""Lesson 02 in a real JupyterLab: untouched, and its widgets by mouse and keys."""

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

START = """
from nnf_teach.widgets import (digit_weights, path_downhill, shattering, softmax_temperature,
    train_logistic_regression)

def logistic_gradients(X, t, w, b):
    return 1 / 0
"""
PAGE = Page(
    START,
    {
        "fit": "train_logistic_regression()",
        "theirs": "train_logistic_regression(logistic_gradients)",
        "path": "path_downhill()",
        "soft": "softmax_temperature()",
        "split": "shattering()",
        "digits": "digit_weights()",
    },
    panels={"fit": 2, "theirs": 2, "path": 2, "soft": 2, "split": 1, "digits": 3},
    widest="None",
)


def caption(notebook: Any, name: str) -> str:
    return str(notebook.text(f"#{name} .nnf-caption"))


def state(notebook: Any, name: str, key: str) -> Any:
    return eval(notebook.kernel(f"{name}.state[{key!r}]"))


def pixels(notebook: Any, name: str) -> list[str]:
    return [
        notebook.pixels(f"#{name} .nnf-panel:nth-child({k + 1}) canvas")
        for k in range(PAGE.panels[name])
    ]


def press_button(notebook: Any, name: str, label: str) -> None:
    notebook.page.locator(f"#{name}").get_by_role("button", name=label, exact=True).click()


def test_the_goal_of_path_downhill_is_reached_by_keys_from_a_dragged_start(notebook: Any) -> None:
    stage = notebook.page.locator("#path")
    before = pixels(notebook, "path")
    notebook.drag(notebook.handle("path", "start"), -60, 30)
    notebook.wait_drawn()
    w, b = state(notebook, "path", "start")
    assert w < 2
    assert b < -5
    assert all(a != b for a, b in zip(pixels(notebook, "path"), before, strict=True))
    assert "not yet reached" in notebook.text("#path .nnf-goal")
    stage.get_by_role("checkbox", name="Measure ink from its mean").focus()
    notebook.press("Space")
    stage.get_by_role("slider", name="Learning rate").focus()
    notebook.press(*["ArrowRight"] * 20)  # a decade
    assert "✓ Goal reached" in notebook.text("#path .nnf-goal")
    assert "is the first within 0.01 of it" in caption(notebook, "path")


def test_logistic_regression_trains_and_a_dragged_point_changes_it(notebook: Any) -> None:
    assert "there is no boundary yet" in caption(notebook, "fit")
    untrained = pixels(notebook, "fit")
    press_button(notebook, "fit", "Play")
    notebook.page.wait_for_function(
        "Number(document.querySelector('#fit .nnf-caption').textContent.match(/\\d+/)) >= 25"
    )
    press_button(notebook, "fit", "Pause")
    notebook.wait_drawn()
    step = state(notebook, "fit", "step")
    assert caption(notebook, "fit").startswith(f"Step {step}: ")
    trained = pixels(notebook, "fit")
    assert all(a != b for a, b in zip(trained, untrained, strict=True))

    handle = notebook.handle("fit", "p0")
    before = state(notebook, "fit", "p0")
    notebook.drag(handle, 60, -100)
    notebook.wait_drawn()
    after = state(notebook, "fit", "p0")
    assert after[0] > before[0] + 0.5
    assert after[1] > before[1] + 1
    assert all(a != b for a, b in zip(pixels(notebook, "fit"), trained, strict=True))
    handle.focus()
    notebook.press("ArrowLeft")
    assert state(notebook, "fit", "p0")[0] == pytest.approx(after[0] - 0.1)
    assert "point 1 (class 0)" in handle.get_attribute("aria-label")


def test_points_are_added_and_removed_and_other_data_come(notebook: Any) -> None:
    page = notebook.page.locator("#fit")
    handles = page.locator(".nnf-handle")
    assert handles.count() == 6
    press_button(notebook, "fit", "Add a square (class 1)")
    press_button(notebook, "fit", "Add a circle (class 0)")
    notebook.wait_drawn()
    assert handles.count() == 8
    assert handles.nth(6).get_attribute("data-symbol") == "square"
    press_button(notebook, "fit", "Remove a point")
    notebook.wait_drawn()
    assert handles.count() == 7
    page.get_by_label("Data", exact=True).select_option("XOR")
    page.get_by_label("Learning rate").focus()
    notebook.press(*["ArrowRight"] * 4)
    assert state(notebook, "fit", "learning_rate") == 1.0
    assert handles.count() == 6
    assert "never all four" in caption(notebook, "fit")


def test_the_learners_gradients_are_drawn(notebook: Any) -> None:
    press_button(notebook, "theirs", "Step")
    notebook.wait_drawn()
    says = "Your logistic_gradients raised ZeroDivisionError: division by zero, so this is ours."
    assert caption(notebook, "theirs").startswith(says)


def test_logits_are_dragged_and_the_temperature_turned(notebook: Any) -> None:
    cat = notebook.handle("soft", "cat")
    assert cat.get_attribute("aria-orientation") == "vertical"
    before, values = pixels(notebook, "soft"), state(notebook, "soft", "cat")
    notebook.drag(cat, 25, 120)
    notebook.wait_drawn()
    assert state(notebook, "soft", "cat") < values - 2
    assert "Largest probability: dog" in caption(notebook, "soft")
    assert all(a != b for a, b in zip(pixels(notebook, "soft"), before, strict=True))
    cat.focus()
    notebook.press("End")
    assert state(notebook, "soft", "cat") == 5
    notebook.page.locator("#soft").get_by_role("slider", name="Temperature T").focus()
    notebook.press("End")
    assert state(notebook, "soft", "T") == 50
    assert "At large T both come near 1/5 each" in caption(notebook, "soft")


def test_dimensions_runs_and_new_points(notebook: Any) -> None:
    slider = notebook.page.locator("#split").get_by_label("Dimensions d")
    slider.focus()
    notebook.press("ArrowRight")
    assert state(notebook, "split", "d") == 6
    assert "At n = 2d = 12 points" in caption(notebook, "split")
    before = pixels(notebook, "split")
    press_button(notebook, "split", "New points")
    notebook.wait_drawn()
    assert pixels(notebook, "split") != before
    slider.focus()
    notebook.page.keyboard.press("End")
    notebook.wait_drawn(timeout=5)
    assert caption(notebook, "split").startswith("d = 20")


def test_the_digits_play_and_a_class_is_chosen(notebook: Any) -> None:
    assert "of 10,000 test images are right" in caption(notebook, "digits")
    said = notebook.page.locator(".jp-OutputArea-output", has_text="A linear classifier was")
    assert said.count() == 1  # what stood there while it trained is gone
    trained = pixels(notebook, "digits")
    press_button(notebook, "digits", "To start")
    notebook.wait_drawn()
    assert caption(notebook, "digits").startswith("Step 0: 9.8 %")
    assert all(a != b for a, b in zip(pixels(notebook, "digits"), trained, strict=True))
    press_button(notebook, "digits", "Play")
    notebook.page.wait_for_function(
        "document.querySelector('#digits .nnf-player .nnf-value').textContent.startsWith('5 of')"
    )
    press_button(notebook, "digits", "Pause")
    notebook.page.locator("#digits").get_by_label("Digit", exact=True).select_option("5")
    notebook.wait_drawn()
    assert state(notebook, "digits", "digit") == "5"
    assert "images of 5" in caption(notebook, "digits")
    notebook.page.wait_for_function(  # the words for screen readers come when it is quiet
        "document.querySelectorAll('#digits .nnf-canvas')[1].ariaLabel.includes('is 5; read as')"
    )
