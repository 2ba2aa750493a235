"""In a browser the digits come from the page's server, and only when they are asked for."""

import sys
from types import SimpleNamespace
from urllib.parse import urljoin

import pytest

from nnf_teach import session
from nnf_teach.datasets import load_mnist, mnist, page


class Request:
    """An XMLHttpRequest of a server that has the digits; `status` is its answer."""

    status, content = 200, b""

    def open(self, way, address, later):
        assert (way, later) == ("GET", False)
        self.address = address

    def send(self):
        asked.append(self.address)
        if not Request.status:
            raise RuntimeError("NetworkError")

    @property
    def response(self):
        return SimpleNamespace(to_bytes=lambda: Request.content)


asked = []


@pytest.fixture
def browser(monkeypatch):
    start = SimpleNamespace(config=SimpleNamespace(indexURL="http://here/course/static/pyodide/"))
    url = SimpleNamespace(new=lambda name, base: SimpleNamespace(href=urljoin(base, name)))
    request = SimpleNamespace(new=Request)
    monkeypatch.setitem(sys.modules, "js", SimpleNamespace(URL=url, XMLHttpRequest=request))
    monkeypatch.setitem(sys.modules, "pyodide_js", SimpleNamespace(_api=start))
    monkeypatch.setattr(session, "in_browser", lambda: True)
    monkeypatch.setattr(Request, "status", 200)
    asked.clear()


def test_the_digits_come_from_beside_python_once(browser, monkeypatch, tmp_path):
    monkeypatch.setattr(Request, "content", mnist.FILE.read_bytes())
    monkeypatch.setattr(mnist, "FILE", tmp_path / "mnist.npz")
    assert load_mnist() is load_mnist()
    assert load_mnist().t_train[:5].tolist() == [5, 0, 4, 1, 9]
    assert asked == ["http://here/course/static/mnist.npz"]


@pytest.mark.parametrize(("status", "said"), [(404, "status 404"), (0, "NetworkError")])
def test_what_cannot_be_fetched_is_named(status, said, browser, monkeypatch):
    monkeypatch.setattr(Request, "status", status)
    with pytest.raises(OSError, match=f"static/mnist.npz cannot be fetched .{said}.*server"):
        page.bring("mnist.npz")


def test_a_damaged_answer_is_refused(browser, monkeypatch, tmp_path):
    monkeypatch.setattr(Request, "content", b"<html>")
    monkeypatch.setattr(mnist, "FILE", tmp_path / "mnist.npz")
    with pytest.raises(OSError, match="has 6 bytes"):
        load_mnist()
