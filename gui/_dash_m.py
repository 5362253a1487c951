"""Run `python -m telltale`; the wheel carries this file as `telltale.py`."""

from __future__ import annotations

import sys

from core.cli.main import main

if __name__ == "__main__":
    sys.exit(main())
