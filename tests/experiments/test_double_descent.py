import numpy as np
import pytest

from nnf_teach.experiments.double_descent import spoilt


def test_labels_are_spoilt_as_said():
    t = np.arange(1000) % 10
    for share in (0.0, 0.1, 0.2):
        changed = spoilt(t, share, np.random.default_rng(0))
        assert (changed != t).mean() == pytest.approx(share, abs=0.03)
        assert ((changed >= 0) & (changed < 10)).all()
