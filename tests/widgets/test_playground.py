"""The playground without a browser: settings, data, the NumPy twin, and what Python may do."""

from __future__ import annotations

import base64
import json
import re
import threading
from collections.abc import Iterator
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest
from matplotlib._pylab_helpers import Gcf

from nnf_teach import session
from nnf_teach.widgets import neuron_explorer
from nnf_teach.widgets.playground import data as data_module
from nnf_teach.widgets.playground import playground
from nnf_teach.widgets.playground.data import INPUTS, NAMES, draw_points
from nnf_teach.widgets.playground.engine import Run, flatten, start_params, unflatten
from nnf_teach.widgets.playground.picture import draw
from nnf_teach.widgets.playground.random import Random
from nnf_teach.widgets.playground.settings import DEFAULTS, changed, sizes
from nnf_teach.widgets.playground.widget import MODULES, Playground
from nnf_teach.widgets.playground.words import goal
from nnf_teach.widgets.shell import join_modules


@pytest.fixture
def network() -> Iterator[Playground]:
    made = playground(hidden=[3, 2], activation="tanh")
    yield made
    made.close()


# --- Numbers and points --------------------------------------------------------------------------


def test_random_numbers_are_uniform_normal_and_fair() -> None:
    random = Random(5, 1)
    uniform = np.array([random.uniform(-1, 3) for _ in range(20_000)])
    assert uniform.min() >= -1
    assert uniform.max() < 3
    assert uniform.mean() == pytest.approx(1, abs=0.03)
    normal = np.array([random.normal() for _ in range(20_000)])
    assert [normal.mean(), normal.std()] == pytest.approx([0, 1], abs=0.03)
    counts = np.bincount([random.below(5) for _ in range(20_000)])
    assert counts == pytest.approx([4000] * 5, abs=250)


def test_neighbouring_seeds_and_streams_have_nothing_in_common() -> None:
    drawn = {
        (seed, stream): [Random(seed, stream).uniform() for _ in range(1)][0]
        for seed in range(50)
        for stream in (0, 1, 2)
    }
    assert len(set(drawn.values())) == 150
    assert np.mean(list(drawn.values())) == pytest.approx(0.5, abs=0.1)


@pytest.mark.parametrize("name", NAMES)
def test_every_data_set_is_split_and_repeats(name: str) -> None:
    split = draw_points(name, 0.2, 0.3, seed=9)
    total = 1200 if name in data_module.REGRESSION else 500
    assert len(split.X) == len(split.t) == 0.3 * total
    assert len(split.X_test) == len(split.t_test) == 0.7 * total
    again = draw_points(name, 0.2, 0.3, seed=9)
    assert all(np.array_equal(a, b) for a, b in zip(split, again, strict=True))
    assert not np.array_equal(split.X, draw_points(name, 0.2, 0.3, seed=10).X)


def test_the_points_lie_where_the_tensorflow_playground_puts_them() -> None:
    def both(name: str, noise: float = 0.0) -> tuple[Any, Any]:
        split = draw_points(name, noise, 0.5, seed=4)
        return np.concatenate([split.X, split.X_test]), np.concatenate([split.t, split.t_test])

    X, t = both("circle")
    radius = np.hypot(*X.T)
    assert np.array_equal(t, np.where(radius < 2.5, 1, -1))
    assert (t == 1).sum() == 250
    assert radius[t == -1].min() >= 3.5
    assert radius.max() <= 5
    X, t = both("xor")
    assert np.array_equal(t, np.sign(X[:, 0] * X[:, 1]))
    assert np.abs(X).min() >= 0.3
    assert np.abs(X).max() <= 5.3
    X, t = both("gaussians")
    for sign in (1, -1):
        cloud = X[t == sign]
        assert cloud.mean(axis=0) == pytest.approx([2 * sign] * 2, abs=0.15)
        assert cloud.var(axis=0) == pytest.approx([0.5, 0.5], abs=0.15)
    assert both("gaussians", 0.5)[0].std() > 1.9
    X, t = both("spiral")
    order = np.argsort(np.hypot(*X[t == 1].T))
    assert np.hypot(*X[t == 1][order].T) == pytest.approx(5 * np.arange(250) / 250, abs=1e-12)
    assert sorted(np.hypot(*X[t == -1].T)) == pytest.approx(5 * np.arange(250) / 250, abs=1e-12)
    X, t = both("plane")
    assert t == pytest.approx(X.sum(axis=1) / 10)
    X, t = both("gaussian")
    near = np.hypot(X[:, 0] - 4, X[:, 1] - 2.5)
    assert t[near < 1] == pytest.approx(1 - near[near < 1] / 2)
    far = np.min([np.hypot(X[:, 0] - a, X[:, 1] - b) for a, b, _ in data_module.BUMPS], axis=0)
    assert np.array_equal(t == 0, far >= 2)


