"""An experiment that is computed as far as somebody looks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Generic, TypeVar

Frame = TypeVar("Frame")


class Film(ABC, Generic[Frame]):
    """Frames of a run, each made once: `at(frame)` goes on from the last one where it has to.

    >>> class Count(Film[int]):
    ...     seconds = 0
    ...     def advance(self):
    ...         self.seconds += 60
    ...     def look(self):
    ...         return self.seconds
    >>> Count().at(2)
    120
    """

    def __init__(self) -> None:
        self.frames = [self.look()]

    @abstractmethod
    def advance(self) -> None:
        """Go on to the next frame."""

    @abstractmethod
    def look(self) -> Frame:
        """Return what there is to see now."""

    def at(self, frame: int) -> Frame:
        """Return a frame, after going on to it."""
        while len(self.frames) <= frame:
            self.advance()
            self.frames.append(self.look())
        return self.frames[frame]
