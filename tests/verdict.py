"""The verdict alone: most of a check's time goes into saying why an answer is wrong."""

from nnf_teach.checking.explain import python_loop
from nnf_teach.checking.trial import try_out


def passes(exercise, function, seed=0):
    """Return whether an answer is right."""
    trial = try_out(exercise, function, seed)
    return not (trial.calls.timed_out or trial.failing or python_loop(trial))
