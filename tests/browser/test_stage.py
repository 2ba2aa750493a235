"""The stage in a real JupyterLab: does it move, keep up, let go and stay readable?"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import pytest

TOY = """
import numpy as np
from nnf_teach.widgets.scene import (Arrow, Axis, Bars, Button, Choice, Goal, Handle, HeatMap, Line,
    Panel, Points, Region, Scene, Slider, Text, Toggle)
from nnf_teach.widgets.stage import Stage

START = {"w": [1.0, 0.5], "b": 5.0, "noise": 0.2, "shape": "tanh", "show": True, "reset": 0}
side = np.linspace(-3, 3, 120)
X1, X2 = np.meshgrid(side, side)
angle = np.linspace(0, 6, 20)

def neuron(x1, x2, w, noise):
    if noise > 0.95:
        raise ZeroDivisionError("too loud")
    return np.tanh(w[0] * x1 + w[1] * x2)

def build(s):
    h = neuron(X1, X2, s["w"], s["noise"])
    plane = Panel("The neuron", Axis("x1 (mm)", -3, 3), Axis("x2 (mm)", -3, 3), (
        HeatMap(h, -1, 1, "output h"),
        Line([-3, 3], [-1, 1], "boundary", 6, "dashed"),
        Points(2 * np.cos(angle), 2 * np.sin(angle), "class A", 0, "circle"),
        Points(np.cos(angle), np.sin(angle), "class B", 1, "square"),
        Arrow((0, 0), tuple(s["w"]), "w", 6, "w"),
        Text(-2, -2.5, "off"),
    ), (Handle("w", "w", *s["w"]),), equal=True)
    t = np.linspace(0, 10, 200)
    time = Panel("Over time", Axis("time (ms)", 0, 10), Axis("rate (1/s)", 0.01, 100, "log"), (
        Region([0, 4, 4, 0], [0.01, 0.01, 100, 100], "saturated", 1),
        Line(t, np.exp(t - s["b"]), "growth", 0),
        Line(t, np.where((t > 4) & (t < 5), np.nan, 0.5), "gap", 2, "dotted"),
    ), (Handle("b", "threshold", s["b"], 1, "x", 0.1),))
    bars = Panel("Counts", Axis("", -1, 3, ticks=(0, 1, 2), tick_labels=("cat", "dog", "newt")),
        Axis("count", 0, 10),
        (Bars([-.2, .8, 1.8], [3, 9, 5], "train", 0, 0.4),
         Bars([.2, 1.2, 2.2], [2, 7, 6], "test", 1, 0.4)))
    words = "A long tale of what noise does. " * (s["reset"] % 3 * 3)
    return Scene("Toy", (plane, time, bars),
        f"w = ({s['w'][0]:.2f}, {s['w'][1]:.2f}), b = {s['b']:.2f}, "
        f"noise = {s['noise']:.2f}. {words}",
        (Slider("noise", "Noise", 0, 1, 0.05, "mV"), Choice("shape", "Shape", ("tanh", "relu")),
         Toggle("show", "Show points"), Button("reset", "Press me")),
        Goal("make w longer than 2", bool(np.hypot(*s["w"]) > 2)))
