"""Does the membrane behave as published, and as a second, plain integration of the equations?

Published values, all for the 1952 constants at 6.3 degrees C:

HH52    Hodgkin & Huxley, J. Physiol. 117 (1952) 500-544: the equations, rest at 0 mV.
RM80    Rinzel & Miller, Math. Biosci. 49 (1980) 27-59: first to follow the stable and unstable
        periodic solutions; the digits used here are those of the next.
H26     C. Hendrick, "Hopf bifurcations and bistability in the Hodgkin-Huxley equations at the
        1952 parameters: computer-assisted proofs", preprint (2026), doi:10.5281/zenodo.23047046.
        Proved, for a leak at 10.613 mV: rest loses its stability at 9.7754 uA/cm^2, and at
        8 uA/cm^2 spikes come every 16.00771 ms. Computed: lasting firing exists from 6.2603
        uA/cm^2 on, where its period is 19.895 ms (50.3 Hz).
TJG09   Tuckwell, Jost & Gutkin, Phys. Rev. E 80 (2009) 031907: started from rest, the membrane
        fires lastingly from about 6.44 uA/cm^2 on.
OW      Exercise 1.3 of OpenWorm's Hodgkin-Huxley tutorial, a posted answer (not peer-reviewed):
        31 spikes in 450 ms at 10 uA/cm^2, which is 69 Hz, give or take 2 for the whole spikes.

"Threshold" has three meanings. A step of 2.3 uA/cm^2 from rest gives one spike; from 6.3 on a
step gives lasting firing (the meaning here, and in the widget); a current that grows slowly
leaves the membrane at rest up to 9.78.
"""

import numpy as np
import pytest

from nnf_teach.modules.hodgkin_huxley import (
    _rates,
    firing_rate,
    resting_potential,
    simulate,
    spike_times,
)


def slope(state, current):
    """Write out the right-hand side once more, in the paper's variables with the sign turned."""
    u, m, h, n = state

    def share(x):
        return 1.0 if abs(x) < 1e-9 else x / (np.exp(x) - 1.0)

    ionic = 120.0 * m**3 * h * (u - 115.0) + 36.0 * n**4 * (u + 12.0) + 0.3 * (u - 10.613)
    return np.array(
        [
            current - ionic,
            share(2.5 - 0.1 * u) * (1 - m) - 4.0 * np.exp(-u / 18.0) * m,
            0.07 * np.exp(-u / 20.0) * (1 - h) - h / (np.exp(3.0 - 0.1 * u) + 1.0),
            0.1 * share(1.0 - 0.1 * u) * (1 - n) - 0.125 * np.exp(-u / 80.0) * n,
        ]
    )


def steady_state(current):
    """Find the state at which nothing changes, by Newton's method with a numerical Jacobian."""
    state = np.array([0.0, 0.053, 0.596, 0.318])
    for _ in range(50):
        state = state - np.linalg.solve(jacobian(state, current), slope(state, current))
    return state


def jacobian(state, current, step=1e-6):
    columns = []
    for k in range(4):
        move = step * np.eye(4)[k]
        columns.append((slope(state + move, current) - slope(state - move, current)) / (2 * step))
    return np.array(columns).T


def runge_kutta(current, duration, dt):
    """Integrate from rest with the classical fourth-order method; return u + (-65)."""
    state = steady_state(0.0)
    u = [state[0]]
    for _ in range(round(duration / dt)):
        k1 = slope(state, current)
        k2 = slope(state + dt / 2 * k1, current)
        k3 = slope(state + dt / 2 * k2, current)
        k4 = slope(state + dt * k3, current)
        state = state + dt / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        u.append(state[0])
    return np.array(u) - 65.0


def test_rest_is_that_of_the_paper():
    assert resting_potential() == pytest.approx(-65.0, abs=0.01)  # HH52
    assert resting_potential() == pytest.approx(steady_state(0.0)[0] - 65.0, abs=1e-9)


def test_without_current_nothing_happens():
    _, voltage = simulate(0.0, 50.0)
    assert np.ptp(voltage) < 1e-9


def test_the_second_integration_has_the_published_hopf_point():
    """Is the oracle below itself right?"""

    def growth(current):
        return np.linalg.eigvals(jacobian(steady_state(current), current)).real.max()

    assert growth(9.7754 - 0.01) < 0 < growth(9.7754 + 0.01)  # H26, RM80


