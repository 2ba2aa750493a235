"""Are two changes told only where neither makes worse what was right?"""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from nnf_teach.checking.budget import Budget
from nnf_teach.checking.pairs import Steps
from nnf_teach.checking.workshop import Found
from nnf_teach.exercises import Case


@pytest.mark.parametrize(("after", "pairs"), [([True, True], 1), ([True, False], 0)])
def test_a_change_that_makes_a_right_number_wrong_is_half_of_no_pair(
    after: list[bool], pairs: int
) -> None:
    """The second number of the answer was right before either of two changes."""
    shop = SimpleNamespace(changes=[], made=lambda numbers, seconds: lambda: 0)
    search: Any = SimpleNamespace(
        budget=Budget(60),
        cost=1.0,
        shop=shop,
        trial=SimpleNamespace(cases=[Case(())]),
        before=[(np.array([False, True]),)],
        of_case=lambda answer, k: (np.array(after),),
        together=lambda numbers: Found(numbers[0], "all"),
    )
    steps = Steps(search)
    steps.found = {0: 0, 1: 0}
    assert len(steps._pairs()) == pairs