"""
SHOW = "stage = Stage(build, START)\nstage"
COUNT = """(__import__("gc").collect(), sum(isinstance(o, Stage) and o.comm is not None
    for o in __import__("gc").get_objects()))[1]""".replace("\n", " ")
WEIGHT = '[role="slider"][data-name="w"]'
HEIGHT = "document.querySelector('.nnf-stage').offsetHeight"
THRESHOLD = '[role="slider"][data-name="b"]'


@pytest.fixture(scope="module")
def opened(lab: Any) -> Iterator[Any]:
    """The toy stage in a notebook, opened once for all tests here."""
    notebook = lab.open("toy.ipynb", [TOY, SHOW])
    notebook.run_all()
    yield notebook
    notebook.close()


@pytest.fixture
def toy(opened: Any) -> Iterator[Any]:
    """The toy stage in its first state, drawn, and in sight."""
    opened.kernel("stage.set(**START)")
    opened.page.evaluate("document.activeElement.blur()")
    opened.wait_drawn()
    opened.page.locator(".nnf-stage").scroll_into_view_if_needed()
    yield opened
    assert opened.errors == []


def state(notebook: Any, name: str) -> Any:
    return eval(notebook.kernel(f"stage.state[{name!r}]"))


def test_the_mouse_moves_a_handle_at_once_and_the_surface_follows(toy: Any) -> None:
    page, handle = toy.page, toy.page.locator(WEIGHT)
    handle.scroll_into_view_if_needed()
    before = toy.pixels()
    box = handle.bounding_box()
    x, y = box["x"] + 22, box["y"] + 22
    page.mouse.move(x, y)
    page.mouse.down()
    # While Python hears nothing, what moves can only have been moved by the browser.
    page.evaluate("""() => {
      const { link } = document.querySelector('.nnf-stage').nnf;
      link.model = { send: (message) => (link.kept = message) };
    }""")
    page.mouse.move(x + 30, y - 40, steps=5)
    page.wait_for_timeout(100)
    moved = handle.bounding_box()
    assert moved["x"] == pytest.approx(box["x"] + 30, abs=1.5)
    assert moved["y"] == pytest.approx(box["y"] - 40, abs=1.5)
    at_once = toy.pixels()
    assert at_once != before  # the arrow
    # An answer to an older state must not make the handle jump back.
    toy.kernel("stage.set(noise=0.3)")
    page.wait_for_timeout(300)
    assert handle.bounding_box()["x"] == pytest.approx(moved["x"], abs=0.1)
    page.evaluate("""() => {
      const view = document.querySelector('.nnf-stage').nnf;
      view.link.model = view.model;
      view.link.answer(view.link.sent);
    }""")
    page.mouse.move(x + 31, y - 41)
    page.mouse.up()
    toy.wait_drawn()
    assert toy.pixels() not in (before, at_once)  # the surface
    w1, w2 = state(toy, "w")
    assert w1 > 1.2
    assert w2 > 0.9
    assert handle.get_attribute("aria-valuetext") == f"w: x1 (mm) = {w1:.2f}, x2 (mm) = {w2:.2f}"


def test_keys_move_the_handles(toy: Any) -> None:
    page, before = toy.page, toy.pixels()
    page.locator(WEIGHT).focus()
    for key in ("ArrowRight", "ArrowUp", "ArrowUp", "Shift+ArrowLeft"):
        page.keyboard.press(key)
    toy.wait_drawn()
    assert state(toy, "w") == pytest.approx([0.1, 0.7])
    assert toy.pixels() != before
    threshold = page.locator(THRESHOLD)
    threshold.focus()
    assert threshold.get_attribute("aria-orientation") == "horizontal"
    for key, value in [("ArrowRight", 5.1), ("ArrowUp", 5.2), ("End", 10), ("Home", 0)]:
        page.keyboard.press(key)
        toy.wait_drawn()
        assert state(toy, "b") == pytest.approx(value)
        assert float(threshold.get_attribute("aria-valuenow")) == pytest.approx(value)
    page.keyboard.press("ArrowLeft")  # at the end it stays
    toy.wait_drawn()
    assert state(toy, "b") == 0
    # JupyterLab did not take the keys for itself.
    assert page.evaluate("document.activeElement.dataset.name") == "b"


def test_a_finger_moves_a_handle(toy: Any) -> None:
    toy.page.locator(THRESHOLD).scroll_into_view_if_needed()
    toy.page.evaluate(
        """(selector) => {
          const handle = document.querySelector(selector);
          const { x, y } = handle.getBoundingClientRect();
          const fire = (name, dx) => handle.dispatchEvent(new PointerEvent(name, {
            pointerId: 7, pointerType: 'touch', isPrimary: true, bubbles: true, cancelable: true,
            clientX: x + 22 + dx, clientY: y + 22, button: name === 'pointermove' ? -1 : 0,
          }));
          handle.setPointerCapture = () => {};  // there is no such finger to capture
          fire('pointerdown', 0);
          for (let dx = 0; dx >= -50; dx -= 5) fire('pointermove', dx);
          fire('pointerup', -50);
        }""",
        THRESHOLD,
    )
    toy.wait_drawn()
    assert 0 < state(toy, "b") < 4.5
    touch = "s => getComputedStyle(document.querySelector(s)).touchAction"
    assert toy.page.evaluate(touch, THRESHOLD) == "none"
    assert toy.page.evaluate(touch, ".nnf-canvas") == "auto"  # a finger still scrolls the page


def test_a_real_touch_moves_a_handle(toy: Any) -> None:
    """Touch events as the operating system would send them, through the browser's input."""
    handle = toy.page.locator(WEIGHT)
    handle.scroll_into_view_if_needed()
    box = handle.bounding_box()
    session = toy.page.context.new_cdp_session(toy.page)
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": True})

    def touch(kind: str, *points: dict[str, float]) -> None:
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": list(points)})

    touch("touchStart", {"x": box["x"] + 12, "y": box["y"] + 30})
    for k in range(1, 6):
        touch("touchMove", {"x": box["x"] + 12 - 8 * k, "y": box["y"] + 30 + 4 * k})
    touch("touchEnd")
    session.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    toy.wait_drawn()
    w1, w2 = state(toy, "w")
    assert w1 < 0.6
    assert w2 < 0.4