def test_noise_changes_labels_and_not_points() -> None:
    quiet, loud = (draw_points("xor", noise, 0.5, seed=1) for noise in (0.0, 0.5))
    assert np.array_equal(quiet.X, loud.X)
    assert 0.05 < np.mean(quiet.t != loud.t) < 0.5


# --- The NumPy twin ------------------------------------------------------------------------------


def loss_of(flat: Any, shape: Any, hidden: str, output: str, X: Any, t: Any) -> Any:
    f = {
        "linear": lambda z: z,
        "relu": lambda z: anp.maximum(z, 0),
        "tanh": anp.tanh,
        "sigmoid": lambda z: 1 / (1 + anp.exp(-z)),
    }
    at, y = 0, X
    for layer, (D, K) in enumerate(zip(shape, shape[1:], strict=False)):
        W, b = flat[at : at + K * D].reshape((K, D)), flat[at + K * D : at + K * D + K]
        y = f[output if layer == len(shape) - 2 else hidden](anp.dot(y, W.T) + b)
        at += K * D + K
    return anp.mean((y[:, 0] - t) ** 2) / 2


@pytest.mark.parametrize("activation", ["relu", "tanh", "sigmoid", "linear"])
@pytest.mark.parametrize("name", ["xor", "gaussian"])
def test_a_step_follows_autograds_gradient(activation: str, name: str) -> None:
    settings = changed(DEFAULTS, {"data": name, "hidden": [4, 3], "activation": activation})
    run = Run(settings)
    before = flatten(run.params)
    output = "linear" if name == "gaussian" else "tanh"
    X, t = run.split.X[:10], run.split.t[:10]
    gradient = autograd.grad(loss_of)(before, sizes(settings), activation, output, X, t)
    run.step()
    assert flatten(run.params) == pytest.approx(before - 0.03 * gradient, abs=1e-14)
    value = loss_of(before, sizes(settings), activation, output, run.split.X, run.split.t)
    assert Run(settings).loss().train == pytest.approx(float(value))


def test_l2_pulls_and_l1_kills_but_never_biases() -> None:
    plain = Run(DEFAULTS)
    plain.step()
    for kind in ("L1", "L2"):
        run = Run(changed(DEFAULTS, {"regularization": kind, "regularization_rate": 0.1}))
        start = start_params(DEFAULTS)
        run.step()
        for (W, b), (W0, _), (Wp, bp) in zip(run.params, start, plain.params, strict=True):
            pull = W0 if kind == "L2" else np.sign(W0)
            assert np.array_equal(b, bp)
            moved = Wp - 0.03 * 0.1 * pull
            crossed = (Wp * moved < 0) if kind == "L1" else np.zeros(W.shape, bool)
            assert pytest.approx(np.where(crossed, 0, moved), abs=1e-15) == W
    run = Run(changed(DEFAULTS, {"regularization": "L1", "regularization_rate": 0.3}))
    run.train(20)
    gone = run.dead[0].copy()
    assert gone.any()
    run.settings = DEFAULTS
    run.train(5)
    assert not run.params[0][0][gone].any()  # dead stays dead, also without L1


