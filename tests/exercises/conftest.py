"""The tests of `right_answers.py` get the answers of the lesson that takes them over."""

import pytest

pytest.register_assert_rewrite(f"{__package__}.right_answers")

from .right_answers import parametrise as pytest_generate_tests  # noqa: E402, F401
