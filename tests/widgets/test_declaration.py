"""Does a declaration say all there is to say of a widget: start, range, condition, consequences?"""

import inspect

import numpy as np
import pytest

from nnf_teach.widgets.declaration import widget
from nnf_teach.widgets.parts import (
    Kept,
    Values,
    button,
    choice,
    handle,
    memory,
    player,
    slider,
    toggle,
)
from nnf_teach.widgets.picture import (
    BLUE,
    INK,
    Picture,
    axis,
    dots,
    here,
    level,
    line,
    log_axis,
    panel,
    upright,
)
from nnf_teach.widgets.scene import Button, Choice, Goal, Handle, Player, Slider, Toggle

AXES = axis("x", 0, 1), axis("y", 0, 1)


def square(n):
    return n * n


@widget(
    "Everything",
    slider("rate", lambda s: f"Rate of {s.kind}", 0.01, 10, 0.1, at=0.1, scale="log"),
    slider("count", "Count", 1, 9, 1, at=3, unit="units", when=lambda s: s.kind == "many"),
    choice(
        "kind", "Kind", ("one", "many"), sets=lambda s, was: {"frame": 0, "came_from": was.kind}
    ),
    toggle("written", "Write it"),
    button("again", "Again", sets={"rate": 1.0, "p": [0.5, 0.5]}),
    player("frame", "Frame", 10, at=2),
    handle("p", "the point", 0, 1, at=[0.2, 0.4], step=0.05, bare=True),
    handle("height", "height", -1, 1, at=0.0, moves="y"),
    memory("came_from", at=""),
    begin=lambda double=None: {"frame": 4} if double else {},
)
def everything(s: Values, double=None) -> Picture:
    """Show one part of each kind."""
    shown = panel("All", *AXES, s.handle("p"), s.handle("height", x=0.3), dots(*s.p))
    twice = double(s.count) if double else s.kept(square, s.count)
    return Picture([shown], f"Rate {s.rate:g}.", "", f"Then {twice}.", goal=Goal("", s.count > 5))


def names(scene):
    return [part.name for part in scene.controls]


def test_the_scene_has_each_part_as_it_was_declared():
    scene = everything.scene()
    assert scene.title == "Everything"
    assert scene.caption == "Rate 0.1. Then 9."
    assert scene.controls == (
        Slider("rate", "Rate of one", 0.01, 10, 0.1, "", "log"),
        Choice("kind", "Kind", ("one", "many")),
        Toggle("written", "Write it"),
        Button("again", "Again"),
        Player("frame", "Frame", 10),
    )
    assert scene.panels[0].handles == (
        Handle("p", "the point", 0.2, 0.4, step=0.05, bare=True),
        Handle("height", "height", 0.3, 0.0, "y"),
    )
    assert scene.state == everything.initial
    assert list(everything.initial.values()) == [
        0.1, 3, "one", False, 0, 2, [0.2, 0.4], 0.0, "",
    ]  # fmt: skip


def test_a_control_is_shown_only_where_its_condition_holds():
    assert "count" not in names(everything.scene())
    assert names(everything.scene(kind="many"))[:2] == ["rate", "count"]


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("rate", 99, 10),
        ("rate", -1, 0.01),
        ("count", 2.6, 3),
        ("count", 0, 1),
        ("frame", 11, 10),
        ("frame", -3, 0),
        ("p", [2, -1], [1.0, 0.0]),
        ("p", np.array([0.5, 0.25]), [0.5, 0.25]),
        ("height", -7, -1.0),
        ("written", 1, True),
    ],
)
def test_a_value_is_read_into_its_range(name, value, read):
    found = everything.scene(**{name: value}).state[name]
    assert found == read
    assert type(found) is type(read) or isinstance(read, int)


def test_the_last_frame_may_depend_on_the_values():
    @widget(
        "A run",
        toggle("long", "Long"),
        player("frame", "Frame", lambda s: 20 if s.long else 10, when=lambda s: s.frame < 15),
    )
    def run(s: Values) -> Picture:
        return Picture([])

    (_, short), (_, long) = run.scene().controls, run.scene(long=True).controls
    assert (short.last, long.last) == (10, 20)
    assert run.scene(frame=-3).state["frame"] == 0
    assert len(run.scene(frame=15).controls) == 1


def test_a_word_that_is_no_option_says_what_there_is():
    with pytest.raises(ValueError, match="kind is 'few'; it can be one, many"):
        everything.scene(kind="few")


