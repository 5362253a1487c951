"""Runs on the marked machine: `PRESET PROGRAM` prints what a compiled program reads when it is started through a preset."""

from __future__ import annotations

import json
import os
import shutil
import sys
from pathlib import Path
from typing import Any

from core.toggles.prepared import Situation, command
from core.toggles.run import completed
from tests.end_to_end.launch_requests import PROJECT, make_project, profile


def main(preset: str, program: str) -> dict[str, Any]:
    """Start the program from the project's folder, where a project's own tools lie."""
    make_project()
    place = PROJECT / Path(program).name
    shutil.copy(program, place)
    prepared = command(profile(preset, "codex-cli"), [str(place)], Situation(base_env=dict(os.environ), cwd=str(PROJECT)))
    done = completed(prepared, timeout_s=60)
    return {"status": done.returncode, "said": done.stdout.decode(), "errors": done.stderr.decode()[-400:]}


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(main(*sys.argv[1:])) + "\n")