def test_controls_are_labelled_native_inputs(toy: Any) -> None:
    page = toy.page
    slider = page.get_by_label("Noise")
    slider.focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("Shape").select_option("relu")
    page.get_by_label("Show points").uncheck()
    page.get_by_role("button", name="Press me").click()
    page.get_by_role("button", name="Press me").click()
    toy.wait_drawn()
    values = {name: state(toy, name) for name in ("noise", "shape", "show", "reset")}
    assert values == {"noise": 0.25, "shape": "relu", "show": False, "reset": 2}
    assert slider.get_attribute("aria-valuetext") == "0.25 mV"
    assert page.locator(".nnf-value").inner_text() == "0.25 mV"


def test_a_control_in_use_is_not_rebuilt(toy: Any) -> None:
    slider = toy.page.get_by_label("Noise")
    slider.evaluate("element => { element.mine = true; element.focus(); }")
    for k in range(5):
        toy.kernel(f"stage.set(noise={k / 10}, reset={k})")
    toy.wait_drawn()
    assert slider.evaluate("element => element.mine && document.activeElement === element")
    assert slider.input_value() == "0.4"


def test_caption_and_goal_follow_and_are_spoken_once_it_is_quiet(toy: Any) -> None:
    page = toy.page
    spoken = page.locator(".nnf-spoken")
    first = spoken.inner_text()
    page.locator(WEIGHT).focus()
    for _ in range(4):
        page.keyboard.press("Shift+ArrowRight")
    toy.wait_drawn()
    assert "w = (3.00, 0.50)" in page.locator(".nnf-caption").inner_text()
    assert page.locator(".nnf-goal").inner_text() == "✓ Goal reached: make w longer than 2"
    assert spoken.inner_text() == first
    page.wait_for_timeout(900)
    assert "w = (3.00, 0.50)" in spoken.inner_text()
    assert "Goal reached" in spoken.inner_text()
    label = page.locator(".nnf-canvas").first.get_attribute("aria-label")
    assert "arrow w to (3, 0.5)" in label


def test_nothing_jumps_when_the_caption_grows_and_shrinks(toy: Any) -> None:
    height = "document.querySelector('.nnf-stage').offsetHeight"
    toy.kernel("stage.set(reset=2)")
    toy.wait_drawn()
    tall = toy.page.evaluate(height)
    toy.kernel("stage.set(reset=0)")
    toy.wait_drawn()
    assert toy.page.evaluate(height) == tall


