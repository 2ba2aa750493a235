"""The playground: does its engine compute what NumPy does, and can it be used by mouse and keys?"""

from __future__ import annotations

import ast
import itertools
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from nnf_teach.modules.training import last_state, train
from nnf_teach.widgets.playground.data import NAMES, draw_points, features
from nnf_teach.widgets.playground.engine import Run, flatten, start_params, unflatten
from nnf_teach.widgets.playground.random import Random
from nnf_teach.widgets.playground.settings import DEFAULTS
from nnf_teach.widgets.playground.state import from_text
from nnf_teach.widgets.playground.widget import MODULES
from nnf_teach.widgets.shell import join_modules

from .lab import NO_PICTURES

Array = NDArray[np.float64]
ENGINE = [f"playground/{name}" for name in ("random", "data", "engine", "run", "state")]
EXPORTS = "export { Random, Network, Run, drawPoints, features, stateText };"

# --- The engine, without any notebook ----------------------------------------------------------


@pytest.fixture(scope="module")
def engine(lab: Any) -> Iterator[Any]:
    """An empty page with the engine's modules as `engine`: nothing else of the playground."""
    page = lab.browser.new_page()
    page.set_content("<title>engine</title>")
    source = f"{join_modules(ENGINE)}\n{EXPORTS}"
    page.evaluate(
        """async (source) => {
          const blob = new Blob([source], { type: 'text/javascript' });
          window.engine = await import(URL.createObjectURL(blob));
        }""",
        source,
    )
    yield page
    page.close()


def oracle(
    params: list[tuple[Array, Array]], X: Array, t: Array, hidden: str, output: str, **how: Any
) -> list[tuple[Array, Array]]:
    """Train as the playground says it does, one example at a time, in the plainest way."""
    f = {
        "linear": (lambda z: z, lambda z: np.ones_like(z)),
        "relu": (lambda z: np.maximum(z, 0), lambda z: (z > 0) * 1.0),
        "tanh": (np.tanh, lambda z: 1 / np.cosh(z) ** 2),
        "sigmoid": (lambda z: 1 / (1 + np.exp(-z)), lambda z: 0.25 / np.cosh(z / 2) ** 2),
    }
    params = [(W.copy(), b.copy()) for W, b in params]
    dead = [np.zeros(W.shape, bool) for W, _ in params]
    kinds = [hidden] * (len(params) - 1) + [output]
    for step in range(how["steps"]):
        first = step * how["batch"] % len(t)
        sums = [(np.zeros_like(W), np.zeros_like(b)) for W, b in params]
        for n in range(first, first + how["batch"]):
            y, zs, ys = X[n], [], [X[n]]
            for (W, b), kind in zip(params, kinds, strict=True):
                zs.append(W @ y + b)
                y = f[kind][0](zs[-1])
                ys.append(y)
            dy = y - t[n]
            for layer in reversed(range(len(params))):
                dz = dy * f[kinds[layer]][1](zs[layer])
                sums[layer][0][...] += np.outer(dz, ys[layer])
                sums[layer][1][...] += dz
                dy = params[layer][0].T @ dz
        for (W, b), (dW, db), gone in zip(params, sums, dead, strict=True):
            before = W.copy()
            W -= how["rate"] * dW / how["batch"]
            b -= how["rate"] * db / how["batch"]
            if how["kind"] == "L2":
                W -= how["rate"] * how["decay"] * before
            elif how["kind"] == "L1":
                after = W - how["rate"] * how["decay"] * np.sign(before)
                gone |= W * after < 0
                W[...] = after
            W[gone] = 0
    return params


TRAIN = """([sizes, hidden, output, weights, X, t, steps, batch, settings]) => {
  const network = new engine.Network(sizes, hidden, output);
  network.weights.set(weights);
  const [inputs, targets] = [Float64Array.from(X), Float64Array.from(t)];
  for (let step = 0; step < steps; step++) {
    const first = (step * batch) % t.length;
    network.step(inputs, targets, first, first + batch, settings);
  }
  const { loss } = network.measure(inputs, targets, 0, t.length);
  return { weights: [...network.weights], dead: network.dead.reduce((a, b) => a + b), loss };
}"""


def train_in_browser(page: Any, params: Any, X: Array, t: Array, hidden: str, output: str, **how):
    shape = [X.shape[1], *(len(b) for _, b in params)]
    settings = {
        "learning_rate": how["rate"],
        "regularization": how["kind"],
        "regularization_rate": how["decay"],
    }
    start = flatten(params).tolist()
    data = [X.ravel().tolist(), t.tolist(), how["steps"], how["batch"], settings]
    found = page.evaluate(TRAIN, [shape, hidden, output, start, *data])
    return unflatten(np.array(found["weights"]), tuple(shape)), found


