"""The site's own pages, served under a path: no Python, no other host, for every reader."""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Iterator
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from nnf_teach.site.fetch import Store
from nnf_teach.site.lessons import read_lessons
from nnf_teach.site.pages import write_pages
from nnf_teach.site.pins import read_pins
from nnf_teach.site.reading import formulas
from nnf_teach.widgets.playground.state import from_text, to_text

from .axe import REPO, find_axe

Open = Callable[..., Any]
PAGES = ["index.html", "playground.html"]
KINDS = {".html", ".css", ".js", ".svg", ".webp"}
PYTHON = {"static/pyodide/python.zip": 3_000_000, "build/jlab_core.1a2b.js": 2_000_000}
VIEW = "document.querySelector('.nnp-playground').nnf"
RUN = f"{VIEW}.session.run"
TRAINED = "v1;data=circle;hidden=2;activation=tanh;epoch=1;at=0;weights="


class Handler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """Say nothing for each file."""


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the pages are served, below the top of a server; once more with a lab's large files."""
    top = tmp_path_factory.mktemp("server")
    with formulas(Store(REPO / ".cache" / "site", read_pins())):
        write_pages(top / "under" / "a path", REPO, to_read=True)
    lab = top / "under" / "a path" / "with-lab"
    for name, size in PYTHON.items():
        (lab / name).parent.mkdir(parents=True)
        (lab / name).write_bytes(bytes(size))
    write_pages(lab, REPO, lab=lab)
    handler = functools.partial(Handler, directory=top)
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/under/a%20path/"
        server.shutdown()


@pytest.fixture
def visit(browser: Any, address: str) -> Iterator[Open]:
    """Open a page; what it asks of anywhere but its folder, and every error, fails the test."""
    wrong: list[str] = []
    contexts = []

    def answer(route: Any) -> None:
        url = route.request.url.partition("#")[0]
        inside = url.startswith(address)
        if inside and (Path(url).suffix in KINDS or url.partition("/with-lab/")[2] in PYTHON):
            route.continue_()
        else:
            wrong.append(url)
            route.abort()

    def open_page(
        name: str, width: int = 1280, height: int = 800, before: str = "", **how: Any
    ) -> Any:
        size = {"width": width, "height": height}
        context = browser.new_context(viewport=size, **how)
        contexts.append(context)
        context.route("**/*", answer)
        page = context.new_page()
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.on("console", lambda said: wrong.append(said.text) if said.type == "error" else None)
        page.add_init_script(before)
        page.goto(f"{address}{name}")
        if how.get("java_script_enabled", True) and "lessons/" not in name:
            page.wait_for_function(f"document.querySelector('.nnp-playground') && {DRAWN}")
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert wrong == []


DRAWN = f"{VIEW}.frame === undefined && {VIEW}.output.canvas.offsetHeight > 0"


def text_now(page: Any) -> str:
    """Return the state that the address has, as Python reads and writes it."""
    return to_text(from_text(page.evaluate("decodeURIComponent(location.hash.slice(1))")))


def wait_for_address(page: Any) -> None:
    """Wait until the address has followed the run, which has to stand still."""
    page.wait_for_function(f"location.hash.includes(`epoch=${{{RUN}.epoch}};`)")


def train(page: Any, epochs: int) -> None:
    page.get_by_role("button", name="Play").click()
    page.wait_for_function(f"{RUN}.epoch >= {epochs}")
    page.get_by_role("button", name="Pause").click()


# --- The playground and its address -------------------------------------------------------------


def test_the_playground_trains_and_its_address_shows_it_again(visit: Open) -> None:
    page = visit("playground.html#v1;data=gaussians;hidden=3")
    before = page.evaluate(f"{RUN}.measure().test.loss")
    train(page, 30)
    wait_for_address(page)
    text = text_now(page)
    run = from_text(text)
    assert run.loss().test < before / 2
    assert run.settings["hidden"] == [3]
    page.reload()
    page.wait_for_function(f"document.querySelector('.nnp-playground') && {DRAWN}")
    assert page.evaluate(f"{RUN}.epoch") == run.epoch
    assert page.evaluate(f"{RUN}.measure().test.loss") == pytest.approx(run.loss().test)
    assert text_now(page) == text
    assert f"After {run.epoch} epochs" in page.locator(".nnf-caption").inner_text()


def test_a_change_is_in_the_address_and_goes_on_from_a_trained_one(visit: Open) -> None:
    page = visit("playground.html")
    page.get_by_label("Circle").check()
    page.get_by_label("Activation").select_option("tanh")
    page.get_by_role("button", name="Add a hidden layer").click()
    page.wait_for_function("location.hash === '#v1;data=circle;hidden=6,2;activation=tanh'")
    page.get_by_role("button", name="Step: 1 epoch").click()
    wait_for_address(page)
    there = page.url
    again = visit(f"playground.html#{there.partition('#')[2]}")
    for each in (page, again):
        each.get_by_role("button", name="Step: 1 epoch").click()
        wait_for_address(each)
    assert from_text(text_now(again)).loss() == pytest.approx(from_text(text_now(page)).loss())


