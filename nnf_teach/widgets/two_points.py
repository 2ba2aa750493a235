"""Drag two points and read the line through them: the first widget a learner meets."""

from __future__ import annotations

import numpy as np

from nnf_teach.widgets import ui

EDGE = 3.0  # the picture is [-EDGE, EDGE]^2
GOAL_SLOPE, GOAL_HEIGHT = -0.5, 1.0
NEAR = 0.05


@ui.widget(
    "A line through two points",
    ui.handle("A", "A", -EDGE, EDGE, at=[-1.0, -1.0]),
    ui.handle("B", "B", -EDGE, EDGE, at=[1.0, 1.0]),
    ui.toggle("equation", "Write the equation on the picture", at=True),
)
def two_points(s: ui.Values) -> ui.Picture:
    """Show the toy widget of lesson 00.

    >>> two_points.scene(A=[0, 1], B=[2, 0]).goal.reached
    True
    """
    (x_a, y_a), (x_b, y_b) = s.A, s.B
    ends = np.array([-EDGE, EDGE])
    reached, written = False, None
    if abs(x_b - x_a) < 1e-9:
        caption = "A and B stand one above the other: this line is not a function of x."
        shown = ui.line([x_a, x_a], ends, "the line")
    else:
        slope = (y_b - y_a) / (x_b - x_a)
        height = y_a - slope * x_a
        shown = ui.line(ends, slope * ends + height, "the line")
        equation = f"y = {slope:.2f} x {'+' if height >= 0 else '-'} {abs(height):.2f}"
        caption = f"The line through A and B is {equation}."
        written = ui.Text(0, 2.6, equation) if s.equation else None
        reached = abs(slope - GOAL_SLOPE) < NEAR and abs(height - GOAL_HEIGHT) < NEAR
    axes = ui.square("x", "y", EDGE)
    return ui.Picture(
        [ui.panel("", *axes, shown, written, s.handle("A"), s.handle("B"), equal=True)],
        caption,
        goal=ui.Goal("make the line y = -0.50 x + 1.00", reached),
    )
