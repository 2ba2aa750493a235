"""The verdict alone: most of a check's time goes into saying why an answer is wrong."""

from nnf_teach.checking.explain import large_matrix, python_loop
from nnf_teach.checking.trial import try_out


def passes(exercise, function, seed=0):
    """Return whether an answer is right."""
    trial = try_out(exercise, function, seed)
    if trial.calls.timed_out or trial.failing:
        return False
    return not (python_loop(trial) or large_matrix(trial))
