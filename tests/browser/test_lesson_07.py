"""Lesson 07 in a real JupyterLab: untouched, its widgets by mouse, touch and keys, and live."""

from __future__ import annotations

import re
from typing import Any

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
import time
import numpy as np
from nnf_teach.widgets import *

def loop(n, rate=0.01):  # slow enough for several pictures while the cell runs
    w = np.full(50, 4.0)
    for _ in range(n):
        time.sleep(0.004)
        grad = 2 * w
        w = w - rate * grad
        yield {'loss': float(w @ w), 'params': [w], 'grads': [grad]}
"""
LIVE = """
watched = training_monitor(loop(600))
for item in watched:
    pass
watch = watched.stage
"""
BROKEN = """
with np.errstate(all='ignore'):
    broken = training_monitor(loop(600, rate=30.0))
    broken.run()
lost = broken.stage
"""
ENDLESS = """
slow = training_monitor(loop(100_000))
slow.run()
kept = len(slow.history['loss'])
"""
PAGE = Page(
    START,
    {
        "descent": "double_descent()",
        "over": "overfitting()",
        "start": "initialisation()",
        "watch": LIVE,
        "lost": BROKEN,
        "shrink": "shrinking_weights()",
        "wild": "curve_at_threshold()",
    },
    panels={"descent": 3, "over": 3, "start": 3, "watch": 3, "lost": 3, "shrink": 3, "wild": 3},
    widest="[over.set(method='noise on the data'), start.set(activation='sigmoid', step=3)]",
    fixed=("descent", "over", "start", "shrink", "wild"),
    more=(ENDLESS,),
    context={"has_touch": True},
)
WATCH, LAST = 4, 8  # where LIVE and ENDLESS stand in the notebook


def test_the_models_grow_over_the_peak_by_keys(notebook: Any) -> None:
    caption = "#descent .nnf-caption"
    assert "below the first minimum" in notebook.text(caption)
    slider = notebook.page.locator("#descent .nnf-player").get_by_role("slider")
    slider.focus()
    notebook.press("Home")
    assert notebook.text(caption).startswith("10 features for 1,000 digits")
    notebook.press(*["ArrowRight"] * 12)
    assert "This is the peak." in notebook.text(caption)
    before = notebook.pixels("#descent .nnf-panel:nth-child(1) canvas")
    notebook.press("ArrowRight")
    assert "still above the first minimum" in notebook.text(caption)
    assert notebook.pixels("#descent .nnf-panel:nth-child(1) canvas") != before


def test_a_ridge_helps_big_models_with_wrong_labels(notebook: Any) -> None:
    page = notebook.page.locator("#descent")
    page.get_by_label("Wrong training labels").select_option("20 %")
    notebook.wait_drawn()
    page.get_by_role("slider", name="Ridge λ", exact=True).focus()
    notebook.press("ArrowRight", "ArrowRight")
    assert notebook.kernel("descent.state['ridge']") == "1.0"
    assert "Even this big model gains from regularisation." in notebook.text(
        "#descent .nnf-caption"
    )


def test_the_growth_plays_and_pauses(notebook: Any) -> None:
    page = notebook.page.locator("#descent")
    page.scroll_into_view_if_needed()
    page.get_by_role("button", name="To start").click()
    notebook.wait_drawn()
    page.get_by_role("button", name="Play").click()
    notebook.page.wait_for_function(
        "parseInt(document.querySelector('#descent .nnf-player .nnf-value').textContent) >= 3"
    )
    page.get_by_role("button", name="Pause").click()
    notebook.wait_drawn()
    assert 3 <= int(notebook.kernel("descent.state['frame']")) < 20


def test_the_goal_of_shrinking_weights_is_reached_by_keys(notebook: Any) -> None:
    slider = notebook.page.locator("#shrink").get_by_role("slider", name="Penalty λ", exact=True)
    assert "not yet reached" in notebook.text("#shrink .nnf-goal")
    before = notebook.pixels("#shrink .nnf-panel:nth-child(1) canvas")
    slider.focus()
    notebook.press(*["ArrowRight"] * 16)
    assert "L1: 2 weights of 9 are not 0" in notebook.text("#shrink .nnf-caption")
    assert notebook.text("#shrink .nnf-goal").startswith("✓ Goal reached")
    assert notebook.pixels("#shrink .nnf-panel:nth-child(1) canvas") != before
    notebook.drag(slider, 90, 0)
    notebook.wait_drawn()
    assert "L1 has set all weights to 0" in notebook.text("#shrink .nnf-caption")


def test_the_goal_of_curve_at_threshold_is_reached_by_mouse_and_keys(notebook: Any) -> None:
    function = "#wild .nnf-panel:nth-child(1) canvas"
    assert "just one function hits them all" in notebook.text("#wild .nnf-caption")
    before = notebook.pixels(function)
    notebook.drag(notebook.handle("wild", "features"), 90, 0)
    notebook.wait_drawn()
    assert "Many functions hit all examples" in notebook.text("#wild .nnf-caption")
    assert notebook.pixels(function) != before
    notebook.handle("wild", "features").focus()
    notebook.press("End")
    assert notebook.text("#wild .nnf-goal").startswith("✓ Goal reached")
    notebook.press("Home", "Shift+ArrowRight", "ArrowRight")
    assert notebook.text("#wild .nnf-caption").startswith("13 features")


def test_a_regulariser_is_chosen_and_made_stronger(notebook: Any) -> None:
    page = notebook.page.locator("#over")
    assert "It overfits" in notebook.text("#over .nnf-caption")
    assert page.get_by_label("Share of units dropped").count() == 0
    page.get_by_label("Regulariser", exact=True).select_option("dropout")
    notebook.wait_drawn()
    assert "With dropout: test error" in notebook.text("#over .nnf-caption")
    before = notebook.pixels("#over .nnf-panel:nth-child(1) canvas")
    page.get_by_role("slider", name="Share of units dropped").focus()
    notebook.press(*["ArrowRight"] * 4)
    assert notebook.kernel("round(over.state['drop'], 2)") == "0.4"
    assert notebook.pixels("#over .nnf-panel:nth-child(1) canvas") != before
    page.get_by_role("button", name="Draw new data").click()
    notebook.wait_drawn()
    assert notebook.kernel("over.state['draw']") == "1"


def test_a_smaller_network_underfits(notebook: Any) -> None:
    notebook.page.locator("#over").get_by_role("slider", name="Hidden units").focus()
    notebook.press("Home")
    assert "1 hidden unit (4 parameters)" in notebook.text("#over .nnf-caption")
    assert "It underfits" in notebook.text("#over .nnf-caption")


def test_the_scale_goes_from_shrinking_to_growing_by_keys(notebook: Any) -> None:
    caption = "#start .nnf-caption"
    assert "Gradients shrink" in notebook.text(caption)
    notebook.page.locator("#start").get_by_role("slider", name="Scale s", exact=True).focus()
    notebook.press(*["ArrowRight"] * 3)
    assert "Both keep their size" in notebook.text(caption)
    notebook.press("End")
    assert "Activations grow" in notebook.text(caption)
    assert notebook.kernel("start.state['scale']") == "10.0"


def test_a_start_is_trained_from(notebook: Any) -> None:
    page = notebook.page.locator("#start")
    page.get_by_label("First weights").select_option("He: s = √2")
    notebook.wait_drawn()
    assert page.get_by_role("slider", name="Scale s", exact=True).count() == 0
    for _ in range(3):
        page.get_by_role("button", name="Step", exact=True).click()
        notebook.wait_drawn()
    assert "After 3 steps of gradient descent the loss has gone" in notebook.text(
        "#start .nnf-caption"
    )


def test_the_monitor_is_live_while_its_cell_runs(notebook: Any) -> None:
    notebook.page.evaluate(
        """() => {
          window.seen = new Set();
          window.looking = setInterval(() => {
            for (const node of document.querySelectorAll('.nnf-stage .nnf-caption'))
              if (/^Step [0-9]+: loss.*It is still running\\.$/.test(node.textContent))
                window.seen.add(node.textContent.split(':')[0]);
          }, 50);
        }"""
    )
    notebook.run_cell(WATCH)
    notebook.page.evaluate("clearInterval(window.looking)")
    assert notebook.page.evaluate("window.seen.size") >= 2
    notebook.wait_drawn()
    notebook.page.locator(f".jp-Notebook-cell >> nth={WATCH}").locator(".nnf-stage").evaluate(
        "(node) => { node.id = 'watch'; }"
    )
    caption = notebook.text("#watch .nnf-caption")
    assert caption.startswith("Step 600: loss")
    assert "Finished, after step 600." in caption


def test_an_explosion_is_in_the_title_and_in_words(notebook: Any) -> None:
    assert notebook.text("#lost .nnf-title") == "Training monitor: NaN"
    assert "Just before, at step" in notebook.text("#lost .nnf-caption")
    assert "is the learning rate too large?" in notebook.text("#lost .nnf-caption")


def test_the_stop_button_ends_training_and_keeps_the_record(notebook: Any) -> None:
    page = notebook.page
    panel = "jupyterapp.shell.currentWidget.content"
    page.evaluate(f"{panel}.activeCellIndex = {LAST}")
    page.evaluate("() => { jupyterapp.commands.execute('notebook:run-cell'); }")
    cell = page.locator(f".jp-Notebook-cell >> nth={LAST}")
    caption = cell.locator(".nnf-caption")
    running = re.compile(r"^Step [0-9]{2,}: loss.* It is still running\.$")
    caption.filter(has_text=running).wait_for()
    notebook.command("notebook:interrupt-kernel")
    notebook.wait_idle()
    cell.locator("pre", has_text="Interrupted after step").wait_for()
    caption.filter(has_text=re.compile(r" Interrupted, after step [0-9,]+\.$")).wait_for()
    assert int(notebook.kernel("kept")) > 10
    assert notebook.kernel("slow.record.step < 100_000") == "True"
    assert notebook.cell_errors() == []


def test_sliders_follow_a_finger(notebook: Any) -> None:
    notebook.page.set_viewport_size({"width": 800, "height": 900})
    slider = notebook.page.locator("#over").get_by_role("slider", name="Hidden units")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    notebook.page.touchscreen.tap(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    notebook.wait_drawn()
    assert 10 < int(notebook.kernel("over.state['units']")) < 25
    notebook.page.locator("#over").get_by_role("button", name="Draw new data").tap()
    notebook.wait_drawn()
    assert notebook.kernel("over.state['draw']") == "1"
