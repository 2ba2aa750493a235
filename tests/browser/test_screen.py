"""Does every widget of the package fit the window as it opens, and keep its height?"""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

import pytest

from nnf_teach import widgets

from .lab import NO_PICTURES

TALLEST = 640  # px, from its title to the first line of its caption
WINDOWS = {"files open": (1200, 768), "wide": (1200, 1020), "phone": (440, 314)}
# what a widget needs that cannot be called without arguments
ARGUMENTS = {"training_monitor": "steps(300)"}
NAMES = list(widgets.__all__)
LOWEST = {"playground": 125}  # px of a canvas; its loss has no axis to be read closely
START = """
import numpy as np
from nnf_teach.modules import init_params, train
from nnf_teach.datasets import make_xor
from nnf_teach.widgets import *

def steps(epochs):
    X, t = make_xor(100, rng=np.random.default_rng(0))
    first = init_params([2, 4, 1], rng=np.random.default_rng(1))
    return train(first, X, t, learning_rate=0.5, epochs=epochs)

def ends(scene):
    '''Each control at its ends, one after the other.'''
    for control in scene.controls:
        kind, name = type(control).__name__, getattr(control, "name", "")
        values = {
            "Slider": lambda: (control.low, control.high, control.low),
            "Player": lambda: (0, control.last, 0),
            "Choice": lambda: control.options, "Toggle": lambda: (True, False),
        }.get(kind, tuple)()
        yield from ({name: value} for value in values)

def drags(scene):
    '''The first handles of each panel, one after the other, to two of its corners.'''
    for panel in scene.panels:
        for handle in panel.handles[:4]:
            for share in (0.1, 0.8):
                x, y = (a.low + share * (a.high - a.low) for a in (panel.x, panel.y))
                yield {handle.name: {"both": [x, y], "x": x, "y": y}[handle.moves]}
"""
LOOK = """(stage) => {
  const box = (selector) => stage.querySelector(selector).getBoundingClientRect();
  return {
    tall: Math.round(box('.nnf-caption').top - stage.getBoundingClientRect().top + 24),
    plots: [...stage.querySelectorAll(':not(.nnp-set) > canvas')].map((canvas) =>
      canvas.clientHeight),
    panels: [...stage.querySelectorAll('.nnf-panel, .nnp-columns > *')].map((panel) =>
      panel.clientWidth),
  };
}"""
# as JupyterLab does while a window changes: drawn at a width that nobody sees
FOR_A_MOMENT = """async () => {
  for (const { nnf, parentElement } of document.querySelectorAll('.nnf-stage')) {
    nnf.schedule();
    parentElement.style.width = '540px';
  }
  await new Promise(requestAnimationFrame);
  for (const { parentElement } of document.querySelectorAll('.nnf-stage'))
    parentElement.style.width = '';
}"""
GIVE_WIDTH = """async (width) => {
  for (const { parentElement } of document.querySelectorAll('.nnf-stage'))
    parentElement.style.width = width ? `${width}px` : '';
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
}"""
MEASURE = f"() => [...document.querySelectorAll('.nnf-shell')].map({LOOK})"
# what is written so that a part of it lies outside its canvas
CUT = """async () => {
  const { prototype } = CanvasRenderingContext2D;
  const { fillText } = prototype;
  const cut = new Set();
  prototype.fillText = function (text, x, y, most = Infinity) {
    const { canvas, textAlign } = this;
    const wide = Math.min(this.measureText(text).width, most);
    const left = x - ({ center: wide / 2, right: wide, end: wide }[textAlign] ?? 0);
    const [a, b] = [left, left + wide].map((u) =>
      new DOMPoint(u, y).matrixTransform(this.getTransform()));
    if (Math.min(a.x, b.x) < -1 || Math.max(a.x, b.x) > canvas.width + 1 ||
        Math.min(a.y, b.y) < -1 || Math.max(a.y, b.y) > canvas.height + 1) cut.add(text);
    return fillText.apply(this, arguments);
  };
  for (const { nnf } of document.querySelectorAll('.nnf-stage')) nnf.schedule();
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame);
  prototype.fillText = fillText;
  return [...cut];
}"""
# words that lie over one another, or over the grip of a handle, in the picture of a widget
CLASHES = """async (stage) => {
  const { prototype } = CanvasRenderingContext2D;
  const { fillText } = prototype;
  const written = new Map();
  prototype.fillText = function (text, x, y, most = Infinity) {
    const size = this.measureText(text);
    const wide = Math.min(size.width, most);
    const left = x - ({ center: wide / 2, right: wide, end: wide }[this.textAlign] ?? 0);
    const [top, bottom] = [y - size.actualBoundingBoxAscent, y + size.actualBoundingBoxDescent];
    const corners = [[left, top], [left + wide, bottom]].map(([a, b]) =>
      new DOMPoint(a, b).matrixTransform(this.getTransform()));
    const scale = this.canvas.width / this.canvas.clientWidth;
    const [xs, ys] = ['x', 'y'].map((axis) =>
      corners.map((corner) => corner[axis] / scale).sort((a, b) => a - b));
    const boxes = written.get(this.canvas) ?? written.set(this.canvas, new Map()).get(this.canvas);
    if (text.trim()) boxes.set(`${text} ${xs[0].toFixed()} ${ys[0].toFixed()}`, {
      text, left: xs[0], right: xs[1], top: ys[0], bottom: ys[1] });
    return fillText.apply(this, arguments);
  };
  stage.nnf.schedule();
  while (stage.nnf.frame !== undefined) await new Promise((drawn) => setTimeout(drawn, 10));
  prototype.fillText = fillText;
  const over = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > 1.5 &&
    Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > 1.5;
  const found = [];
  for (const [canvas, boxes] of written) {
    const place = canvas.getBoundingClientRect();
    const grips = [...canvas.parentElement.querySelectorAll('.nnf-handle span')].map((grip) => {
      const { left, right, top, bottom } = grip.getBoundingClientRect();
      return { text: 'a handle', left: left - place.left, right: right - place.left,
        top: top - place.top, bottom: bottom - place.top };
    });
    const words = [...boxes.values()];
    words.forEach((one, k) => {
      for (const other of [...words.slice(k + 1), ...grips])
        if (over(one, other)) found.push([one.text, other.text]);
    });
  }
  return found;
}"""
WALK = f"""async ([k, changes]) => {{
  const stage = document.querySelectorAll('.nnf-shell')[k];
  const kernel = jupyterapp.shell.currentWidget.sessionContext.session.kernel;
  const found = [];
  for (const code of changes) {{
    await kernel.requestExecute({{ code, silent: true }}).done;
    while (stage.nnf.incoming || stage.nnf.frame !== undefined)
      await new Promise((drawn) => setTimeout(drawn, 20));
    found.push({{ ...({LOOK})(stage), clashes: await ({CLASHES})(stage) }});
  }}
  return found;
}}"""