def test_the_address_is_copied(visit: Open) -> None:
    page = visit("playground.html#v1;hidden=2", permissions=["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Step: 1 epoch").click()
    page.get_by_role("button", name="Copy the address").click()
    page.get_by_role("button", name="Copied").wait_for()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == page.url
    run = from_text(copied.partition("#")[2])
    assert (run.epoch, run.settings["hidden"]) == (1, [2])


def test_an_address_that_a_program_has_rewritten_is_read(visit: Open) -> None:
    page = visit("playground.html#v1%3Bdata%3Dcircle%3Bhidden%3D4%2C2")
    assert page.evaluate(f"[{RUN}.settings.data, ...{RUN}.settings.hidden]") == ["circle", 4, 2]
    assert page.locator("#note").is_hidden()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("hello", "it does not begin with v1"),
        ("v1;hidden=99", "each from 1 to 8, but it is '99'"),
        (f"{TRAINED}AACAPwAAgD8", "it has 2 weights, and a 2-2-1 network needs 9"),
        ("v1;data=%E0%A4%A", "data must be one of 'circle'"),
        ("v1;goal=<img src=x onerror=alert(1)>", "goal must be a number from 0 to 100"),
    ],
)
def test_a_bad_address_gives_a_sentence_and_the_lectures_run(
    visit: Open, text: str, says: str
) -> None:
    page = visit(f"playground.html#{text}")
    note = page.locator("#note").inner_text()
    assert note.startswith("The address holds no network that can be shown: ")
    assert says in note
    assert note.endswith("Copy the address again, all of it, from where you have it.")
    assert page.locator("#note img").count() == 0
    assert page.evaluate(f"{RUN}.settings.hidden") == [6]


def test_another_address_in_the_same_page(visit: Open) -> None:
    page = visit("playground.html")
    page.evaluate("location.hash = 'v1;hidden=0'")
    page.locator("#note").wait_for()
    assert page.evaluate(f"{RUN}.settings.hidden") == [6]
    page.evaluate("location.hash = 'v1;hidden=1'")
    page.wait_for_function(f"{RUN}.settings.hidden[0] === 1")
    assert page.locator("#note").is_hidden()


def test_each_question_opens_its_network(visit: Open) -> None:
    page = visit("playground.html")
    links = page.locator("#try + ul a")
    assert links.count() > 4
    for link in links.all():
        link.click()
        asked = from_text(link.get_attribute("href").removeprefix("#"))
        shown = [asked.settings["data"], *map(str, asked.settings["hidden"])]
        now = f"`${{[{RUN}.settings.data, ...{RUN}.settings.hidden]}}`"
        page.wait_for_function(f"(shown) => {now} === shown", arg=",".join(shown))
        assert text_now(page) == to_text(asked)
        assert page.locator("#note").is_hidden()
        assert page.locator("button[data-name=play]").is_visible()


def test_a_jump_within_the_page_leaves_the_network_alone(visit: Open) -> None:
    page = visit("playground.html#v1;hidden=2")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    page.wait_for_function("document.activeElement.id === 'read'")
    page.wait_for_function("location.hash === '#v1;hidden=2'")
    assert page.locator("#note").is_hidden()
    assert page.evaluate(f"{RUN}.settings.hidden") == [2]


# --- The front page ------------------------------------------------------------------------------


def test_the_small_playground_is_played_by_keys_and_taken_along(visit: Open) -> None:
    page = visit("index.html")
    page.locator("button[data-name=play]").focus()
    page.keyboard.press("Enter")
    page.wait_for_function(f"{RUN}.epoch >= 20")
    page.keyboard.press("Enter")
    page.get_by_label("Hidden units").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"document.querySelectorAll('.units canvas').length === 5 && {DRAWN}")
    page.get_by_label("XOR").focus()
    page.keyboard.press("ArrowLeft")
    page.wait_for_function(f"{RUN}.settings.data === 'circle'")
    page.locator("button[data-name=play]").click()
    page.wait_for_function(f"{RUN}.epoch >= 5")
    page.locator("button[data-name=play]").click()
    epoch = page.evaluate(f"{RUN}.epoch")
    assert page.locator(".nnf-caption").inner_text().startswith("Epoch ")
    page.get_by_role("link", name="Take it into the whole playground").click()
    page.wait_for_url("**/playground.html#**")
    page.wait_for_function(f"document.querySelector('.nnp-playground') && {DRAWN}")
    run = from_text(text_now(page))
    assert (run.epoch, run.settings["data"], run.settings["hidden"]) == (epoch, "circle", [5])
    assert page.evaluate(f"{RUN}.epoch") == epoch


AHEAD = "document.querySelector('#ahead').innerText"
DEAR = "Object.defineProperty(navigator, 'connection', { get: () => ({ saveData: true }) })"


