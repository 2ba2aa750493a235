import autograd.numpy as anp
import pytest
from autograd import grad

from nnf_teach.experiments.stacked_sigmoids import gradient_left
from nnf_teach.modules import sigmoid, sigmoid_derivative


def stacked(depth):
    def network(x):
        for _ in range(depth):
            x = 1 / (1 + anp.exp(-x))
        return x

    return network


@pytest.mark.parametrize("x", [-8.0, -1.3, 0.0, 2.0, 8.0])
def test_what_is_left_is_the_derivative_of_the_stack(x):
    left = gradient_left(x, 10, sigmoid, sigmoid_derivative)
    for k in range(1, 11):
        assert left[k - 1] == pytest.approx(grad(stacked(k))(x), rel=1e-9)
