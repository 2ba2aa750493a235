import numpy as np
import pytest

from nnf_teach.experiments.logistic_descent import DATA, EDGE, our_gradients
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Button, HeatMap, Line, Player, Points
from nnf_teach.widgets.text_twin import describe
from nnf_teach.widgets.train_logistic_regression import (
    LAST,
    MAX_FREE,
    PIXELS,
    train_logistic_regression,
)


def run(steps=(), bound=None, **changes):
    """The last scene after changes of the state, each keeping what the scene before added."""
    bound = bound or train_logistic_regression.bind()
    held = bound.initial
    scene = bound.build(held)
    for change in (*steps, changes):
        before = held | dict(scene.state)
        held = bound.react(before, before | change)
        scene = bound.build(held)
    return scene


def marks(scene, kind, panel=0):
    return [mark for mark in scene.panels[panel].marks if isinstance(mark, kind)]


def losses(scene):
    return next(line for line in marks(scene, Line, 1) if line.label == "loss").y


def points(scene):
    """X and t as they are drawn: small symbols and handles."""
    X, t = [], []
    for mark in marks(scene, Points):
        if mark.label.startswith("class"):
            X += list(zip(mark.x.tolist(), mark.y.tolist(), strict=True))
            t += [int(mark.label[-1])] * len(mark.x)
    for handle in scene.panels[0].handles:
        X.append((handle.x, handle.y))
        t.append(1 if handle.symbol == "square" else 0)
    return np.array(X), np.array(t)


def descend(X, t, rate, steps):
    """Gradient descent written a second time, example by example, with p and no logits form."""
    w, b, curve = np.zeros(2), 0.0, []
    for k in range(steps + 1):
        p = np.array([1 / (1 + np.exp(-(w @ x + b))) for x in X])
        curve.append(
            -np.mean([np.log(q if label else 1 - q) for q, label in zip(p, t, strict=True)])
        )
        if k < steps:
            w = w - rate * sum((q - label) * x for q, label, x in zip(p, t, X, strict=True)) / len(
                X
            )
            b = b - rate * np.mean(p - t)
    return w, b, curve


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("rate", [0.01, 0.32, 3.2])
def test_the_descent_is_that_of_the_points_that_are_drawn(data, rate):
    scene = run(data=data, learning_rate=rate, step=30)
    X, t = points(scene)
    assert len(X) == 32
    w, b, curve = descend(X, t, rate, 30)
    np.testing.assert_allclose(losses(scene), curve, rtol=1e-5)
    values = marks(scene, HeatMap)[0].values
    for row, column in [(0, 0), (11, 70), (40, 40), (79, 3)]:
        side = 2 * EDGE / PIXELS
        x = np.array([column + 0.5, row + 0.5]) * side - EDGE
        assert values[row, column] == pytest.approx(1 / (1 + np.exp(-(w @ x + b))), abs=1e-5)
    for line in marks(scene, Line):
        place = {"boundary p = 1/2": 0.5, "p = 0.1": 0.1, "p = 0.9": 0.9}[line.label]
        z = w[0] * line.x + w[1] * line.y + b
        np.testing.assert_allclose(1 / (1 + np.exp(-z[~np.isnan(z)])), place, atol=1e-4)
    right = np.where(t == 1, X @ w + b > 0, X @ w + b < 0)
    assert f"{right.sum()} of 32 points right" in scene.caption
    wrong = [m for m in marks(scene, Points) if m.label == "on the wrong side"]
    assert sum(len(m.x) for m in wrong) == (~right).sum()


def test_step_0_knows_nothing():
    scene = train_logistic_regression.scene()
    assert losses(scene).tolist() == [pytest.approx(np.log(2))]
    assert (marks(scene, HeatMap)[0].values == 0.5).all()
    assert not marks(scene, Line)
    assert "there is no boundary yet" in scene.caption


def test_frames_may_be_asked_in_any_order():
    bound = train_logistic_regression.bind()
    late = losses(run(bound=bound, step=100))
    early = losses(run(bound=bound, step=7))
    np.testing.assert_array_equal(early, late[:8])
    np.testing.assert_array_equal(losses(run(step=7)), early)