@pytest.fixture(scope="module")
def page(lab: Any) -> Iterator[Any]:
    """A page with every widget that the package exports."""
    cells = [f"{name} = {name}({ARGUMENTS.get(name, '')})\n{name}" for name in NAMES]
    cells[NAMES.index("training_monitor")] += ".run();"
    notebook = lab.open("screen.ipynb", [f"{NO_PICTURES}{START}", *cells], width=1200)
    notebook.run_all(timeout=240)
    notebook.page.wait_for_selector(f".nnf-shell >> nth={len(NAMES) - 1}")
    notebook.wait_drawn(timeout=60)
    yield notebook
    assert notebook.errors == []
    notebook.close()


def resize(notebook: Any, window: str) -> dict[str, Any]:
    """Give the page a width, and return what each widget takes there."""
    width = WINDOWS[window][0]
    notebook.page.set_viewport_size({"width": width, "height": 800})
    command = "expandLeft" if window == "files open" else "collapseLeft"
    notebook.page.evaluate(f"jupyterapp.shell.{command}()")
    notebook.page.wait_for_timeout(600)
    notebook.wait_drawn(timeout=60)
    return measure(notebook)


def measure(notebook: Any) -> dict[str, Any]:
    return dict(zip(NAMES, notebook.page.evaluate(MEASURE), strict=True))


