"""Write README's table of tools anew from the catalogue and the tests: `python3 .ci/tool_table.py`; `--check` only compares."""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
BEGIN, END = "<!-- tools: begin (written by .ci/tool_table.py) -->", "<!-- tools: end -->"
RECORDED = "recorded machine only"
# From the strongest: what the claims about a tool rest on.
KNOWN = {
    "observed": "our own runs",
    "shipped-code": "its program or source, read",
    "vendor-says": "the vendor's words",
    "reported": "others' reports",
}


def entries() -> list[dict[str, Any]]:
    """Return every tool of the catalogue by name."""
    files = sorted((ROOT / "resources" / "catalogue" / "tools").glob("*.toml"))
    found = [tomllib.loads(file.read_text(encoding="utf-8")) for file in files]
    return sorted(found, key=lambda entry: str(entry["name"]).casefold())


def known(tool: dict[str, Any]) -> str:
    """Say what the claims about a tool rest on; without any, only where it lies and its switches are told."""
    bases = {claim["basis"] for claim in tool.get("claim", ())}
    return next((words for basis, words in KNOWN.items() if basis in bases), "no claim is made")


def table() -> str:
    """Return the counts and one row per tool."""
    from tests.end_to_end.real_tools import DETECTED

    tools = entries()
    how = {tool["id"]: DETECTED.get(tool["id"], RECORDED) for tool in tools}
    counts = Counter("recorded" if words == RECORDED else "real" for words in how.values())
    real = f"{counts['real']} found by the tests where a package manager or an editor put them"
    recorded = f"{counts['recorded']} on recorded machines only (laid out after documents, not recorded at a real one)"
    lines = [
        f"{len(tools)} tools: {real}, {recorded}, none in the catalogue alone.",
        "",
        "| tool | detection tried on | claims rest at best on |",
        "|---|---|---|",
    ]
    lines += [f"| {tool['name']} (`{tool['id']}`) | {how[tool['id']]} | {known(tool)} |" for tool in tools]
    return "\n".join(lines)


def main(*, only_check: bool) -> int:
    """Put the table between README's two marks, or tell whether it stands there already."""
    readme = ROOT / "README.md"
    old = readme.read_text(encoding="utf-8")
    head, rest = old.split(BEGIN)
    new = f"{head}{BEGIN}\n{table()}\n{END}{rest.split(END)[1]}"
    if only_check:
        return int(old != new)
    readme.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(only_check="--check" in sys.argv[1:]))
