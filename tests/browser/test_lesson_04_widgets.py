"""The widgets of lesson 04 in a real JupyterLab: by mouse, by keys, in a narrow window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

CELLS = {
    "bump": "bump = bump_builder()\nbump",
    "width": "width = width_and_error()\nwidth",
    "regions": "regions = linear_regions()\nregions",
    "fold": "fold = folding()\nfold",
}
PANELS = {"bump": 2, "width": 2, "regions": 2, "fold": 3}
START = "from nnf_teach.widgets import bump_builder, folding, linear_regions, width_and_error"
RESET = """[
    bump.set(target='smooth', bumps=6, steepness=100.0, epsilon=0.15, ruled=False,
             clear=bump.state['clear'] + 1),
    width.set(target='smooth', bumps=8),
    regions.set(width=4, depth=2, seed=1),
    fold.set(x=0.3, depth=3),
]"""


@pytest.fixture(scope="module")
def opened(lab: Any) -> Iterator[Any]:
    """All four widgets in a notebook, opened once for all tests here."""
    notebook = lab.open("depth.ipynb", [START, *CELLS.values()])
    notebook.run_all()
    notebook.page.wait_for_selector(".nnf-stage >> nth=3")
    notebook.wait_drawn()
    for k, name in enumerate(CELLS):
        stage = notebook.page.locator(".nnf-stage").nth(k)
        stage.evaluate("(node, name) => { node.id = name; }", name)
    yield notebook
    notebook.close()


@pytest.fixture
def notebook(opened: Any) -> Iterator[Any]:
    """All four in their first state."""
    opened.page.set_viewport_size({"width": 1300, "height": 900})
    opened.kernel(RESET)
    opened.wait_drawn()
    yield opened
    assert opened.errors == []


def test_all_are_drawn(notebook: Any) -> None:
    for name, count in PANELS.items():
        canvases = notebook.page.locator(f"#{name} canvas")
        assert canvases.count() == count
        for k in range(count):
            inks = canvases.nth(k).evaluate(
                """(canvas) => new Set(new Uint32Array(canvas.getContext('2d')
                     .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
            )
            assert inks > 20
    assert "not yet reached" in notebook.text("#bump .nnf-goal")


def test_a_bump_is_dragged_by_mouse(notebook: Any) -> None:
    before = notebook.pixels("#bump .nnf-panel:nth-child(2) canvas")
    notebook.drag(notebook.handle("bump", "h_2"), 0, -120)
    notebook.wait_drawn()
    height = float(notebook.kernel("bump.state['h_2']"))
    assert 0.4 < height < 0.8
    assert float(notebook.kernel("bump.state['h_1']")) == 0
    assert notebook.pixels("#bump .nnf-panel:nth-child(2) canvas") != before


def test_the_goal_is_reached_by_keys_alone_and_this_is_said(notebook: Any) -> None:
    notebook.page.locator("#bump").get_by_role("slider", name="Bumps", exact=True).focus()
    notebook.press(*["ArrowRight"] * 4)
    for k, height in enumerate((0.62, 0.82, 0.9, 0.82, 0.62, 0.38, 0.18, 0.1, 0.18, 0.38), 1):
        notebook.handle("bump", f"h_{k}").focus()
        coarse, fine = divmod(round(height / 0.02), 10)
        notebook.press(*["Shift+ArrowUp"] * coarse, *["ArrowUp"] * fine)
    caption = notebook.text("#bump .nnf-caption")
    assert caption.startswith("10 bumps = 20 sigmoids, heights by you.")
    assert ": below ε = 0.15." in caption
    assert notebook.text("#bump .nnf-goal").startswith("✓ Goal reached: the largest error is below")
    notebook.page.wait_for_timeout(900)
    assert "Goal reached" in notebook.text("#bump .nnf-spoken")
    label = notebook.page.locator("#bump canvas").nth(1).get_attribute("aria-label")
    assert "✓ below ε" in label


def test_the_rule_chooses_and_follows(notebook: Any) -> None:
    stage = notebook.page.locator("#bump")
    stage.get_by_role("button", name="Let the rule choose the heights").click()
    notebook.wait_drawn()
    assert "heights by the rule" in notebook.text("#bump .nnf-caption")
    assert "not yet reached" in notebook.text("#bump .nnf-goal")
    stage.get_by_role("slider", name="Bumps", exact=True).focus()
    notebook.press(*["ArrowRight"] * 6)
    assert "✓ Goal reached" in notebook.text("#bump .nnf-goal")


def test_a_target_is_drawn_by_mouse_and_keys_and_kept(notebook: Any) -> None:
    target = notebook.page.locator("#bump").get_by_role("combobox", name="Target")
    target.select_option("drawn by you")
    notebook.wait_drawn()
    assert notebook.page.locator("#bump canvas").count() == 3
    notebook.drag(notebook.handle("bump", "t_3"), 0, 60)
    notebook.handle("bump", "t_9").focus()
    notebook.press("ArrowUp", "ArrowUp")
    drawing = eval(notebook.kernel("bump.state['drawing']"))
    assert drawing[3] < 0.7
    assert drawing[9] == pytest.approx(0.7)
    target.select_option("steep")
    notebook.wait_drawn()
    assert notebook.page.locator("#bump canvas").count() == 2
    target.select_option("drawn by you")
    notebook.wait_drawn()
    assert eval(notebook.kernel("bump.state['drawing']")) == drawing


def test_width_is_moved_by_keys_and_the_target_by_choice(notebook: Any) -> None:
    before = notebook.pixels("#width .nnf-panel:nth-child(2) canvas")
    stage = notebook.page.locator("#width")
    stage.get_by_role("slider").focus()
    notebook.press("End")
    assert notebook.text("#width .nnf-caption").startswith("64 bumps = 128 hidden sigmoids.")
    assert notebook.pixels("#width .nnf-panel:nth-child(2) canvas") != before
    stage.get_by_role("combobox", name="Target").select_option("kinked")
    notebook.wait_drawn()
    assert "L/n = 2.50/64" in notebook.text("#width .nnf-caption")


def test_regions_grow_with_depth_and_are_new_with_new_weights(notebook: Any) -> None:
    def regions() -> int:
        return int(re.match(r"\d+", notebook.text("#regions .nnf-panel-title >> nth=0"))[0])

    before, picture = regions(), notebook.pixels("#regions canvas")
    stage = notebook.page.locator("#regions")
    stage.get_by_role("slider", name="Hidden layers").focus()
    notebook.press("ArrowRight")
    assert regions() >= before
    assert f"{regions()} regions in the square" in notebook.text("#regions .nnf-caption")
    assert notebook.pixels("#regions canvas") != picture
    picture = notebook.pixels("#regions canvas")
    stage.get_by_role("button", name="New weights").click()
    notebook.wait_drawn()
    assert notebook.pixels("#regions canvas") != picture
    assert notebook.kernel("regions.state['seed']") == "2"


def test_x_is_dragged_and_moved_by_keys_through_the_folds(notebook: Any) -> None:
    notebook.drag(notebook.handle("fold", "x"), 60, 0)
    notebook.wait_drawn()
    x = float(notebook.kernel("fold.state['x']"))
    assert x > 0.4
    notebook.handle("fold", "x").focus()
    notebook.press("Home", *["Shift+ArrowRight"] * 3, "ArrowRight")
    assert "x = 0.310 → 0.620 → 0.760 → 0.480." in notebook.text("#fold .nnf-caption")
    notebook.page.locator("#fold").get_by_role("slider", name="Layers").focus()
    notebook.press("End")
    assert notebook.text("#fold .nnf-panel-title >> nth=0") == "256 pieces"
    assert "at least 255 for 256 pieces" in notebook.text("#fold .nnf-caption")


@pytest.mark.parametrize("theme", ["JupyterLab Dark", "JupyterLab Light"])
def test_axe_finds_nothing_serious(notebook: Any, lab: Any, theme: str) -> None:
    notebook.kernel("bump.set(target='drawn by you', rule=bump.state['rule'] + 1, bumps=20)")
    notebook.theme(theme)
    notebook.wait_drawn()
    assert notebook.handle("bump", "t_10").count() == 1
    assert lab.axe(notebook.page) == []


@pytest.mark.parametrize("width", [700, 1300])
@pytest.mark.parametrize("name", CELLS)
def test_nothing_is_cut_off(notebook: Any, width: int, name: str) -> None:
    notebook.page.set_viewport_size({"width": width, "height": 900})
    notebook.page.wait_for_timeout(300)
    notebook.kernel("bump.set(target='drawn by you')")
    notebook.kernel("regions.set(width=8, depth=4)")
    notebook.kernel("fold.set(depth=8)")
    notebook.wait_drawn()
    assert notebook.cut_off(name) == []


def test_answers_come_soon(notebook: Any) -> None:
    """The largest network, counted and packed, in well under the time of a blink."""
    notebook.kernel("regions.set(width=8, depth=4)")
    code = "__import__('timeit').timeit(lambda: regions.set(seed=3), number=5) / 5"
    assert float(notebook.kernel(code)) < 0.2