def test_the_last_batch_may_be_shorter_and_is_a_step_of_its_own() -> None:
    run = Run(changed(DEFAULTS, {"batch_size": 30}))  # 250 = 8 * 30 + 10
    for _ in range(8):
        run.step()
    assert (run.epoch, run.at) == (0, 240)
    run.step()
    assert (run.epoch, run.at) == (1, 0)


@pytest.mark.parametrize("name", list(data_module.CLASSIFICATION))
def test_fitting_settings_learn_every_data_set(name: str) -> None:
    chosen = {"circle": {}, "xor": {}, "gaussians": {"hidden": []}, "spiral": {}}[name]
    if name == "spiral":
        chosen = {"inputs": list(INPUTS), "hidden": [8, 8], "activation": "tanh"}
    run = Run(changed(DEFAULTS, {"data": name, "seed": 2, "learning_rate": 0.1, **chosen}))
    run.train(300)
    assert run.right().train > 0.95


def test_flatten_and_unflatten_are_inverse() -> None:
    params = start_params(changed(DEFAULTS, {"hidden": [3, 2], "inputs": ["x1", "sin x1", "x2"]}))
    again = unflatten(flatten(params), (3, 3, 2, 1))
    for (W, b), (V, c) in zip(params, again, strict=True):
        assert np.array_equal(W, V)
        assert np.array_equal(b, c)


# --- Settings ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        ({"data": "moons"}, "data must be one of 'circle', 'xor', .*, but it is 'moons'"),
        ({"hiden": [3]}, "hiden: not a setting of the playground, which has data, noise"),
        ({"hidden": 6}, "hidden must be a list of at most 4 numbers of units"),
        ({"hidden": [9]}, "hidden must be .* from 1 to 8, but it is \\[9\\]"),
        ({"hidden": [1] * 5}, "at most 4"),
        ({"hidden": [2.5]}, "hidden must be"),
        ({"hidden": "66"}, "hidden must be"),
        ({"inputs": []}, "inputs must be a list of one or more"),
        ({"inputs": ["x1", "x1"]}, "each once"),
        ({"inputs": ["x3"]}, "'x1', 'x2', 'x1\\^2'"),
        ({"inputs": "x1"}, "inputs must be"),
        ({"activation": "swish"}, "'relu', 'tanh', 'sigmoid', 'linear'"),
        ({"activation": ["relu"]}, "activation must be"),
        ({"learning_rate": 0}, "learning_rate must be a number above 0"),
        ({"learning_rate": float("nan")}, "but it is nan"),
        ({"learning_rate": "0.03"}, "but it is '0.03'"),
        ({"learning_rate": True}, "learning_rate must be"),
        ({"batch_size": 31}, "a whole number from 1 to 30, but it is 31"),
        ({"batch_size": 2.0}, "batch_size must be"),
        ({"noise": 50}, "noise must be a number from 0 to 0.5, but it is 50"),
        ({"train_share": 1}, "train_share must be a number from 0.1 to 0.9"),
        ({"regularization": "l1"}, "'none', 'L1', 'L2'"),
        ({"regularization_rate": -1}, "regularization_rate must be"),
        ({"seed": -1}, "seed must be a whole number from 0 to 4294967295"),
        ({"data_seed": 2**32}, "data_seed must be"),
        ({"discretize": 1}, "discretize must be True or False"),
        ({"speed": 2}, "0 \\(one batch for each drawn frame\\) or 1, 5 or 25"),
        ({"goal": "low"}, "goal must be a number"),
    ],
)
def test_a_wrong_setting_is_named_in_a_sentence(wrong: dict[str, Any], says: str) -> None:
    with pytest.raises(ValueError, match=says):
        playground(**wrong)


def test_a_wrong_change_changes_nothing(network: Playground) -> None:
    before = network.settings
    with pytest.raises(ValueError, match="batch_size"):
        network.set(hidden=[1], batch_size=0)
    assert network.settings == before