CASES = [
    ((2, 6, 1), "sigmoid", "tanh", "none", 0.0),
    ((2, 1), "sigmoid", "tanh", "none", 0.0),
    ((2, 6, 1), "sigmoid", "tanh", "L1", 0.03),
    ((3, 8, 8, 1), "relu", "tanh", "L1", 0.003),
    ((7, 8, 8, 8, 8, 1), "tanh", "tanh", "L2", 0.01),
    ((5, 3, 7, 1), "relu", "linear", "L2", 0.003),
    ((2, 4, 2, 3, 1), "linear", "linear", "none", 0.0),
]


@pytest.mark.parametrize(("shape", "hidden", "output", "kind", "decay"), CASES)
def test_500_steps_end_at_the_oracles_weights(
    engine: Any, shape: tuple[int, ...], hidden: str, output: str, kind: str, decay: float
) -> None:
    rng = np.random.default_rng(len(shape))
    params = [
        (rng.uniform(-0.5, 0.5, (K, D)), np.full(K, 0.1))
        for D, K in zip(shape, shape[1:], strict=False)
    ]
    X = rng.uniform(-2, 2, (250, shape[0]))
    t = np.sign(X[:, 0] * X[:, 1]) if output == "tanh" else X[:, 0] * X[:, 1] / 4
    how = {"steps": 500, "batch": 10, "rate": 0.03, "kind": kind, "decay": decay}
    found, more = train_in_browser(engine, params, X, t, hidden, output, **how)
    wanted = oracle(params, X, t, hidden, output, **how)
    np.testing.assert_allclose(flatten(found), flatten(wanted), rtol=0, atol=1e-9)
    assert np.abs(flatten(found) - flatten(params)).max() > 0.05  # it has learnt something
    if kind == "L1":
        assert more["dead"] == sum(int((W == 0).sum()) for W, _ in wanted) > 0


@pytest.mark.parametrize("hidden", ["sigmoid", "tanh", "relu", "linear"])
def test_the_courses_own_modules_end_at_the_same_weights(engine: Any, hidden: str) -> None:
    split = draw_points("xor", 0.1, 0.5, seed=3)
    params = start_params(DEFAULTS | {"hidden": [5, 4], "seed": 8})
    last = last_state(
        train(
            params,
            split.X,
            split.t[:, None],
            learning_rate=0.03,
            epochs=20,
            batch_size=10,
            loss="half square",
            activation=hidden,
            output="tanh",
            shuffle=False,
        )
    )
    how = {"steps": 500, "batch": 10, "rate": 0.03, "kind": "none", "decay": 0.0}
    found, _ = train_in_browser(engine, params, split.X, split.t, hidden, "tanh", **how)
    assert last.step == 500
    np.testing.assert_allclose(flatten(found), flatten(last.params), rtol=0, atol=1e-9)


def test_the_engine_is_not_slower_by_an_order_of_magnitude(engine: Any) -> None:
    """benchmarks/playground.py measures it; this only notices an accident."""
    rate = engine.evaluate(
        """(settings) => {
          const run = new engine.Run(settings);
          const start = performance.now();
          let examples = 0;
          for (; performance.now() - start < 500; examples += 250) run.trainEpoch();
          return examples / (performance.now() - start) * 1000;
        }""",
        DEFAULTS,
    )
    assert rate > 300_000


def test_both_sides_draw_the_same_numbers(engine: Any) -> None:
    for seed, stream in ((0, 0), (1, 2), (2**32 - 1, 1), (2**31, 7)):
        found = engine.evaluate(
            """([seed, stream]) => {
              const random = new engine.Random(seed, stream);
              return [...Array(50).keys()].map((k) => [
                random.word(), random.uniform(-3, 5), random.below(7), random.normal()]);
            }""",
            [seed, stream],
        )
        random = Random(seed, stream)
        for word, uniform, below, normal in found:
            assert (word, uniform) == (random.word(), random.uniform(-3, 5))
            assert below == random.below(7)
            assert normal == pytest.approx(random.normal(), rel=1e-13, abs=1e-15)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("noise", "share", "seed"), [(0.0, 0.5, 1), (0.35, 0.3, 4_000_000_000)])