def test_an_error_in_the_learners_function_is_a_sentence(toy: Any) -> None:
    surface, slider = toy.pixels(), toy.page.get_by_label("Noise")
    slider.focus()
    toy.page.keyboard.press("End")
    toy.wait_drawn()
    caption = toy.page.locator(".nnf-caption").inner_text()
    assert caption.startswith("⚠ ")
    assert "raised ZeroDivisionError: too loud, in line" in caption
    assert 'raise ZeroDivisionError("too loud")' in caption
    assert toy.pixels() == surface
    assert slider.input_value() == "1"
    assert toy.page.locator(".jp-RenderedText[data-mime-type*=stderr]").count() == 0
    toy.page.keyboard.press("Home")
    toy.wait_drawn()
    assert "noise = 0.00" in toy.page.locator(".nnf-caption").inner_text()


def test_two_hundred_updates_neither_queue_nor_leak(toy: Any) -> None:
    page = toy.page
    session = page.context.new_cdp_session(page)

    def held() -> dict[str, float]:
        session.send("HeapProfiler.collectGarbage")
        metrics = session.send("Performance.getMetrics")["metrics"]
        found = {m["name"]: m["value"] for m in metrics}
        objects = toy.kernel('__import__("gc").collect() * 0 + len(__import__("gc").get_objects())')
        canvases = page.locator("canvas").count()
        return {
            "listeners": page.evaluate("window.added"),
            "nodes": found["Nodes"],
            "heap": found["JSHeapUsedSize"],
            "objects": int(objects),
            "canvases": canvases,
        }

    session.send("Performance.enable")
    page.evaluate("""() => {
      window.added = 0;
      const add = EventTarget.prototype.addEventListener;
      EventTarget.prototype.addEventListener = function (...all) {
        if (/^nnf-/.test(this.className)) window.added += 1;
        return add.apply(this, all);
      };
    }""")
    sweep = """async (times) => {
      const { link } = document.querySelector('.nnf-stage').nnf;
      for (let k = 0; k < times; k++) {
        const turn = 2 * Math.PI * k / 50;
        link.change('w', [2 * Math.cos(turn), 2 * Math.sin(turn)]);
        await new Promise(requestAnimationFrame);
      }
      link.change('w', [-1.5, -0.5]);
      return performance.now();
    }"""
    page.evaluate(sweep, 50)  # warm
    toy.wait_drawn()
    before = held()
    page.evaluate(sweep, 200)
    toy.wait_drawn(timeout=1.5)
    assert "w = (-1.50, -0.50)" in page.locator(".nnf-caption").inner_text()
    assert page.evaluate("document.querySelector('.nnf-stage').nnf.link.mostInFlight") <= 2
    page.wait_for_timeout(1000)
    after = held()
    assert after["listeners"] == before["listeners"]
    assert after["canvases"] == before["canvases"]
    assert after["nodes"] <= before["nodes"] + 40
    assert after["heap"] < before["heap"] + 1.6e6
    assert after["objects"] < before["objects"] + 160


def test_a_busy_kernel_still_answers_the_handle(toy: Any) -> None:
    """JupyterLab's subshells: the widget lives on while a cell is running.

    JupyterLab makes the subshell with the first message, which must find the kernel idle.
    """
    toy.page.locator(WEIGHT).focus()
    toy.page.keyboard.press("ArrowLeft")
    toy.wait_drawn()
    toy.page.evaluate("""() => { jupyterapp.shell.currentWidget.sessionContext.session.kernel
      .requestExecute({ code: 'import time; time.sleep(2)' }); }""")
    toy.page.keyboard.press("ArrowRight")
    toy.wait_drawn(timeout=1.5)
    assert "w = (1.00, 0.50)" in toy.page.locator(".nnf-caption").inner_text()
    toy.wait_idle()