def test_settings_are_plain_values_in_the_playgrounds_order(network: Playground) -> None:
    network.set(inputs=("sin x1", "x1"), hidden=np.array([2]), seed=np.int64(3), noise=0)
    assert network.settings["inputs"] == ["x1", "sin x1"]
    assert network.settings["hidden"] == [2]
    json.dumps(network.settings)
    network.settings["hidden"].append(5)
    assert network.settings["hidden"] == [2]


def test_some_changes_restart_the_run_and_others_do_not(network: Playground) -> None:
    network.train(3)
    trained = flatten(network.params)
    network.set(learning_rate=0.1, batch_size=5, regularization="L2", show_test=True, goal=0.2)
    assert network.epoch == 3
    assert np.array_equal(flatten(network.params), trained)
    network.set(activation="relu")
    assert network.epoch == 0
    assert len(network.history) == 1


# --- Parameters ----------------------------------------------------------------------------------


def test_params_are_copies_of_float64_pairs(network: Playground) -> None:
    params = network.params
    assert [(W.shape, b.shape) for W, b in params] == [
        ((3, 2), (3,)),
        ((2, 3), (2,)),
        ((1, 2), (1,)),
    ]
    assert {part.dtype for pair in params for part in pair} == {np.dtype(np.float64)}
    params[0][0][:] = 7
    assert np.abs(network.params[0][0]).max() <= 0.5


def test_params_can_be_set_and_are_sent(network: Playground) -> None:
    number = network._order["id"]
    wanted = [(np.ones((3, 2), int), [0, 1, 2]), (np.zeros((2, 3)), [3, 4]), ([[5, 6]], [7.5])]
    network.params = wanted
    assert flatten(network.params).tolist() == [1] * 6 + [0, 1, 2] + [0] * 6 + [3, 4, 5, 6, 7.5]
    assert network._order["id"] == number + 1
    sent = np.frombuffer(network._order["weights"])
    assert np.array_equal(sent, flatten(network.params))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda p: p[:2], "a list of 3 \\(W, b\\) pairs for this 2-3-2-1 network"),
        (lambda p: 5, "params must be a list of \\(W, b\\) pairs, input side first"),
        (lambda p: [(p[0][0],), *p[1:]], "a list of 3 \\(W, b\\) pairs"),
        (
            lambda p: [(p[0][0].T, p[0][1]), *p[1:]],
            r"params\[0\]: W has shape \(2, 3\), but .* \(3, 2\)",
        ),
        (lambda p: [*p[:2], (p[2][0], 0.5)], r"params\[2\]: b has shape \(\), but .* needs \(1,\)"),
        (
            lambda p: [*p[:2], (p[2][0], [np.nan])],
            r"params\[2\]: b has a value that is not finite: nan",
        ),
        (lambda p: [*p[:2], (p[2][0], ["a"])], r"params\[2\]: b must be an array of real numbers"),
        (lambda p: [*p[:2], ([[1], [2, 3]], [1.0])], r"params\[2\]: W must be an array of real"),
        (lambda p: [*p[:2], (p[2][0] * 1j, [1.0])], r"params\[2\]: W must be an array of real"),
    ],
)
def test_wrong_params_are_named_and_change_nothing(
    network: Playground, change: Any, says: str
) -> None:
    before = flatten(network.params)
    with pytest.raises(ValueError, match=says):
        network.params = change(network.params)
    assert np.array_equal(flatten(network.params), before)


def test_training_here_gives_the_loss_the_curve_and_the_order(network: Playground) -> None:
    network.train(4)
    assert network.epoch == 4
    assert network.history.shape == (5, 3)
    assert network.history[-1].tolist() == [4, *network.loss]
    assert network._order["epoch"] == 4
    network.reset()
    assert network.epoch == 0
    assert np.array_equal(flatten(network.params), flatten(start_params(network.settings)))
    for wrong in (-1, 1.5, True, "3", 10**9):
        with pytest.raises(ValueError, match="epochs must be a whole number"):
            network.train(wrong)  # type: ignore[arg-type]


