"""How long a search may take: by what it tries, so that a busy machine finds as much."""

from __future__ import annotations

import math
import time

PATIENCE = 10.0  # times as long by the clock, where others take the processor


class Budget:
    """So many tries, which begin now; as the last guard, so many seconds of this process's work.

    >>> Budget(0).over, Budget(60).over
    (True, False)
    >>> budget = Budget(60, tries=2)
    >>> budget.take(), budget.over, budget.take(), budget.over
    (None, False, None, True)
    """

    def __init__(self, seconds: float, tries: float = math.inf) -> None:
        self.tries = tries
        self._work = time.process_time() + seconds
        self._clock = time.perf_counter() + PATIENCE * seconds

    def take(self, tries: float = 1) -> None:
        """Count what is tried."""
        self.tries -= tries

    @property
    def left(self) -> float:
        """The seconds that are left; what is begun now may take no longer by the clock."""
        return min(self._work - time.process_time(), self._clock - time.perf_counter())

    @property
    def over(self) -> bool:
        return self.tries <= 0 or self.left <= 0