# px by which what stands around a plot is taken for more than its title and its legend
TOO_MUCH = """() => [...document.querySelectorAll('.nnf-stage')].map(({ nnf }) =>
  Math.max(...nnf.panels.map(({ title, legend }, k) =>
    nnf.taken.around[k] - title.offsetHeight - legend.offsetHeight)))"""


def test_a_plot_is_not_made_small_by_the_one_beside_it(page: Any) -> None:
    resize(page, "files open")
    assert max(page.page.evaluate(TOO_MUCH)) < 30


@pytest.mark.parametrize("window", ["files open", "wide"])
def test_controls_goal_and_caption_are_in_the_window_as_it_opens(page: Any, window: str) -> None:
    found = resize(page, window)
    assert {name: each["tall"] for name, each in found.items() if each["tall"] > TALLEST} == {}
    low = {name for name, each in found.items() if min(each["plots"]) < LOWEST.get(name, 160)}
    assert low == set()


def test_on_a_phone_panels_stand_one_below_the_other_and_controls_above(page: Any) -> None:
    found = resize(page, "phone")
    assert all(len(set(each["panels"])) == 1 for each in found.values())
    above = page.page.evaluate(
        """() => [...document.querySelectorAll('.nnf-stage')]
             .filter((stage) => stage.querySelector('.nnf-controls').clientHeight &&
               stage.querySelectorAll('.nnf-panel').length > 1)
             .map((stage) => stage.querySelector('.nnf-controls').getBoundingClientRect().bottom
               <= stage.querySelector('.nnf-panels').getBoundingClientRect().top)"""
    )
    assert above
    assert all(above)


@pytest.mark.parametrize("window", WINDOWS)
def test_no_word_in_a_picture_is_cut_off(page: Any, window: str) -> None:
    resize(page, window)
    assert page.page.evaluate(CUT) == []


def test_what_a_window_was_before_does_not_change_its_picture(page: Any) -> None:
    """Panels that stood narrow wrap their legends: their height is forgotten at another width."""
    first = resize(page, "files open")
    for change in [f"({GIVE_WIDTH})(314)", f"({GIVE_WIDTH})(600)", f"({FOR_A_MOMENT})()"]:
        page.page.evaluate(change)
        page.page.evaluate(GIVE_WIDTH, None)
        page.wait_drawn(timeout=60)
        other = measure(page)
        assert {name for name in NAMES if other[name]["panels"] != first[name]["panels"]} == set()
        assert {
            name: (first[name]["tall"], other[name]["tall"])
            for name in NAMES
            if abs(first[name]["tall"] - other[name]["tall"]) > 4
        } == {}


# a second view of each stage, which was never at another width: what it takes, and the first one
FRESH = f"""async () => {{
  const stages = [...document.querySelectorAll('.nnf-stage')];
  const fresh = stages.map(({{ nnf, parentElement }}) => {{
    const view = new nnf.constructor(nnf.model, parentElement);
    parentElement.prepend(view.root);
    return view;
  }});
  while (fresh.some((view) => !view.settled || view.incoming || view.frame !== undefined))
    await new Promise((drawn) => setTimeout(drawn, 20));
  const both = fresh.map((view, k) => [view.root, stages[k]].map({LOOK}));
  for (const view of fresh) view.destroy();
  return both;
}}"""


