"""The stage without a browser: what comes in, what goes out, what goes wrong."""

from __future__ import annotations

import base64
import gc
import json
import threading
import time
from collections.abc import Iterator
from typing import Any

import ipywidgets
import numpy as np
import pytest

from nnf_teach import session
from nnf_teach.widgets import stage as stage_module
from nnf_teach.widgets.scene import (
    Axis,
    Button,
    Choice,
    Goal,
    Handle,
    HeatMap,
    Line,
    Panel,
    Scene,
    Slider,
    State,
    Toggle,
)
from nnf_teach.widgets.stage import Stage

X = Axis("x", -2, 2)
START: State = {
    "w": [1.0, 0.5],
    "b": 0.0,
    "noise": 0.5,
    "units": 2,
    "f": "tanh",
    "grid": False,
    "again": 0,
    "hidden": 1,
}


def build(state: State) -> Scene:
    handles = (Handle("w", "weight", *state["w"]), Handle("b", "bias", state["b"], 0, "x"))
    panel = Panel("", X, X, (HeatMap(np.full((2, 2), state["noise"]), 0, 1),), handles)
    controls = (
        Slider("noise", "Noise", 0, 1, 0.1),
        Slider("units", "Units", 1, 8, 1),
        Choice("f", "Function", ("tanh", "relu")),
        Toggle("grid", "Grid"),
        Button("again", "Again"),
    )
    return Scene("Toy", (panel,), f"noise {state['noise']:.2f}", controls)


Sent = list[tuple[dict[str, Any], list[memoryview]]]


@pytest.fixture
def stage() -> Iterator[Stage]:
    made = Stage(build, START)
    yield made
    made.close()


