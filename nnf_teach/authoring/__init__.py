"""From a solution notebook to a student notebook; for contributors, never imported by a lesson.

| file | does one thing |
|---|---|
| `problems` | say what is wrong in a notebook, and where |
| `files` | read and write notebooks, always the same bytes |
| `markers` | find every marker that is not exactly right |
| `cells` | pair answers with checks |
| `wording` | short cells, alt text |
| `outline` | read headings, checks and calls |
| `facts` | compare them with the package |
| `documents` | compare README, CHANGELOG and docs/slides.md with both |
| `execute` | run a notebook in a fresh kernel |
| `normalise` | leave nothing in a notebook that differs from run to run |
| `student` | take the solutions out |
| `leaks` | prove that they are out |
| `course` | all of it, for a folder of notebooks |
"""

from nnf_teach.authoring.course import build, check_build
from nnf_teach.authoring.problems import BuildError, Problem

__all__ = ["BuildError", "Problem", "build", "check_build"]