# --- What the browser says -----------------------------------------------------------------------


def said(network: Playground, **changes: Any) -> dict[str, Any]:
    """What the browser would send after ten epochs of the network's run."""
    run = Run(network.settings | changes)
    run.train(10)
    return {
        "id": network._order["id"],
        "settings": run.settings,
        "epoch": 10,
        "at": 0,
        "stride": 1,
        "weights": memoryview(flatten(run.params).tobytes()),
        "dead": [0],
        "history": memoryview(np.array(run.history).tobytes()),
    }


def test_the_browsers_run_is_taken_over(network: Playground) -> None:
    message = said(network)
    network._run = message
    assert network.epoch == 10
    assert flatten(network.params).tobytes() == bytes(message["weights"])
    assert len(network.history) == 11
    assert network._state.dead[0][0, 0]
    assert network._state.dead[0].sum() == 1


def test_the_browser_may_change_the_settings(network: Playground) -> None:
    network._run = said(network, data="circle", hidden=[2], train_share=0.3)
    assert repr(network) == "Playground('circle', 2-2-1, 'tanh')"
    assert [W.shape for W, _ in network.params] == [(2, 2), (1, 2)]
    assert len(network._state.split.X) == 150


def test_what_follows_an_older_order_is_dropped(network: Playground) -> None:
    late = said(network)
    network.set(hidden=[5])
    network._run = late
    assert network.settings["hidden"] == [5]
    assert network.epoch == 0


@pytest.mark.parametrize(
    "junk",
    [
        {"weights": b""},
        {"weights": None},
        {"weights": b"12345"},
        {"settings": {"hidden": [99]}},
        {"settings": None},
        {"epoch": -1},
        {"epoch": 1.5},
        {"epoch": True},
        {"at": 250},
        {"stride": 0},
        {"dead": [10**6]},
        {"dead": ["x"]},
        {"history": b""},
        {"history": b"12345678"},
        {"id": "1"},
    ],
)
def test_junk_from_the_browser_changes_nothing(network: Playground, junk: dict[str, Any]) -> None:
    before = flatten(network.params)
    network._run = said(network) | junk
    assert network.epoch == 0
    assert np.array_equal(flatten(network.params), before)
    network._run = {}
    assert network.epoch == 0


def test_weights_beyond_all_numbers_can_be_read(network: Playground) -> None:
    message = said(network)
    message["weights"] = np.full(len(message["weights"]) // 8, np.inf).tobytes()
    network._run = message
    assert not np.isfinite(network.params[0][0]).any()
    assert isinstance(network.loss.train, float)
    network._repr_mimebundle_()


def test_two_threads_take_turns(network: Playground) -> None:
    errors: list[BaseException] = []

    def browser() -> None:
        try:
            for _ in range(30):
                network._run = said(network, hidden=[2], train_share=0.2)
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=browser)
    thread.start()
    for units in range(30):
        network.set(hidden=[units % 8 + 1])
        shapes = [W.shape for W, _ in network.params]
        assert len(shapes) == 2
    thread.join()
    assert errors == []


# --- What is shown -------------------------------------------------------------------------------


def test_repr_is_fixed(network: Playground) -> None:
    first = repr(network)
    network.train(2)
    assert repr(network) == first == "Playground('xor', 2-3-2-1, 'tanh')"


