"""Set up what the tests need and run them enclosed: `python3 tests`, with any of pytest's arguments behind it.

`--setup-only` prepares the environment and prints its interpreter. `--lowest` runs the tests of core in an environment
that holds no Qt and the lowest library versions that pyproject.toml allows. `-m long` runs what is left out otherwise.
"""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
SIDE_BY_SIDE = ("-n", "logical", "--maxprocesses", "4", "--dist", "loadfile")  # many tests wait for a program more than they compute


def main(arguments: list[str]) -> int:
    """Prepare the environment and run pytest inside the enclosure."""
    sys.path[:] = [str(HERE.parent), *sys.path]
    from core.cli import bootstrap
    from tests.enclosure import run_enclosed

    setup = bootstrap.LOWEST if "--lowest" in arguments else bootstrap.TESTS
    python = str(bootstrap.prepare(setup))
    if setup is bootstrap.TESTS:
        bootstrap.prepare(bootstrap.INSPECT, links=False)
    rest = [argument for argument in arguments if argument not in {"--lowest", "--setup-only"}]
    if "--setup-only" in arguments:
        sys.stdout.write(f"{python}\n")
        return 0
    places = [] if any((HERE.parent / argument.split("::")[0]).exists() for argument in rest) else ["tests"]
    if setup is bootstrap.LOWEST:
        places, rest = places and ["tests/core"], ["-p", "tests.no_qt", *rest]
    elif "not slow" not in rest and (places or any("end_to_end" in argument for argument in rest)):
        _install_real_tools()
    rest = [*(("-m", "not long") if places and "-m" not in rest else ()), *rest]
    rest = [*(SIDE_BY_SIDE if places and not any(argument.startswith("-n") for argument in rest) else ()), *rest]
    return run_enclosed([python, "-m", "pytest", *rest, *places], HERE.parent)


def _install_real_tools() -> None:
    """Install what the end-to-end tests start, before the enclosure, where there is no network to install from."""
    from tests.end_to_end import claude_versions, launch_tools, real_tools

    for install in (real_tools.install, claude_versions.install, launch_tools.install):
        if why := install():
            sys.stderr.write(f"{why}\n")
            return  # where one installation fails, the others would only wait as long


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
