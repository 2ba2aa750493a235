"""The wall between a submission and the machine: what all walls have in common.

bubblewrap  namespaces of its own: no other file, process or network is there
user        for root where no namespaces can be made: a user of its own without any privilege
none        limits of time and memory alone
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ClassVar


class NoSandbox(RuntimeError):
    """There is no sandbox on this machine; the message says what to do."""


@dataclass(frozen=True)
class Bounds:
    """What a submission may use; see `marking.Limits`."""

    memory_bytes: int
    processes: int
    file_bytes: int
    cpu_seconds: int


class Wall(ABC):
    """One sandbox's wall. `inside/walls.py` has its other side, which the parent builds.

    Attributes
    ----------
    folder
        The grader's own, with the course laid out in `folder / "course"`.
    course, home, configuration
        Where the parent finds the course, its home, and what configures Matplotlib.
    counted_elsewhere
        Processes that a limit of processes counts beside the submission's.
    """

    name: ClassVar[str]
    counted_elsewhere = 0

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.course = str(folder / "course")
        self.home = str(folder / "home")
        self.configuration = f"{self.home}/matplotlib"

    @staticmethod
    @abstractmethod
    def problem() -> str:
        """Say why this wall cannot be built on this machine, or return ""."""

    def prepare(self) -> None:  # noqa: B027
        """Make the folders that the wall needs, once the course is laid out."""

    def command(self, environment: dict[str, str]) -> Sequence[str]:
        """Return what stands before the interpreter in the command that starts the parent."""
        return ()

    @abstractmethod
    def settings(self) -> dict[str, Any]:
        """Return what the parent is told."""

    def begin(self) -> dict[str, Any]:
        """Return what the parent is told of the next submission."""
        return {}

    def watch(self, pids: list[int], bounds: Bounds) -> None:  # noqa: B027
        """Look at what the parent's limits cannot hold.

        Raises
        ------
        TooMuch
        """

    def end(self, parent: int) -> None:  # noqa: B027
        """Clear up what the parent has not, when a submission has ended."""

    def close(self) -> None:  # noqa: B027
        """Clear up when the parent has ended, or was killed."""
