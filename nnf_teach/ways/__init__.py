"""Other right ways to write an exercise, a file per lesson: `softmax__logaddexp` is of softmax.

The docstring says what it is good for; the learner reads both, once the check has passed.
"""
