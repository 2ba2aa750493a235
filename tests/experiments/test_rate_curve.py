import numpy as np

from nnf_teach.experiments.rate_curve import fitted_sigmoid, rate_curve


def test_no_other_sigmoid_of_the_grid_fits_better():
    currents, rates = rate_curve()

    def error(height, centre, width):
        return np.sum((height / (1 + np.exp((centre - currents) / width)) - rates) ** 2)

    height, centre, width = fitted_sigmoid()
    best = error(height, centre, width)
    for change in ((1, 0, 0), (-1, 0, 0), (0, 0.1, 0), (0, -0.1, 0), (0, 0, 0.1), (0, 0, -0.1)):
        assert error(height + change[0], centre + change[1], width + change[2]) > best
