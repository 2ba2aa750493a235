"""How long a search may take: by the work of this process, so that a busy machine finds as much."""

from __future__ import annotations

import time

PATIENCE = 4.0  # times as long by the clock, where others take the processor


class Budget:
    """So many seconds of work, which begin now.

    >>> Budget(0).over, Budget(60).over
    (True, False)
    """

    def __init__(self, seconds: float) -> None:
        self._work = time.process_time() + seconds
        self._clock = time.perf_counter() + PATIENCE * seconds

    @property
    def left(self) -> float:
        """The seconds that are left; what is begun now may take no longer by the clock."""
        return min(self._work - time.process_time(), self._clock - time.perf_counter())

    @property
    def over(self) -> bool:
        return self.left <= 0