def test_a_page_as_it_opens_is_arranged_as_one_that_was_narrow(page: Any) -> None:
    resize(page, "phone")
    resize(page, "files open")
    stages = [name for name in NAMES if name != "playground"]
    found = dict(zip(stages, page.page.evaluate(FRESH), strict=True))
    other = {
        name: (first["tall"], then["tall"])
        for name, (first, then) in found.items()
        if first["panels"] != then["panels"] or abs(first["tall"] - then["tall"]) > 4
    }
    assert other == {}


# of each stage: how far the middle of a single panel is from its own, and entries of its legends
# that stand side by side and say the same
ARRANGED = """() => [...document.querySelectorAll('.nnf-stage')].map((stage) => {
  const middle = (element) => {
    const { left, right } = element.getBoundingClientRect();
    return (left + right) / 2;
  };
  const { panels } = stage.nnf;
  const entries = panels.flatMap(({ legend }) => [...legend.children].map((entry) =>
    entry.innerHTML.replaceAll(/stroke-(width|dasharray)="[^"]*"/g, '')));
  return {
    off: panels.length === 1 ? Math.abs(middle(panels[0].element) - middle(stage)) : 0,
    twice: entries.filter((entry, k) => entries.indexOf(entry) < k).length,
  };
})"""


def test_a_single_panel_is_in_the_middle_and_a_legend_says_what_none_beside_it_says(
    page: Any,
) -> None:
    resize(page, "wide")
    wide = page.page.evaluate(ARRANGED)
    assert max(each["off"] for each in wide) < 3
    assert sum(each["twice"] for each in wide) == 0
    resize(page, "phone")  # where the other panel may be out of sight
    assert sum(each["twice"] for each in page.page.evaluate(ARRANGED)) > 10


# grips that lie over ticks below a plot along which they move
OVER_TICKS = """() => [...document.querySelectorAll('.nnf-handle[data-moves="x"] span')]
  .filter((grip) => grip.getBoundingClientRect().bottom - 1 >
    Math.min(...[...document.querySelectorAll('.nnf-stage')].flatMap(({ nnf }) => nnf.panels)
      .filter(({ plot }) => plot.contains(grip))
      .map(({ plot, probe }) => plot.getBoundingClientRect().top + probe.shown.area.bottom)))
  .map((grip) => grip.parentElement.dataset.name)"""


def test_no_handle_hides_the_ticks_of_the_axis_along_which_it_moves(page: Any) -> None:
    resize(page, "files open")
    assert page.page.evaluate(OVER_TICKS) == []


# sliders whose name, number and range do not stand in one row, or touch what is below them
TORN = """() => [...document.querySelectorAll('.nnf-stage .nnf-slider, .nnf-stage .nnf-player')]
  .filter((slider) => {
    const [name, range, number] = ['.nnf-label', '[type=range]', '.nnf-value']
      .map((part) => slider.querySelector(part).getBoundingClientRect());
    return name.right > range.left || range.right > number.left ||
      [name, range].some(({ top, bottom }) => bottom < number.top || top > number.bottom);
  })
  .map((slider) => slider.textContent)"""


def test_the_number_of_a_slider_stays_beside_it_on_a_phone(page: Any) -> None:
    resize(page, "phone")
    assert page.page.evaluate(TORN) == []


# what is wider than the legend that it stands in
TOO_WIDE = """() => [...document.querySelectorAll('.nnf-legend')]
  .filter((legend) => legend.scrollWidth > legend.clientWidth)
  .map((legend) => legend.textContent)"""


def test_no_legend_is_cut_off_on_a_small_phone(page: Any) -> None:
    resize(page, "phone")
    page.page.evaluate(GIVE_WIDTH, 274)
    page.wait_drawn(timeout=60)
    found = page.page.evaluate(TOO_WIDE)
    page.page.evaluate(GIVE_WIDTH, None)
    assert found == []


