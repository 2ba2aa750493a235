"""A learner takes lesson 01 in a real JupyterLab: wrong answers first."""

import json

from .lessons import (  # noqa: F401
    test_axe_finds_nothing_serious_in_the_lesson,
    test_narrow_windows_cut_nothing_off_in_the_lesson,
    test_the_untouched_notebook_runs_without_a_trace,
)

WRONG = "def sigmoid(x):\n    return 1 / (1 + np.exp(-x))\n"
RIGHT = "def sigmoid(x):\n    e = np.exp(-np.abs(x))\n    return np.where(x >= 0, 1, e) / (1 + e)\n"


def cell_index(lesson, start):
    """Return the index of the cell whose source begins with `start`."""
    sources = lesson.page.evaluate(
        """() => jupyterapp.shell.currentWidget.content.widgets
             .map((cell) => cell.model.sharedModel.getSource())"""
    )
    return next(k for k, source in enumerate(sources) if source.startswith(start))


def output_of(lesson, start):
    index = cell_index(lesson, start)
    return lesson.page.locator(".jp-Notebook .jp-Cell").nth(index).locator(".jp-Cell-outputArea")


def test_the_untouched_notebook_shows_widgets_questions_and_what_is_to_do(lesson):
    assert lesson.page.get_by_text("Traceback").count() == 0
    assert lesson.page.locator(".nnf-stage").count() == 3
    assert lesson.page.locator(".nnf-prediction").count() == 4
    assert "not attempted yet" in output_of(lesson, "check(sigmoid)").inner_text()


def test_the_weight_vector_is_dragged_and_the_surface_changes(lesson):
    stage = output_of(lesson, "neuron_explorer()").locator(".nnf-stage")
    handle = stage.locator('[role="slider"][data-name="w"]')
    canvas = "#explorer canvas"
    stage.evaluate("node => { node.id = 'explorer'; }")
    before, words = lesson.pixels(canvas), handle.get_attribute("aria-valuetext")
    lesson.drag(handle, -60, 30)
    lesson.wait_drawn()
    assert handle.get_attribute("aria-valuetext") != words
    assert lesson.pixels(canvas) != before


def test_the_weight_vector_moves_by_keys_too(lesson):
    stage = output_of(lesson, "neuron_explorer()").locator(".nnf-stage")
    stage.evaluate("node => { node.id = 'explorer'; }")
    handle = stage.locator('[role="slider"][data-name="w"]')
    before, words = lesson.pixels("#explorer canvas"), handle.get_attribute("aria-valuetext")
    handle.focus()
    for _ in range(5):
        lesson.page.keyboard.press("ArrowUp")
    lesson.wait_drawn()
    assert handle.get_attribute("aria-valuetext") != words
    assert lesson.pixels("#explorer canvas") != before


def test_a_prediction_is_locked_by_keys_before_the_explanation_shows(lesson):
    question = output_of(lesson, 'predict("longer-weights")').locator(".nnf-prediction")
    assert question.get_by_text("has the same solutions").count() == 0
    question.locator("input").first.focus()
    lesson.page.keyboard.press("Space")
    lesson.page.keyboard.press("ArrowDown")
    lesson.page.keyboard.press("Enter")
    question.get_by_text("✓ Right").wait_for(timeout=10_000)
    assert "has the same solutions" in question.inner_text()
    assert question.locator("input:disabled").count() == 3
    assert question.locator("input:checked").input_value() == "1"
    locked = question.locator("input:checked")
    for part in ("borderTopColor", "backgroundColor"):  # as strong as the words, in every theme
        assert locked.evaluate(
            "(one, part) => getComputedStyle(one)[part] === getComputedStyle(one.parentNode).color",
            part,
        )


def test_a_wrong_and_then_a_right_sigmoid_and_the_progress_after_a_reload(lesson, lab):
    answer = cell_index(lesson, "def sigmoid(x):")
    panel = output_of(lesson, "check(sigmoid)")
    lesson.set_cell(answer, WRONG)
    lesson.run_cell(answer)
    lesson.run_cell(answer + 1)
    assert "sigmoid: not yet." in panel.inner_text()
    assert "can you write the same fraction with exp(x)?" in panel.inner_text()
    lesson.set_cell(answer, RIGHT)
    lesson.run_cell(answer)
    lesson.run_cell(answer + 1)
    assert "sigmoid: right. 2 of 2 points." in panel.inner_text()
    lesson.save()
    lesson.load()
    lesson.run_cell(cell_index(lesson, "progress(1)"))
    assert "2 of 10" in output_of(lesson, "progress(1)").inner_text()
    assert json.loads(lab.progress.read_text())["exercises"]["sigmoid"]["passed"] is True


def test_an_endless_loop_is_given_up_and_the_notebook_lives_on(lesson):
    answer = cell_index(lesson, "def saturation_point(")
    endless = "def saturation_point(epsilon):\n    while True:\n        pass\n"
    lesson.set_cell(answer, endless)
    lesson.run_cell(cell_index(lesson, "from time"))
    lesson.run_cell(answer)
    lesson.run_cell(answer + 1)
    assert "within 10 seconds" in output_of(lesson, "check(saturation_point)").inner_text()
    assert lesson.kernel("2 + 2") == "4"