@pytest.fixture
def sent(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> Sent:
    messages: Sent = []
    monkeypatch.setattr(stage, "send", lambda content, buffers: messages.append((content, buffers)))
    return messages


def test_hello_gets_the_scene_that_is_shown(stage: Stage, sent: Sent) -> None:
    stage._receive(stage, {"hello": True, "view": "a"}, [])
    ((message, buffers),) = sent
    assert json.loads(json.dumps(message, allow_nan=False)) == message
    assert message["type"] == "scene"
    assert message["error"] is None
    assert message["scene"]["caption"] == "noise 0.50"
    part = message["scene"]["panels"][0]["marks"][0]["values"]
    assert np.frombuffer(buffers[part["buffer"]], np.uint8).tolist() == [127] * 4


def test_only_values_of_controls_and_handles_travel(stage: Stage, sent: Sent) -> None:
    stage._receive(stage, {"hello": True, "view": "a"}, [])
    assert "hidden" not in sent[0][0]["scene"]["state"]
    assert sent[0][0]["scene"]["state"]["w"] == [1.0, 0.5]


def test_a_change_is_built_and_answered_with_its_number(stage: Stage, sent: Sent) -> None:
    stage._receive(stage, {"state": {"noise": 1, "w": [-2, 2]}, "seq": 1, "view": "a"}, [])
    message, buffers = sent[0]
    assert (message["seq"], message["view"]) == (1, "a")
    assert message["scene"]["caption"] == "noise 1.00"
    assert bytes(buffers[0]) == b"\xfe" * 4
    assert stage.state == START | {"noise": 1.0, "w": [-2.0, 2.0]}


@pytest.mark.parametrize(
    ("change", "becomes"),
    [
        ({"noise": 0.30000000000000004}, 0.30000000000000004),
        ({"noise": 1.0000000000000002}, 1.0),
        ({"units": 3}, 3),
        ({"b": 1}, 1.0),
        ({"f": "relu"}, "relu"),
        ({"grid": True}, True),
        ({"again": 4}, 4),
    ],
)
def test_good_values_are_taken_with_their_type(stage: Stage, change: State, becomes: Any) -> None:
    stage._receive(stage, {"state": change, "seq": 1, "view": "a"}, [])
    (name,) = change
    assert stage.state[name] == becomes
    assert type(stage.state[name]) is type(becomes)


NAN, INFINITY = float("nan"), float("inf")


@pytest.mark.parametrize(
    "junk",
    [
        None,
        "state",
        7,
        [],
        {},
        {"state": None},
        {"state": []},
        {"state": {"no such": 1}},
        {"state": {"hidden": 2}},
        {"state": {"noise": 1.5}},
        {"state": {"noise": -0.1}},
        {"state": {"noise": NAN}},
        {"state": {"noise": INFINITY}},
        {"state": {"noise": "0.1"}},
        {"state": {"noise": True}},
        {"state": {"noise": None}},
        {"state": {"noise": [0.1]}},
        {"state": {"noise": {}}},
        {"state": {"f": "sin"}},
        {"state": {"f": ["relu"]}},
        {"state": {"grid": 1}},
        {"state": {"again": -1}},
        {"state": {"again": 1.5}},
        {"state": {"again": True}},
        {"state": {"w": 1}},
        {"state": {"w": [1]}},
        {"state": {"w": [1, 2, 3]}},
        {"state": {"w": [1, NAN]}},
        {"state": {"w": [1, 2.5]}},
        {"state": {"w": "ab"}},
        {"state": {"b": [0, 0]}},
        {"state": {"noise": 0.1}, "seq": -1, "view": "a"},
        {"state": {1: 2}, "seq": "one", "view": 7},
        {"seq": 10**400, "view": "v" * 100},
    ],
)
def test_junk_changes_nothing(stage: Stage, sent: Sent, junk: Any) -> None:
    stage._receive(stage, junk, None)
    assert stage.state == START
    for message, _ in sent:
        json.dumps(message, allow_nan=False)


def test_junk_beside_a_good_value_does_not_spoil_it(stage: Stage, sent: Sent) -> None:
    stage._receive(stage, {"state": {"noise": 9, "grid": True}, "seq": 1, "view": "a"})
    assert stage.state == START | {"grid": True}


def test_a_late_message_is_not_taken_but_answered(stage: Stage, sent: Sent) -> None:
    stage._receive(stage, {"state": {"noise": 0.9}, "seq": 2, "view": "a"})
    stage._receive(stage, {"state": {"noise": 0.1}, "seq": 1, "view": "a"})
    assert stage.state["noise"] == 0.9
    assert len(sent) == 2
    stage._receive(stage, {"state": {"noise": 0.1}, "seq": 1, "view": "b"})
    assert stage.state["noise"] == 0.1


def test_many_views_are_forgotten_in_turn(stage: Stage, sent: Sent) -> None:
    for k in range(100):
        stage._receive(stage, {"state": {}, "seq": 1, "view": f"view {k}"})
    assert len(stage._answered) == stage_module.REMEMBERED_VIEWS


def test_set_pushes_to_the_views(stage: Stage, sent: Sent) -> None:
    stage.set(noise=0.25, hidden=5)
    assert sent[0][0]["scene"]["caption"] == "noise 0.25"
    assert stage.scene.caption == "noise 0.25"
    assert stage.state["hidden"] == 5


def test_set_names_what_it_does_not_know(stage: Stage) -> None:
    with pytest.raises(ValueError, match="nois: not in this widget's state, which has w, b, noise"):
        stage.set(nois=1)
    assert stage.state == START


def test_state_is_a_copy_in_both_directions(stage: Stage) -> None:
    stage.state["w"][0] = 99
    assert stage.state["w"] == [1.0, 0.5]
    START["w"][1] = 0.75
    try:
        assert stage.state["w"] == [1.0, 0.5]
    finally:
        START["w"][1] = 0.5


def test_build_cannot_change_the_state_behind_the_stage() -> None:
    def careless(state: State) -> Scene:
        state["w"][0] += 1
        return build(state)

    stage = Stage(careless, START)
    stage.set(noise=0.1)
    assert stage.state["w"] == [1.0, 0.5]
    stage.close()


def test_a_scene_may_set_values_of_the_state_and_add_some() -> None:
    def reset(state: State) -> Scene:
        made = build(state)
        return Scene("", made.panels, "", made.controls, state={"noise": 0.0, "new": 1})

    stage = Stage(reset, START)
    assert stage.state == START | {"noise": 0.0, "new": 1}
    stage.close()


def test_a_goal_once_reached_stays_reached_until_it_is_another() -> None:
    def build(state: State) -> Scene:
        goal = Goal(f"more than {state['wanted']}", state["found"] > state["wanted"])
        return Scene("", (), "", goal=goal)

    stage = Stage(build, {"wanted": 1, "found": 0})

    def reached(**changes: int) -> bool:
        stage.set(**changes)
        return bool(stage.scene.goal and stage.scene.goal.reached)

    assert [reached(found=0), reached(found=2), reached(found=0)] == [False, True, True]
    assert [reached(wanted=3), reached(wanted=1)] == [False, True]


def test_two_threads_take_turns() -> None:
    inside = threading.Semaphore(1)
    clashes = []

    def slow(state: State) -> Scene:
        if not inside.acquire(blocking=False):
            clashes.append(state)
            return build(state)
        time.sleep(0.002)
        inside.release()
        return build(state)

    stage = Stage(slow, START)

    def knock(view: str) -> None:
        for k in range(1, 31):
            stage._receive(stage, {"state": {"noise": k / 31}, "seq": k, "view": view})

    threads = [threading.Thread(target=knock, args=(name,)) for name in "ab"]
    for thread in threads:
        thread.start()
    for k in range(30):
        stage.set(units=k % 8 + 1)
    for thread in threads:
        thread.join()
    assert clashes == []
    assert stage.state["noise"] == 30 / 31
    stage.close()


# --- The learner's function raises --------------------------------------------------------------


def neuron(noise: float) -> float:
    return 1 / noise


def fragile(state: State) -> Scene:
    neuron(state["noise"])
    return build(state)


def test_an_error_keeps_the_picture_and_says_why_in_one_sentence() -> None:
    stage = Stage(fragile, START)
    messages: Sent = []
    stage.send = lambda content, buffers: messages.append((content, buffers))
    stage._receive(stage, {"state": {"noise": 0, "w": [-1, 1]}, "seq": 1, "view": "a"})
    message, _ = messages[0]
    assert message["error"].startswith("fragile raised ZeroDivisionError: ")
    assert message["error"].endswith(": return 1 / noise")
    assert message["scene"]["caption"] == "noise 0.50"
    assert message["scene"]["state"]["noise"] == 0  # the slider stays where it was put
    assert (message["scene"]["panels"][0]["handles"][0]["x"]) == -1  # and so does the handle
    assert stage.error in stage._repr_mimebundle_()[0]["text/plain"]
    stage.set(noise=0.1)
    assert messages[-1][0]["error"] is None
    stage.close()


def test_an_error_at_construction_is_a_sentence_too() -> None:
    stage = Stage(fragile, START | {"noise": 0.0})
    assert "ZeroDivisionError" in stage.scene.caption
    assert "image/png" not in stage._repr_mimebundle_()[0]
    assert "Traceback" not in stage._repr_mimebundle_()[0]["text/plain"]
    stage.set(noise=1.0)
    assert stage.scene.caption == "noise 1.00"
    stage.close()


@pytest.mark.parametrize(
    ("code", "says"),
    [
        ("def neuron(s):\n    return 1 / 0", "neuron raised ZeroDivisionError: division by zero"),
        ("def neuron(s):\n    raise SystemExit", "neuron raised SystemExit, in line 2"),
        ("neuron = lambda s: s['gone']", "Your function raised KeyError: 'gone', in line 1"),
        ("def neuron(s): pass", "a Scene is needed, but NoneType came back"),
        ("import numpy as np\ndef neuron(s): np.linalg.inv([[0]])", "neuron raised LinAlgError"),
    ],
)
@pytest.mark.filterwarnings("ignore")
def test_the_learners_function_and_line_are_named(code: str, says: str) -> None:
    cell: dict[str, Any] = {"__name__": "__main__"}
    exec(compile(code, "/tmp/cell.py", "exec"), cell)
    stage = Stage(cell["neuron"], {})
    assert says in stage.error
    stage.close()


# --- What a notebook stores ---------------------------------------------------------------------


def test_repr_is_fixed(stage: Stage) -> None:
    assert repr(stage) == "Stage('Toy')"


def test_bundle_has_view_picture_and_words(stage: Stage) -> None:
    bundle, metadata = stage._repr_mimebundle_()
    assert bundle["text/plain"].startswith("Toy\nnoise 0.50\n")
    png = base64.b64decode(bundle["image/png"])
    assert png.startswith(b"\x89PNG")
    assert metadata["image/png"]["alt"] == bundle["text/plain"]
    assert bundle["application/vnd.jupyter.widget-view+json"]["model_id"] == stage.model_id
    assert stage._repr_mimebundle_()[0]["image/png"] == bundle["image/png"]


def test_nothing_but_anywidgets_own_traits_is_synchronised(stage: Stage) -> None:
    plain = stage_module.anywidget.AnyWidget()
    assert set(stage.keys) - set(plain.keys) <= {"_css"}
    plain.close()


# --- Running a cell again -----------------------------------------------------------------------


def open_stages() -> int:
    gc.collect()
    widgets = list(ipywidgets.widgets.widget._instances.values())
    return sum(isinstance(widget, Stage) for widget in widgets)


def test_running_a_cell_again_closes_its_earlier_stages(monkeypatch: pytest.MonkeyPatch) -> None:
    before = open_stages()
    run = ("cell", "run 1")
    monkeypatch.setattr(session, "_current_run", lambda: run)
    first, second = Stage(build, START), Stage(build, START)
    assert open_stages() == before + 2
    run = ("other cell", "run 2")
    other = Stage(build, START)
    for k in range(3, 8):
        run = ("cell", f"run {k}")
        last = Stage(build, START)
    assert first.comm is None
    assert second.comm is None
    assert other.comm is not None
    assert open_stages() == before + 2
    assert len(session._runs["cell"]) == 1
    first.set(noise=0.1)  # a closed stage does no harm
    assert repr(first) == "Stage('Toy')"
    last.close()
    other.close()


def test_a_line_of_many_points_travels_whole() -> None:
    def wave(state: State) -> Scene:
        x = np.linspace(-2, 2, 5000)
        return Scene("", (Panel("", X, X, (Line(x, np.sin(x)),)),), "")

    stage = Stage(wave, {})
    assert sum(len(buffer) for buffer in stage._packed[1]) == 2 * 4 * 5000
    stage.close()
