"""The options of `nnf grade`. Light to import: every `nnf` command makes their parser."""

from __future__ import annotations

import argparse
from pathlib import Path


def add_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nnf grade` to its parser."""
    parser.add_argument("submissions", metavar="SUBMISSIONS", type=Path, nargs="?")
    parser.add_argument("--out", metavar="RESULTS", type=Path, help="where results are written")
    parser.add_argument("--jobs", type=_count, metavar="N", help="how many at a time (all cores)")
    parser.add_argument("--scheduler", metavar="ADDRESS", help="grade on this Dask cluster")
    parser.add_argument("--seed", type=int, metavar="N", help="draw inputs from this seed")
    parser.add_argument("--regrade", action="store_true", help="grade also what has a result")
    add_sandbox(parser)
    late = parser.add_argument_group("late work")
    late.add_argument(
        "--deadline",
        action="append",
        default=[],
        metavar="[NN=]TIME",
        help="such as 2026-11-20T23:59, or 01=2026-11-20 for one lesson; may be repeated",
    )
    late.add_argument("--penalty", default="none", metavar="RULE", help="such as 10%%/day, or all")
    late.add_argument("--grace", default="0min", metavar="TIME", help="late but unpunished: 15min")
    late.add_argument(
        "--times", type=Path, metavar="CSV", help="columns student, submitted, and perhaps lesson"
    )
    systems = parser.add_argument_group("other systems")
    systems.add_argument(
        "--roster", type=Path, metavar="CSV", help="the class as Canvas or Moodle exports it"
    )
    systems.add_argument(
        "--separator",
        choices=["comma", "semicolon"],
        help="of the tables' cells; semicolon, with decimal commas, where Excel expects that "
        "(as in the roster)",
    )
    systems.add_argument(
        "--gradebook", metavar="DATABASE", help="also write marks to nbgrader's gradebook.db"
    )
    github = parser.add_argument_group("one student's repository, in a GitHub workflow")
    github.add_argument(
        "--report",
        choices=["github"],
        help="write the summary of the step and annotations; --out may be left away",
    )
    github.add_argument(
        "--at-least", type=_points, metavar="POINTS", help="fail where there are fewer"
    )
    limits = parser.add_argument_group("limits")
    limits.add_argument("--statement-seconds", type=_seconds, metavar="S", help="for one (10)")
    limits.add_argument("--notebook-seconds", type=_seconds, metavar="S", help="for all (60)")
    limits.add_argument(
        "--time-factor", type=_seconds, metavar="X", help="multiplies the time of each exercise (1)"
    )
    limits.add_argument("--max-size", type=_seconds, metavar="MB", help="of a notebook (20)")
    limits.add_argument(
        "--place-seconds", type=_seconds_or_none, metavar="S",
        help="to find the place of a slip in a wrong answer (0.5); 0: do not look for it",
    )  # fmt: skip
    parser.add_argument(
        "--compare",
        nargs=2,
        type=Path,
        metavar=("OLD", "NEW"),
        help="say whose marks differ between two results folders, and why",
    )
    check = parser.add_argument_group("proving the exercises")
    check.add_argument(
        "--self-check",
        action="store_true",
        help="grade the solutions, the untouched notebooks and every known misconception",
    )
    check.add_argument(
        "--lesson", type=int, action="append", metavar="NN", help="only this one; may be repeated"
    )


def add_sandbox(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose a sandbox."""
    parser.add_argument(
        "--sandbox",
        choices=["auto", "bubblewrap", "user", "none"],
        default="auto",
        help="what notebooks run in: namespaces, or a user without rights (for root, in "
        "containers); none: trust them all",
    )
    parser.add_argument(
        "--unsafe", dest="sandbox", action="store_const", const="none", help="as --sandbox none"
    )


def add_gradescope_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of `nnf gradescope` to its parser."""
    parser.add_argument("lessons", metavar="LESSON", nargs="+", help="such as 01")
    parser.add_argument(
        "--out", metavar="ZIP", type=Path, required=True,
        help="one archive for all lessons; or a folder, for one archive each",
    )  # fmt: skip
    parser.add_argument(
        "--visibility",
        choices=["visible", "after_due_date", "after_published", "hidden"],
        default="visible",
        help="when students see points and feedback",
    )
    parser.add_argument(
        "--time-factor", type=_seconds, metavar="X", default=2.0,
        help="multiplies all times (2, for the half core that Gradescope gives by default)",
    )  # fmt: skip
    add_sandbox(parser)


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise argparse.ArgumentTypeError(f"{text!r} is no number of processes")
    return int(text)


def _points(text: str) -> float:
    return 0.0 if text == "0" else _seconds(text)


def _seconds_or_none(text: str) -> float:
    return 0.0 if text == "0" else _seconds(text)


def _seconds(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number < 1e6:
        raise argparse.ArgumentTypeError(f"{text!r} is no number above 0")
    return number