def test_two_hundred_pushes_end_with_the_last_one(toy: Any) -> None:
    toy.kernel("[stage.set(w=[k / 100, 1.0]) for k in range(201)] and None")
    toy.page.wait_for_function(
        """() => document.querySelector('.nnf-caption').textContent.includes('w = (2.00, 1.00)')""",
        timeout=5000,
    )


CONTRAST = """() => {
  const root = document.querySelector('.nnf-stage');
  const light = (css) => {
    const probe = document.createElement('canvas').getContext('2d');
    probe.fillStyle = css;
    probe.fillRect(0, 0, 1, 1);
    const [r, g, b] = [...probe.getImageData(0, 0, 1, 1).data]
      .map((v) => v / 255).map((v) => (v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const back = light(getComputedStyle(root).backgroundColor);
  const ratio = (css) => (Math.max(light(css), back) + 0.05) / (Math.min(light(css), back) + 0.05);
  const words = ['title', 'caption', 'goal', 'legend-item', 'label', 'value', 'panel-title']
    .map((name) => getComputedStyle(root.querySelector(`.nnf-${name}`)).color);
  const canvas = root.querySelector('canvas').getContext('2d').getImageData(1, 1, 1, 1).data;
  return { back, text: words.map(ratio), canvas: light(`rgb(${canvas.slice(0, 3).join(',')})`),
           axes: ratio(getComputedStyle(root).getPropertyValue('--nnf-text')) };
}"""


def test_both_themes_are_readable_and_the_canvas_follows(toy: Any) -> None:
    for theme, dark in (("JupyterLab Dark", True), ("JupyterLab Light", False)):
        toy.theme(theme)
        found = toy.page.evaluate(CONTRAST)
        assert (found["back"] < 0.1) is dark
        assert found["canvas"] == pytest.approx(found["back"], abs=0.01)
        assert min([*found["text"], found["axes"]]) >= 4.5


@pytest.mark.parametrize("width", [700, 1300])
def test_nothing_is_cut_off(toy: Any, width: int) -> None:
    toy.page.set_viewport_size({"width": width, "height": 900})
    toy.page.wait_for_timeout(300)
    toy.wait_drawn()
    found = toy.page.evaluate(
        """() => {
          const root = document.querySelector('.nnf-stage');
          const box = root.getBoundingClientRect();
          const area = root.closest('.jp-OutputArea').getBoundingClientRect();
          const seen = (e) => e.getClientRects().length && !e.closest('.nnf-spoken');
          const out = [...root.querySelectorAll('*')].filter(seen)
            .filter((e) => {
              const { left, right } = e.getBoundingClientRect();
              return left < box.left - 0.5 || right > box.right + 0.5;
            }).map((e) => e.outerHTML.slice(0, 80));
          return { out, wide: root.scrollWidth - root.clientWidth, right: area.right - box.right };
        }"""
    )
    assert found["out"] == []
    assert found["wide"] <= 0
    assert found["right"] >= -0.5


def test_handles_are_large_enough_and_show_the_focus(toy: Any) -> None:
    handle = toy.page.locator(WEIGHT)
    box = handle.bounding_box()
    assert min(box["width"], box["height"]) >= 44
    outline = "s => getComputedStyle(document.querySelector(s + ' span')).outlineStyle"
    assert toy.page.evaluate(outline, WEIGHT) == "none"
    handle.focus()
    assert toy.page.evaluate(outline, WEIGHT) == "solid"


@pytest.mark.parametrize("theme", ["JupyterLab Light", "JupyterLab Dark"])
def test_axe_finds_nothing_serious(toy: Any, lab: Any, theme: str) -> None:
    toy.theme(theme)
    assert lab.axe(toy.page) == []
    toy.theme("JupyterLab Light")


