"""Is late work late by the clock, and does it lose what the rule says and no more?"""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from nnf_teach.grading.late import (
    LateError,
    LateRule,
    how_late,
    parse_deadlines,
    parse_duration,
    parse_penalty,
    parse_time,
    read_times,
)

DAY = 86400.0
DEADLINE = datetime(2026, 11, 20, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rule", "seconds", "lost"),
    [
        ("none", DAY, 0),
        ("10%/day", 0, 0),
        ("10%/day", 1, 0.8),
        ("10%/day", DAY, 0.8),
        ("10%/day", DAY + 1, 1.6),
        ("10%/day", 100 * DAY, 8),
        ("10%/day, at most 50%", 100 * DAY, 4),
        ("5 % per hour max 2 points", 10 * 3600, 2),
        ("1 point/day", 3 * DAY, 3),
        ("0.5 points a day, at most 1 point", 30 * DAY, 1),
        ("50%", 1, 4),
        ("all", 1, 8),
    ],
)
def test_penalty(rule: str, seconds: float, lost: float) -> None:
    """What do 8 points lose?"""
    assert parse_penalty(rule).of(8, seconds) == pytest.approx(lost)


@pytest.mark.parametrize("rule", ["10", "10%/fortnight", "-5%/day", "%/day", "10%/day; rm", "ten"])
def test_a_rule_that_is_none(rule: str) -> None:
    with pytest.raises(LateError, match="is no penalty"):
        parse_penalty(rule)


def test_times() -> None:
    assert parse_time("2026-11-20T12:00Z") == DEADLINE
    assert parse_time("2026-11-20T13:00+01:00") == DEADLINE
    assert parse_time("2026-11-20").strftime("%H:%M:%S") == "23:59:59"
    assert parse_time("2026-11-20 12:00").tzinfo is not None
    with pytest.raises(LateError, match="is no time"):
        parse_time("tomorrow")


def test_deadlines() -> None:
    found = parse_deadlines(["2026-11-20T12:00Z", "02=2026-11-27T12:00Z"])
    assert found == {None: DEADLINE, 2: DEADLINE + timedelta(days=7)}
    with pytest.raises(LateError, match="is no deadline"):
        parse_deadlines(["two=2026-11-20"])


def test_durations() -> None:
    assert parse_duration("2 hours") == timedelta(hours=2)
    with pytest.raises(LateError, match="is no duration"):
        parse_duration("a while")


def test_lesson_deadline_before_the_general_one() -> None:
    rule = LateRule({None: DEADLINE, 2: DEADLINE + timedelta(days=7)}, grace=timedelta(minutes=15))
    submitted = DEADLINE + timedelta(hours=1)
    assert rule.seconds_late(1, submitted) == 3600
    assert rule.seconds_late(2, submitted) == 0
    assert rule.seconds_late(1, DEADLINE + timedelta(minutes=15)) == 0
    # who is beyond the grace is late from the deadline on
    assert rule.seconds_late(1, DEADLINE + timedelta(minutes=16)) == 960
    assert LateRule().seconds_late(1, submitted) == 0


def test_table_of_times(tmp_path: Path) -> None:
    """Does the table come before the file's own time, and a lesson's row before the general?"""
    path = tmp_path / "times.csv"
    path.write_text(
        "\ufeffstudent,lesson,submitted\nann,,2026-11-20T12:00Z\nann,2,2026-11-21T12:00Z\nbob,,\n"
    )
    rule = LateRule(times=read_times(path))
    assert rule.submitted("ann", 1, 0) == DEADLINE
    assert rule.submitted("ann", 2, 0) == DEADLINE + timedelta(days=1)
    assert rule.submitted("bob", 1, DEADLINE.timestamp()) == DEADLINE


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("name,when\nann,2026-11-20\n", "needs the columns"),
        ("student,submitted\nann,soon\n", "line 2"),
        ("student,submitted,lesson\nann,2026-11-20,x\n", "line 2"),
        ("", "is empty"),
        ("student,submitted\nann,10/11/2026 18:00\n", "line 2.*is no time"),
    ],
)
def test_a_table_that_is_none(tmp_path: Path, text: str, why: str) -> None:
    path = tmp_path / "times.csv"
    path.write_text(text)
    with pytest.raises(LateError, match=why):
        read_times(path)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("20.11.2026 18:00", 18),
        ("20.11.2026 8:05:00", 8),
        ("20/11/2026 18:00", 18),
        ("11/20/2026 18:00", 18),
        ("2026-11-20 18:00:00", 18),
        ("20.11.2026", 23),
    ],
)
def test_a_time_that_a_spreadsheet_has_rewritten(text: str, hour: int) -> None:
    time = parse_time(text)
    assert (time.year, time.month, time.day, time.hour) == (2026, 11, 20, hour)


def test_how_late() -> None:
    assert [how_late(s) for s in (1, 61, 3600, 7300, DAY, 2.5 * DAY)] == [
        "less than a minute",
        "1 minute",
        "1 hour",
        "2 hours and 1 minute",
        "1 day",
        "2 days and 12 hours",
    ]


@pytest.mark.parametrize("modified", [9e11, -9e11, 2.0**62, -(2.0**62), float("inf")])
def test_a_file_may_have_any_time(modified: float) -> None:
    """Whoever packs a file chooses its time; years that no calendar has stop nobody's grading."""
    rule = LateRule({None: DEADLINE})
    submitted = rule.submitted("ann", 1, modified)
    assert (rule.seconds_late(1, submitted) > 0) == (modified > 0)
    assert submitted.isoformat()
