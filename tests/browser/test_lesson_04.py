"""Lesson 04 in a real JupyterLab: untouched, and its widgets by mouse and keys."""

from __future__ import annotations

import re
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
    "from nnf_teach.widgets import bump_builder, folding, linear_regions, towers, width_and_error",
    {
        "bump": "bump_builder()",
        "width": "width_and_error()",
        "regions": "linear_regions()",
        "fold": "folding()",
        "tower": "towers()",
    },
    panels={"bump": 2, "width": 2, "regions": 2, "fold": 3, "tower": 2},
    widest="""[
        bump.set(target='drawn by you'),
        regions.set(width=8, depth=4),
        fold.set(depth=8),
    ]""",
    fullest="bump.set(target='drawn by you', rule=bump.state['rule'] + 1, bumps=20)",
    shown='#bump [data-name="t_10"]',
    reset="""[
        bump.set(target='smooth', bumps=8, steepness=100.0, epsilon=0.15, ruled=False,
                 clear=bump.state['clear'] + 1),
        width.set(target='smooth', bumps=8),
        regions.set(width=4, depth=2, seed=1, folds=False, moved={}, unit='unit 1'),
        fold.set(x=0.3, depth=3),
        tower.set(lid=False, shown='one tower', A=[0.1, 0.2], B=[0.5, 0.6]),
    ]""",
)


def test_the_goal_is_not_reached_at_first(notebook: Any) -> None:
    assert "not yet reached" in notebook.text("#bump .nnf-goal")


def test_a_bump_is_dragged_by_mouse(notebook: Any) -> None:
    before = notebook.pixels("#bump .nnf-panel:nth-child(2) canvas")
    notebook.drag(notebook.handle("bump", "h_2"), 0, -120)
    notebook.wait_drawn()
    height = float(notebook.kernel("bump.state['h_2']"))
    assert 0.4 < height < 0.8
    assert float(notebook.kernel("bump.state['h_1']")) == 0
    assert notebook.pixels("#bump .nnf-panel:nth-child(2) canvas") != before


def test_of_handles_close_together_the_nearest_is_dragged(notebook: Any) -> None:
    """Each has 44 pixels for a finger, and they overlap: the one on top need not be meant."""
    notebook.page.locator("#bump").get_by_role("slider", name="Bumps", exact=True).focus()
    notebook.press("End")
    notebook.wait_drawn()
    notebook.handle("bump", "h_8").scroll_into_view_if_needed()
    box = notebook.handle("bump", "h_8").bounding_box()
    pitch = box["x"] - notebook.handle("bump", "h_7").bounding_box()["x"]
    assert 0.7 * pitch < 22, "the area of h_8 reaches as far"
    x, y, mouse = box["x"] + 22 - 0.7 * pitch, box["y"] + 22, notebook.page.mouse
    mouse.move(x, y)
    mouse.down()
    mouse.move(x, y - 60, steps=4)
    mouse.up()
    notebook.wait_drawn()
    moved = "[k for k in range(1, 21) if bump.state[f'h_{k}'] > 0]"
    assert notebook.kernel(moved) == "[7]"


def test_the_goal_of_bump_builder_is_reached_by_keys_and_this_is_said(notebook: Any) -> None:
    notebook.page.locator("#bump").get_by_role("slider", name="Bumps", exact=True).focus()
    notebook.press("ArrowRight", "ArrowRight")
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


def test_the_goal_of_bump_builder_is_reached_by_dragging(notebook: Any) -> None:
    """With as many bumps as it begins with, and as a hand goes: to whole pixels."""
    view = notebook.page.evaluate("document.querySelector('#bump').nnf.panels[0].probe.shown.area")
    a_unit = (view["bottom"] - view["top"]) / 1.4  # px
    heights = 0.57, 0.83, 0.86, 0.64, 0.36, 0.14, 0.17, 0.43  # by eye: the middle of each slope
    for k, height in enumerate(heights, 1):
        notebook.drag(notebook.handle("bump", f"h_{k}"), 0, -round(height * a_unit))
    notebook.wait_drawn()
    assert "8 bumps = 16 sigmoids, heights by you" in notebook.text("#bump .nnf-caption")
    assert notebook.text("#bump .nnf-goal").startswith("✓ Goal reached")


