"""The lessons as pages to read: is all of a lesson there, and nothing of a solution?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest

from nnf_teach.exercises import all_predictions
from nnf_teach.site.fetch import SiteError, Store
from nnf_teach.site.lessons import read_lessons
from nnf_teach.site.pages import write_pages
from nnf_teach.site.pins import read_pins
from nnf_teach.site.reading import formulas, mathml, read_lesson

ROOT = Path(__file__).parents[2]
LESSONS = read_lessons(ROOT)


@pytest.fixture(scope="module", autouse=True)
def tools() -> Iterator[None]:
    try:
        with formulas(Store(ROOT / ".cache" / "site", read_pins())):
            yield
    except SiteError as error:
        pytest.skip(f"formulas cannot be drawn: {error}")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    top = tmp_path_factory.mktemp("site")
    write_pages(top, ROOT, to_read=True)
    return top / "lessons"


def without_code(body: str) -> str:
    return re.sub(r"<pre.*?</pre>|<code>.*?</code>", "", body, flags=re.DOTALL)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_all_of_a_lesson_is_there(lesson, folder: Path) -> None:
    page = (folder / lesson.page).read_text(encoding="utf-8")
    notebook = nbformat.read(ROOT / "course" / lesson.notebook, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            headings = re.findall(r"^#{1,6} ([^$`*\n]+)$", cell.source, re.MULTILINE)
            assert all(f">{heading.strip()}</h" in page for heading in headings)
    assert page.count("<h1 ") == 1
    assert f'href="../{lesson.address}"' in page
    pictures = re.findall(r'<img src="([^"]+)" alt="([^"]+)"', page)
    assert all((folder / file).is_file() and len(words) > 20 for file, words in pictures)
    assert len(pictures) >= 2


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda lesson: lesson.number)
def test_every_formula_is_drawn_and_every_place_has_one_name(lesson, folder: Path) -> None:
    body = (folder / lesson.page).read_text(encoding="utf-8")
    text = without_code(body)
    assert "$" not in text
    assert not re.search(r"\\[a-zA-Z]", text)
    names = re.findall(r' id="([^"]+)"', body)
    assert len(names) == len(set(names))
    assert all(place in names for place in re.findall(r'href="#([^"]+)"', body))


def test_nothing_of_a_solution_is_there(folder: Path) -> None:
    for lesson in LESSONS:
        page = (folder / lesson.page).read_text(encoding="utf-8")
        solved = nbformat.read(ROOT / "solutions" / lesson.notebook, as_version=4)
        regions = re.findall(
            r"### BEGIN SOLUTION\n(.*?)\n\s*### END SOLUTION",
            "\n".join(cell.source for cell in solved.cells),
            re.DOTALL,
        )
        assert "BEGIN SOLUTION" not in page
        for region in regions:
            assert region.strip() not in page


def test_predictions_are_asked_and_not_answered() -> None:
    body = read_lesson(ROOT, "01_neuron.ipynb").body
    asked = [p for p in all_predictions().values() if p.lesson == 1]
    assert body.count("<strong>Predict.</strong>") == len(asked) > 0
    assert not any(p.explanation in body for p in asked)


def test_a_formula_is_mathml() -> None:
    found = mathml(r"\big\lVert W x \big\rVert^2", "inline")
    assert found.startswith("<math ")
    assert "\\" not in found
    assert found.count("&#x02016;") == 2  # ‖


def test_the_front_page_leads_to_each(folder: Path) -> None:
    front = (folder.parent / "index.html").read_text(encoding="utf-8")
    for lesson in LESSONS:
        assert f'href="lessons/{lesson.page}">Read {lesson.number}</a>' in front


def test_no_page_loads_from_another_host(folder: Path) -> None:
    for lesson in LESSONS:
        page = (folder / lesson.page).read_text(encoding="utf-8")
        loaded = re.findall(r'<(?:img|link|script)[^>]* (?:src|href)="([^"]+)"', page)
        assert len(loaded) > 3
        assert all((folder / address).is_file() for address in loaded)
