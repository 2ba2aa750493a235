"""What the session is: watched or not, in a notebook or not."""

import threading
from types import SimpleNamespace

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


def test_a_kernel_in_a_browser_tells_its_run_without_a_channel(monkeypatch):
    """Is a widget's earlier run closed where the kernel knows one channel alone?"""
    parent = {"header": {"msg_id": "m"}, "metadata": {"cellId": "c"}}
    kernel = SimpleNamespace(get_parent=lambda: parent)
    monkeypatch.setattr(session, "shell", lambda: SimpleNamespace(kernel=kernel))
    monkeypatch.setattr(session, "in_browser", lambda: True)
    assert session._current_run() == ("c", "m")


def test_work_aside_is_done_at_once_where_there_are_no_threads(monkeypatch):
    done = []
    session.aside(lambda: done.append(threading.current_thread().name), name="aside")
    for thread in threading.enumerate():
        if thread.name == "aside":
            thread.join()
    monkeypatch.setattr(session, "in_browser", lambda: True)
    session.aside(lambda: done.append(threading.current_thread().name), name="aside")
    assert done == ["aside", threading.current_thread().name]