def test_a_cell_run_again_leaves_one_view_and_one_stage(toy: Any) -> None:
    # Every listener of a view has the view's signal: the old ones must be aborted.
    toy.page.evaluate("""() => {
      window.signals = new Set();
      const add = EventTarget.prototype.addEventListener;
      EventTarget.prototype.addEventListener = function (name, act, options) {
        if (/^nnf-/.test(this.className)) {
          window.signals.add(options?.signal ?? 'a listener without a signal');
        }
        return add.call(this, name, act, options);
      };
    }""")
    canvases = toy.page.locator("canvas").count()
    for _ in range(3):
        toy.run_cell(1)
        toy.wait_drawn()
    assert toy.page.locator(".nnf-stage").count() == 1
    assert toy.page.locator("canvas").count() == canvases
    assert toy.kernel(COUNT) == "1"
    living = toy.page.evaluate("[...signals].filter((signal) => !signal.aborted).length")
    assert 0 < living <= 1 + 4  # the view's own, and one of each control


def test_a_reloaded_page_shows_the_living_stage(toy: Any) -> None:
    toy.page.locator(WEIGHT).focus()
    toy.page.keyboard.press("ArrowRight")
    toy.wait_drawn()
    toy.save()
    toy.load()
    toy.page.wait_for_selector(".nnf-stage canvas")
    toy.wait_drawn()
    assert "w = (1.10, 0.50)" in toy.page.locator(".nnf-caption").inner_text()
    before = toy.pixels()
    toy.page.locator(WEIGHT).focus()
    toy.page.keyboard.press("ArrowUp")
    toy.wait_drawn()
    assert toy.pixels() != before
    assert toy.kernel(COUNT) == "1"


def test_axe_would_find_something(toy: Any, lab: Any) -> None:
    toy.page.evaluate("document.querySelector('.nnf-canvas').removeAttribute('aria-label')")
    toy.page.evaluate("document.querySelector('.nnf-control label').remove()")
    assert any("label" in line for line in lab.axe(toy.page))


def test_two_views_of_one_stage_show_the_same(lab: Any) -> None:
    notebook = lab.open("two.ipynb", [TOY, SHOW, "stage"])
    notebook.run_all()
    notebook.wait_drawn()
    page = notebook.page
    assert page.locator(".nnf-stage").count() == 2
    ids = page.eval_on_selector_all(".nnf-stage [id]", "all => all.map((e) => e.id)")
    assert len(ids) == len(set(ids)) > 0
    page.locator(WEIGHT).first.focus()
    page.keyboard.press("Shift+ArrowLeft")
    notebook.wait_drawn()
    first, second = page.locator(".nnf-caption").all_inner_texts()
    assert first == second
    assert "w = (0.00, 0.50)" in first
    notebook.close()


def test_a_restarted_kernel_is_said_in_a_sentence(lab: Any) -> None:
    notebook = lab.open("restart.ipynb", [TOY, SHOW])
    notebook.run_all()
    notebook.wait_drawn()
    page = notebook.page
    page.evaluate("jupyterapp.shell.currentWidget.sessionContext.restartKernel()")
    page.wait_for_timeout(1000)
    notebook.wait_idle()
    page.locator(WEIGHT).focus()
    page.keyboard.press("ArrowRight")
    page.locator(".nnf-caption", has_text="Python does not answer").wait_for(timeout=8000)
    notebook.run_all()
    notebook.wait_drawn()
    assert "w = (1.00, 0.50)" in page.locator(".nnf-caption").inner_text()
    notebook.close()


def test_panels_keep_their_columns_while_the_page_is_hidden(toy: Any) -> None:
    """JupyterLab hides the page when the theme changes, and what is drawn then has no width."""
    columns = "document.querySelector('.nnf-panels').style.gridTemplateColumns"
    before = toy.page.evaluate(columns)
    toy.page.evaluate("""() => {
      const root = document.querySelector('.nnf-stage');
      root.style.display = 'none';
      root.nnf.settled = ''; // as when words have another length in another font
      root.nnf.draw();
      root.style.display = '';
      root.nnf.draw();
    }""")
    assert before.count("minmax(0") == 3
    assert toy.page.evaluate(columns) == before


def numbers(words: str) -> list[float]:
    return [float(word.replace("−", "-")) for word in re.findall(r"[−0-9.]*[0-9]", words)]


