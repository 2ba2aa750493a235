"""Recorded runs: what is stored comes back, and belongs to who asked for it."""

import numpy as np

from nnf_teach.datasets import Run, load_runs
from nnf_teach.datasets.runs import CURVES, read_runs, write_runs


def test_two_examples_of_each_kind():
    kinds = [run.kind for run in load_runs()]
    assert len(kinds) == 12
    assert all(kinds.count(kind) == 2 for kind in kinds)
    assert kinds[0] == "nan"


def test_what_is_written_is_read_again(tmp_path):
    rng = np.random.default_rng(0)
    runs = [
        Run(kinds, "by hand", {name: rng.normal(size=n) for name in CURVES} | {"chance_loss": 0.7})
        for n, kinds in ((3, ("nan",)), (5, ("too good", "healthy")))
    ]
    runs[0].history["loss"][1:] = np.nan, np.inf
    write_runs(tmp_path / "runs.npz", runs)
    for new, old in zip(read_runs(tmp_path / "runs.npz"), runs, strict=True):
        assert (new.kinds, new.made) == (old.kinds, old.made)
        assert set(new.history) == set(old.history)
        for name, value in old.history.items():
            np.testing.assert_allclose(new.history[name], value, rtol=1e-6)


def test_who_changes_a_run_changes_nobody_elses():
    first = load_runs()[0].history["loss"]
    first[:] = 0
    assert load_runs()[0].history["loss"].any()
