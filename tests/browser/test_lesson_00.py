"""Notebook 00 in a real JupyterLab, untouched."""

from .lessons import (  # noqa: F401
    test_axe_finds_nothing_serious_in_the_lesson,
    test_narrow_windows_cut_nothing_off_in_the_lesson,
    test_the_untouched_notebook_runs_without_a_trace,
)
