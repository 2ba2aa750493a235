"""The whole course in a browser that has nothing but the site: does a learner get through it?

One browser does all of it. Each lesson is opened once: run untouched, then answered.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from nnf_teach.notebooks import is_backup
from nnf_teach.site import SiteError, build_site

from ..browser.lab import Lab, find_chromium, start_browser
from .lab import ALONE, PLAIN, SUB_PATH, SiteLab, SiteNotebook, serve_site

ROOT = Path(__file__).parents[2]
NOTEBOOKS = [p.name for p in sorted((ROOT / "course").glob("*.ipynb")) if not is_backup(p)]
FIRST = {  # an exercise of each lesson
    "00": "double",
    "01": "sigmoid",
    "02": "cross_entropy",
    "03": "hidden_layer",
    "04": "step",
    "05": "relu_backward",
    "06": "max_backward",
    "07": "l2_penalty",
    "08": "multiplicative_layer",
}
DIGITS = {"02": "train_digit_classifier", "05": "train_digit_mlp"}
LIMITS = {"site": 60e6, "lesson 01": 25e6}  # bytes on disk, and sent, compressed

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(find_chromium() is None, reason="no Chromium: THE SITE WAS NOT TESTED"),
]


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder: Path = tmp_path_factory.mktemp("server") / SUB_PATH
    folder.parent.mkdir(parents=True)
    try:
        build_site(ROOT, folder, lambda _: None)
    except SiteError as error:
        pytest.skip(f"the site cannot be built, and WAS NOT TESTED: {error}")
    return folder


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    with start_browser(ALONE) as started:
        yield started


@pytest.fixture(scope="session")
def url(site: Path) -> Iterator[str]:
    with serve_site(site.parents[1]) as address:
        yield address


@pytest.fixture(scope="session")
def lab(url: str, browser: Any) -> SiteLab:
    return SiteLab(url, browser)


@pytest.fixture(scope="session", params=NOTEBOOKS, ids=lambda name: name[:2])
def lesson(lab: SiteLab, request: pytest.FixtureRequest) -> SiteNotebook:
    notebook = lab.open(request.param)
    notebook.run_all(timeout=600)
    return notebook


def solutions_of(notebook: str) -> dict[str, str]:
    """The course's own answers of a lesson, in their order."""
    cells = json.loads((ROOT / "solutions" / notebook).read_text(encoding="utf-8"))["cells"]
    ids = [cell["metadata"].get("nbgrader", {}).get("grade_id", "") for cell in cells]
    return {
        name.removesuffix("_answer"): "".join(cell["source"])
        for name, cell in zip(ids, cells, strict=True)
        if name.endswith("_answer")
    }


def test_the_untouched_lesson_runs_from_top_to_bottom(lesson: SiteNotebook) -> None:
    assert lesson.cell_errors() == []
    red = [
        output.text
        for cell in lesson.content().cells
        for output in cell.get("outputs", [])
        if output.output_type == "stream" and output.name == "stderr"
    ]
    assert red == []
    assert lesson.lab.errors == []
    assert lesson.lab.outside == []


def test_an_answer_is_wrong_and_then_right(lesson: SiteNotebook) -> None:
    name = FIRST[lesson.name[:2]]
    said = lesson.answer(name, f"def {name}(*arguments):\n    return 0.25")
    assert f"{name}: not yet." in said
    assert f"{name}: right." in lesson.answer(name, solutions_of(lesson.name)[name])


def test_digits_are_learned_within_the_limit(lesson: SiteNotebook) -> None:
    name = DIGITS.get(lesson.name[:2])
    if name is not None:
        answers = solutions_of(lesson.name)
        earlier = list(answers)[: list(answers).index(name)]
        lesson.run("\n\n".join(answers[each] for each in earlier))
        said = lesson.answer(name, answers[name], timeout=600)
        assert f"{name}: right." in said


@pytest.fixture(scope="session")
def neuron(lab: SiteLab) -> SiteNotebook:
    """Lesson 01, opened after its points were won: the page is loaded again."""
    lab.asked.clear()
    notebook = lab.open("01_neuron.ipynb")
    notebook.run_all(timeout=600)
    notebook.wait_drawn(60)
    return notebook


def test_python_starts_once(neuron: SiteNotebook) -> None:
    asked = "[e.name for e in js.performance.getEntriesByType('resource')]"
    assert neuron.run(f"import js; str({asked}).count('.wasm')").strip() == "1"


def test_progress_is_kept_when_the_page_is_loaded_again(neuron: SiteNotebook) -> None:
    neuron.run_cell(neuron.cell_index("progress(1)"))
    assert "2 of 10" in neuron.output_of("progress(1)").inner_text()


def test_no_image_of_a_digit_is_fetched_before_it_is_needed(neuron: SiteNotebook) -> None:
    assert any(name.startswith("static/pyodide/") for name in neuron.lab.asked)
    assert [name for name in neuron.lab.asked if "mnist" in name] == []


def test_the_weight_vector_moves_by_the_mouse_and_by_keys(neuron: SiteNotebook) -> None:
    stage = neuron.output_of("neuron_explorer()").locator(".nnf-stage")
    handle = stage.locator('[role="slider"][data-name="w"]')
    words = handle.get_attribute("aria-valuetext")
    neuron.drag(handle, -60, 30)
    neuron.wait_drawn()
    dragged = handle.get_attribute("aria-valuetext")
    handle.focus()
    neuron.press("ArrowUp", "ArrowUp")
    assert len({words, dragged, handle.get_attribute("aria-valuetext")}) == 3


def test_a_prediction_is_locked(neuron: SiteNotebook) -> None:
    question = neuron.output_of('predict("longer-weights")').locator(".nnf-prediction")
    question.locator("input").nth(1).check()
    neuron.page.keyboard.press("Enter")
    question.get_by_text("✓ Right").wait_for(timeout=30_000)
    assert question.locator("input:disabled").count() == 3


def test_an_endless_loop_is_given_up(neuron: SiteNotebook) -> None:
    endless = "def saturation_point(epsilon):\n    while True:\n        pass\n"
    said = neuron.answer("saturation_point", endless)
    assert "within 10 seconds" in said
    assert neuron.run("2 + 2").strip() == "4"


def test_no_other_host_was_asked(lab: SiteLab, neuron: SiteNotebook) -> None:
    assert lab.outside == []
    assert lab.asked != []


def test_without_a_service_worker_python_runs_and_the_reader_is_told(
    url: str, browser: Any
) -> None:
    lab = SiteLab(url.replace("127.0.0.1", PLAIN), browser)
    lab.page.goto(f"{lab.url}lab/index.html")
    assert "Python is starting in this page" in lab.page.locator("#nnf-start").inner_text()
    assert Lab.axe(lab.page, "#nnf-start") == []
    notebook = lab.open("00_start_here.ipynb")
    assert "your points last until" in notebook.text("#nnf-no-files")
    assert Lab.axe(notebook.page, "#nnf-no-files") == []
    notebook.run_all(timeout=600)
    assert notebook.cell_errors() == []
    assert lab.outside == []
    lab.context.close()


def test_what_is_sent_for_lesson_01_and_what_lies_on_disk_stay_small(
    site: Path, neuron: SiteNotebook
) -> None:
    files = [path for path in site.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) <= LIMITS["site"]
    sent = {site / name for name in neuron.lab.asked if (site / name).is_file()}
    assert sum(len(gzip.compress(p.read_bytes(), 6)) for p in sent) <= LIMITS["lesson 01"]
