"""`python -m nnf_teach`: the `nnf` command, also where it is not on the PATH."""

import sys

from nnf_teach.cli import main

if __name__ == "__main__":
    sys.exit(main())