@pytest.mark.parametrize("current", [2.0, 6.0, 10.0, 20.0])
def test_agrees_with_runge_kutta(current):
    voltage = runge_kutta(current, 40.0, 0.01)
    _, ours = simulate(current, 40.0, dt=0.005)
    assert np.abs(ours[::2] - voltage).max() < 0.5  # mV, in a trace that moves 400 mV in 1 ms
    spikes = spike_times(np.arange(len(voltage)) * 0.01, voltage)
    np.testing.assert_allclose(spike_times(*simulate(current, 40.0)), spikes, atol=0.03)


def test_error_falls_with_the_square_of_the_step():
    exact = spike_times(*simulate(10.0, 60.0, dt=0.002))[-1]
    errors = [abs(spike_times(*simulate(10.0, 60.0, dt=dt))[-1] - exact) for dt in (0.1, 0.05)]
    assert errors[0] / errors[1] == pytest.approx(4.0, rel=0.25)


@pytest.mark.slow
def test_threshold_of_lasting_firing_is_the_published_one():
    currents = np.arange(5.9, 6.7, 0.02)
    ours = currents[np.nonzero(firing_rate(currents))[0][0]]
    assert ours == pytest.approx(6.2603, rel=0.05)  # H26, the knee; RM80
    assert ours == pytest.approx(6.44, rel=0.05)  # TJG09, a step from rest
    assert 6.25 < ours < 6.30


def test_firing_rates_are_the_published_ones():
    assert firing_rate(8.0) == pytest.approx(1000 / 16.00771, rel=0.05)  # H26, proved
    assert firing_rate(6.27) == pytest.approx(50.3, rel=0.05)  # H26, at the knee
    assert firing_rate(10.0) == pytest.approx(31 / 0.450, rel=0.05)  # OW


def test_firing_rates_are_far_more_exact_than_that():
    assert firing_rate(8.0, dt=0.0125) == pytest.approx(1000 / 16.00771, rel=1e-4)
    spikes = spike_times(np.arange(8001) * 0.01, runge_kutta(10.0, 80.0, 0.01))
    assert firing_rate(10.0) == pytest.approx(1000 / (spikes[-1] - spikes[-2]), rel=2e-3)


def test_a_step_below_threshold_gives_one_spike_or_none():
    assert len(spike_times(*simulate(2.0, 100.0))) == 0
    assert len(spike_times(*simulate(5.0, 100.0))) == 1
    assert firing_rate(5.0) == 0


def test_gates_are_finite_and_smooth_at_their_removable_singularities():
    """alpha_m is 0/0 at 25 mV above rest, alpha_n at 10 mV."""
    for which, u, value in ((0, 25.0, 1.0), (2, 10.0, 0.1)):
        near = u - 65.0 + np.array([-1e-3, -1e-9, 0.0, 1e-9, 1e-3])
        alpha = _rates(near)[0][which]
        np.testing.assert_allclose(alpha, value, rtol=1e-4)
        assert (np.diff(alpha) >= 0).all()


@pytest.mark.slow
def test_one_membrane_and_many_agree():
    currents = np.array([0.0, 3.0, 6.2, 10.0, 20.0])
    _, many = simulate(currents, 60.0, dt=0.05)
    for column, current in zip(many.T, currents, strict=True):
        np.testing.assert_allclose(simulate(float(current), 60.0, dt=0.05)[1], column, atol=1e-6)
    assert firing_rate(currents).shape == (5,)
    assert firing_rate(10.0).shape == ()
    np.testing.assert_allclose(firing_rate(currents)[3], firing_rate(10.0), rtol=1e-9)


def test_shapes_and_times():
    time, voltage = simulate(1, 1.0, dt=0.1)
    assert time.shape == voltage.shape == (11,)
    assert time[-1] == pytest.approx(1.0)
    assert simulate(np.zeros(0), 1.0)[1].shape == (41, 0)


@pytest.mark.parametrize(
    ("current", "duration", "dt", "message"),
    [(np.zeros((2, 2)), 1, 0.1, "vector"), (0, 0, 0.1, "positive"), (0, 1, -0.1, "positive")],
)
def test_refuses_what_makes_no_sense(current, duration, dt, message):
    with pytest.raises(ValueError, match=message):
        simulate(current, duration, dt)
