"""What the house-rule tests look at: every text file of the project, its syntax tree, and how a broken rule is told."""

from __future__ import annotations

import ast
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parent.parent.parent
ROOMS = ("core", "gui", "resources", "tests", ".ci", ".github")
TEXTS = frozenset({".py", ".toml", ".json", ".md", ".svg", ".qss", ".lock", ".yml", ".ts", ".txt", ".sh", ""})


@cache
def text_files() -> tuple[Path, ...]:
    """Return every text file of the project, without what tools leave behind."""
    inside = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*")) if "__pycache__" not in path.parts]
    return tuple(path for path in [*sorted(ROOT.glob("*")), *inside] if path.is_file() and path.suffix in TEXTS)


def python_files(*rooms: str) -> Iterator[Path]:
    """Yield the Python files of the rooms (paths relative to the project)."""
    for path in text_files():
        if path.suffix == ".py" and place(path).split("/", 1)[0] in (rooms or ("core", "gui", "tests")):
            yield path


def place(path: Path) -> str:
    """Return a file's path in the project, with forward slashes."""
    return path.relative_to(ROOT).as_posix()


@cache
def tree(path: Path) -> ast.Module:
    """Return the syntax tree of a file."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def runtime_nodes(module: ast.Module) -> Iterator[ast.AST]:
    """Yield every node that runs, so not what stands under `if TYPE_CHECKING`."""
    waiting: list[ast.AST] = [module]
    while waiting:
        node = waiting.pop()
        yield node
        typing_only = isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
        waiting.extend(node.orelse if isinstance(node, ast.If) and typing_only else ast.iter_child_nodes(node))


def tell(reason: str, breaches: list[str]) -> str:
    """Return a rule's reason and every breach of it, one per line."""
    return "\n".join([reason, *(f"  {breach}" for breach in breaches)])