def test_both_sides_draw_the_same_points(
    engine: Any, name: str, noise: float, share: float, seed: int
) -> None:
    settings = {"data": name, "noise": noise, "train_share": share, "data_seed": seed}
    found = engine.evaluate("(settings) => engine.drawPoints(settings)", settings)
    split = draw_points(name, noise, share, seed)
    X, t = np.concatenate([split.X, split.X_test]), np.concatenate([split.t, split.t_test])
    assert found["train"] == len(split.X)
    np.testing.assert_allclose(found["points"], np.column_stack([X, t]), rtol=0, atol=1e-12)
    inputs = ["x1", "x2", "x1^2", "x2^2", "x1 x2", "sin x1", "sin x2"]
    got = engine.evaluate(
        "([points, inputs]) => [...engine.features(points, inputs)]",
        [np.column_stack([X, t]).tolist(), inputs],
    )
    np.testing.assert_allclose(got, features(X, tuple(inputs)).ravel(), rtol=0, atol=1e-12)


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"data": "circle", "activation": "tanh", "hidden": [4, 2], "batch_size": 7, "seed": 5},
        {"data": "gaussian", "hidden": [6, 3], "activation": "tanh", "train_share": 0.3},
        {"data": "spiral", "regularization": "L1", "regularization_rate": 0.01, "hidden": []},
        {"regularization": "L2", "regularization_rate": 0.003, "inputs": ["x1 x2", "sin x1"]},
    ],
)
def test_a_run_is_the_same_here_and_there(engine: Any, changes: dict[str, Any]) -> None:
    settings = DEFAULTS | changes
    found = engine.evaluate(
        """(settings) => {
          const run = new engine.Run(settings);
          for (let k = 0; k < 20; k++) run.trainEpoch();
          run.step();
          const { train, test } = run.measure();
          return { weights: [...run.network.weights], history: run.history, at: run.at,
                   loss: [train.loss, test.loss], right: [train.right, test.right] };
        }""",
        settings,
    )
    run = Run(settings)
    run.train(20)
    run.step()
    np.testing.assert_allclose(found["weights"], flatten(run.params), rtol=0, atol=1e-9)
    np.testing.assert_allclose(found["history"], run.history, rtol=0, atol=1e-9)
    np.testing.assert_allclose(found["loss"], run.loss(), rtol=0, atol=1e-9)
    assert found["right"] == pytest.approx(run.right())
    assert found["at"] == run.at == settings["batch_size"]


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"inputs": ["x1^2", "x1 x2", "sin x2"], "hidden": [8, 1, 3], "noise": 0.1, "seed": 77},
        {"data": "plane", "hidden": [], "learning_rate": 1e-5, "show_test": True, "goal": 0.02},
        {"regularization": "L1", "regularization_rate": 0.5, "batch_size": 7, "discretize": True},
    ],
)
def test_both_sides_write_a_state_that_python_reads(engine: Any, changes: dict[str, Any]) -> None:
    fresh, trained, run = engine.evaluate(
        """(settings) => {
          const run = new engine.Run(settings);
          const fresh = engine.stateText(run);
          for (let k = 0; k < 3; k++) run.trainEpoch();
          run.step();
          const { network, epoch, at } = run;
          const now = { weights: [...network.weights], dead: [...network.dead], epoch, at };
          return [fresh, engine.stateText(run), now];
        }""",
        DEFAULTS | changes,
    )
    assert "weights" not in fresh
    assert from_text(fresh).settings == DEFAULTS | changes
    again = from_text(trained)
    assert again.settings == DEFAULTS | changes
    np.testing.assert_array_equal(flatten(again.params), np.float32(run["weights"]))
    dead = [(dead, np.zeros(len(dead))) for dead in again.dead]
    np.testing.assert_array_equal(flatten(dead), run["dead"])
    assert (again.epoch, again.at) == (run["epoch"], run["at"])


def test_a_long_curve_is_thinned_out_alike(engine: Any) -> None:
    settings = DEFAULTS | {"hidden": [], "train_share": 0.1, "batch_size": 30}
    found = engine.evaluate(
        """(settings) => {
          const run = new engine.Run(settings);
          for (let k = 0; k < 2100; k++) run.trainEpoch();
          return run.history.map((row) => row[0]);
        }""",
        settings,
    )
    run = Run(settings)
    run.train(2100)
    assert found == [row[0] for row in run.history]
    assert len(found) <= 1000
    assert found[:3] == [0, 4, 8]


def test_the_slides_run_learns_xor_from_most_seeds() -> None:
    losses = []
    for seed in range(1, 6):
        run = Run(DEFAULTS | {"seed": seed, "data_seed": seed})
        run.train(218)
        losses.append(run.loss())
    assert np.median([loss.train for loss in losses]) < 0.1
    assert np.median([loss.test for loss in losses]) < 0.1


# --- A page without a kernel ---------------------------------------------------------------------

ALONE = """async ([source, css, order]) => {
  const style = document.createElement('style');
  style.textContent = css;
  document.head.append(style);
  document.body.innerHTML = '<main id="here"></main>';
  for (const name of ['weights', 'history']) {
    order[name] = new DataView(Float64Array.from(order[name]).buffer);
  }
  const state = { _key: 'alone', _order: order, _run: {} };
  const model = {
    get: (name) => state[name], set: (name, value) => { state[name] = value; },
    save_changes() { throw new Error('no kernel'); }, send() { throw new Error('no kernel'); },
    on() {}, off() {},
  };
  const blob = new Blob([source], { type: 'text/javascript' });
  const { default: widget } = await import(URL.createObjectURL(blob));
  window.leave = widget.render({ model, el: document.querySelector('#here') });
  window.view = document.querySelector('.nnp-playground').nnf;
}"""
NUMBER = ".nnp-number:nth-child({}) b"


def open_alone(browser: Any, width: int = 1100, **settings: Any) -> Any:
    from nnf_teach.widgets.playground.widget import CSS, Playground

    made = Playground(**settings)
    order = dict(made._order)
    for name in ("weights", "history"):
        order[name] = np.frombuffer(order[name]).tolist()
    made.close()
    page = browser.new_page(viewport={"width": width, "height": 900})
    page.set_content("<!doctype html><html lang='en'><title>alone</title><body></body></html>")
    page.evaluate(ALONE, [join_modules(MODULES), CSS, order])
    page.wait_for_function("view.network.graph.at.length && view.frame === undefined")
    return page