def test_a_change_brings_what_its_part_sets_and_nothing_else_does():
    bound = everything.bind()
    first = bound.initial
    chosen = bound.react(first, first | {"kind": "many"})
    assert chosen == first | {"kind": "many", "frame": 0, "came_from": "one"}
    assert bound.react(chosen, chosen | {"count": 4}) == chosen | {"count": 4}
    pressed = bound.react(chosen, chosen | {"again": 1})
    assert pressed == chosen | {"again": 1, "rate": 1.0, "p": [0.5, 0.5]}


def test_on_a_stage_the_learners_moves_bring_it_too():
    stage = everything()
    stage.set(rate=5.0)
    stage._receive(None, {"state": {"again": 1}, "view": "v", "seq": 1})
    assert stage.state["rate"] == 1.0
    stage._receive(None, {"state": {"kind": "many"}, "view": "v", "seq": 2})
    assert (stage.state["came_from"], stage.state["frame"]) == ("one", 0)
    assert not stage.error


def test_a_reaction_that_fails_is_explained_and_the_picture_stays():
    @widget("Fails", button("press", "Press", sets=lambda s, was: 1 / 0))
    def fails(s):
        return Picture([panel("", *AXES)], "Still here.")

    stage = fails()
    stage.set(press=1)
    assert "ZeroDivisionError" in stage.error
    assert stage.scene.caption == "Still here."


def test_the_learners_function_comes_in_by_position_or_name():
    assert everything.bind(lambda n: -n).scene().caption.endswith("Then −3.")
    assert everything(double=lambda n: -n).scene.caption.endswith("Then −3.")
    assert everything.bind(lambda n: -n).initial["frame"] == 4
    with pytest.raises(TypeError, match="tripple"):
        everything(tripple=1)


def test_options_may_depend_on_what_was_given_and_empty_ones_are_left_out():
    @widget(
        "Options",
        choice("whose", "Whose", lambda s: ("ours", s.given["theirs"])),
        begin=lambda theirs="": {"whose": theirs or "ours"},
    )
    def options(s: Values, theirs="") -> Picture:
        return Picture([])

    assert options.scene().controls[0].options == ("ours",)
    given = options.bind(theirs="yours").scene()
    assert given.controls[0].options == ("ours", "yours")
    assert given.state["whose"] == "yours"


def test_a_handle_may_follow_to_another_place_than_it_was_moved_to():
    s = Values(everything.parts, everything.initial, {}, Kept())
    assert (s.handle("p").x, s.handle("p").y) == (0.2, 0.4)
    followed = s.handle("p", 0.5, 0.75, label="followed")
    assert (followed.x, followed.y, followed.label) == (0.5, 0.75, "followed")
    assert (s.handle("height").x, s.handle("height", y=-0.5).y) == (0.0, -0.5)


def test_help_shows_what_a_learner_may_pass():
    assert list(inspect.signature(everything).parameters) == ["double"]
    assert everything.__doc__ == "Show one part of each kind."
    assert repr(everything) == "everything: call it to see it, everything()"


def test_results_are_kept_by_function_and_arguments_and_the_oldest_goes_first():
    calls = []

    def make(n):
        calls.append(n)
        return [n]

    kept = Kept()
    assert kept(make, 0) is kept(make, 0)
    for n in range(1, 9):
        kept(make, n)
        kept(make, 1)
    kept(make, 1)
    assert calls == list(range(9))
    kept(make, 0)
    assert calls[-1] == 0


def test_two_widgets_share_no_memory():
    one, other = everything.bind(), everything.bind()
    assert one.kept is not other.kept


def test_a_panel_takes_lists_and_leaves_nothing_out_but_none():
    marks = [line([0, 1], [0, 1]), [None, [here(0.5, 0.5)]], None, upright(0.5, [0, 1])]
    found = panel("", *AXES, marks, Handle("h", "h", 0, 0), level(0.5, [0, 1]), equal=True)
    assert len(found.marks) == 4
    assert len(found.handles) == 1
    assert found.equal


def test_short_forms_are_the_scenes_marks():
    assert (line([0], [0]).color, line([0], [0]).stroke, line([0], [0]).width) == (BLUE, "solid", 2)
    assert (level(0.5, [0, 1]).color, level(0.5, [0, 1]).y.tolist()) == (INK, [0.5, 0.5])
    assert upright(0.25, [0, 1]).x.tolist() == [0.25, 0.25]
    assert dots(1, 2).x.shape == (1,)
    assert here(1, 2).symbol == "square"
    assert axis("", 0, 1, range(2), range(2)).tick_labels == ("0", "1")
    assert log_axis("", 1, 10).scale == "log"
