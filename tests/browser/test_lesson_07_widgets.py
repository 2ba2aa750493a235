"""The widgets of lesson 07 in a real JupyterLab: by mouse, touch, keys; live, too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

NAMES = ("descent", "over", "start", "watch", "lost")
CELLS = [
    "import numpy as np\n"
    "from nnf_teach.widgets import double_descent, initialisation, overfitting, training_monitor\n"
    "descent = double_descent()\ndescent",
    "over = overfitting()\nover",
    "start = initialisation()\nstart",
    # slow enough for several pictures while the cell runs
    "import time\n"
    "def loop(n, rate=0.01):\n"
    "    w = np.full(50, 4.0)\n"
    "    for _ in range(n):\n"
    "        time.sleep(0.002)\n"
    "        grad = 2 * w\n"
    "        w = w - rate * grad\n"
    "        yield {'loss': float(w @ w), 'params': [w], 'grads': [grad]}\n"
    "watched = training_monitor(loop(600))\n"
    "for item in watched:\n"
    "    pass\n"
    "watch = watched.stage",
    "with np.errstate(all='ignore'):\n"
    "    broken = training_monitor(loop(600, rate=30.0))\n"
    "    broken.run()\n"
    "lost = broken.stage",
    "slow = training_monitor(loop(100_000))\nslow.run()\nkept = len(slow.history['loss'])",
]
PANELS = {"descent": 3, "over": 3, "start": 3, "watch": 3, "lost": 3}
FIXED = ("descent", "over", "start")


@pytest.fixture(scope="module")
def opened(lab: Any) -> Iterator[Any]:
    """All widgets in a notebook, opened once for all tests here."""
    notebook = lab.open("practical.ipynb", CELLS)
    for k in range(5):
        notebook.run_cell(k, timeout=240)
    notebook.page.wait_for_selector(".nnf-stage >> nth=4")
    notebook.wait_drawn()
    notebook.kernel(f"globals().update(initial={{n: dict(globals()[n].state) for n in {FIXED}}})")
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


@pytest.mark.parametrize("name", NAMES)
def test_all_are_drawn(notebook: Any, name: str) -> None:
    assert notebook.cell_errors() == []
    canvases = notebook.page.locator(f"#{name} canvas")
    assert canvases.count() == PANELS[name]
    for k in range(PANELS[name]):
        inks = canvases.nth(k).evaluate(
            """(canvas) => new Set(new Uint32Array(canvas.getContext('2d')
                 .getImageData(0, 0, canvas.width, canvas.height).data.buffer)).size"""
        )
        assert inks > 20


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
              if (/^Step [0-9]+: loss/.test(node.textContent))
                window.seen.add(node.textContent.split(':')[0]);
          }, 50);
        }"""
    )
    notebook.run_cell(3)
    notebook.page.evaluate("clearInterval(window.looking)")
    assert notebook.page.evaluate("window.seen.size") >= 4
    notebook.wait_drawn()
    notebook.page.locator(".jp-Notebook-cell >> nth=3").locator(".nnf-stage").evaluate(
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
    page.evaluate(f"{panel}.activeCellIndex = 5")
    page.evaluate("() => { jupyterapp.commands.execute('notebook:run-cell'); }")
    page.wait_for_selector(".jp-Notebook-cell >> nth=5 >> .nnf-stage")
    page.wait_for_timeout(1500)
    notebook.command("notebook:interrupt-kernel")
    notebook.wait_idle()
    assert "Interrupted after step" in notebook.text(".jp-Notebook-cell >> nth=5")
    assert int(notebook.kernel("kept")) > 10
    assert notebook.kernel("slow.record.step < 100_000") == "True"
    assert notebook.cell_errors() == []


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
    notebook.kernel("over.set(method='noise on the data')")
    notebook.kernel("start.set(activation='sigmoid', step=3)")
    notebook.wait_drawn()
    assert notebook.cut_off(name) == []


def test_sliders_follow_a_finger(lab: Any) -> None:
    notebook = lab.open(
        "finger.ipynb",
        ["from nnf_teach.widgets import overfitting", "over = overfitting()\nover"],
        width=800,
        has_touch=True,
    )
    notebook.run_all()
    notebook.wait_drawn()
    slider = notebook.page.get_by_role("slider", name="Hidden units")
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    notebook.page.touchscreen.tap(box["x"] + box["width"] / 4, box["y"] + box["height"] / 2)
    notebook.wait_drawn()
    assert 10 < int(notebook.kernel("over.state['units']")) < 25
    notebook.page.get_by_role("button", name="Draw new data").tap()
    notebook.wait_drawn()
    assert notebook.kernel("over.state['draw']") == "1"
    assert notebook.errors == []
    notebook.close()