def test_the_probe_reads_a_surface_by_keys_and_asks_nobody(toy: Any) -> None:
    sent = "document.querySelector('.nnf-stage').nnf.link.sent"
    before, height = toy.page.evaluate(sent), toy.page.evaluate(HEIGHT)
    probe = toy.page.locator(".nnf-probe >> nth=0")
    assert "arrow keys" in probe.get_attribute("aria-label")
    probe.focus()
    toy.press(*["ArrowLeft"] * 5, "Shift+ArrowUp")
    place, answer, *others = toy.text(".nnf-readout >> nth=0").split("\n")
    _, x1, _, x2 = numbers(place)
    assert x1 < -0.1
    assert x2 > 0.3
    a, b = state(toy, "w")
    # a cell of the surface is 0.05 wide, and the place is rounded to 0.05
    assert numbers(answer)[0] == pytest.approx(math.tanh(a * x1 + b * x2), abs=0.08)
    assert answer.startswith("output h: ")
    assert toy.text(".nnf-told") == ", ".join([place, answer, *others])
    assert toy.page.evaluate(sent) == before
    assert toy.page.evaluate(HEIGHT) == height
    toy.page.evaluate("document.activeElement.blur()")
    assert not toy.page.locator(".nnf-readout >> nth=0").is_visible()


def test_the_probe_goes_through_bars_by_keys(toy: Any) -> None:
    toy.page.locator(".nnf-probe >> nth=2").focus()
    toy.press("Home", "ArrowRight")
    assert toy.text(".nnf-readout >> nth=2") == "cat\ntrain: 3"
    toy.press("ArrowRight")
    assert toy.text(".nnf-readout >> nth=2") == "cat\ntest: 2"
    toy.press("End", "ArrowLeft")
    assert toy.text(".nnf-told") == "newt, test: 6"


def test_the_probe_follows_the_pointer_and_makes_way_for_a_handle(toy: Any) -> None:
    readout = toy.page.locator(".nnf-readout >> nth=1")
    handle = toy.page.locator(THRESHOLD)
    box = handle.bounding_box()
    x, y = box["x"] + 22, box["y"] + 22
    mouse = toy.page.mouse
    mouse.move(x + 40, y - 20)
    place, *values = readout.inner_text().split("\n")
    at = numbers(place)[0]
    read = dict(value.split(": ") for value in values)
    assert place.startswith("time (ms) = ")
    assert float(read["growth"]) == pytest.approx(math.exp(at - 5), rel=0.05)
    assert read["gap"] == "0.5"
    shown = readout.bounding_box()
    aside = max(shown["x"] - x, x - shown["x"] - shown["width"], 0)
    below = max(shown["y"] - y, y - shown["y"] - shown["height"], 0)
    assert math.hypot(aside, below) > 15  # it does not cover the handle
    mouse.move(x, y)
    assert not readout.is_visible()
    mouse.down()
    mouse.move(x + 30, y - 30, steps=3)
    assert not readout.is_visible()
    mouse.up()
    toy.wait_drawn()
    toy.page.mouse.move(0, 0)


def test_what_is_pointed_at_is_read_again_when_it_changes(toy: Any) -> None:
    box = toy.page.locator(".nnf-plot >> nth=0").bounding_box()
    toy.page.mouse.move(box["x"] + 0.4 * box["width"], box["y"] + 0.7 * box["height"])
    before = toy.text(".nnf-readout >> nth=0")
    toy.kernel("stage.set(w=[-1.0, -0.5])")
    words = "document.querySelector('.nnf-readout').innerText"
    toy.page.wait_for_function(f"before => {words} !== before", arg=before)
    after = toy.text(".nnf-readout >> nth=0")
    h, changed = (numbers(words.split("\n")[1])[0] for words in (before, after))
    assert changed == pytest.approx(-h, abs=0.02)
    assert h
    toy.page.mouse.move(0, 0)
