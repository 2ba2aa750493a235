import numpy as np
import pytest

from nnf_teach.experiments.bumps import DRAWN, TARGETS, fitted, rule
from nnf_teach.widgets import bump_builder, width_and_error
from nnf_teach.widgets.message import to_message
from nnf_teach.widgets.scene import Line, Points
from nnf_teach.widgets.text_twin import describe
from nnf_teach.widgets.width_and_error import ERRORS, WIDTHS

GRID = np.linspace(0, 1, 20_001)


def forward(params, x):
    (W, b), (V, c) = params
    with np.errstate(over="ignore"):
        H = 1 / (1 + np.exp(-(x[:, None] @ W.T + b)))
    return (H @ V.T + c)[:, 0]


def mark(scene, panel, kind, label):
    (found,) = [
        m for m in scene.panels[panel].marks if isinstance(m, kind) and m.label.startswith(label)
    ]
    return found


@pytest.mark.parametrize("word", TARGETS)
@pytest.mark.parametrize("make", [rule, fitted])
def test_the_measured_errors_are_those_of_a_plain_forward_pass(word, make):
    f = TARGETS[word].function
    scene = width_and_error.scene(target=word, bumps=8)
    shown = mark(scene, 0, Points, "the rule" if make is rule else "fitted")
    assert shown.x.tolist() == [2 * n for n in WIDTHS]
    for n, error in zip(WIDTHS, shown.y, strict=True):
        (W, b), (V, c) = make(f, n)
        assert (W.shape, b.shape, V.shape, c.shape) == ((2 * n, 1), (2 * n,), (1, 2 * n), (1,))
        largest = np.abs(forward([(W, b), (V, c)], GRID) - f(GRID)).max()
        assert error == pytest.approx(largest, rel=0.02, abs=1e-6)


@pytest.mark.parametrize("word", TARGETS)
def test_errors_fall_with_width_as_published(word):
    """From 8 to 128 units the rule's error falls about 16 times, the fitted one's no less."""
    scene = width_and_error.scene(target=word, bumps=8)
    by_rule, by_fit = (mark(scene, 0, Points, label).y for label in ("the rule", "fitted"))
    assert (np.diff(by_rule) <= 1e-6).all()
    assert 11 < by_rule[2] / by_rule[-1] < 20
    assert (by_fit < by_rule).all()
    assert by_fit[2] / by_fit[-1] > 11
    ratios = [float(f"{y[2] / y[-1]:.2g}") for y in (by_rule, by_fit)]
    said = f"falls to 1/{ratios[0]:.0f} of itself, the fitted one to 1/{ratios[1]:.0f}."
    assert said in scene.caption


@pytest.mark.parametrize("word", TARGETS)
def test_the_bound_is_the_steepest_slope_over_n(word):
    bound = mark(width_and_error.scene(target=word, bumps=5), 0, Line, "the rule's promise")
    np.testing.assert_allclose(bound.y, TARGETS[word].lipschitz / np.array(WIDTHS), rtol=1e-5)
    assert bound.stroke == "dashed"


def test_the_present_width_is_marked_and_its_networks_are_drawn():
    scene = width_and_error.scene(target="kinked", bumps=11)
    f = TARGETS["kinked"].function
    here = mark(scene, 0, Line, "22 hidden units")
    assert here.x.tolist() == [22, 22]
    large = [m for m in scene.panels[0].marks if isinstance(m, Points) and m.size > 10]
    for one, make, label in zip(large, (rule, fitted), ("the rule", "fitted"), strict=True):
        params = make(f, 11)
        assert one.x.tolist() == [22]
        largest = np.abs(forward(params, GRID) - f(GRID)).max()
        assert one.y[0] == pytest.approx(largest, rel=0.02)
        line = mark(scene, 1, Line, label)
        np.testing.assert_allclose(line.y, forward(params, line.x.astype(float)), atol=1e-3)
    target = mark(scene, 1, Line, "target")
    np.testing.assert_allclose(target.y, f(target.x.astype(float)), atol=1e-5)
    gaps = [m for m in scene.panels[1].marks if isinstance(m, Line) and m.width == 5]
    for gap, one in zip(gaps, large, strict=True):
        assert abs(gap.y[1] - gap.y[0]) == pytest.approx(one.y[0], abs=1e-5)


