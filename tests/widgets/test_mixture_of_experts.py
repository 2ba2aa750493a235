import numpy as np
import pytest

from nnf_teach.experiments import mixture as mix
from nnf_teach.modules.mixture import train_mixture_steps
from nnf_teach.widgets import mixture_of_experts
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.mixture_of_experts import LOSSES, OURS
from nnf_teach.widgets.scene import Line, Player, Points, Region
from nnf_teach.widgets.text_twin import describe

scene = mixture_of_experts.bind().scene  # remembers its trainings


def lines(scene, panel):
    return [m for m in scene.panels[panel].marks if isinstance(m, Line)]


def by_hand(x, experts, gate):
    """One number of x: the gate's probabilities, the experts' answers and their blend."""
    V, c = np.asarray(gate[0], float), np.asarray(gate[1], float)
    e = np.exp(V[:, 0] * x + c)
    p = e / e.sum()
    y = np.array([float(W[0][0]) * x + float(b[0]) for W, b in experts])
    return p, y, float(p @ y)


@pytest.mark.parametrize("word", LOSSES)
def test_each_frame_is_a_step_of_the_training(word):
    states = list(
        train_mixture_steps(
            *mix.points(), 3, np.random.default_rng(4), steps=1 + mix.EVERY * 7, loss=LOSSES[word]
        )
    )
    for frame in (0, 7):
        drawn = scene(loss=word, seed=4, frame=frame)
        state = states[mix.EVERY * frame]
        assert f"Step {state.step} of" in drawn.caption
        gate, blend = lines(drawn, 1), lines(drawn, 0)[0]
        for k in (0, 137, 300):
            p, y, mixed = by_hand(mix.ALONG[k, 0], state.experts, state.gate)
            assert [float(m.y[k]) for m in gate] == pytest.approx(p.tolist(), abs=1e-6)
            assert [float(m.y[k]) for m in lines(drawn, 0)[1::2]] == pytest.approx(
                y.tolist(), rel=1e-5, abs=1e-5
            )
            assert blend.y[k] == pytest.approx(mixed, rel=1e-5, abs=1e-5)


def test_the_error_is_that_of_the_frame():
    training = mix.Training(3, "separate", 0)
    for frame in (0, 12):
        now = next(m for m in scene(frame=frame).panels[2].marks if isinstance(m, Points))
        assert now.y[0] == pytest.approx(training.at(frame).error, rel=1e-5)
        assert now.x[0] == 1 + mix.EVERY * frame


def test_judged_for_themselves_the_experts_take_a_piece_each():
    """The pieces end at -1 and 1 (`make_piecewise`); three experts find them."""
    drawn = scene(frame=mix.LAST)
    assert drawn.goal.reached
    regions = [m for m in drawn.panels[1].marks if isinstance(m, Region)]
    assert sorted(m.color for m in regions) == [0, 1, 2]
    edges = [float(m.x[1]) for m in regions]
    assert edges == pytest.approx([-1, 1, 3], abs=0.05)
    assert [m.label for m in regions] == [f"expert {m.color + 1}" for m in regions]
    x = mix.points()[0][:, 0]
    for m in regions:
        count = int(((x > m.x[0]) & (x < m.x[1])).sum())
        words = f"xpert {m.color + 1} owns x from {m.x[0]:.1f} to {m.x[1]:.1f} ({count} points)"
        assert words.replace("-", "−") in drawn.caption
    assert not scene(frame=mix.LAST, seed=3).goal.reached  # a bad start: one expert is left out
    assert "owns nothing." in scene(frame=mix.LAST, seed=3).caption


def test_one_expert_is_the_single_line():
    drawn = scene(experts=1, frame=mix.LAST)
    assert not drawn.goal.reached
    assert "Expert 1 owns x from −3.0 to 3.0 (120 points)." in drawn.caption
    np.testing.assert_allclose(lines(drawn, 0)[0].y, mix.single_line()[0], atol=0.02)


