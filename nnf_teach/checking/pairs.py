"""Two slips: changes that each make more of an answer right, and all of it together."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from nnf_teach.checking.budget import Budget
from nnf_teach.checking.callers import Shop
from nnf_teach.checking.edits import RANKS
from nnf_teach.checking.result import Place
from nnf_teach.checking.trial import Trial
from nnf_teach.checking.workshop import Answer, Found, asked

PROBES = 2  # more failing cases on which a change may make more right
TRIES = 600  # changes and pairs for a search
MOST = 24  # changes that do; of more, it is an accident which ones
RANK = {rank: k for k, rank in enumerate(RANKS)}
LAST = RANK["exchange"]  # of a change that only helps after another one
Pair = tuple[int, int]
Numbers = tuple[NDArray[np.bool_], ...]  # which of an answer's numbers are right, part by part


class Search(Protocol):
    """What is needed of the search for one change, which is in `place.py`."""

    trial: Trial
    shop: Shop
    budget: Budget
    ordinary: list[int]
    before: list[Numbers]
    cost: float

    def of_case(self, answer: Answer, k: int) -> Numbers: ...

    def together(self, numbers: Sequence[int]) -> Found | None: ...


class Steps:
    """The changes that make some numbers right and none wrong, for a search.

    Of two changes each does; or the first makes a whole part right, on which the second rests.
    """

    def __init__(self, search: Search) -> None:
        self.search = search
        self.found: dict[int, int] = {}  # the number of a change -> the case that it is seen on
        self.whole: set[int] = set()  # those that make a part right in every case
        self.removals = False  # whether both changes that were found take something out
        self.left = ""  # what they leave wrong

    def note(self, number: int, k: int, now: Numbers) -> None:
        """Keep a change that makes more right in case k."""
        if gains(now, self.search.before[k]) and number not in self.found:
            self.found[number] = k

    def in_two(self) -> Place | None:
        """Return the places of two changes that together make everything right."""
        pairs = self._pairs()
        if not pairs and self._look_at_more():
            pairs = self._pairs()
        return self._place(pairs)

    def _pairs(self) -> dict[Pair, str]:
        """Return the pairs that make everything right, with what they leave; none, if not all
        could be tried: another one may do as well."""
        budget = Budget(self.search.budget.left, TRIES / self.search.cost)
        helpful: list[int] = []
        for number in self.found:
            budget.take()
            if budget.over or len(helpful) > MOST:
                return {}
            if self._loses_nothing(number):
                helpful.append(number)
        to_try = [*combinations(helpful, 2)]
        seconds = [n for n, c in enumerate(self.search.shop.changes) if RANK[c.rank] <= LAST]
        firsts = [number for number in helpful if number in self.whole]
        if len(firsts) * len(seconds) < budget.tries:
            to_try += [(one, other) for one in firsts for other in seconds if other not in helpful]
        pairs: dict[Pair, str] = {}
        for pair in to_try:
            budget.take()
            if budget.over:
                return {}
            if (found := self.search.together(pair)) is not None:
                pairs[pair] = found.left
        return pairs

    def _look_at_more(self) -> bool:
        """Note what changes do on further failing cases, where a slip may show alone; where there
        are not too many."""
        search, known = self.search, len(self.found)
        rest = [number for number in range(len(search.shop.changes)) if number not in self.found]
        for k in search.ordinary[1 : 1 + PROBES] if len(rest) * search.cost < TRIES else ():
            for number, answer in search.shop.answers(rest, search.trial.cases[k].args):
                self.note(number, k, search.of_case(answer, k))
                if search.budget.over:
                    return False
        return len(self.found) > known

    def _place(self, pairs: dict[Pair, str]) -> Place | None:
        """Return the two places on which the pairs of the first ranks agree."""
        changes = self.search.shop.changes
        ranks = {pair: sum(RANK[changes[n].rank] for n in pair) for pair in pairs}
        best = [pair for pair, rank in ranks.items() if rank == min(ranks.values())]
        sides = in_sides(best)
        if sides is None or any(len({changes[n].line for n in side}) > 1 for side in sides):
            return None
        self.removals = min(ranks.values()) == 0
        self.left = left = max(pairs[pair] for pair in best)
        return self.search.shop.place(
            [Found(number, "more") for number in sides[0]],
            [Found(number, "more", left=left) for number in sides[1]],
        )

    def _loses_nothing(self, number: int) -> bool:
        """Whether a change that helps in one case does no harm in the others."""
        search = self.search
        function = search.shop.made([number], max(search.budget.left, 0.0))
        for k, case in enumerate(search.trial.cases):
            now = search.of_case(asked(function, case), k)
            if loses(now, search.before[k]):
                return False
        return True


def loses(now: Numbers, before: Numbers) -> bool:
    """Whether something that was right no longer is."""
    return any((was & ~is_).any() for is_, was in zip(now, before, strict=True))


def gains(now: Numbers, before: Numbers) -> bool:
    """Whether more is right, and nothing is lost."""
    more = any((is_ & ~was).any() for is_, was in zip(now, before, strict=True))
    return more and not loses(now, before)


def in_sides(pairs: Sequence[Pair]) -> tuple[list[int], list[int]] | None:
    """Divide numbers so that each pair has one on either side; None where there is no one way.

    >>> in_sides([(1, 7), (1, 8), (2, 8)]), in_sides([(1, 7), (2, 8)]), in_sides([])
    (([1, 2], [7, 8]), None, None)
    """
    sides: tuple[set[int], set[int]] = (set(pairs[0][:1]) if pairs else set(), set())
    for _ in pairs:  # as often as needed, for the next may join what was apart
        for one, other in [*pairs, *(pair[::-1] for pair in pairs)]:
            for here, there in (sides, sides[::-1]):
                if one in here:
                    there.add(other)
    joined = sides[0] | sides[1]
    if not pairs or sides[0] & sides[1] or any(number not in joined for p in pairs for number in p):
        return None
    return sorted(sides[0]), sorted(sides[1])
