"""What the session is: watched or not, in a notebook or not."""

import pytest

from nnf_teach import session


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({}, False),
        ({"NNF_STRICT": "1"}, True),
        ({"NBGRADER_EXECUTION": "autograde"}, True),
        ({"PYTEST_VERSION": "9"}, True),
        ({"PYTEST_VERSION": "9", "NNF_STRICT": "0"}, False),
    ],
)
def test_where_nobody_is_looking_checks_are_strict(variables, expected, monkeypatch):
    for name in ("NNF_STRICT", "NBGRADER_EXECUTION", "PYTEST_VERSION"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert session.strict() is expected


def test_outside_a_notebook_there_is_no_kernel_and_no_run():
    assert not session.in_notebook()
    assert session._current_run() is None
