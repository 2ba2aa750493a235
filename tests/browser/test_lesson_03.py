"""Lesson 03 in a real JupyterLab: untouched, and its widgets by mouse and keys."""

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
    "from nnf_teach.widgets import hidden_space, xor_by_hand",
    {"hand": "xor_by_hand()", "morph": "hidden_space()"},
    panels={"hand": 3, "morph": 2},
    widest="morph.set(frame=40)",
    fullest="hand.set(computer=False)",
    shown='#hand [data-name="tip_3"]',
    reset="""[
        hand.set(again=hand.state['again'] + 1, hidden='sigmoid'),
        morph.set(frame=0, layer="the slide's"),
    ]""",
)


def test_the_goal_is_not_reached_at_first(notebook: Any) -> None:
    assert "not yet reached" in notebook.text("#hand .nnf-goal")


def test_the_mouse_moves_a_line_with_its_arrow(notebook: Any) -> None:
    surfaces = "#hand .nnf-panel:nth-child(3) canvas"
    before = notebook.pixels(surfaces)
    notebook.drag(notebook.handle("hand", "line_1"), -60, 0)
    notebook.wait_drawn()
    assert notebook.pixels(surfaces) != before
    x, y = eval(notebook.kernel("hand.state['line_1']"))
    assert x < -1.5
    assert eval(notebook.kernel("hand.state['tip_1']")) == pytest.approx([x + 1.5, y])
    assert "b₁ = " in notebook.text("#hand .nnf-caption")
    assert "w₁ = (1.50, 0.00), b₁ = 0.00" not in notebook.text("#hand .nnf-caption")


def test_the_goal_of_xor_by_hand_is_reached_by_keys_and_this_is_said(notebook: Any) -> None:
    """Neuron 1 becomes "any" and neuron 2 "both": w = (1.5, 1.5) for both, then line 2 moves."""
    half = ["Shift+Arrow{0}"] + ["Arrow{0}"] * 5
    notebook.handle("hand", "tip_1").focus()
    notebook.press(*(key.format("Up") for key in half))
    notebook.handle("hand", "tip_2").focus()
    notebook.press(*(key.format("Right") for key in half))
    assert "not yet reached" in notebook.text("#hand .nnf-goal")
    notebook.handle("hand", "line_2").focus()
    notebook.press(*["Shift+ArrowRight"] * 7)
    caption = notebook.text("#hand .nnf-caption")
    assert "w₁ = (1.50, 1.50), b₁ = 5.70; w₂ = (1.50, 1.50), b₂ = −4.80" in caption
    assert caption.startswith("All four corners are right.")
    assert notebook.text("#hand .nnf-goal").startswith("✓ Goal reached: all four corners right")
    notebook.page.wait_for_timeout(900)
    assert "Goal reached" in notebook.text("#hand .nnf-spoken")
    label = notebook.page.locator("#hand canvas").nth(2).get_attribute("aria-label")
    assert "D ✓" in label


def test_the_slides_weights_and_an_output_line_by_hand(notebook: Any) -> None:
    page = notebook.page
    page.get_by_role("button", name="Show the slide's weights").click()
    notebook.wait_drawn()
    assert "✓ Goal reached" in notebook.text("#hand .nnf-goal")
    assert notebook.handle("hand", "line_3").count() == 0
    page.get_by_label("Let the computer choose the output line").uncheck()
    notebook.wait_drawn()
    assert "✓ Goal reached" in notebook.text("#hand .nnf-goal")
    notebook.drag(notebook.handle("hand", "line_3"), 70, -70)
    notebook.wait_drawn()
    assert "move the output line" in notebook.text("#hand .nnf-caption")
    notebook.handle("hand", "line_3").focus()
    notebook.press(*["Shift+ArrowLeft", "Shift+ArrowDown"] * 2)
    assert "✓ Goal reached" in notebook.text("#hand .nnf-goal")
    page.get_by_role("button", name="Start again").click()
    notebook.wait_drawn()
    assert "✓ Goal reached" in notebook.text("#hand .nnf-goal"), "it stays reached"
    assert notebook.handle("hand", "line_3").count() == 0


def test_threshold_neurons_change_the_picture(notebook: Any) -> None:
    before = notebook.pixels("#hand .nnf-panel:nth-child(3) canvas")
    notebook.page.locator("#hand").get_by_label("Hidden neurons").select_option("threshold")
    notebook.wait_drawn()
    assert notebook.pixels("#hand .nnf-panel:nth-child(3) canvas") != before
    assert "D at (1.00, 1.00)" in notebook.text("#hand .nnf-caption")


def test_the_data_play_into_hidden_space(notebook: Any) -> None:
    stage = notebook.page.locator("#morph")
    stage.scroll_into_view_if_needed()
    still = notebook.pixels("#morph .nnf-panel:nth-child(1) canvas")
    stage.get_by_role("button", name="Play").click()
    notebook.page.wait_for_function(
        """() => document.querySelector('#morph .nnf-caption').textContent
             .startsWith('Hidden space')""",
        timeout=15_000,
    )
    notebook.wait_drawn()
    assert notebook.kernel("morph.state['frame']") == "40"
    assert "All 80 points are on the right side" in notebook.text("#morph .nnf-caption")
    assert stage.locator(".nnf-panel-title").nth(1).inner_text() == "Hidden space"
    assert notebook.pixels("#morph .nnf-panel:nth-child(1) canvas") == still


def test_the_morph_moves_by_keys_and_with_another_layer(notebook: Any) -> None:
    stage = notebook.page.locator("#morph")
    slider = stage.get_by_role("slider")
    slider.focus()
    notebook.press(*["ArrowRight"] * 10)
    assert notebook.text("#morph .nnf-caption").startswith("25 % of the way")
    before = notebook.pixels("#morph .nnf-panel:nth-child(2) canvas")
    stage.get_by_label("Hidden layer").select_option("trained, 4 units")
    notebook.wait_drawn()
    assert notebook.pixels("#morph .nnf-panel:nth-child(2) canvas") != before
    slider.focus()
    notebook.press("End")
    assert "Hidden space has 4 dimensions" in notebook.text("#morph .nnf-caption")
    notebook.press("Home")
    assert notebook.text("#morph .nnf-caption").startswith("Input space")
