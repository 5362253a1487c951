"""`python -m telltale`: the same as the command `telltale` (packed as `telltale.py`)."""

from __future__ import annotations

import sys

if __name__ == "__main__":
    from core.cli.main import main

    sys.exit(main())
