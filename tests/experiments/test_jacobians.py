import autograd
import autograd.numpy as anp
import numpy as np
import pytest

from nnf_teach.experiments.jacobians import BACKWARD, FUNCTIONS, B, W

THEIRS = {
    "softmax": lambda x: anp.exp(x) / anp.sum(anp.exp(x)),
    "linear layer": lambda x: anp.dot(W, x) + B,
    "ReLU layer": lambda x: anp.maximum(anp.dot(W, x) + B, 0),
}


@pytest.mark.parametrize("word", FUNCTIONS)
def test_values_jacobians_and_backward_passes_are_autograds(word):
    function, rng = FUNCTIONS[word], np.random.default_rng(0)
    for x in rng.normal(size=(5, 3)):
        pull, y = autograd.make_vjp(THEIRS[word])(x)
        v = rng.normal(size=len(y))
        np.testing.assert_allclose(function.value(x), y)
        np.testing.assert_allclose(function.jacobian(x), autograd.jacobian(THEIRS[word])(x))
        np.testing.assert_allclose(np.ravel(function.backward(v, x, BACKWARD)), pull(v))
