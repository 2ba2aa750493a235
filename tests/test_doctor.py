"""Does the doctor say what matters, also where there is no terminal and no installation?"""

import sys
from types import SimpleNamespace

import pytest

import nnf_teach
from nnf_teach import doctor, session
from nnf_teach.checking import speed


@pytest.fixture
def browser(monkeypatch):
    """Be in a browser, whose page keeps files in the folder that is told."""

    def be(mountpoint):
        node = SimpleNamespace(mount=SimpleNamespace(mountpoint=mountpoint))
        files = SimpleNamespace(lookupPath=lambda path: SimpleNamespace(node=node))
        navigator = SimpleNamespace(userAgent="A browser/1.0")
        monkeypatch.setitem(sys.modules, "pyodide", SimpleNamespace(__version__="0.27.7"))
        monkeypatch.setitem(sys.modules, "js", SimpleNamespace(navigator=navigator))
        monkeypatch.setitem(sys.modules, "pyodide_js", SimpleNamespace(FS=files))
        monkeypatch.setattr(session, "in_browser", lambda: True)
        monkeypatch.setattr(speed, "slowness", lambda: 12.0)

    return be


def test_in_a_browser_it_says_what_matters_there(browser):
    browser("/drive")
    found = list(doctor.examine())
    assert [finding.what for finding in found if not finding.ok] == []
    said = "\n".join(map(str, found))
    for word in ("Pyodide 0.27.7", "A browser/1.0", "12 times", "no terminals", "keeps notebooks"):
        assert word in said


def test_a_page_that_keeps_nothing_is_a_problem_with_a_way_out(browser):
    browser("/")
    (bad,) = (finding for finding in doctor.examine() if not finding.ok)
    assert "may keep nothing" in bad.what
    assert "save_progress()" in bad.fix


def test_what_another_system_needs_is_not_asked_for(browser, monkeypatch):
    lines = ["a>=1.2; sys_platform != 'emscripten'", "b>=3; sys_platform == 'emscripten'",
             "c>=4; extra == 'test'", "d", 'e>=5 ; sys_platform != "emscripten"']  # fmt: skip
    monkeypatch.setattr(doctor.metadata, "requires", lambda name: lines)
    assert doctor.requirements() == [("a", "1.2"), ("d", "0"), ("e", "5")]
    monkeypatch.setattr(sys, "platform", "emscripten")
    assert doctor.requirements() == [("b", "3"), ("d", "0")]


def test_it_can_be_called_where_there_is_no_terminal(capsys):
    nnf_teach.doctor()
    assert "Python 3" in capsys.readouterr().out
