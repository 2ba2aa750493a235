"""The pages beside the lab: do they say what the course says, and lead to what is there?"""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest

from nnf_teach import looks
from nnf_teach.authoring.outline import outline
from nnf_teach.exercises import lesson_titles
from nnf_teach.site.lessons import Lesson, read_lessons
from nnf_teach.site.pages import write_pages
from nnf_teach.widgets.playground.state import from_text

ROOT = Path(__file__).parents[2]
REPOSITORY = "https://github.com/somebody/course"


class Page(HTMLParser):
    """The addresses, names and words of a page."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.ids: set[str] = set()
        self.text = ""
        self.feed(path.read_text(encoding="utf-8"))
        self.text = " ".join(self.text.split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        self.ids |= {of["id"]} if "id" in of else set()
        address = of.get("href") or of.get("src")
        if address is not None:
            (self.links if tag == "a" else self.loaded).append(address)

    def handle_data(self, data: str) -> None:
        self.text += data


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("site")
    write_pages(top, ROOT, REPOSITORY)
    return top


@pytest.fixture(scope="module")
def front(folder: Path) -> Page:
    return Page(folder / "index.html")


def test_each_lesson_has_its_title_its_time_and_its_notebook(front: Page) -> None:
    lessons = read_lessons(ROOT)
    for lesson, (number, title) in zip(lessons, lesson_titles().items(), strict=True):
        notebook = nbformat.read(ROOT / "course" / lesson.notebook, as_version=4)
        header = outline(notebook, lesson.notebook).header
        assert lesson.number == f"{number:02}"
        assert title.startswith(lesson.title)
        assert header is not None
        assert lesson.time == header.time.removeprefix("about ").replace("minutes", "min")
        assert f"{lesson.title} {lesson.time}: {lesson.writes}" in front.text
        assert lesson.address in front.links


def test_the_course_takes_what_its_lessons_take(front: Page) -> None:
    minutes = [lesson.minutes for lesson in read_lessons(ROOT)]
    least, most = (sum(times) / 60 for times in zip(*minutes, strict=True))
    assert f"{least:.0f} to {most:.0f} hours in all" in front.text


def test_a_time_that_cannot_be_read_is_named() -> None:
    with pytest.raises(ValueError, match="lesson 04 takes 'long', not '90 min'"):
        _ = Lesson("04", "Depth", "long", "bumps", "04.ipynb").minutes


def test_the_front_page_leads_to_binder_repository_and_lecture(front: Page) -> None:
    binder = "https://mybinder.org/v2/gh/somebody/course/HEAD?urlpath=lab/tree/course/"
    assert {REPOSITORY, f"{binder}00_start_here.ipynb", "playground.html"} <= set(front.links)
    assert any("youtube.com" in link for link in front.links)


def test_no_address_of_a_repository_is_made_up(tmp_path: Path) -> None:
    write_pages(tmp_path, ROOT)
    page = Page(tmp_path / "index.html")
    others = {link for link in page.links if "://" in link}
    assert {re.sub(r"^https://(www\.)?([^/]+).*", r"\2", link) for link in others} == {
        "mybinder.org",
        "youtube.com",
    }
    assert "the address of the course's repository" in page.text


@pytest.mark.parametrize("name", ["index.html", "playground.html"])
def test_all_that_a_page_loads_lies_beside_it(folder: Path, name: str) -> None:
    page = Page(folder / name)
    assert len(page.loaded) > 20
    for address in page.loaded:
        assert (folder / address).is_file(), address


@pytest.mark.parametrize("name", ["index.html", "playground.html"])
def test_links_within_the_site_lead_somewhere(folder: Path, name: str) -> None:
    notebooks = {path.name for path in (ROOT / "course").glob("*.ipynb")}
    for link in Page(folder / name).links:
        path, _, place = link.partition("#")
        if path.startswith("lab/index.html?path="):
            assert path.removeprefix("lab/index.html?path=") in notebooks
        elif place.startswith("v1"):
            from_text(place)
        elif "://" not in link:
            assert not place or place in Page(folder / (path or name)).ids


def test_the_lab_finds_its_settings_in_the_front_page(folder: Path) -> None:
    """JupyterLite reads them in each index.html above its own, and stops where there are none."""
    page = (folder / "index.html").read_text(encoding="utf-8")
    found = re.search(r'<script id="jupyter-config-data" type="application/json"[^>]*>(.*?)<', page)
    assert found
    assert json.loads(found[1]) == {}


def test_no_script_or_style_names_another_host(folder: Path) -> None:
    files = [path for path in folder.rglob("*") if path.suffix in (".js", ".css")]
    assert len(files) > 40
    for path in files:
        text = path.read_text(encoding="utf-8").replace("http://www.w3.org/2000/svg", "")
        assert "://" not in text, path.name


def test_the_pages_have_the_colours_of_the_widgets(folder: Path) -> None:
    style = (folder / "site.css").read_text(encoding="utf-8")
    for name, index in (("blue", looks.BLUE), ("orange", looks.ORANGE)):
        assert f"--{name}: {looks.SERIES[index].lower()};" in style


def test_pages_are_written_again_over_what_is_there(folder: Path) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    write_pages(folder, ROOT, REPOSITORY)
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