@pytest.mark.parametrize("make", [playground, neuron_explorer])
def test_in_a_browser_a_living_widget_gets_no_picture(
    make: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Is nothing drawn that nobody sees?"""
    widget = make()
    monkeypatch.setattr(session, "in_browser", lambda: True)
    alive, metadata = widget._repr_mimebundle_()
    assert set(alive) == {"text/plain", "application/vnd.jupyter.widget-view+json"}
    assert metadata == {}
    widget.close()


def test_bundle_has_view_picture_and_words() -> None:
    network = playground()
    network.train(150)
    bundle, metadata = network._repr_mimebundle_()
    words = bundle["text/plain"]
    assert "XOR data, 250 points for training and 250 for the test" in words
    assert "Network 2-6-1 with sigmoid units, tanh output" in words
    assert re.search(
        r"After 150 epochs the training loss is 0\.\d{3} and the test loss 0\.\d{3}", words
    )
    assert "Goal, not yet reached: test loss below 0.05" in words
    assert base64.b64decode(bundle["image/png"]).startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == words
    view = bundle["application/vnd.jupyter.widget-view+json"]
    assert view["model_id"] == network.model_id
    assert network._repr_mimebundle_()[0]["image/png"] == bundle["image/png"]
    network.close()


@pytest.mark.parametrize("name", NAMES)
def test_the_picture_shows_data_network_and_curve_without_pyplot(name: str) -> None:
    run = Run(changed(DEFAULTS, {"data": name, "hidden": [3], "show_test": True}))
    run.train(3)
    before = Gcf.figs.copy()
    network, output, losses = draw(run).axes[:3]
    assert Gcf.figs == before
    lines = [line for line in network.get_lines() if line.get_linestyle() != "None"]
    weights = np.concatenate([W.ravel() for W, _ in run.params])
    assert [line.get_linestyle() for line in lines] == ["--" if w < 0 else "-" for w in weights]
    shown = sum(len(line.get_xdata()) for line in output.get_lines())
    assert shown == len(run.split.X) + len(run.split.X_test)
    assert losses.get_lines()[0].get_ydata() == pytest.approx(np.array(run.history)[:, 1])


def test_a_stored_page_has_all_that_the_view_needs(network: Playground) -> None:
    from ipywidgets.embed import embed_data

    network.train(2)
    state = embed_data(views=[network])["manager_state"]["state"][network.model_id]
    text = json.dumps(state, allow_nan=False)
    assert state["state"]["_order"]["epoch"] == 2
    paths = [part["path"] for part in state["buffers"]]
    assert ["_order", "weights"] in paths
    assert ["_order", "history"] in paths
    assert len(text) < 250_000


def test_running_a_cell_again_closes_its_earlier_playground(monkeypatch: Any) -> None:
    monkeypatch.setattr(session, "_runs", {})
    monkeypatch.setattr(session, "_current_run", lambda: ("cell", "first"))
    first = playground()
    monkeypatch.setattr(session, "_current_run", lambda: ("cell", "second"))
    second = playground()
    assert first.comm is None
    assert second.comm is not None
    second.close()


def test_modules_are_joined_into_one_without_clashes() -> None:
    names = re.findall(
        r"^(?:async )?(?:const|let|class|function\*?) +(\w+)", join_modules(MODULES), re.MULTILINE
    )
    assert len(names) > 80
    assert len(names) == len(set(names)), sorted(n for n in set(names) if names.count(n) > 1)


def test_modules_import_only_what_was_joined_before() -> None:
    from nnf_teach.widgets.shell import STATIC

    for number, name in enumerate(MODULES):
        file = STATIC / f"{name}.js"
        for other in re.findall(r'from "([^"]+)\.js"', file.read_text(encoding="utf-8")):
            path = (file.parent / other).resolve().relative_to(STATIC.resolve())
            assert path.as_posix() in MODULES[:number], (name, other)


def test_the_goal_stays_reached_while_a_run_goes_on(javascript: Any) -> None:
    """In words of both sides: the loss goes up and down, and the learner may go on."""
    run = Run(changed(DEFAULTS, {}))
    run.history.append((1.0, 0.1, 0.049))
    assert goal(run) == "Goal reached: test loss below 0.05"
    said = javascript(
        "numbers playground/words",
        "goalWords({settings: {goal: 0.05}, history: [[0, 1, 0.4], [1, 0.1, 0.049]]},"
        " {test: {loss: 0.3}})",
    )
    assert said == {"reached": True, "text": goal(run)}