def test_xor_stays_near_ln_2_and_the_caption_says_why():
    scene = run(data="XOR", learning_rate=1.0, step=LAST)
    assert losses(scene).min() > 0.65
    assert "three of the four clouds on their right side, never all four" in scene.caption
    assert "stays near ln 2" in scene.caption


def test_learning_rates_from_too_small_to_too_large():
    blobs = "overlapping blobs"
    assert "too short" in run(data=blobs, learning_rate=0.001, step=LAST).caption
    fine = run(data=blobs, learning_rate=0.32, step=LAST)
    assert "too" not in fine.caption
    assert (np.diff(losses(fine)) <= 1e-6).all()
    wild = run(data=blobs, learning_rate=100, step=LAST)
    rises = int((np.diff(losses(wild).astype(float)) > 1e-6).sum())
    assert rises > 20
    assert f"has gone up {rises} times: this learning rate is too large" in wild.caption
    assert wild.panels[1].y.high > losses(wild).max()
    both = run(data="XOR", learning_rate=100, step=LAST).caption
    assert "never all four" in both
    assert "stays near" not in both


def test_gradients_of_the_other_sign_are_no_matter_of_the_learning_rate():
    def turned_round(X, t, w, b):
        dw, db = our_gradients(X, t, w, b)
        return -dw, -db

    for rate in (0.001, 0.1):
        caption = run(
            bound=train_logistic_regression.bind(turned_round), learning_rate=rate, step=50
        ).caption
        assert "these steps go uphill" in caption
        assert "learning rate is too" not in caption


def test_separable_points_push_w_outwards():
    scene = run(learning_rate=1, step=LAST)
    assert "without end" in scene.caption
    assert "32 of 32 points right" in scene.caption


def test_a_dragged_point_changes_the_descent():
    before = run(step=50)
    after = run([{"step": 50}], p0=[3.0, 3.0])
    assert after.panels[0].handles[0].x == 3.0
    assert losses(after)[-1] > losses(before)[-1] + 0.02
    X, t = points(after)
    np.testing.assert_allclose(losses(after), descend(X, t, 0.1, 50)[2], rtol=1e-5)


def test_points_come_and_go():
    scene = run([{"add_1": 1}], add_0=1)
    X, t = points(scene)
    assert (len(t), int(t.sum())) == (34, 17)
    assert [h.symbol for h in scene.panels[0].handles[-2:]] == ["square", "circle"]
    assert (X[-1] != X[-2]).any()
    assert len(points(run([{"add_1": 1}], remove=1))[0]) == 32
    gone = run(remove=100)
    assert len(gone.panels[0].handles) == 0
    assert len(points(gone)[0]) == 26
    many = run(add_0=1000)
    assert len(many.panels[0].handles) == MAX_FREE


def test_a_press_counts_once():
    held = dict(run(add_0=1).state)
    bound = train_logistic_regression.bind()
    again = bound.build(bound.react(held, held | {"add_0": 1}))
    assert len(again.panels[0].handles) == 7
    assert bound.build(held).state["free"] == held["free"]


def test_other_data_bring_their_own_points():
    scene = run([{"add_0": 1}, {"p0": [3.9, 3.9]}, {"data": "XOR"}], data="two blobs")
    X, t = points(scene)
    np.testing.assert_array_equal(X, points(train_logistic_regression.scene())[0])
    assert len(t) == 32


@pytest.mark.parametrize("rate", [0.001, 1, 100])
@pytest.mark.parametrize("add", [{"add_0": 6}, {"add_1": 6}, {"remove": 6}])
def test_points_on_one_spot(add, rate):
    everywhere = {f"p{k}": [0.0, 0.0] for k in range(12)}
    scene = run([add], learning_rate=rate, step=LAST, **everywhere)
    finite(scene)


