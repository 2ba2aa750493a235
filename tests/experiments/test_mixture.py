import numpy as np
import pytest

from nnf_teach.experiments.mixture import (
    ALONG,
    EVERY,
    LAST,
    Training,
    look_at,
    owners,
    points,
    single_line,
)
from nnf_teach.modules.mixture import train_mixture_steps


def by_hand(x, experts, gate):
    """One number of x: the gate's probabilities, the experts' answers and their blend."""
    V, c = np.asarray(gate[0], float), np.asarray(gate[1], float)
    e = np.exp(V[:, 0] * x + c)
    p = e / e.sum()
    y = np.array([float(W[0][0]) * x + float(b[0]) for W, b in experts])
    return p, y, float(p @ y)


@pytest.mark.parametrize("loss", ["separate", "blended"])
def test_each_frame_is_a_step_of_the_training(loss):
    steps = 1 + EVERY * 7
    states = list(
        train_mixture_steps(*points(), 3, np.random.default_rng(4), steps=steps, loss=loss)
    )
    training = Training(3, loss, 4)
    for frame in (7, 0):
        experts, gate, _ = training.at(frame)
        state, drawn = states[EVERY * frame], look_at(experts, gate)
        for k in (0, 137, 300):
            p, y, mixed = by_hand(ALONG[k, 0], state.experts, state.gate)
            assert drawn.gate[k] == pytest.approx(p)
            assert drawn.answers[k] == pytest.approx(y)
            assert drawn.blend[k] == pytest.approx(mixed)


def test_the_error_is_that_of_the_blend_on_the_points():
    training = Training(3, "separate", 0)
    X, T = points()
    for frame in (0, 12):
        experts, gate, measured = training.at(frame)
        answers = [by_hand(x, experts, gate)[2] for x in X[:, 0]]
        error = np.mean((np.array(answers) - T[:, 0]) ** 2)
        assert look_at(experts, gate).error == pytest.approx(error)
        assert measured == pytest.approx(error)


def test_the_single_line_is_polyfits():
    X, T = points()
    line = np.polyfit(X[:, 0], T[:, 0], 1)
    along, error = single_line()
    np.testing.assert_allclose(along, np.polyval(line, ALONG[:, 0]))
    assert error == pytest.approx(np.mean((np.polyval(line, X[:, 0]) - T[:, 0]) ** 2))


def test_a_blend_shares_and_decides_less():
    alone, blended = (
        look_at(*Training(3, loss, 0).at(LAST)[:2]) for loss in ("separate", "blended")
    )
    assert alone.certain > blended.certain + 0.05
    assert alone.error < blended.error < 0.1 * single_line()[1]
    x = ALONG[:, 0]
    t = np.interp(x, [-3, -1, 1, 3], [-2, 2, -1, 1])
    worst = [
        np.abs(one.answers[np.arange(len(x)), one.gate.argmax(axis=1)] - t).max()
        for one in (alone, blended)
    ]
    assert worst[0] < 0.25
    assert worst[1] > 2 * worst[0]  # the owner alone is not the answer


def test_stretches_are_found_left_to_right():
    experts = [([[0.0]], [1.0])] * 3
    gate = ([[-2.0], [0.0], [2.0]], [-2.0, 0.0, -2.0])
    found = owners(look_at(experts, gate))
    assert [e for e, _, _ in found] == [0, 1, 2]
    assert [right for _, _, right in found] == pytest.approx([-1, 1, 3], abs=0.02)
