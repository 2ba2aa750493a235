"""Lesson 08 in a real JupyterLab: untouched, and its widgets by mouse, touch and keys."""

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
    "from nnf_teach.widgets import *",
    {
        "product": "mlp_against_product()",
        "line": "hypernetwork()",
        "look": "attention()",
        "words": "words_that_attend()",
    },
    panels={"product": 3, "line": 2, "look": 3, "words": 3},
    widest="[line.set(map=True, task='2'), words.set(word='because')]",
    context={"has_touch": True},
)


def caption(notebook: Any, name: str) -> str:
    return str(notebook.text(f"#{name} .nnf-caption"))


def goal(notebook: Any, name: str) -> str:
    return str(notebook.text(f"#{name} .nnf-goal"))


def choose(notebook: Any, name: str, label: str, option: str) -> None:
    notebook.page.locator(f"#{name}").get_by_label(label, exact=True).select_option(option)
    notebook.wait_drawn()


def test_another_dimension_is_trained_by_the_player(notebook: Any) -> None:
    page = notebook.page.locator("#product")
    assert caption(notebook, "product").startswith("d = 2, 16 hidden units, step 1500 of 1500")
    choose(notebook, "product", "Dimension d of x and of z", "1")
    assert "step 0 of 1500" in caption(notebook, "product")
    page.get_by_role("button", name="Play").click()
    notebook.page.wait_for_function(
        "document.querySelector('#product .nnf-player .nnf-value').textContent.startsWith('60')",
        timeout=60_000,
    )
    notebook.wait_drawn()
    assert "(1 of 4 done)" in goal(notebook, "product")
    legend = page.locator(".nnf-panel:nth-child(3) .nnf-legend").inner_text()
    assert "d = 1" in legend
    assert "d = 2" in legend
    before = notebook.pixels("#product .nnf-panel:nth-child(1) canvas")
    choose(notebook, "product", "Hidden units", "4")
    assert notebook.pixels("#product .nnf-panel:nth-child(1) canvas") != before


def test_z_turns_the_line(notebook: Any) -> None:
    plane = "#line .nnf-panel:nth-child(2) canvas"
    before = notebook.pixels(plane)
    notebook.drag(notebook.handle("line", "z"), 70, -120)
    notebook.wait_drawn()
    assert notebook.pixels(plane) != before
    assert "All 24 points are right." in caption(notebook, "line")
    assert "(1 of 3 found)" in goal(notebook, "line")
    choose(notebook, "line", "Set of points", "2")
    assert "On the wrong side" in caption(notebook, "line")
    notebook.handle("line", "z").focus()
    notebook.press(*["Shift+ArrowLeft"] * 4)
    assert "(2 of 3 found)" in goal(notebook, "line")
    choose(notebook, "line", "Layer", "without W: z is only added")
    assert "never turns it" in caption(notebook, "line")
    surface = notebook.pixels("#line .nnf-panel:nth-child(1) canvas")
    notebook.page.locator("#line").get_by_label("Show for every z").check()
    notebook.wait_drawn()
    assert notebook.pixels("#line .nnf-panel:nth-child(1) canvas") != surface


def test_queries_and_values_are_dragged(notebook: Any) -> None:
    matrix, outputs = (f"#look .nnf-panel:nth-child({k}) canvas" for k in (2, 3))
    before = notebook.pixels(matrix), notebook.pixels(outputs)
    notebook.drag(notebook.handle("look", "q1"), -200, 60)
    notebook.wait_drawn()
    assert "q₁ looks most at C" in caption(notebook, "look")
    assert notebook.pixels(matrix) != before[0]
    middle = notebook.pixels(matrix), notebook.pixels(outputs)
    notebook.handle("look", "vC").focus()
    notebook.press("ArrowUp", "ArrowUp")
    assert float(notebook.kernel("look.state['vC']")) == pytest.approx(0.8)
    assert notebook.pixels(matrix) == middle[0]  # values change no weight
    assert notebook.pixels(outputs) != middle[1]
    notebook.handle("look", "q2").focus()
    notebook.press(*["ArrowRight"] * 8, *["ArrowDown"] * 14)
    assert "q₂ = (0, 0)" in caption(notebook, "look")
    label = notebook.handle("look", "q2").get_attribute("aria-valuetext")
    assert label.startswith("query q2: first number = 0.00, second number = 0.00")