# the words of an axis, or its last one where these are numbers, that are not written
MISSING = """async () => {
  const { prototype } = CanvasRenderingContext2D;
  const { fillText } = prototype;
  const written = new Map();
  prototype.fillText = function (text, x, y, most) {
    const size = this.measureText(text).width;
    if (most === undefined || (most > 0.7 * size && most < Infinity)) // it can be read
      written.set(this.canvas, [...(written.get(this.canvas) ?? []), text]);
    return fillText.apply(this, arguments);
  };
  const views = [...document.querySelectorAll('.nnf-stage')].map(({ nnf }) => nnf);
  for (const view of views) view.schedule();
  while (views.some((view) => view.frame !== undefined))
    await new Promise((drawn) => setTimeout(drawn, 20));
  prototype.fillText = fillText;
  return views.flatMap((view) => view.panels).flatMap(({ panel, probe, canvas }) => {
    const { xTicks } = probe.shown.area;
    const needed = panel.x.tick_labels ? xTicks : xTicks.slice(-1);
    return needed.map(({ text }) => text).filter((text) => !written.get(canvas).includes(text));
  });
}"""


@pytest.mark.parametrize("window", WINDOWS)
def test_no_name_at_a_tick_is_left_out(page: Any, window: str) -> None:
    resize(page, window)
    assert page.page.evaluate(MISSING) == []


# pixel columns of a drawn curve, from its first point on, without a pixel of its colour
HOLES = """([k, which, mark]) => {
  const { panel, probe, canvas, context } = document.querySelectorAll('.nnf-shell')[k]
    .nnf.panels[which];
  const { area } = probe.shown;
  const curve = panel.marks[mark];
  const scale = canvas.width / canvas.clientWidth;
  const last = area.X(curve.x.at(-1)) - 8; // there is a large dot
  const at = (u, v) => [...context.getImageData(Math.round(u * scale), Math.round(v * scale), 1, 1)
    .data.slice(0, 3)];
  // not at(-3): a fast machine looks so often that it lies under the edge of that dot
  const i = curve.x.findLastIndex((x) => area.X(x) < last);
  const color = at(area.X(curve.x[i]), area.Y(curve.y[i]));
  const holes = [];
  for (let u = area.X(curve.x[0]) + 1; u < last; u++) {
    let seen = false;
    for (let v = area.top; v < area.bottom && !seen; v++)
      seen = at(u, v).every((part, c) => Math.abs(part - color[c]) < 40);
    if (!seen) holes.push(Math.round(u));
  }
  return holes;
}"""


@pytest.mark.parametrize(("panel", "mark"), [(0, 0), (1, 0)])
def test_dots_do_not_hide_the_curve_on_which_they_lie(page: Any, panel: int, mark: int) -> None:
    resize(page, "files open")
    assert page.page.evaluate(HOLES, [NAMES.index("training_monitor"), panel, mark]) == []


# words that name a handle and stand nearer to another one
STRANGE = """async () => {
  const { prototype } = CanvasRenderingContext2D;
  const { fillText } = prototype;
  const written = new Map();
  prototype.fillText = function (text, x, y) {
    if (!written.has(this.canvas)) written.set(this.canvas, new Map());
    if (this.textAlign === 'left')
      written.get(this.canvas).set(text, [x, x + this.measureText(text).width, y - 8, y + 8]);
    return fillText.apply(this, arguments);
  };
  const views = [...document.querySelectorAll('.nnf-stage')].map(({ nnf }) => nnf);
  for (const view of views) view.schedule();
  while (views.some((view) => view.frame !== undefined))
    await new Promise((drawn) => setTimeout(drawn, 20));
  prototype.fillText = fillText;
  let count = 0;
  const strange = views.flatMap((view) => view.panels).flatMap(({ panel, probe, canvas }) => {
    const { area } = probe.shown;
    return panel.marks.filter(({ handle }) => handle).flatMap(({ text, handle }) => {
      const [left, right, top, bottom] = written.get(canvas).get(text);
      count += 1;
      const away = ({ x, y }) => {
        const [u, v] = [area.X(x), area.Y(y)];
        return Math.hypot(u - Math.min(right, Math.max(left, u)),
          v - Math.min(bottom, Math.max(top, v)));
      };
      const sorted = panel.handles.toSorted((a, b) => away(a) - away(b));
      return sorted[0].name === handle ? [] : [[text, sorted[0].name]];
    });
  });
  return [count, strange];
}"""


