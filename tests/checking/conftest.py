"""What needs a newer Python than the oldest that will do."""

import sys

collect_ignore = [] if sys.version_info >= (3, 12) else ["test_watched.py"]
