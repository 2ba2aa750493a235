"""Steps downhill: gradient descent, and Adam."""

import numpy as np

from nnf_teach.exercises.exercise import Case
from nnf_teach.exercises.form import exercise
from nnf_teach.exercises.oracles import random_params

OTHERS = "other settings"


def _for_each_array(rule, params, grads):
    layers = zip(params, grads, strict=True)
    return [(rule(W, dW), rule(b, db)) for (W, b), (dW, db) in layers]


@exercise(lesson=5, points=1)
def gradient_descent_step(params, grads, learning_rate):
    return _for_each_array(lambda p, g: p - learning_rate * g, params, grads)


@gradient_descent_step.cases
def cases(rng):
    def drawn(rate, *sizes):
        return random_params(rng, sizes), random_params(rng, sizes), rate

    hand = [(np.array([[1.0, 2.0]]), np.array([3.0]))]
    yield hand, [(np.array([[10.0, 0.0]]), np.array([-10.0]))], 0.1, "by hand"
    whole = [(np.array([[1, 2], [0, 4]]), np.array([3, 1]))]
    yield whole, [(np.array([[1, 0], [2, 2]]), np.array([-1, 1]))], 0.5, "whole numbers"
    yield from (drawn(0.3, 1, 1), drawn(0.01, 2, 3, 1), drawn(2.0, 3, 3, 3, 2), drawn(0.0, 2, 2))
    yield random_params(rng, (2, 3)), random_params(rng, (2, 3), 1e4), 1e-3, "large gradients"
    yield [], [], 0.1, "no layers"


@gradient_descent_step.mistake
def step_alone(params, grads, learning_rate):
    """That is the step. Where does it start from?"""
    return _for_each_array(lambda p, g: -learning_rate * g, params, grads)


@gradient_descent_step.mistake
def biases_stay(params, grads, learning_rate):
    """Only the weights move. Do the biases have a gradient, too?"""
    layers = zip(params, grads, strict=True)
    return [(W - learning_rate * dW, b) for (W, b), (dW, _) in layers]


def _signs(params, grads, learning_rate):
    return _for_each_array(lambda p, g: p - learning_rate * np.sign(g), params, grads)


@gradient_descent_step.mistake(also=(_signs,))
def unit_length(params, grads, learning_rate):
    """All your steps are equally long. On the slide, does a flat place get as long a step as a
    steep one?"""
    return _for_each_array(lambda p, g: p - learning_rate * g / np.linalg.norm(g), params, grads)


gradient_descent_step.hints(
    "The rule is theta - alpha * gradient, for every W and every b.",
    "Go through params and grads together: zip gives a pair (W, b) and its (dW, db).",
    "Return a new list of pairs (W - learning_rate * dW, b - learning_rate * db). "
    "Do not use -=, which changes the arrays that came in.",
    remark="The slide's rule, for a network of any size.",
)