def test_caption_has_the_numbers():
    scene = width_and_error.scene(target="smooth", bumps=16)
    assert scene.caption.startswith(
        "16 bumps = 32 hidden sigmoids. The rule: largest error 0.078 at x = "
    )
    assert "within the promised L/n = 2.51/16 = 0.157" in scene.caption
    assert width_and_error.scene(target="smooth", bumps=1).caption.startswith("1 bump = 2 hidden")
    assert "Bumps (two hidden units each): 16" in describe(scene)


@pytest.mark.parametrize("state", [{"bumps": 0}, {"bumps": 999}, {"target": "nonsense"}])
def test_states_out_of_range_are_drawn(state):
    scene = width_and_error.scene(**state)
    assert 1 <= scene.state["bumps"] <= WIDTHS[-1]
    assert scene.state["target"] in TARGETS
    to_message(scene)
    assert "nan" not in describe(scene)


def test_a_drawing_is_one_more_target():
    scene = width_and_error.bind(drawing=[0.2, 0.8, 0.4]).scene(target=DRAWN, bumps=10)
    line = mark(scene, 1, Line, "target")
    np.testing.assert_allclose(line.y, np.interp(line.x, [0, 0.5, 1], [0.2, 0.8, 0.4]), atol=1e-5)
    assert "L/n = 1.20/10 = 0.120" in scene.caption
    flat = width_and_error.bind(drawing=[0.3, 0.3]).scene(target=DRAWN, bumps=4)
    assert "drawn at 10⁻⁵" in flat.caption
    for one in flat.panels[0].marks:
        assert np.asarray(one.y).min() >= np.float32(ERRORS.low)
    to_message(flat)


def half_high(f, n_bumps):
    (W, b), (V, c) = rule(f, n_bumps)
    return [(W, b), (V / 2, c)]


def in_lists(f, n_bumps):
    return [(W.tolist(), b.tolist()) for W, b in rule(f, n_bumps)]


def unwritten(f, n_bumps):
    raise NotImplementedError


def only_few(f, n_bumps):
    return rule(f, n_bumps) if n_bumps < 10 else None


def empty(f, n_bumps):
    (W, b), (V, c) = rule(f, n_bumps)
    return [(W, b), (V * np.nan, c)]


def test_theirs_is_measured_where_it_works():
    scene = width_and_error.bind(half_high).scene()
    assert "Your half_high: largest error" in scene.caption
    shown = mark(scene, 0, Points, "your half_high")
    f = TARGETS["smooth"].function
    largest = np.abs(forward(half_high(f, 64), GRID) - f(GRID)).max()
    assert shown.y[-1] == pytest.approx(largest, rel=0.02)
    assert "beyond the promised" in width_and_error.bind(half_high).scene(bumps=64).caption
    listed = width_and_error.bind(in_lists).scene()
    np.testing.assert_allclose(
        mark(listed, 0, Points, "your in_lists").y,
        mark(width_and_error.scene(), 0, Points, "the rule").y,
    )


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (unwritten, "Your unwritten is not written yet, so this is ours."),
        (only_few, "Your only_few raised TypeError"),
        (
            lambda f, n: [(np.ones((3, 2)), np.ones(3)), (np.ones((1, 3)), 0)],
            "Your function raised",
        ),
    ],
)
def test_the_rule_is_drawn_where_theirs_does_not_work(function, why):
    scene = width_and_error.bind(function).scene()
    assert scene.caption.startswith(why)
    assert "so this is ours. 8 bumps" in scene.caption
    assert "The rule: largest error" in scene.caption
    mark(scene, 0, Points, "the rule")


def test_values_that_are_not_finite_are_said():
    scene = width_and_error.bind(empty).scene()
    assert "is not a finite number" in scene.caption
    to_message(scene)
    assert len(mark(scene, 0, Points, "your empty").x) == 0


def test_the_widget_stands_on_a_stage():
    drawing = bump_builder().state["drawing"]
    stage = width_and_error(drawing=drawing)
    assert stage.state["target"] == DRAWN
    stage._receive(stage, {"state": {"bumps": 20, "target": "steep"}, "seq": 1, "view": "v"})
    assert stage.state == {"bumps": 20, "target": "steep", "drawing": drawing}
    assert stage.error == ""
