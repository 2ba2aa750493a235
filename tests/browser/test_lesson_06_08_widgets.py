"""The widgets of lessons 06 and 08 in a real JupyterLab: by mouse, touch and keys, and narrow."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

NAMES = ("flow", "experts", "losses", "product", "line", "look")
CELLS = [
    "from nnf_teach.widgets import (attention, gradient_flow, hypernetwork,\n"
    "    loss_and_saturation, mixture_of_experts, mlp_against_product)",
    "flow = gradient_flow()\nflow",
    "experts = mixture_of_experts()\nexperts",
    "losses = loss_and_saturation()\nlosses",
    "product = mlp_against_product()\nproduct",
    "line = hypernetwork()\nline",
    "look = attention()\nlook",
]
PANELS = {"flow": 3, "experts": 3, "losses": 4, "product": 3, "line": 2, "look": 3}


@pytest.fixture(scope="module")
def opened(lab: Any) -> Iterator[Any]:
    """All six widgets in a notebook, opened once for all tests here."""
    notebook = lab.open("pieces.ipynb", CELLS, has_touch=True)
    notebook.run_all()
    notebook.page.wait_for_selector(".nnf-stage >> nth=5")
    notebook.wait_drawn()
    notebook.kernel(f"globals().update(initial={{n: dict(globals()[n].state) for n in {NAMES}}})")
    stages = notebook.page.locator(".nnf-stage")
    for k, name in enumerate(NAMES):
        stages.nth(k).evaluate("(node, name) => { node.id = name; }", name)
    yield notebook
    notebook.close()


@pytest.fixture
def notebook(opened: Any) -> Iterator[Any]:
    """All widgets in their first state."""
    opened.page.set_viewport_size({"width": 1300, "height": 900})
    opened.kernel("[globals()[n].set(**state) for n, state in initial.items()]")
    opened.wait_drawn()
    yield opened
    assert opened.errors == []


def caption(notebook: Any, name: str) -> str:
    return str(notebook.page.locator(f"#{name} .nnf-caption").inner_text())


def goal(notebook: Any, name: str) -> str:
    return str(notebook.page.locator(f"#{name} .nnf-goal").inner_text())


def choose(notebook: Any, name: str, label: str, option: str) -> None:
    notebook.page.locator(f"#{name}").get_by_label(label, exact=True).select_option(option)
    notebook.wait_drawn()


@pytest.mark.parametrize("name", NAMES)
def test_all_are_drawn(notebook: Any, name: str) -> None:
    canvases = notebook.page.locator(f"#{name} canvas")
    assert canvases.count() == PANELS[name]
    for k in range(PANELS[name]):
        inks = canvases.nth(k).evaluate(
            """(canvas) => new Set(new Uint32Array(canvas.getContext('2d')
                 .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
        )
        assert inks > 20


def test_the_gradient_moves_to_another_x_when_it_is_dragged_to_the_top(notebook: Any) -> None:
    assert "Only x₃, the largest" in caption(notebook, "flow")
    result = "#flow .nnf-panel:nth-child(3) canvas"
    before = notebook.pixels(result)
    notebook.drag(notebook.handle("flow", "x1"), 0, -60)
    notebook.wait_drawn()
    assert "Only x₁, the largest" in caption(notebook, "flow")
    assert notebook.pixels(result) != before


def test_a_tie_by_its_button_and_a_gate_by_keys(notebook: Any) -> None:
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


def test_the_experts_train_until_each_has_its_piece(notebook: Any) -> None:
    page = notebook.page.locator("#experts")
    page.scroll_into_view_if_needed()
    assert caption(notebook, "experts").startswith("Step 1.")
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
    page.get_by_label("Start", exact=True).focus()
    notebook.press("ArrowRight", "ArrowRight")
    assert "owns nothing" in caption(notebook, "experts")
    choose(notebook, "experts", "The loss judges", "the blend")
    assert "owns nothing" not in caption(notebook, "experts")


def test_a_saturated_start_by_mouse_and_by_keys(notebook: Any) -> None:
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
    assert "(2 of 5 done)" in goal(notebook, "product")
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
    choose(notebook, "line", "Points", "2")
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


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_axe_finds_nothing_serious(notebook: Any, lab: Any, theme: str) -> None:
    notebook.theme(theme)
    notebook.wait_drawn()
    assert lab.axe(notebook.page) == []


@pytest.mark.parametrize("width", [700, 1300])
@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_cut_off(notebook: Any, width: int, name: str) -> None:
    notebook.page.set_viewport_size({"width": width, "height": 900})
    notebook.page.wait_for_timeout(300)
    notebook.kernel("flow.set(gate='softmax gate')")
    notebook.kernel("experts.set(experts=4, frame=60)")
    notebook.kernel("losses.set(step=200)")
    notebook.kernel("line.set(map=True, task='2')")
    notebook.wait_drawn()
    assert notebook.cut_off(name) == []
