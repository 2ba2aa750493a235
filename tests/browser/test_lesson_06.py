"""Lesson 06 in a real JupyterLab: untouched, and its widgets by mouse and keys."""

from __future__ import annotations

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

PAGE = Page(
    "from nnf_teach.widgets import *",
    {
        "flow": "gradient_flow()",
        "experts": "mixture_of_experts()",
        "losses": "loss_and_saturation()",
        "lines": "maximum_of_lines()",
    },
    panels={"flow": 3, "experts": 3, "losses": 4, "lines": 3},
    widest="""[
        flow.set(gate='softmax gate'),
        experts.set(experts=4, frame=60),
        losses.set(step=200),
        lines.set(lines=5, points='the zigzag'),
    ]""",
)


def caption(notebook: Any, name: str) -> str:
    return str(notebook.text(f"#{name} .nnf-caption"))


def goal(notebook: Any, name: str) -> str:
    return str(notebook.text(f"#{name} .nnf-goal"))


def choose(notebook: Any, name: str, label: str, option: str) -> None:
    notebook.page.locator(f"#{name}").get_by_label(label, exact=True).select_option(option)
    notebook.wait_drawn()


def test_the_gradient_moves_to_another_x_when_it_is_dragged_to_the_top(notebook: Any) -> None:
    assert "Only x₃, the largest" in caption(notebook, "flow")
    result = "#flow .nnf-panel:nth-child(3) canvas"
    before = notebook.pixels(result)
    notebook.drag(notebook.handle("flow", "x1"), 0, -60)
    notebook.wait_drawn()
    assert "Only x₁, the largest" in caption(notebook, "flow")
    assert notebook.pixels(result) != before


def test_the_goal_of_gradient_flow_is_reached_by_keys_after_a_tie(notebook: Any) -> None:
    page = notebook.page.locator("#flow")
    page.get_by_role("button", name="Make the two largest x equal").click()
    notebook.wait_drawn()
    assert "x₁ and x₃ tie" in caption(notebook, "flow")
    assert notebook.handle("flow", "z2").count() == 0
    choose(notebook, "flow", "Module", "softmax gate")
    notebook.handle("flow", "z2").focus()
    notebook.press("End")
    notebook.handle("flow", "z1").focus()
    notebook.press("Home")
    assert "Goal reached" in goal(notebook, "flow")
    choose(notebook, "flow", "Module", "one-hot gate")
    choose(notebook, "flow", "Open for", "x₂")
    assert "dL/dx = (0.00, 1.00, 0.00, 0.00)" in caption(notebook, "flow")


def test_the_goal_of_mixture_of_experts_is_reached_by_training(notebook: Any) -> None:
    page = notebook.page.locator("#experts")
    page.scroll_into_view_if_needed()
    assert caption(notebook, "experts").startswith("Step 1 of 601.")
    page.get_by_role("button", name="Play").click()
    notebook.page.wait_for_function(
        "parseInt(document.querySelector('#experts .nnf-player .nnf-value').textContent) >= 5"
    )
    page.get_by_role("button", name="Pause").click()
    notebook.wait_drawn()
    assert int(notebook.kernel("experts.state['frame']")) >= 5
    page.locator(".nnf-player").get_by_role("slider").focus()
    notebook.press("End")
    assert "expert 2 owns x from −1.0 to 1.0" in caption(notebook, "experts")
    assert "Goal reached" in goal(notebook, "experts")
    page.get_by_label("Random start", exact=True).focus()
    notebook.press("ArrowRight", "ArrowRight")
    assert "owns nothing" in caption(notebook, "experts")
    choose(notebook, "experts", "The loss judges", "the blend")
    assert "owns nothing" not in caption(notebook, "experts")


def test_the_goal_of_loss_and_saturation_is_reached_by_keys(notebook: Any) -> None:
    counts = "#losses .nnf-panel:nth-child(4) canvas"
    before = notebook.pixels(counts)
    notebook.drag(notebook.handle("losses", "start"), 60, 0)
    notebook.wait_drawn()
    assert float(notebook.kernel("losses.state['start']")) > -4
    assert notebook.pixels(counts) != before
    notebook.handle("losses", "start").focus()
    notebook.press("Home")
    assert "square loss 1542 steps, cross entropy 19 steps" in caption(notebook, "losses")
    assert "Goal reached" in goal(notebook, "losses")
    notebook.page.locator("#losses").get_by_role("button", name="Step", exact=True).click()
    notebook.wait_drawn()
    assert caption(notebook, "losses").startswith("Step 1: ")


def test_the_goal_of_maximum_of_lines_is_reached_by_dragging_a_line_up_and_descent(
    notebook: Any,
) -> None:
    page = notebook.page.locator("#lines")
    frames = page.get_by_role("slider", name="Gradient descent")
    frames.focus()
    notebook.press("End")
    assert "Line 3 is the largest at no point" in caption(notebook, "lines")
    assert "not yet reached" in goal(notebook, "lines")
    notebook.drag(notebook.handle("lines", "place 3"), 0, -40)
    notebook.wait_drawn()
    assert "Step 0 of 300" in caption(notebook, "lines")
    assert "at no point" not in caption(notebook, "lines")
    page.get_by_role("button", name="Play").click()
    notebook.page.wait_for_function(
        "document.querySelector('#lines .nnf-goal').textContent.includes('Goal reached')",
        timeout=60_000,
    )


def test_a_line_is_tilted_by_keys(notebook: Any) -> None:
    notebook.page.locator("#lines").get_by_label("Points", exact=True).select_option("the zigzag")
    notebook.wait_drawn()
    assert "no number of lines comes below" in caption(notebook, "lines")
    picture = "#lines .nnf-panel:nth-child(1) canvas"
    before = notebook.pixels(picture)
    notebook.handle("lines", "tilt 2").focus()
    notebook.press("Shift+ArrowUp", "ArrowUp")
    assert notebook.pixels(picture) != before