def finite(scene):
    for panel in scene.panels:
        for mark in panel.marks:
            if isinstance(mark, HeatMap):
                assert np.isfinite(mark.values).all()
            if isinstance(mark, Points):
                assert np.isfinite([mark.x, mark.y]).all()
            if isinstance(mark, Line) and "p =" not in mark.label:
                assert np.isfinite([mark.x, mark.y]).all()
    assert "nan" not in scene.caption
    to_message(scene)


def logistic_gradients(X, t, w, b):
    p = 1 / (1 + np.exp(-(X @ w + b)))
    return X.T @ (p - t) / len(t), np.mean(p - t)


def ascent(X, t, w, b):
    dw, db = logistic_gradients(X, t, w, b)
    return -dw, -db


def test_the_learners_gradients_are_followed():
    scene = run(bound=train_logistic_regression.bind(logistic_gradients), step=40)
    np.testing.assert_allclose(losses(scene), losses(run(step=40)), rtol=1e-5)
    assert scene.caption.startswith("This is the descent of your logistic_gradients. Step 40")
    wrong = run(bound=train_logistic_regression.bind(ascent), step=40)
    assert losses(wrong)[-1] > 1
    assert "0 of 32 points right" in wrong.caption


def unwritten(X, t, w, b):
    raise NotImplementedError


def late_error(X, t, w, b):
    if w @ w > 0.5:
        raise ZeroDivisionError("late")
    return logistic_gradients(X, t, w, b)


def mutating(X, t, w, b):
    answer = logistic_gradients(X, t, w, b)
    X *= 0
    w += 1
    return answer


@pytest.mark.parametrize(
    ("theirs", "sentence"),
    [
        (unwritten, "Your unwritten is not written yet, so this is ours."),
        (late_error, "Your late_error raised ZeroDivisionError: late, so this is ours."),
        (lambda X, t, w, b: None, "Your function returned None, not the two gradients (dw, db), "),
        (lambda X, t, w, b: (X, 0.0), "returned a dw of shape (32, 2), not (2,), so this is ours."),
        (lambda X, t, w, b: (w, w), "Your function returned a db of shape (2,), not (), so"),
        (lambda X, t, w, b: ("a", 0.0), "Your function returned a dw that is not numbers, so"),
    ],
)
def test_ours_is_drawn_where_theirs_does_not_work(theirs, sentence):
    scene = run(bound=train_logistic_regression.bind(theirs), step=40)
    assert sentence in scene.caption
    np.testing.assert_array_equal(losses(scene), losses(run(step=40)))


def test_a_function_that_writes_on_its_arguments_spoils_nothing():
    scene = run(bound=train_logistic_regression.bind(mutating), step=40)
    np.testing.assert_allclose(losses(scene), losses(run(step=40)), rtol=1e-5)


@pytest.mark.parametrize(
    "theirs",
    [
        lambda X, t, w, b: (w * np.nan, 0.0),
        lambda X, t, w, b: (np.array([np.inf, 0]), 0.0),
        lambda X, t, w, b: (-1e300 * (1 + w), b),
    ],
)
def test_a_descent_that_leaves_all_bounds_ends_in_a_sentence(theirs):
    scene = run(bound=train_logistic_regression.bind(theirs), step=40)
    assert "There is no step 1: a weight became infinite" in scene.caption
    finite(scene)


def test_controls_and_words():
    scene = run(step=10, learning_rate=0.1)
    kinds = [type(control) for control in scene.controls]
    assert kinds.count(Player) == 1
    assert kinds.count(Button) == 3
    text = describe(scene)
    for part in ("Step: 10 of 200", "Learning rate α: 0.1", "squares class 1", "circles class 0"):
        assert part in text


def test_the_widget_stands_on_a_stage():
    stage = train_logistic_regression(logistic_gradients)
    stage._receive(stage, {"state": {"step": 3, "p2": [1.0, -2.0]}, "seq": 1, "view": "v"})
    assert stage.state["step"] == 3
    assert stage.state["p2"] == [1.0, -2.0]
    assert stage.error == ""
    assert "image/png" in stage._repr_mimebundle_()[0]
