"""Lesson 05 in a real JupyterLab: untouched, and its widgets by mouse and keys."""

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
    "from nnf_teach.widgets import backprop_stepper, learning_rate, one_weight, optimizers, vjp",
    {
        "rate": "learning_rate()",
        "race": "optimizers()",
        "steps": "backprop_stepper()",
        "rows": "vjp()",
        "one": "one_weight()",
    },
    panels={"rate": 3, "race": 3, "steps": 1, "rows": 3, "one": 3},
    widest="""[
        steps.set(graph='3-layer MLP', stage=12),
        rows.set(function='linear layer'),
        race.set(rates='each its own best', step=100),
        rate.set(landscape='bowl in 2-D'),
    ]""",
)


def test_the_learning_rate_goes_from_smooth_to_divergent_by_keys(notebook: Any) -> None:
    caption = "#rate .nnf-caption"
    slider = notebook.page.locator("#rate").get_by_role(
        "slider", name="Learning rate α", exact=True
    )
    slider.focus()
    assert notebook.text(caption).startswith("Smooth")
    notebook.press(*["ArrowRight"] * 20)
    assert notebook.text(caption).startswith("Straight to the bottom: α = 1/λ = 1.")
    notebook.press(*["ArrowRight"] * 3)
    assert notebook.text(caption).startswith("Oscillating: α = 1.4")
    notebook.press(*["ArrowRight"] * 3)
    assert notebook.text(caption).startswith("On the edge: α = 2/λ = 2.")
    notebook.press("End")
    assert notebook.text(caption).startswith("Divergent")
    assert notebook.kernel("rate.state['learning_rate']") == "10.0"


def test_the_goal_of_one_weight_is_reached_by_keys(notebook: Any) -> None:
    curve = "#one .nnf-panel:nth-child(2) canvas"
    before = notebook.pixels(curve)
    notebook.handle("one", "weight").focus()
    notebook.press(*["Shift+ArrowRight"] * 4)
    assert "✓ Goal reached" in notebook.text("#one .nnf-goal")
    assert "more of the weight for this image, and less" in notebook.text("#one .nnf-caption")
    assert notebook.pixels(curve) != before
    notebook.drag(notebook.handle("one", "weight"), -100, 0)
    notebook.wait_drawn()
    assert "for this image and for the mean" in notebook.text("#one .nnf-caption")


def test_another_pixel_has_another_weight(notebook: Any) -> None:
    trained = notebook.kernel("one.state['weight']")
    notebook.drag(notebook.handle("one", "pixel"), -60, 30)
    notebook.wait_drawn()
    assert notebook.kernel("one.state['weight']") != trained
    assert "the pixel is empty" in notebook.text("#one .nnf-caption")
    notebook.page.locator("#one").get_by_role("slider", name="Image", exact=True).focus()
    notebook.press("ArrowRight")
    assert "Image 64 is a " in notebook.text("#one .nnf-caption")


def test_the_start_moves_by_mouse_in_one_dimension_and_in_two(notebook: Any) -> None:
    first = "#rate .nnf-panel:nth-child(1) canvas"
    before = notebook.pixels(first)
    notebook.drag(notebook.handle("rate", "start"), 80, 0)
    notebook.wait_drawn()
    assert notebook.pixels(first) != before
    assert float(notebook.kernel("rate.state['start']")) > -2.0
    notebook.page.locator("#rate").get_by_label("Landscape").select_option("bowl in 2-D")
    notebook.wait_drawn()
    assert notebook.handle("rate", "start").count() == 0
    notebook.drag(notebook.handle("rate", "place"), 60, 40)
    notebook.wait_drawn()
    x, y = eval(notebook.kernel("rate.state['place']"))
    assert x > -2.5
    assert y < 1.5


def test_the_race_plays_and_the_start_is_dragged(notebook: Any) -> None:
    page = notebook.page.locator("#race")
    page.scroll_into_view_if_needed()
    page.get_by_role("button", name="To start").click()
    notebook.wait_drawn()
    assert notebook.kernel("race.state['step']") == "0"
    page.get_by_role("button", name="Play").click()
    notebook.page.wait_for_function(
        "parseInt(document.querySelector('#race .nnf-player .nnf-value').textContent) >= 5"
    )
    page.get_by_role("button", name="Pause").click()
    notebook.wait_drawn()
    assert 5 <= int(notebook.kernel("race.state['step']")) < 100
    notebook.drag(notebook.handle("race", "start"), 60, -20)
    notebook.wait_drawn()
    assert eval(notebook.kernel("race.state['start']"))[0] > -2.4