SIZES = """async () => {
  while (view.frame !== undefined) await new Promise(requestAnimationFrame);
  return [view.root.querySelector('.nnf-caption').offsetTop - view.root.offsetTop + 24,
    ...[...view.root.querySelectorAll('.nnp-columns canvas')].map((one) => one.clientHeight)];
}"""
UNITS = """() => [...view.root.querySelectorAll('[data-unit]')].map((unit) => {
  const { left, top, width, height } = unit.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  return [x, y, unit.contains(document.elementFromPoint(x, y))];
})"""
STATES: list[dict[str, Any]] = [
    {"hidden": []},
    {"hidden": [8, 8, 8, 8]},
    {"show_test": True},
    {"data": "gaussian"},
    {"inputs": ["sin x2"]},
    {"activation": "relu", "learning_rate": 10},
]


@pytest.mark.parametrize("width", [768, 1020])
def test_it_fits_the_window_in_every_state_and_keeps_its_height(lab: Any, width: int) -> None:
    page = open_alone(lab.browser, width)
    for state in [{}, *STATES]:
        page.evaluate("(state) => view.session.change(state)", state)
        before = page.evaluate(SIZES)
        assert before[0] <= 640, state
        units = page.evaluate(UNITS)
        assert units
        for x, y, on_top in units:  # the picture of each has other numbers
            assert on_top, state
            page.mouse.move(x, y)
            assert page.evaluate(SIZES) == before
        page.mouse.move(0, 0)
        for _ in range(3):
            page.evaluate("view.session.stepEpoch()")
            assert page.evaluate(SIZES) == before
    page.close()