def test_the_rule_chooses_and_follows(notebook: Any) -> None:
    stage = notebook.page.locator("#bump")
    stage.get_by_role("button", name="Let the rule choose the heights").click()
    notebook.wait_drawn()
    assert "heights by the rule" in notebook.text("#bump .nnf-caption")
    assert "not yet reached" in notebook.text("#bump .nnf-goal")
    stage.get_by_role("slider", name="Bumps", exact=True).focus()
    notebook.press(*["ArrowRight"] * 4)
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
    stage.get_by_role("button", name="Fold").click()
    notebook.wait_drawn()
    assert "folds the square into 2 by 2 parts" in notebook.text("#regions .nnf-caption")
    notebook.press("Shift+Tab")
    notebook.press("Enter")
    assert "with random weights" in notebook.text("#regions .nnf-caption")


def test_the_goal_of_towers_is_reached_by_mouse_and_keys(notebook: Any) -> None:
    stage, canvas = notebook.page.locator("#tower"), "#tower .nnf-panel:nth-child(1) canvas"
    before = notebook.pixels(canvas)
    notebook.drag(notebook.handle("tower", "A"), 20, -20)
    notebook.wait_drawn()
    assert notebook.pixels(canvas) != before
    low = eval(notebook.kernel("tower.state['A']"))
    assert 0.1 < low[0] < 0.3
    assert 0.2 < low[1] < 0.4
    stage.get_by_role("checkbox", name="Put the lid on").focus()
    notebook.press("Space")
    notebook.handle("tower", "A").focus()
    while eval(notebook.kernel("tower.state['A'][0]")) < 0.27:
        notebook.press("ArrowRight")
    while eval(notebook.kernel("tower.state['A'][1]")) < 0.37:
        notebook.press("ArrowUp")
    assert "not yet reached" in notebook.text("#tower .nnf-goal")
    notebook.handle("tower", "B").focus()
    notebook.press(*["ArrowRight"] * 4, *["ArrowUp"] * 5)
    assert "✓ Goal reached" in notebook.text("#tower .nnf-goal")


def test_towers_add_up_to_the_surface_that_is_chosen(notebook: Any) -> None:
    choose = notebook.page.locator("#tower").get_by_role
    choose("combobox", name="Show").select_option("sum of towers")
    choose("combobox", name="Surface").select_option("ridge")
    choose("combobox", name="Towers").select_option("12 × 12")
    notebook.wait_drawn()
    assert notebook.text("#tower .nnf-panel-title >> nth=0") == "12 × 12 towers: the sum"
    assert "12 × 12 towers have 720 units" in notebook.text("#tower .nnf-caption")
    assert notebook.page.locator("#tower [data-name='A']").count() == 0


def test_the_goal_of_linear_regions_is_reached_by_keys(notebook: Any) -> None:
    stage = notebook.page.locator("#regions")
    stage.get_by_role("slider", name="Hidden layers").focus()
    notebook.press("Home")
    assert "not yet reached: 11 regions" in notebook.text("#regions .nnf-goal")
    stage.get_by_role("combobox", name="Drag").select_option("unit 2")
    notebook.wait_drawn()
    notebook.handle("regions", "A").focus()
    notebook.press(*["ArrowLeft"] * 4, *["ArrowDown"] * 4)
    assert "✓ Goal reached" in notebook.text("#regions .nnf-goal")
    notebook.drag(notebook.handle("regions", "B"), -112, 84)
    notebook.wait_drawn()
    assert notebook.text("#regions .nnf-panel-title >> nth=0") in ("9 regions", "10 regions")
    assert set(eval(notebook.kernel("regions.state['moved']"))) == {1}


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
