"""Start Telltale from a checkout: `python3 gui`, or `python3 gui scan` and every other command of `telltale`."""

from __future__ import annotations

import sys
from pathlib import Path

if __name__ == "__main__":
    root = Path(__file__).resolve().parent.parent
    if not getattr(sys, "frozen", False):
        sys.path[:] = [str(root), *(entry for entry in sys.path if Path(entry or ".").resolve() != root / "gui")]
        from core.cli import bootstrap

        bootstrap.start("gui", sys.argv[1:])
    from core.cli.main import main

    sys.exit(main())
