"""Late work: deadlines, and what is taken off for missing them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from nnf_teach.grading.tables import TableError, read_table

_SECONDS = {"minute": 60, "min": 60, "hour": 3600, "h": 3600, "day": 86400, "d": 86400}
_SECONDS |= {"week": 604800}
_DURATION = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(min|minute|h|hour|d|day|week)s?\s*")
_PENALTY = re.compile(
    r"\s*(?P<amount>\d+(?:\.\d+)?)\s*(?P<unit>%|points?)"
    r"(?:\s*(?:/|per|a|an)\s*(?P<every>[a-z]+))?"
    r"(?:\s*,?\s*(?:at most|max)\s*(?P<most>\d+(?:\.\d+)?)\s*(?P<most_unit>%|points?))?\s*"
)


class LateError(ValueError):
    """A deadline, a rule or a file of times that cannot be read; the message says which."""


@dataclass(frozen=True)
class Penalty:
    """What late work loses: so much for every started period, up to a limit.

    Attributes
    ----------
    share, points
        What a period costs: a share of the points that were earned, or points. One of them is 0.
    every
        The length of a period in seconds; None if being late costs once, however late.
    most_share, most_points
        The limit, None if there is none: at worst all points go.
    """

    share: float = 0.0
    points: float = 0.0
    every: float | None = None
    most_share: float | None = None
    most_points: float | None = None

    def of(self, earned: float, seconds: float) -> float:
        """Return the points that work loses which is so many seconds late.

        >>> parse_penalty("10%/day, at most 50%").of(8.0, 25 * 3600)
        1.6
        """
        if seconds <= 0:
            return 0.0
        periods = 1 if self.every is None else math.ceil(seconds / self.every)
        lost = periods * (self.share * earned + self.points)
        if self.most_share is not None:
            lost = min(lost, self.most_share * earned)
        if self.most_points is not None:
            lost = min(lost, self.most_points)
        return round(min(lost, earned), 4)


def parse_penalty(text: str) -> Penalty:
    """Read a rule: `10%/day`, `1 point/hour, at most 3 points`, `50%`, `all` or `none`.

    A share is one of the points that were earned; every started period counts.

    >>> parse_penalty("10 % per day").share
    0.1
    """
    if text.strip() in ("none", ""):
        return Penalty()
    if text.strip() == "all":
        return Penalty(share=1.0)
    found = _PENALTY.fullmatch(text)
    every = None
    if found and found["every"]:
        every = _SECONDS.get(found["every"].removesuffix("s"))
    if not found or (found["every"] and every is None):
        raise LateError(
            f"{text!r} is no penalty; one is 10%/day, or '1 point/hour, at most 3 points', or all"
        )
    amount, percent = float(found["amount"]), found["unit"] == "%"
    most = float(found["most"]) if found["most"] else None
    most_percent = found["most_unit"] == "%"
    return Penalty(
        share=amount / 100 if percent else 0.0,
        points=0.0 if percent else amount,
        every=every,
        most_share=most / 100 if most is not None and most_percent else None,
        most_points=most if not most_percent else None,
    )


_BY_DAY = re.compile(r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})(.*)")


def parse_time(text: str) -> datetime:
    """Read a date and time: ISO, or 20.11.2026 18:00; a date alone means its last moment.

    No zone means ours. Of 10/11/2026 nobody knows which is the day, so that it is no time.

    >>> parse_time("2026-11-20T12:00+00:00").isoformat()
    '2026-11-20T12:00:00+00:00'
    >>> parse_time("20.11.2026 18:00+01:00").isoformat()
    '2026-11-20T18:00:00+01:00'
    """
    written = text.strip()
    if found := _BY_DAY.fullmatch(written):
        written = _iso(*found.groups()) or "?"
    try:
        time = datetime.fromisoformat(written)
    except ValueError:
        raise LateError(f"{text!r} is no time; one is 2026-11-20T23:59") from None
    if re.fullmatch(r"\d{4}-?\d{2}-?\d{2}", written):
        time = time.replace(hour=23, minute=59, second=59)
    return time if time.tzinfo else time.astimezone()


def _iso(first: str, between: str, second: str, year: str, rest: str) -> str:
    """Return a date as ISO writes it; "" where it may be another one."""
    day, month = int(first), int(second)
    if between != "." and day != month and max(day, month) <= 12:
        return ""
    if month > 12:
        day, month = month, day
    clock = re.sub(r"^\s+(\d):", r" 0\1:", rest)
    return f"{year}-{month:02}-{day:02}{clock}"


def parse_deadlines(texts: Sequence[str]) -> dict[int | None, datetime]:
    """Read deadlines: `TIME` for all lessons, `01=TIME` for one.

    >>> sorted(parse_deadlines(["1=2026-11-20", "2=2026-11-27"]))
    [1, 2]
    """
    deadlines: dict[int | None, datetime] = {}
    for text in texts:
        lesson, equals, time = text.rpartition("=")
        if equals and not lesson.strip().isdigit():
            raise LateError(f"{text!r} is no deadline; one is 2026-11-20T23:59 or 01=2026-11-20")
        deadlines[int(lesson) if equals else None] = parse_time(time)
    return deadlines


def parse_duration(text: str) -> timedelta:
    """Read a duration: `15min`, `2 hours`, `1 day`.

    >>> parse_duration("15min")
    datetime.timedelta(seconds=900)
    """
    found = _DURATION.fullmatch(text)
    if not found:
        raise LateError(f"{text!r} is no duration; one is 15min, 2h or 1day")
    return timedelta(seconds=float(found[1]) * _SECONDS[found[2]])


_WHO = ("Student", "Username", "Email address", "SIS Login ID", "ID", "ID number", "Full name")


def read_times(path: Path) -> dict[tuple[str, int | None], datetime]:
    """Read when work was handed in: a CSV with the columns student, submitted and perhaps lesson.

    A row without a lesson holds for all of that student's. A time is ISO 8601, or what a
    spreadsheet makes of it.
    """
    try:
        table = read_table(path)
    except TableError as error:
        raise LateError(str(error)) from None
    who = next((column for column in _WHO if column in table.header), None)
    if who is None or "submitted" not in table.header:
        raise LateError(
            f"{path} needs the columns student and submitted, and may have lesson; "
            f"it has {', '.join(filter(None, table.header))[:200]}"
        )
    times: dict[tuple[str, int | None], datetime] = {}
    for number, row in zip(table.numbers, table.rows, strict=True):
        if not row.get("submitted") or not row.get(who):
            continue
        try:
            times[row[who], _lesson(row.get("lesson", ""))] = parse_time(row["submitted"])
        except ValueError as error:
            raise LateError(f"{path}, line {number}: {error}") from None
    return times


def _lesson(text: str) -> int | None:
    """Read which lesson: 1, 01, or its title with its number in front; None for all."""
    found = re.match(r"\d{1,2}(?!\d)", text)
    if text and not found:
        raise LateError(f"{text!r} is no lesson; one is 01")
    return int(found[0]) if found else None


_LATEST = 2.0**33  # seconds, the year 2242; a file may have any time, a calendar has not


@dataclass(frozen=True)
class LateRule:
    """Deadlines with their penalty, and where the times of handing in come from."""

    deadlines: Mapping[int | None, datetime] = field(default_factory=dict)
    penalty: Penalty = Penalty()
    grace: timedelta = timedelta(0)
    times: Mapping[tuple[str, int | None], datetime] = field(default_factory=dict)

    def told(self, student: str, lesson: int) -> datetime | None:
        """Return when the table of times says that work was handed in."""
        return self.times.get((student, lesson), self.times.get((student, None)))

    def submitted(self, student: str, lesson: int, modified: float) -> datetime:
        """Return when work was handed in: from the table of times, else the file's own time."""
        if told := self.told(student, lesson):
            return told
        return datetime.fromtimestamp(min(max(modified, 0.0), _LATEST)).astimezone()

    def deadline(self, lesson: int) -> datetime | None:
        """Return the deadline of a lesson, None if it has none."""
        return self.deadlines.get(lesson, self.deadlines.get(None))

    def seconds_late(self, lesson: int, submitted: datetime) -> float:
        """Return the seconds after the deadline; 0 within the grace."""
        deadline = self.deadline(lesson)
        if deadline is None or submitted <= deadline + self.grace:
            return 0.0
        return (submitted - deadline).total_seconds()


def how_late(seconds: float) -> str:
    """Say how late something is, to the next smaller unit: a penalty may count what is started.

    >>> how_late(90_000), how_late(86_400), how_late(600)
    ('1 day and 1 hour', '1 day', '10 minutes')
    """
    words = []
    for unit in ("day", "hour", "minute"):
        count, seconds = divmod(seconds, _SECONDS[unit])
        if count:
            words.append(f"{count:.0f} {unit}{'s' if count != 1 else ''}")
        if words and (count == 0 or len(words) == 2):
            break
    return " and ".join(words) or "less than a minute"