def test_python_is_fetched_ahead_and_the_page_says_so(visit: Open) -> None:
    page = visit("with-lab/index.html")
    page.wait_for_function(f"{AHEAD}.includes('✓ Python is here (5 MB)')")
    loaded = page.evaluate("performance.getEntriesByType('resource').map(({ name }) => name)")
    assert all(any(name.endswith(file) for name in loaded) for file in PYTHON)
    assert page.locator("#ahead progress").is_hidden()
    assert violations(page) == []


def test_who_saves_data_is_asked_first(visit: Open) -> None:
    page = visit("with-lab/index.html", before=DEAR)
    page.get_by_role("button", name="Fetch Python for the lab now (5 MB)").focus()
    loaded = "performance.getEntriesByType('resource').filter(({ name }) => name.endsWith('.zip'))"
    assert page.evaluate(loaded) == []
    assert violations(page) == []
    page.keyboard.press("Enter")
    page.wait_for_function(f"{AHEAD}.includes('✓ Python is here (5 MB)')")
    assert len(page.evaluate(loaded)) == 1


def test_what_cannot_be_fetched_ahead_is_said(visit: Open) -> None:
    page = visit("with-lab/index.html", before=f"{DEAR}; fetch = async () => {{ throw Error() }}")
    page.get_by_role("button", name="Fetch Python for the lab now").click()
    page.wait_for_function(f"{AHEAD}.includes('the lab will fetch it when it opens')")


def test_without_a_lab_nothing_is_said_of_it(visit: Open) -> None:
    assert visit("index.html").locator("#ahead").is_hidden()


def test_all_of_the_front_page_is_on_one_screen(visit: Open) -> None:
    page = visit("index.html", 1280, 900)
    for shown in (page.locator("h1"), page.locator(".living"), page.locator(".lessons li").last):
        box = shown.bounding_box()
        assert box["y"] + box["height"] < 900


# --- For every reader ----------------------------------------------------------------------------


def violations(page: Any) -> list[str]:
    """Return all that axe-core objects to, whatever it weighs."""
    page.evaluate(find_axe().read_text(encoding="utf-8"))
    found = page.evaluate("async () => (await axe.run()).violations")
    return [f"{v['id']}: {node['html'][:200]}" for v in found for node in v["nodes"]]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [390, 1280])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(visit: Open, name: str, width: int, scheme: str) -> None:
    page = visit(name, width, color_scheme=scheme)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width
    dark = page.evaluate(f"{VIEW}.theme.dark")  # the pictures follow, too
    assert dark == (scheme == "dark")


@pytest.mark.parametrize("number", range(len(read_lessons(REPO))))
def test_axe_finds_nothing_in_a_lesson_to_read(visit: Open, number: int) -> None:
    lesson = read_lessons(REPO)[number]
    scheme, width = [("light", 390), ("dark", 1280), ("dark", 390), ("light", 1280)][number % 4]
    page = visit(f"lessons/{lesson.page}", width, color_scheme=scheme)
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_a_lesson_is_read_with_its_pictures_and_formulas_and_without_javascript(
    visit: Open,
) -> None:
    page = visit("index.html", java_script_enabled=False)
    page.get_by_role("link", name="Read 01").click()
    page.wait_for_url("**/lessons/01_neuron.html")
    for picture in page.locator("img").all():
        picture.scroll_into_view_if_needed()
        assert picture.bounding_box()["height"] > 150
    assert page.locator("math").first.bounding_box()["width"] > 20
    page.get_by_role("link", name="02 Logistic regression").click()
    page.wait_for_url("**/lessons/02_*.html")


def test_axe_finds_nothing_in_a_bad_addresss_note(visit: Open) -> None:
    assert violations(visit("playground.html#v1;hidden=99", 390)) == []


@pytest.mark.parametrize("name", PAGES)
def test_without_javascript_the_text_and_its_links_are_there(visit: Open, name: str) -> None:
    page = visit(name, java_script_enabled=False)
    assert "needs JavaScript" in page.locator("main").inner_text().replace("\n", " ")
    assert page.get_by_role("button").count() == 0
    if name == "index.html":
        for lesson in read_lessons(REPO):
            row = page.locator(".lessons li", has_text=lesson.number).first
            assert row.locator("a").first.get_attribute("href") == lesson.address
            assert lesson.time in row.inner_text()


@pytest.mark.parametrize("name", PAGES)
def test_every_stop_of_the_tab_key_is_seen(visit: Open, name: str) -> None:
    page = visit(name)
    seen = []
    for _ in range(60):
        page.keyboard.press("Tab")
        box = page.evaluate(
            """() => {
              const here = document.activeElement;
              if (here === document.body) return null;
              const { outlineStyle, outlineWidth } = getComputedStyle(here);
              const outlined = outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2;
              const { width, height } = here.getBoundingClientRect();
              const name = here.getAttribute('aria-label') || here.textContent || here.id;
              const held = here.closest('.nnp-set:focus-within');
              return [name.trim().slice(0, 40), outlined || !!held, width > 0 && height > 0];
            }"""
        )
        if box is None:
            break
        seen.append(box)
    assert len(seen) > 15
    assert [one for one in seen if not (one[1] and one[2])] == []