@exercise(
    lesson=5,
    points=2,
    returns=("param", "m", "v"),
    parts={"the usual settings": 1, OTHERS: 1},
)
def adam_step(param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """Follow algorithm 1 of Kingma and Ba (2014), line by line."""
    m = beta1 * m + (1 - beta1) * grad
    v = beta2 * v + (1 - beta2) * np.square(grad)
    m_hat = m / (1 - beta1**step)
    v_hat = v / (1 - beta2**step)
    return param - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


@adam_step.cases
def cases(rng):
    def drawn(step, *shape, more=()):
        param, grad, m, root = rng.normal(size=(4, *shape))
        return Case((param, grad, m, root**2, step, 0.1, *more), part=OTHERS if more else "")

    hand = np.array([1.0]), np.array([2.0]), np.zeros(1), np.zeros(1), 1, 0.1, 0.5, 0.75, 1.0
    whole = np.array([3]), np.array([2]), np.array([1]), np.array([4]), 2, 1.0, 0.5, 0.5, 0.5
    zeros = np.zeros(2)
    yield Case(hand, "by hand", OTHERS)
    yield np.array([1.0, 1.0]), np.array([4.0, -0.02]), zeros, zeros, 1, 0.1, "the first step"
    yield zeros, np.array([1e-6, -1e-9]), zeros, zeros, 1, 0.5, "tiny gradients"
    yield np.array([1.0, -2.0]), zeros, zeros, zeros, 3, 0.1, "no gradient"
    yield Case(whole, "whole numbers", OTHERS)
    yield drawn(2, 3)
    yield drawn(10, 2, 3, more=(0.8, 0.9, 0.1))
    yield drawn(4, 1, more=(0.5, 0.99, 0.3))
    yield drawn(1000, 2, 2)


def _moved(how, param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """Return Adam's step with a move of another formula, of m, v, their corrections, epsilon."""
    _, m, v = adam_step(param, grad, m, v, step, learning_rate, beta1, beta2, epsilon)
    return param - learning_rate * how(m, v, 1 - beta1**step, 1 - beta2**step, epsilon), m, v


@adam_step.mistake
def uphill(*args):
    """Your step is as long as Adam's, and goes uphill. Which way does the gradient point, and
    which way does the loss fall?"""
    param, m, v = adam_step(*args)
    return 2 * np.asarray(args[0]) - param, m, v


@adam_step.mistake
def no_bias_correction(*args):
    """m and v start at 0, so at first they are too small, and not equally so. What is each of them
    divided by before it is used?"""
    return _moved(lambda m, v, share_m, share_v, epsilon: m / (np.sqrt(v) + epsilon), *args)


def _only_v_corrected(*args):
    return _moved(lambda m, v, _, share_v, epsilon: m / (np.sqrt(v / share_v) + epsilon), *args)


@adam_step.mistake(also=(_only_v_corrected,))
def only_one_corrected(*args):
    """You correct one of the averages, but the other starts at 0 as well. What is it divided
    by?"""
    return _moved(lambda m, v, share_m, _, epsilon: m / share_m / (np.sqrt(v) + epsilon), *args)


@adam_step.mistake
def correction_without_power(param, grad, m, v, step, *settings):
    """Your correction is right at the first step and never fades. How does the step come into
    it?"""
    return adam_step(param, grad, m, v, 1, *settings)


@adam_step.mistake
def epsilon_inside_the_root(*args):
    """Your epsilon stands under the root, where a tiny one counts for much more. Where does it
    stand in the formula?"""
    return _moved(lambda m, v, share_m, share_v, e: m / share_m / np.sqrt(v / share_v + e), *args)


@adam_step.mistake
def epsilon_before_the_correction(*args):
    """You add epsilon to the root of v itself, and correct the sum. Which of the two stands under
    the root in the formula, v or what is corrected already?"""
    return _moved(
        lambda m, v, share_m, share_v, e: m / share_m * np.sqrt(share_v) / (np.sqrt(v) + e), *args
    )


@adam_step.mistake
def forgot_root(*args):
    """v is a mean of squares. What has to be done before it can be compared with a gradient?"""
    return _moved(lambda m, v, share_m, share_v, e: m / share_m / (v / share_v + e), *args)


@adam_step.mistake
def gradient_instead_of_m(param, grad, *more):
    """That is RMSProp: your step follows this gradient alone. Which average does Adam follow?"""
    return _moved(lambda m, v, _, share_v, e: grad / (np.sqrt(v / share_v) + e), param, grad, *more)


@adam_step.mistake
def forgot_square(param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """Your v collects gradients, so that it can become negative. What does v collect in the
    formula?"""
    m, v = beta1 * m + (1 - beta1) * grad, beta2 * v + (1 - beta2) * grad
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    return param - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


@adam_step.mistake
def weights_exchanged(param, grad, m, v, step, learning_rate, beta1=0.9, beta2=0.999, epsilon=1e-8):
    """With beta near 1 your averages forget the past at once. Which of the two parts should beta
    stand at?"""
    m, v = (1 - beta1) * m + beta1 * grad, (1 - beta2) * v + beta2 * grad**2
    m_hat, v_hat = m / (1 - beta1**step), v / (1 - beta2**step)
    return param - learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), m, v


@adam_step.mistake
def betas_exchanged(*args):
    """beta1 and beta2 have changed places. Which of the averages should look further back?"""
    beta1, beta2, epsilon = args[6:] or (0.9, 0.999, 1e-8)
    return adam_step(*args[:6], beta2, beta1, epsilon)


@adam_step.mistake
def corrected_moments_returned(*args):
    """The new param is right. You hand back the corrected m and v: what happens at the next step,
    when they are corrected again?"""
    param, m, v = adam_step(*args)
    beta1, beta2, _ = args[6:] or (0.9, 0.999, 1e-8)
    return param, m / (1 - beta1 ** args[4]), v / (1 - beta2 ** args[4])


adam_step.hints(
    "Two running averages: m of the gradients, v of their squares. Each keeps the share beta "
    "of the old and takes 1 - beta of the new.",
    "Both start at 0 and are too small at first. m / (1 - beta1**step) and "
    "v / (1 - beta2**step) put this right. Return m and v themselves, uncorrected.",
    "The step is learning_rate * m_hat / (np.sqrt(v_hat) + epsilon), and it is subtracted. "
    "Write m = beta1 * m + ..., which makes a new array and leaves the old one alone.",
    remark="The very first step is about learning_rate long, whatever the size of the gradient.",
)
