import numpy as np
import pytest

from nnf_teach.widgets import attention
from nnf_teach.widgets.attention import KEYS
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Arrow, Bars, HeatMap, Text
from nnf_teach.widgets.text_twin import describe

INITIAL = attention.initial
scene = attention.scene


def weights(scene):
    return next(m.values for m in scene.panels[1].marks if isinstance(m, HeatMap))[::-1]


def outputs(scene):
    return [m for m in scene.panels[2].marks if isinstance(m, Bars)][1].heights


def by_hand(state, query):
    """Scaled dot-product attention of one query, a number at a time."""
    q = state[query]
    e = [np.exp((q[0] * state[k][0] + q[1] * state[k][1]) / 2**0.5) for k in KEYS]
    w = [part / sum(e) for part in e]
    return w, sum(a * state[f"v{k}"] for a, k in zip(w, KEYS, strict=True))


@pytest.mark.parametrize("seed", range(5))
def test_weights_and_outputs_are_those_by_hand(seed):
    rng = np.random.default_rng(seed)
    state = {
        name: rng.uniform(-3, 3, 2).tolist() if isinstance(value, list) else rng.uniform(-1.5, 1.5)
        for name, value in INITIAL.items()
    }
    drawn = scene(**state)
    written = [m.text for m in drawn.panels[1].marks if isinstance(m, Text)]
    for row, query in enumerate(("q1", "q2")):
        w, out = by_hand(state, query)
        np.testing.assert_allclose(weights(drawn)[row], w, atol=1e-6)
        assert outputs(drawn)[row] == pytest.approx(out, abs=1e-6)
        assert written[4 * row : 4 * row + 4] == [f"{share:.2f}" for share in w]


def test_a_query_at_zero_looks_at_all_alike():
    drawn = scene(q2=[0.0, 0.0])
    assert weights(drawn)[1].tolist() == [0.25] * 4
    assert "q₂ = (0, 0): every score is 0, so every key gets 1/4" in drawn.caption


def test_the_goal_asks_for_both_queries():
    sharp, even = {"q1": [-3.0, -1.0]}, {"q2": [0.0, 0.0]}
    assert not scene().goal.reached
    assert not scene(**sharp).goal.reached
    assert not scene(**even).goal.reached
    assert scene(**sharp, **even).goal.reached
    assert not scene(**sharp, q2=[0.3, 0.3]).goal.reached


def test_equal_keys_share():
    drawn = scene(B=INITIAL["A"])
    assert "q₁ looks most at A and B:" in drawn.caption
    assert "each" in drawn.caption
    assert weights(drawn)[0, 0] == weights(drawn)[0, 1]


def test_the_words_sum_up_the_output():
    drawn = scene(q2=[0.0, 0.0], vA=1.0, vB=-0.5, vC=0.6, vD=-1.0)
    assert "0.25·1 + 0.25·(−0.5) + 0.25·0.6 + 0.25·(−1) ≈ 0.03" in drawn.caption


def test_every_point_is_a_handle_and_carries_its_name():
    drawn = scene()
    assert {h.name for h in drawn.panels[0].handles} == {"q1", "q2", *KEYS}
    arrows = {m.label: m.tip_handle for m in drawn.panels[0].marks if isinstance(m, Arrow)}
    assert arrows == {"q₁": "q1", "q₂": "q2"} | {k: k for k in KEYS}
    assert len({h.symbol for h in drawn.panels[0].handles}) == 2  # not by colour alone
    assert {h.name for h in drawn.panels[2].handles} == {f"v{k}" for k in KEYS}


def theirs(Q, K, V):
    S = np.einsum("id,jd->ij", Q, K) / np.sqrt(Q.shape[1])
    E = np.exp(S - S.max(axis=1, keepdims=True))
    return (E / E.sum(axis=1, keepdims=True)) @ V


def not_scaled(Q, K, V):
    return theirs(np.sqrt(2) * Q, K, V)


def spoiling(Q, K, V):
    answer = theirs(Q, K, V)
    Q[:] = K[:] = V[:] = 9
    return answer.tolist()


def unwritten(Q, K, V):
    raise NotImplementedError


def test_the_learners_attention_is_drawn():
    drawn = attention.bind(theirs).scene()
    assert drawn.caption.startswith("This is your theirs: it agrees with softmax(QKᵀ/√d)V. q₁")
    wrong = attention.bind(not_scaled).scene()
    e = np.exp(np.array([np.dot(INITIAL["q1"], INITIAL[k]) for k in KEYS]))
    np.testing.assert_allclose(weights(wrong)[0], e / e.sum(), atol=1e-6)
    assert "off from softmax(QKᵀ/√d)V" in wrong.caption
    spoilt = attention.bind(spoiling).scene()
    np.testing.assert_allclose(weights(spoilt), weights(scene()), atol=1e-6)


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (unwritten, "Your unwritten is not written yet, so this is ours."),
        (lambda Q, K, V: Q @ K.T, "Your function returned shape (2, 4), not (2, 5), so this is"),
        (lambda Q, K, V: None, "Your function returned None, not an array of numbers, so this"),
        (lambda Q, K, V: 1 / 0, "Your function raised ZeroDivisionError: division by zero, so"),
        (lambda Q, K, V: np.full((2, 5), np.nan), "Your function returned values that are not"),
    ],
)
def test_ours_is_drawn_where_theirs_does_not_work(function, sentence):
    drawn = attention.bind(function).scene()
    assert drawn.caption.startswith(sentence)
    np.testing.assert_array_equal(weights(drawn), weights(scene()))


@pytest.mark.parametrize("edge", [-9.0, 0.0, 9.0])
def test_extremes_are_drawn_inside(edge):
    state = {
        name: [edge, -edge] if isinstance(value, list) else edge for name, value in INITIAL.items()
    }
    drawn = scene(**state)
    for panel in drawn.panels:
        for mark in panel.marks:
            if isinstance(mark, Text):
                assert panel.x.low < mark.x < panel.x.high
                assert panel.y.low < mark.y < panel.y.high
    assert "nan" not in describe(drawn)
    to_message(drawn)


def test_the_widget_stands_on_a_stage():
    stage = attention(theirs)
    stage._receive(stage, {"state": {"q1": [1.0, 2.0], "vB": 0.3}, "seq": 1, "view": "v"})
    assert stage.state["q1"] == [1.0, 2.0]
    assert stage.state["vB"] == 0.3
    assert stage.error == ""
    assert "image/png" in stage._repr_mimebundle_()[0]