def test_the_goal_of_backprop_stepper_is_reached_by_keys(notebook: Any) -> None:
    steps = notebook.page.locator("#steps")
    caption = "#steps .nnf-caption"
    steps.get_by_label("Enter the gradients").check()
    notebook.wait_drawn()
    # L = x y relu(y + z) at x = 2, y = 3, z = 1, in steps of 1/4
    nodes = {"a": 4, "r": 6}, {"s": 6}, {"y": 6, "z": 6}, {"x": 12, "y": 14}
    for step, gradients in enumerate(nodes):
        notebook.kernel(f"steps.set(stage={5 + step})")
        notebook.wait_drawn()
        for name, wanted in gradients.items():
            steps.get_by_role("slider", name=f"Your d{name}", exact=True).focus()
            notebook.press(*["ArrowRight"] * (4 * wanted - 1))
            assert f"d{name}: it is another number." in notebook.text(caption)
            notebook.press("ArrowRight")
            assert f"d{name}: it is another number." not in notebook.text(caption)
    assert notebook.text("#steps .nnf-goal").startswith("✓ Goal reached: all gradients entered")


def test_each_gets_its_own_rate(notebook: Any) -> None:
    page = notebook.page.locator("#race")
    assert page.get_by_label("Learning rate α").count() == 1
    page.get_by_label("Learning rates", exact=True).select_option("each its own best")
    notebook.wait_drawn()
    assert page.get_by_label("Learning rate α").count() == 0
    legend = notebook.text("#race .nnf-panel:nth-child(1) .nnf-legend")
    rates = [part.split("α = ")[1].split()[0] for part in legend.split(",")[1:]]
    assert len(rates) == 4
    assert len(set(rates)) > 2


def test_the_graph_is_stepped_by_keys_and_back(notebook: Any) -> None:
    caption = "#steps .nnf-caption"
    slider = notebook.page.locator("#steps .nnf-player").get_by_role("slider")
    slider.focus()
    notebook.press(*["ArrowRight"] * 4)
    assert notebook.text(caption).startswith("Step 4 of 8, forward: L = a × r.")
    notebook.press("ArrowRight")
    assert notebook.text(caption).startswith("Step 5 of 8, backward through L = a × r.")
    notebook.press("ArrowLeft")
    assert notebook.text(caption).startswith("Step 4 of 8, forward")
    notebook.press("End")
    assert "dy = 6 + 8 = 14" in notebook.text(caption)
    notebook.page.wait_for_timeout(900)
    label = notebook.page.locator("#steps canvas").get_attribute("aria-label")
    assert "dx = 12" in label


def test_the_mlp_is_stepped_by_clicks(notebook: Any) -> None:
    page = notebook.page.locator("#steps")
    page.get_by_label("Graph").select_option("3-layer MLP")
    notebook.wait_drawn()
    before = notebook.pixels("#steps canvas")
    for _ in range(7):
        page.get_by_role("button", name="Step", exact=True).click()
        notebook.wait_drawn()
    assert notebook.text("#steps .nnf-caption").startswith("Step 7 of 12, backward through L")
    assert notebook.pixels("#steps canvas") != before
    page.get_by_role("button", name="To start").click()
    notebook.wait_drawn()
    assert "Only the sources are known" in notebook.text("#steps .nnf-caption")
    page.get_by_label("x₁").focus()
    notebook.press("ArrowLeft")
    assert notebook.kernel("steps.state['x1']") == "0.9"


def test_a_cotangent_is_dragged_and_a_row_is_picked(notebook: Any) -> None:
    result = "#rows .nnf-panel:nth-child(3) canvas"
    before = notebook.pixels(result)
    notebook.drag(notebook.handle("rows", "v1"), 0, 40)
    notebook.wait_drawn()
    assert notebook.pixels(result) != before
    assert float(notebook.kernel("rows.state['v1']")) < 0.5
    notebook.page.locator("#rows").get_by_role("button", name="Pick row 2").click()
    notebook.wait_drawn()
    assert "it picks row 2, dy₂/dx: that row, whole" in notebook.text("#rows .nnf-caption")
    notebook.handle("rows", "x1").focus()
    notebook.press("Shift+ArrowDown")
    assert float(notebook.kernel("rows.state['x1']")) == pytest.approx(0.0)
