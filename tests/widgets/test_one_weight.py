import numpy as np
import pytest

from nnf_teach.experiments import one_weight as net
from nnf_teach.widgets import one_weight
from nnf_teach.widgets.scene import HeatMap, Line


def line(scene, panel, label):
    (found,) = (m for m in scene.panels[panel].marks if isinstance(m, Line) and m.label == label)
    return found


@pytest.mark.parametrize("weight", [-2.0, -0.5, 0.4, 2.2])
def test_the_tangent_touches_the_curve_and_has_its_slope(weight):
    scene = one_weight.scene(weight=weight)
    measured = net.measured_slopes(53, 464, weight)
    for panel, slope in ((1, measured[62]), (2, measured.mean())):
        curve, tangent = line(scene, panel, "loss"), line(scene, panel, "tangent by backprop")
        run, rise = np.diff(tangent.x)[0], np.diff(tangent.y)[0]
        assert rise / run == pytest.approx(slope, rel=1e-3, abs=1e-5)
        middle = tangent.x.mean(), tangent.y.mean()
        assert middle[0] == pytest.approx(weight, abs=1e-6)
        assert middle[1] == pytest.approx(np.interp(weight, curve.x, curve.y), rel=0.01)


def test_the_picture_is_the_image_and_the_handle_stands_on_its_pixel():
    scene = one_weight.scene(image=5, pixel=[3.5, 27.5])
    (image,) = (m for m in scene.panels[0].marks if isinstance(m, HeatMap))
    X, t = net.load_batch()
    np.testing.assert_allclose(image.values[::-1], X[4].reshape(28, 28))
    assert "row 1, column 4" in scene.caption
    assert f"Image 5 is a {t[4]}, " in scene.caption
    assert "In this image the pixel is empty" in scene.caption


def test_the_goal_needs_slopes_of_both_signs():
    assert not one_weight.scene().goal.reached
    scene = one_weight.scene(weight=2.0)
    assert scene.goal.reached
    assert "more of the weight for this image, and less of the weight" not in scene.caption
    assert "Downhill is more of the weight for this image, and less for the mean." in scene.caption
    assert not one_weight.scene(weight=2.0, image=1).goal.reached


def test_another_pixel_or_unit_or_the_button_brings_the_trained_weight():
    stage = one_weight()
    stage._receive(stage, {"state": {"weight": 2.0}})
    stage._receive(stage, {"state": {"trained": 1}})
    assert stage.state["weight"] == net.trained_weight(53, 464)
    stage._receive(stage, {"state": {"pixel": [14.5, 20.5]}})
    assert stage.state["weight"] == net.trained_weight(53, 28 * 7 + 14)
    stage._receive(stage, {"state": {"unit": 7}})
    assert stage.state["weight"] == net.trained_weight(6, 28 * 7 + 14)


def drawn(theirs, **state):
    return one_weight.bind(theirs).scene(**state)


def test_the_slopes_are_the_learners_and_a_wrong_one_is_seen():
    def mlp_loss_and_gradients(params, X, t):
        return net.our_loss_and_gradients(params, X, t)

    scene = drawn(mlp_loss_and_gradients)
    assert "This is your mlp_loss_and_gradients." in scene.caption
    assert "is that a tangent" not in scene.caption

    def forgot_the_mean(params, X, t):
        loss, grads = net.our_loss_and_gradients(params, X, t)
        return loss, [(len(t) * dW, len(t) * db) for dW, db in grads]

    assert "Your slope for the mean is " in drawn(forgot_the_mean).caption

    def uphill(params, X, t):
        loss, grads = net.our_loss_and_gradients(params, X, t)
        return loss, [(-dW, -db) for dW, db in grads]

    scene = drawn(uphill, weight=2.0)
    assert "Your slope for this image is " in scene.caption
    assert scene.goal.reached  # judged by what is measured


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (lambda *_: (0.0, None), "returned no first dW of shape (56, 784)"),
        (lambda *_: (0.0, [(np.zeros((784, 56)), 0)]), "returned no first dW of shape (56, 784)"),
        (lambda *_: None, "returned no first dW"),
        (lambda *_: 1 / 0, "raised ZeroDivisionError"),
    ],
)
def test_what_does_not_work_is_said_and_ours_is_drawn(answer, words):
    scene = drawn(answer)
    assert words in scene.caption
    assert "so this is ours." in scene.caption
    theirs, ours = (line(each, 2, "tangent by backprop") for each in (scene, one_weight.scene()))
    assert theirs.y.tolist() == ours.y.tolist()


def test_their_function_cannot_change_the_network():
    def spoils(params, X, t):
        result = net.our_loss_and_gradients(params, X, t)
        params[0][0][:] = 0
        X[:] = 0
        return result

    assert "is that a tangent" not in drawn(spoils).caption
    assert net.load_batch()[0].any()


def test_the_widget_is_made():
    one_weight().close()
