"""``python -m modeling``: see `modeling.cli`."""

import sys

from modeling.cli import main

if __name__ == "__main__":
    sys.exit(main())
