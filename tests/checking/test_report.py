"""The table of points: aligned as text, and no name torn apart in a narrow page."""

import re

from nnf_teach import check, progress
from nnf_teach.checking.predictions import prediction_widget
from nnf_teach.exercises import all_predictions


def test_the_columns_of_the_text_are_aligned():
    lines = str(progress()).splitlines()
    ends = {re.match(r".*? \d+ of \d+", line).end() for line in lines[1:]}
    assert len(ends) == 1
    assert lines[0].index("points") + len("points") in ends


def test_the_page_breaks_names_at_underscores_only():
    html = progress(5)._repr_mimebundle_()["text/html"]
    assert "softmax_<wbr>backward" in html
    assert "anywhere" not in html


def test_the_bar_is_as_long_as_the_share_of_points():
    def neuron(x, w, b):
        return x @ w + b

    assert "width:0%" in progress(1)._repr_mimebundle_()["text/html"]
    check(neuron)
    assert "width:10%" in progress(1)._repr_mimebundle_()["text/html"]


def test_the_score_in_the_middle_counts_the_exercises_above_it():
    (half,) = progress(1, until="linear_layer").lessons
    assert (half.out_of, half.open) == (3, ("neuron", "linear_layer"))
    assert "up to linear_layer" in str(progress(1, until="linear_layer"))
    for table, asked in ((progress(1), True), (progress(1, until="linear_layer"), False)):
        html = table._repr_mimebundle_()["text/html"]
        assert ("Predictions" in html) == asked, "half of a lesson counts no predictions"
        assert html.count("<td") == html.count('scope="col"') - 1


def test_what_was_last_said_of_an_open_exercise_is_there_to_go_on_with():
    def neuron(x, w, b):
        return x @ w - b

    said = dict(check(neuron).rows)["look at"]
    assert f"neuron, at its last check: {said}" in str(progress(1))
    assert "`" in said
    assert "`" not in progress(1)._repr_mimebundle_()["text/html"]
    assert said not in str(progress())
    check(lambda x, w, b: x @ w + b, "neuron")
    assert "last check" not in str(progress(1))


def test_all_lessons_show_the_next_exercise_and_one_lesson_all_that_are_open():
    rows = str(progress()).splitlines()
    check(lambda x, w, b: x @ w + b, "neuron")
    check(lambda x: 2 * x, "double")
    after = str(progress()).splitlines()
    assert (rows[0].split()[-1], rows[1].split()[-1]) == ("next", "double")
    assert after[2].endswith("   linear_layer")
    assert sum(row.count("_") for row in after) == 1, "of other lessons no exercise is named"
    assert "linear_layer, sigmoid, " in str(progress(1))


def test_predictions_that_were_right_are_told_from_those_that_were_made():
    made = [p for p in all_predictions().values() if p.lesson == 1]
    wrong = (made[1].answer + 1) % len(made[1].options)
    prediction_widget(made[0]).set_state({"choice": made[0].answer})
    prediction_widget(made[1]).set_state({"choice": wrong})
    assert f"2 of {len(made)}, 1 right" in str(progress(1))
    assert f"2 of {len(made)}, 1 right" in progress(1)._repr_mimebundle_()["text/html"]