def test_the_goal_of_words_that_attend_is_reached_by_mouse_and_keys(notebook: Any) -> None:
    picture = "#words .nnf-panel:nth-child(1) canvas"
    before = notebook.pixels(picture)
    assert "“it” looks most at “because”" in caption(notebook, "words")
    notebook.drag(notebook.handle("words", "query of it"), 140, -90)
    notebook.wait_drawn()
    assert notebook.pixels(picture) != before
    assert "“it” looks most at “Ice”" in caption(notebook, "words")
    notebook.handle("words", "query of it").focus()
    notebook.press(*["Shift+ArrowRight"] * 3)
    assert goal(notebook, "words").startswith("✓ Goal reached: “it” finds its noun")
    choose(notebook, "words", "Sentence", "Ice cools water because it is warm")
    assert "not yet reached" in goal(notebook, "words")
    notebook.handle("words", "query of it").focus()
    notebook.press(*["Shift+ArrowLeft"] * 4, *["Shift+ArrowUp"] * 4)
    assert goal(notebook, "words").startswith("✓ Goal reached: “it” finds its noun")


def test_another_word_looks_and_its_value_is_dragged(notebook: Any) -> None:
    choose(notebook, "words", "The word that looks", "cold")
    assert notebook.handle("words", "query of it").count() == 0
    output = "#words .nnf-panel:nth-child(3) canvas"
    before = notebook.pixels(output)
    notebook.drag(notebook.handle("words", "value of Ice"), -60, 40)
    notebook.wait_drawn()
    assert notebook.pixels(output) != before
    notebook.page.locator("#words").get_by_label("Temperature").focus()
    notebook.press("Home")
    assert "the weight 1.00" in caption(notebook, "words")


def test_a_finger_drags_a_key(notebook: Any) -> None:
    """By pointer events of a touch: the page must not scroll away instead."""
    grip = notebook.handle("look", "A")
    grip.scroll_into_view_if_needed()
    box = grip.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    client = notebook.page.context.new_cdp_session(notebook.page)

    def touch(kind: str, *points: tuple[float, float]) -> None:
        places = [{"x": a, "y": b} for a, b in points]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    touch("touchStart", (x, y))
    for k in range(1, 7):
        touch("touchMove", (x - 10 * k, y - 8 * k))
    touch("touchEnd")
    notebook.wait_drawn()
    a, b = eval(notebook.kernel("look.state['A']"))
    assert a < 1.6
    assert b > 0.7


def test_the_goal_of_mlp_against_product_is_reached_by_training(notebook: Any) -> None:
    for dimension in "1", "4", "8", "16":
        choose(notebook, "product", "Dimension d of x and of z", dimension)
        notebook.page.locator("#product .nnf-player").get_by_role("slider").focus()
        notebook.page.keyboard.press("End")
        notebook.wait_drawn(timeout=60)
    assert goal(notebook, "product").startswith("✓ Goal reached")


def test_the_goal_of_hypernetwork_is_reached_by_keys(notebook: Any) -> None:
    ways = {
        "1": ["Shift+ArrowUp"] * 2 + ["ArrowUp"] * 4 + ["ArrowRight"] * 8,
        "2": ["Shift+ArrowLeft"] * 3,
        "3": ["Shift+ArrowRight"] * 3 + ["Shift+ArrowDown"] * 3 + ["ArrowDown"] * 5,
    }
    for found, (task, keys) in enumerate(ways.items(), 1):
        choose(notebook, "line", "Set of points", task)
        notebook.handle("line", "z").focus()
        notebook.press(*keys)
        assert f"({found} of 3 found)" in goal(notebook, "line")
    assert goal(notebook, "line").startswith("✓ Goal reached")


def test_the_goal_of_attention_is_reached_by_keys(notebook: Any) -> None:
    notebook.handle("look", "q1").focus()
    notebook.press(*["Shift+ArrowLeft"] * 5, "Shift+ArrowDown", "Shift+ArrowDown")
    assert "not yet reached" in goal(notebook, "look")
    notebook.handle("look", "q2").focus()
    notebook.press(*["ArrowRight"] * 8, *["ArrowDown"] * 14)
    assert goal(notebook, "look").startswith("✓ Goal reached")
