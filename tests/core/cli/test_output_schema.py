"""Everything printed as JSON begins by saying what it is and in which edition, so that a script can tell."""

from __future__ import annotations

import ast

from tests.architecture.sources import place, python_files, tree


def test_everything_printed_as_json_names_its_schema() -> None:
    breaches = [
        f"{place(path)}:{node.lineno}"
        for path in python_files("core")
        if place(path).startswith("core/cli/")
        for node in ast.walk(tree(path))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say_json" and not says_schema(node.args[0], tree(path))
    ]
    assert breaches == []


def says_schema(given: ast.expr, module: ast.Module) -> bool:
    """Return whether a document begins with `schema`: a literal, the left side of `|`, or what a function of the file returns."""
    if isinstance(given, ast.BinOp):
        return says_schema(given.left, module)
    if isinstance(given, ast.Dict):
        first = given.keys[0]
        return isinstance(first, ast.Constant) and first.value == "schema"
    if isinstance(given, ast.Call) and isinstance(given.func, ast.Name):
        made = [node for node in ast.walk(module) if isinstance(node, ast.FunctionDef) and node.name == given.func.id]
        if not made:
            return any(given.func.id == alias.name for node in ast.walk(module) if isinstance(node, ast.ImportFrom) for alias in node.names)
        return any("schema" in {getattr(key, "value", "") for key in item.keys} for item in ast.walk(made[0]) if isinstance(item, ast.Dict))
    return False