def test_on_a_phone_answer_network_and_data_stand_one_below_the_other(lab: Any) -> None:
    page = open_alone(lab.browser, 360)
    parts = [".nnp-run", ".nnp-answers", ".nnp-network", ".nnp-data"]
    boxes = [page.locator(part).bounding_box() for part in parts]
    for above, below in itertools.pairwise(boxes):
        assert above["y"] + above["height"] <= below["y"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    page.close()


def epoch(page: Any) -> int:
    return int(page.locator(NUMBER.format(1)).inner_text())


def weights(page: Any) -> list[float]:
    return list(page.evaluate("[...view.session.run.network.weights]"))


def test_the_probe_reads_the_answer_and_the_loss(lab: Any) -> None:
    page = open_alone(lab.browser, 1020)
    page.evaluate("for (let k = 0; k < 40; k++) view.session.run.trainEpoch(); view.draw()")
    page.locator(".nnp-output .nnf-probe").focus()
    for key in [*["ArrowRight"] * 3, *["ArrowUp"] * 5]:
        page.keyboard.press(key)
    words = page.locator(".nnp-output .nnf-readout").inner_text().replace("−", "-")
    x1, x2, y = (float(number) for number in re.findall(r"(?:= |: )(-?[0-9.]+)", words))
    answer = page.evaluate(
        """([x1, x2]) => {
          const { network, settings } = view.session.run;
          network.forward(Float64Array.of(x1, x2), 0);
          return network.values.at(-1);
        }""",
        [x1, x2],
    )
    assert x1 > 0.1
    assert x2 > 0.2
    assert y == pytest.approx(answer, abs=0.06)  # a cell of the picture is 0.12 wide
    page.locator(".nnp-losses .nnf-probe").focus()
    page.keyboard.press("Home")
    train, test, *_ = page.evaluate("view.session.run.history[0].slice(1)")
    told = page.locator(".nnf-told").inner_text()
    assert told == f"epoch = 0, Training loss: {train:.4g}, Test loss: {test:.4g}, Goal: 0.05"
    page.context.close()


def test_it_runs_without_any_kernel(lab: Any) -> None:
    page = open_alone(lab.browser)
    errors: list[Any] = []
    page.on("pageerror", lambda error: errors.append(error))
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("view.session.run.epoch >= 20")
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(200)
    assert epoch(page) == page.evaluate("view.session.run.epoch") >= 20
    run = Run(DEFAULTS)
    run.train(epoch(page))
    np.testing.assert_allclose(weights(page), flatten(run.params), rtol=0, atol=1e-9)
    page.evaluate("leave()")
    assert page.locator(".nnp-playground").count() == 0
    assert errors == []
    page.close()


def test_the_goal_of_playground_is_reached_by_training_and_stays_reached(lab: Any) -> None:
    page = open_alone(lab.browser)
    goal = page.locator(".nnf-goal")
    assert "not yet reached" in goal.inner_text()
    page.get_by_label("Activation").select_option("tanh")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(
        "document.querySelector('.nnf-goal').textContent.startsWith('✓ Goal reached')",
        timeout=60_000,
    )
    page.get_by_role("button", name="Pause").click()
    page.evaluate("view.session.run.network.weights.fill(0); view.schedule()")
    assert page.evaluate("view.session.run.measure().test.loss") > 0.05
    page.wait_for_function("view.frame === undefined")
    assert goal.inner_text().startswith("✓ Goal reached")
    page.close()


def test_every_control_does_what_it_says(lab: Any) -> None:
    page = open_alone(lab.browser)

    def now(name: str) -> Any:
        page.wait_for_timeout(60)
        return page.evaluate(f"view.session.run.settings.{name}")

    page.get_by_label("Spiral").check()
    assert now("data") == "spiral"
    page.get_by_label("Activation").select_option("ReLU")
    assert now("activation") == "relu"
    page.get_by_label("Learning rate").select_option("0.1")
    assert now("learning_rate") == 0.1
    page.get_by_label("Regularisation", exact=True).select_option("L1")
    assert now("regularization") == "L1"
    page.get_by_label("Regularisation rate").select_option("0.003")
    assert now("regularization_rate") == 0.003
    page.get_by_label("Speed").select_option("5 epochs per frame")
    assert now("speed") == 5
    for label, name, key, value in [
        ("Noise", "noise", "ArrowRight", 0.05),
        ("Share for training", "train_share", "ArrowLeft", 0.4),
        ("Batch size", "batch_size", "End", 30),
    ]:
        page.get_by_label(label).focus()
        page.keyboard.press(key)
        assert now(name) == pytest.approx(value)
    page.get_by_label("Show test data").check()
    page.get_by_label("Discretise output").check()
    assert now("show_test")
    assert now("discretize")
    page.get_by_role("button", name="Add a hidden layer").click()
    assert now("hidden") == [6, 2]
    page.get_by_role("button", name="Add a unit to hidden layer 2").click()
    page.get_by_role("button", name="Remove a unit from hidden layer 1").click()
    assert now("hidden") == [5, 3]
    page.get_by_role("button", name="Remove the last hidden layer").click()
    assert now("hidden") == [5]
    page.get_by_role("button", name="Regenerate data").click()
    page.get_by_role("button", name="New start weights").click()
    assert (now("data_seed"), now("seed")) == (2, 2)
    field = page.get_by_label("Weight seed")
    field.fill("77")
    field.press("Tab")
    assert now("seed") == 77
    field.fill("1.5")
    field.press("Tab")
    assert now("seed") == 77
    assert field.input_value() == "77"
    page.get_by_label("Problem").select_option("Regression")
    assert now("data") == "plane"
    assert "linear output" in page.locator(".nnf-caption").inner_text()
    page.get_by_label("Gaussian bumps").check()
    assert now("data") == "gaussian"
    page.close()


def test_inputs_are_switched_and_one_must_stay(lab: Any) -> None:
    page = open_alone(lab.browser)
    first = page.get_by_role("button", name="input x₁", exact=True)
    first.click()
    page.get_by_role("button", name="input sin x₂").click()
    page.wait_for_timeout(60)
    assert page.evaluate("view.session.run.settings.inputs") == ["x2", "sin x2"]
    assert first.get_attribute("aria-pressed") == "false"
    page.get_by_role("button", name="input sin x₂").click()
    page.get_by_role("button", name="input x₂", exact=True).click()
    page.wait_for_timeout(60)
    assert page.evaluate("view.session.run.settings.inputs") == ["x2"]
    assert "at least one input" in page.locator(".nnp-help").inner_text()
    page.close()


def test_arrow_keys_go_through_the_network_and_show_each_unit(lab: Any) -> None:
    page = open_alone(lab.browser, hidden=[3, 2])
    page.locator('[data-unit="-1 0"]').focus()
    assert page.locator("[data-unit][tabindex='0']").count() == 1
    heading = page.locator(".nnp-output .nnp-heading")
    seen = set()
    for key, words in [
        ("ArrowRight", "Unit 1 of hidden layer 1"),
        ("ArrowDown", "Unit 2 of hidden layer 1"),
        ("ArrowDown", "Unit 3 of hidden layer 1"),
        ("ArrowDown", "Unit 3 of hidden layer 1"),
        ("ArrowRight", "Unit 2 of hidden layer 2"),
        ("ArrowRight", "Output"),
        ("ArrowLeft", "Unit 1 of hidden layer 2"),
    ]:
        page.keyboard.press(key)
        page.wait_for_timeout(60)
        assert heading.inner_text() == words
        seen.add(page.evaluate("view.output.canvas.toDataURL()"))
    assert len(seen) == 6
    assert page.locator("[data-unit][tabindex='0']").count() == 1
    page.close()


def test_a_click_on_a_line_opens_its_weight(lab: Any) -> None:
    page = open_alone(lab.browser, hidden=[2])
    x, y, index = page.evaluate(
        """() => {
          const line = [...view.network.graph.lines(view.session.run)][3];
          const box = view.network.graph.canvas.getBoundingClientRect();
          const middle = (line.x0 + line.x1) / 2;
          return [box.left + middle, box.top + (line.y0 + line.y1) / 2, line.index];
        }"""
    )
    page.mouse.move(x, y)
    page.wait_for_timeout(60)
    assert page.locator(".nnp-help").inner_text().startswith("Weight from x₂ to unit 2")
    page.mouse.click(x, y)
    assert page.evaluate("document.activeElement.id").endswith(f"-weight-{index}")
    page.keyboard.type("-2.5")
    assert weights(page)[index] == -2.5
    page.keyboard.press("Escape")
    assert page.locator(".nnp-editor").is_hidden()
    page.mouse.click(x, y)
    assert page.locator(".nnp-editor").is_visible()
    page.mouse.click(x, y - 100)  # where there is nothing
    assert page.locator(".nnp-editor").is_hidden()
    page.close()


def test_weights_beyond_all_numbers_stop_the_run_with_a_sentence(lab: Any) -> None:
    settings = {"data": "plane", "activation": "relu", "hidden": [8, 8], "learning_rate": 10.0}
    page = open_alone(lab.browser, inputs=["x1^2", "x2^2"], **settings)
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("!view.session.playing")
    page.wait_for_timeout(100)
    assert "learning rate is too high" in page.locator(".nnf-caption").inner_text()
    page.get_by_role("button", name="Reset").click()
    page.wait_for_timeout(100)
    assert "learning rate is too high" not in page.locator(".nnf-caption").inner_text()
    page.close()


def test_while_it_trains_screen_readers_are_not_flooded(lab: Any) -> None:
    page = open_alone(lab.browser, goal=0.0)
    page.wait_for_timeout(900)
    page.evaluate(
        """() => {
          window.said = 0;
          for (const live of document.querySelectorAll('[aria-live], [role="alert"]')) {
            const options = { childList: true, characterData: true, subtree: true };
            new MutationObserver(() => { said += 1; }).observe(live, options);
          }
        }"""
    )
    page.get_by_role("button", name="Play").click()
    page.wait_for_timeout(1500)
    assert page.evaluate("said") <= 1
    page.get_by_role("button", name="Pause").click()
    page.wait_for_timeout(1000)
    assert "training loss is" in page.locator(".nnf-spoken").inner_text()
    page.close()


# --- In JupyterLab -------------------------------------------------------------------------------

SHOW = f"""{NO_PICTURES}
import numpy as np
from nnf_teach.widgets.playground import playground
network = playground()
network"""
ALIVE = (
    "(__import__('gc').collect(), sum(type(o).__name__ == 'Playground' and o.comm is not None "
    "for o in __import__('gc').get_objects()))[1]"
)


@pytest.fixture(scope="module")
def opened(lab: Any) -> Iterator[Any]:
    """A notebook whose only cell shows the playground."""
    made = lab.open("playground.ipynb", [SHOW])
    yield made
    made.close()


@pytest.fixture
def notebook(opened: Any) -> Iterator[Any]:
    """That notebook, its cell run afresh: a new playground with nothing trained."""
    page = opened.page
    page.evaluate("document.querySelector('.nnp-playground')?.classList.add('old')")
    opened.run_cell(0)
    page.wait_for_selector(".nnp-playground:not(.old)")
    # in braces, or all of the view would be sent here
    page.evaluate("() => { window.view = document.querySelector('.nnp-playground').nnf; }")
    page.wait_for_function("view.network.graph.at.length && view.frame === undefined")
    yield opened
    assert opened.errors == []


def in_kernel(notebook: Any) -> Array:
    text = notebook.kernel("[v for W, b in network.params for p in (W, b) for v in p.ravel()]")
    return np.array(ast.literal_eval(text.replace("np.float64(", "").replace(")", "")))


def wait_for_kernel(notebook: Any) -> None:
    """Wait until Python has heard of the browser's run."""
    wanted = notebook.page.evaluate("[view.session.run.epoch, view.session.run.at]")
    for _ in range(50):
        if notebook.kernel("[network.epoch, network._state.at]") == str(wanted):
            return
        notebook.page.wait_for_timeout(100)
    raise AssertionError("Python has not heard")


def test_play_pause_step_and_reset_with_the_keyboard(notebook: Any) -> None:
    page = notebook.page
    play = page.locator("button[data-name=play]")
    play.focus()
    page.keyboard.press("Enter")
    page.wait_for_function("view.session.run.epoch >= 15")
    assert play.get_attribute("aria-label") == "Pause"
    page.keyboard.press(" ")
    page.wait_for_timeout(100)
    paused = epoch(page)
    page.wait_for_timeout(300)
    assert epoch(page) == paused >= 15
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    assert epoch(page) == paused + 2
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    assert page.evaluate("view.session.run.at") == 10
    assert "10 points" in page.locator(".nnf-caption").inner_text()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    assert epoch(page) == 0
    np.testing.assert_array_equal(weights(page), flatten(start_params(DEFAULTS)))


def test_jupyterlab_leaves_the_keys_to_the_playground(notebook: Any) -> None:
    page = notebook.page
    page.locator("input[type=radio][value=xor]").focus()
    page.keyboard.press("ArrowRight")
    page.get_by_label("Noise").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowUp")
    page.get_by_label("Data seed").focus()
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("41")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Tab")
    page.get_by_label("Show test data").focus()
    page.keyboard.press(" ")
    page.locator("button[data-key=more-0]").focus()
    page.keyboard.press("Enter")
    page.wait_for_timeout(100)
    page.keyboard.press("Enter")  # the button was made again, and has the focus still
    page.wait_for_timeout(100)
    found = page.evaluate("view.session.run.settings")
    assert found["data"] == "gaussians"
    assert found["noise"] == pytest.approx(0.1)
    assert found["data_seed"] == 42
    assert found["show_test"] is True
    assert found["hidden"] == [8]
    # At 8 units the button is dead; its neighbour has the focus, and no key is lost.
    assert page.evaluate("document.activeElement.dataset.key") == "less-0"
    kind = "jupyterapp.shell.currentWidget.content.activeCell.model.type"
    assert page.evaluate(kind) == "code"
    assert page.locator(".jp-Notebook-cell").count() == 1


def test_the_state_is_copied_as_a_cell_that_shows_it_again(notebook: Any) -> None:
    page = notebook.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    notebook.kernel("network.set(hidden=[3, 2], data='circle', inputs=['x1', 'x2^2'], speed=5)")
    page.wait_for_function("view.session.run.settings.speed === 5")
    page.locator("button[data-name=step]").click()
    wait_for_kernel(notebook)
    copy = page.get_by_role("button", name="Copy its state as code")
    copy.click()
    page.wait_for_function("document.querySelector('[data-name=copy]').textContent === 'Copied'")
    code = page.evaluate("navigator.clipboard.readText()")
    assert code.startswith(
        'playground("v1;data=circle;inputs=x1,x2squared;hidden=3,2;speed=5;epoch=1;at=0;weights='
    )
    notebook.kernel("exec('from nnf_teach.widgets import playground', globals())")
    again, here = ast.literal_eval(notebook.kernel(f"[{code}.text, network.text]"))
    assert again == here == ast.literal_eval(code.removeprefix("playground"))


def test_reset_repeats_the_same_run(notebook: Any) -> None:
    page = notebook.page
    step, reset = page.locator("button[data-name=step]"), page.locator("button[data-name=reset]")
    runs = []
    for _ in range(2):
        for _ in range(5):
            step.click()
        runs.append(weights(page))
        reset.click()
    assert runs[0] == runs[1]
    assert runs[0] != weights(page)


def test_python_reads_what_the_browser_has_while_it_trains(notebook: Any) -> None:
    page = notebook.page
    page.locator("button[data-name=play]").click()
    page.wait_for_timeout(1200)
    first = int(notebook.kernel("network.epoch"))
    page.wait_for_timeout(1200)
    assert int(notebook.kernel("network.epoch")) > first > 0
    page.locator("button[data-name=play]").click()
    wait_for_kernel(notebook)
    np.testing.assert_array_equal(in_kernel(notebook), weights(page))
    shown = float(page.locator(NUMBER.format(2)).inner_text())
    assert float(notebook.kernel("network.loss.train")) == pytest.approx(shown, abs=6e-4)


def test_python_sets_and_the_browser_draws(notebook: Any) -> None:
    page = notebook.page
    before = notebook.pixels(".nnp-output canvas")
    notebook.kernel(
        "setattr(network, 'params', [(np.ones((6, 2)), np.zeros(6)), (-np.ones((1, 6)), [3.0])])"
    )
    page.wait_for_function("view.session.run.network.weights[0] === 1")
    page.wait_for_timeout(100)
    assert weights(page) == [1.0] * 12 + [0.0] * 6 + [-1.0] * 6 + [3.0]
    assert notebook.pixels(".nnp-output canvas") != before
    page.locator("button[data-name=step]").click()  # training goes on from there
    wait_for_kernel(notebook)
    np.testing.assert_array_equal(in_kernel(notebook), weights(page))
    notebook.kernel("network.set(hidden=[4, 3], activation='tanh', data='circle')")
    page.wait_for_selector('[data-unit="1 2"]')
    assert "2-4-3-1 with tanh units" in page.locator(".nnf-caption").inner_text()
    page.get_by_label("Activation").select_option("ReLU")
    page.wait_for_timeout(500)
    assert notebook.kernel("network.settings['activation']") == "'relu'"
    notebook.kernel("network.train(30)")
    page.wait_for_function("view.session.run.epoch === 30")
    np.testing.assert_array_equal(in_kernel(notebook), weights(page))


def test_settings_from_python_do_not_take_a_run_back(notebook: Any) -> None:
    page = notebook.page
    page.locator("button[data-name=play]").click()
    page.wait_for_function("view.session.run.epoch > 20")
    page.evaluate(
        """() => {
          window.back = 0;
          let last = 0;
          const look = () => {
            const { epoch } = view.session.run;
            if (epoch < last) back += 1;
            last = epoch;
            requestAnimationFrame(look);
          };
          look();
        }"""
    )
    for rate in (0.01, 0.02, 0.1):
        notebook.kernel(f"network.set(learning_rate={rate})")
        page.wait_for_function(f"view.session.run.settings.learning_rate === {rate}")
        page.wait_for_timeout(150)
    assert page.evaluate("[back, view.session.playing]") == [0, True]
    page.locator("button[data-name=play]").click()
    wait_for_kernel(notebook)
    assert notebook.kernel("network.settings['learning_rate']") == "0.1"


def test_a_weight_is_edited_by_keyboard(notebook: Any) -> None:
    page = notebook.page
    page.locator('[data-unit="-1 0"]').focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Enter")
    editor = page.get_by_role("dialog", name="Unit 1 of hidden layer 1")
    assert editor.is_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("ControlOrMeta+a")
    page.keyboard.type("1.75")
    page.keyboard.press("Enter")
    assert editor.is_hidden()
    assert page.evaluate("document.activeElement.dataset.unit") == "0 0"
    wait_for_kernel(notebook)
    page.wait_for_timeout(200)
    assert notebook.kernel("float(network.params[0][0][0, 0])") == "1.75"
    page.keyboard.press("Enter")
    page.keyboard.type("ee")
    assert "a number" in editor.get_by_role("alert").inner_text()
    page.keyboard.press("Escape")
    page.wait_for_timeout(200)
    assert notebook.kernel("float(network.params[0][1][0])") == "0.1"


@pytest.mark.parametrize("width", [700, 1300])
def test_nothing_is_cut_off_and_axe_finds_nothing_serious(notebook: Any, width: int) -> None:
    page = notebook.page
    page.set_viewport_size({"width": width, "height": 900})
    notebook.kernel("network.set(hidden=[8, 8, 8, 8], show_test=True)")
    page.wait_for_selector('[data-unit="3 7"]')
    page.wait_for_timeout(300)
    found = page.evaluate(
        """() => {
          const box = view.root.getBoundingClientRect();
          const area = view.root.closest('.jp-OutputArea').getBoundingClientRect();
          const seen = (e) => e.getClientRects().length && !e.closest('.nnf-spoken');
          const out = [...view.root.querySelectorAll('*')].filter(seen).filter((e) => {
            const { left, right } = e.getBoundingClientRect();
            return left < box.left - 0.5 || right > box.right + 0.5;
          }).map((e) => e.outerHTML.slice(0, 80));
          return { out, wide: view.root.scrollWidth - view.root.clientWidth,
                   right: area.right - box.right };
        }"""
    )
    assert found["out"] == []
    assert found["wide"] <= 0
    assert found["right"] >= -0.5
    page.locator('[data-unit="1 3"]').click()
    for theme in ("JupyterLab Light", "JupyterLab Dark"):
        notebook.theme(theme)
        assert notebook.lab.axe(page, ".nnp-playground") == []
    notebook.theme("JupyterLab Light")
    page.keyboard.press("Escape")
    # On a narrow page the tab order follows what stands where.
    tops = page.eval_on_selector_all(
        ".nnp-columns > *", "all => all.map((e) => e.getBoundingClientRect().top)"
    )
    assert tops == sorted(tops)


def test_a_cell_run_again_leaves_one_view_and_no_more_playgrounds(notebook: Any) -> None:
    page, alive = notebook.page, notebook.kernel(ALIVE)  # one, and what other tests have kept
    page.locator("button[data-name=play]").click()
    for _ in range(3):
        notebook.run_cell(0)
        page.wait_for_timeout(400)
    assert page.locator(".nnp-playground").count() == 1
    assert page.evaluate("view.session.playing") is False  # the first one's clock has stopped
    assert notebook.kernel(ALIVE) == alive


def test_two_views_show_one_run_and_a_reload_keeps_it(lab: Any) -> None:
    opened = lab.open("twice.ipynb", [SHOW, "network"])
    opened.run_all()
    page = opened.page
    page.wait_for_function("document.querySelectorAll('.nnp-playground').length === 2")
    page.locator("button[data-name=step]").first.click()
    page.locator("button[data-name=step]").last.click()
    page.wait_for_timeout(300)
    assert page.locator(NUMBER.format(1)).all_inner_texts() == ["2", "2"]
    ids = page.eval_on_selector_all(".nnp-playground [id]", "all => all.map((e) => e.id)")
    assert len(ids) == len(set(ids)) > 0
    assert opened.kernel("network.epoch") == "2"
    opened.save()
    opened.load()
    page.wait_for_selector(".nnp-playground")
    page.wait_for_timeout(500)
    assert page.locator(NUMBER.format(1)).first.inner_text() == "2"
    assert opened.errors == []
    opened.close()


def test_with_reduced_motion_the_pictures_change_twice_a_second(notebook: Any) -> None:
    page = notebook.page
    page.emulate_media(reduced_motion="reduce")
    page.locator("button[data-name=play]").click()
    page.wait_for_timeout(2000)
    frames, epochs = page.evaluate("[view.session.frames, view.session.run.epoch]")
    page.emulate_media(reduced_motion="no-preference")
    assert frames <= 6
    assert epochs > 20