@pytest.mark.parametrize("window", WINDOWS)
def test_a_name_stands_by_its_own_handle(page: Any, window: str) -> None:
    resize(page, window)
    count, strange = page.page.evaluate(STRANGE)
    assert count >= 14
    assert strange == []


def test_images_of_weights_can_be_seen(page: Any) -> None:
    resize(page, "files open")
    wide = page.page.evaluate(
        """(k) => {
          const { panel, probe } = document.querySelectorAll('.nnf-shell')[k].nnf.panels[0];
          return 28 * probe.shown.area.width / panel.x.high;
        }""",
        NAMES.index("digit_weights"),
    )
    assert wide > 40


def walk(notebook: Any, name: str) -> list[tuple[dict[str, Any], dict[str, Any]]]:
    """Bring a widget into state after state where files are open; return what it takes in each."""
    if notebook.page.viewport_size["width"] != 1200:
        resize(notebook, "files open")
    if name in ("training_monitor", "playground"):  # that one: see test_playground.py
        return []
    if name not in WALKED:
        states = eval(notebook.kernel(f"[{{}}, *drags({name}.scene), *ends({name}.scene)]"))
        changes = [f"{name}.set(**{state!r})" for state in states]
        found = notebook.page.evaluate(WALK, [NAMES.index(name), changes])
        WALKED[name] = list(zip(states, found, strict=True))
    return WALKED[name]


WALKED: dict[str, Any] = {}


@pytest.mark.parametrize("name", NAMES)
def test_a_widget_fits_in_every_state_and_does_not_follow_its_numbers(page: Any, name: str) -> None:
    """It may take more room for more words, but gives and takes none as a number moves."""
    found = walk(page, name)
    assert [(state, each["tall"]) for state, each in found if each["tall"] > TALLEST] == []
    for (state, before), (after, here) in itertools.pairwise(found):
        number = all(type(value) in (int, float) for value in (*state.values(), *after.values()))
        if number and state.keys() == after.keys():
            assert before["plots"] == here["plots"], after


@pytest.mark.parametrize("name", NAMES)
def test_no_words_lie_over_others_or_over_a_handle(page: Any, name: str) -> None:
    found = walk(page, name)
    assert [(state, each["clashes"]) for state, each in found if each["clashes"]] == []


SCAN = """() => [...document.querySelectorAll('.nnf-shell')].map(({ nnf }) => {
  const height = nnf.root.offsetHeight;
  return (nnf.panels ?? []).map(({ probe, panel }) => {
    const { left, right, top, bottom } = probe.shown.area;
    let [found, grown] = [0, 0];
    for (let k = 0; k < 400; k++) {
      if (found && k % 40) continue;
      const at = [left + ((k % 20) / 20) * (right - left), top + (k / 400) * (bottom - top)];
      found += probe.show(at).values.length > 0;
      grown = Math.max(grown, k % 40 ? 0 : nnf.root.offsetHeight - height);
    }
    probe.show(undefined);
    return [panel.marks.some(({ kind }) => kind !== 'Text'), found > 0, grown];
  });
})"""


def test_every_panel_of_every_widget_is_read_and_takes_no_room_for_it(page: Any) -> None:
    found = dict(zip(NAMES, page.page.evaluate(SCAN), strict=True))
    assert {name for name in NAMES if not found[name]} == {"playground"}
    panels = [(name, k, *each) for name in NAMES for k, each in enumerate(found[name])]
    unread = [(name, k) for name, k, marked, read, _ in panels if marked and not read]
    assert unread == [("backprop_stepper", 0)]  # a graph, whose values are words in it
    assert [(name, k) for name, k, *_, grown in panels if grown] == []
