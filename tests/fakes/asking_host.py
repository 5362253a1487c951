"""This computer, noting which paths the probes ask for and which programs they run, so that tests need no list made by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from core.catalogue import load_catalogue
from core.engine import scan_once
from core.host.real import RealHost
from core.live.wishes import wish
from core.model import System

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from core.host.base import FileFacts, Output


class AskingHost(RealHost):
    """A real host that remembers what it was asked."""

    def __init__(self) -> None:
        """Remember nothing yet."""
        self.paths: set[str] = set()
        self.programs: set[str] = set()

    def _note(self, path: str) -> str:
        self.paths.add(self._full(path))
        return path

    def read(self, path: str, limit: int = 1 << 20) -> bytes:
        """Read."""
        return super().read(self._note(path), limit)

    def read_text(self, path: str, limit: int = 1 << 20) -> str:
        """Read text."""
        return super().read_text(self._note(path), limit)

    def link(self, path: str) -> str:
        """Read a link."""
        return super().link(self._note(path))

    def entries(self, path: str, limit: int = 10_000) -> tuple[str, ...]:
        """List a folder."""
        return super().entries(self._note(path), limit)

    def facts(self, path: str) -> FileFacts:
        """Look at a path."""
        return super().facts(self._note(path))

    def exists(self, path: str) -> bool:
        """Look whether a path is there."""
        return super().exists(self._note(path))

    def which(self, name: str) -> str:
        """Look for a program."""
        self.programs.add(name)
        return super().which(name)

    def run(self, argv: Sequence[str], timeout_s: float = 2.0) -> Output:
        """Run a program."""
        self.programs.add(argv[0])
        return super().run(argv, timeout_s)


def asked_places(home: Path, cwd: Path) -> set[str]:
    """Return every path inside a home folder that some probe asks for, or that some signal's entry wants watched."""
    host, catalogue = AskingHost(), load_catalogue()
    scan_once(host, catalogue)
    wishes = (
        wish(signal.changes[System.LINUX], str(home), str(cwd)) for signal in catalogue.signals.values() if System.LINUX in signal.changes
    )
    wanted = host.paths | {path for one in wishes for path in one.paths if "*" not in path}
    return {path for path in wanted if path.startswith(f"{home}/")}


def asked_programs() -> set[str]:
    """Return the name of every program that some probe runs or looks for."""
    host = AskingHost()
    scan_once(host, load_catalogue())
    return {name for name in host.programs if "/" not in name}


def leaves(paths: set[str]) -> list[str]:
    """Return the paths that are no folder of another one."""
    folders = {folder for path in paths for folder in _folders(path)}
    return sorted(paths - folders)


def tops(paths: set[str], home: Path) -> list[str]:
    """Return the first step of each path below the home folder."""
    return sorted({f"{home}/{path.removeprefix(f'{home}/').partition('/')[0]}" for path in paths})


def _folders(path: str) -> list[str]:
    steps = path.split("/")
    return ["/".join(steps[:count]) for count in range(2, len(steps))]