def theirs(X, T, n_experts, rng):
    *_, last = train_mixture_steps(X, T, n_experts, rng, steps=300)
    return last.experts, last.gate


def unwritten(X, T, n_experts, rng):
    raise NotImplementedError


def test_the_learners_mixture_is_drawn():
    bound = mixture_of_experts.bind(theirs)
    drawn = bound.scene()
    assert drawn.caption.startswith("This is your theirs, trained.")
    assert not any(isinstance(c, Player) for c in drawn.controls)
    expected = mix.look_at(*theirs(*mix.points(), 3, np.random.default_rng(0)))
    np.testing.assert_allclose(lines(drawn, 0)[0].y, expected.blend, atol=1e-6)
    (yours,) = [m for m in lines(drawn, 2) if m.label.startswith("yours")]
    assert yours.y[0] == pytest.approx(expected.error, rel=1e-5)
    ours = bound.scene(whose=OURS)
    assert ours.caption == scene().caption


def test_theirs_is_trained_once_for_each_choice():
    calls = []

    def counted(X, T, n_experts, rng):
        calls.append(n_experts)
        return theirs(X, T, n_experts, rng)

    bound = mixture_of_experts.bind(counted)
    for experts in (3, 3, 2, 3):
        bound.scene(experts=experts)
    assert calls == [3, 2]


@pytest.mark.parametrize(
    ("function", "sentence"),
    [
        (unwritten, "Your unwritten is not written yet, so this is ours."),
        (lambda *_: None, "Your function returned None, not the pair (experts, gate), so this is"),
        (lambda *_: 1 / 0, "Your function raised ZeroDivisionError: division by zero, so this is"),
        (
            lambda *_: ([([[1.0]], [0.0])], ([[1.0]], [0.0])),
            "Asked for 3 experts, your function returned 1, so this is ours.",
        ),
        (
            lambda *_: ([([[1.0]], [np.nan])], ([[1.0]], [0.0])),
            "Your function returned no mixture that can be drawn: mixture_forward: experts[0][1]",
        ),
        (lambda *_: ([], None), "Your function returned no mixture that can be drawn"),
    ],
)
def test_ours_is_drawn_where_theirs_does_not_work(function, sentence):
    drawn = mixture_of_experts.bind(function).scene()
    assert drawn.caption.startswith(sentence)
    assert drawn.caption.endswith(scene().caption)
    assert any(isinstance(c, Player) for c in drawn.controls)


def test_experts_are_told_apart_without_colour():
    drawn = scene(experts=4)
    looks = {(m.stroke, m.width) for m in lines(drawn, 1)}
    assert len(looks) == 4
    assert len({m.color for m in lines(drawn, 1)}) == 4


@pytest.mark.parametrize("count", [1, 2, 4, 99])
@pytest.mark.parametrize("frame", [-3, 0, mix.LAST, 999])
@pytest.mark.parametrize("loss", LOSSES)
def test_extremes_are_drawn(count, frame, loss):
    drawn = scene(experts=count, frame=frame, loss=loss, seed=2)
    assert "nan" not in describe(drawn)
    to_message(drawn)


def test_the_widget_stands_on_a_stage():
    stage = mixture_of_experts(theirs)
    assert stage.state["whose"] == "from your theirs"
    stage._receive(stage, {"state": {"whose": OURS, "experts": 4}, "seq": 1, "view": "v"})
    stage._receive(stage, {"state": {"frame": 9}, "seq": 2, "view": "v"})
    assert (stage.state["frame"], stage.state["experts"]) == (9, 4)
    assert stage.error == ""
    assert "image/png" in stage._repr_mimebundle_()[0]


def test_no_stretch_ends_at_minus_zero():
    captions = [scene(seed=seed).caption for seed in range(4)]
    assert any("0.0" in caption for caption in captions)
    assert not any("−0.0" in caption for caption in captions)
