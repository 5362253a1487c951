"""Writes the JSON Schemas of the catalogue's files: `python -m core.catalogue.export` after changing a definition.

Editors use them to check and complete catalogue files; a test says that they equal the definitions the loader uses.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from core import paths
from core.catalogue.policy_schema import policy_schema
from core.catalogue.signal_schema import signal_schema
from core.catalogue.toggle_schema import toggle_schema
from core.catalogue.tool_schema import tool_schema

if TYPE_CHECKING:
    from core.catalogue.reader import Plain


def schemas() -> dict[str, Plain]:
    """Return every schema by its file name."""
    return {
        "policy.schema.json": policy_schema(),
        "signal.schema.json": signal_schema(),
        "toggle.schema.json": toggle_schema(),
        "tool.schema.json": tool_schema(),
    }


def rendered(schema: Plain) -> str:
    """Return a schema as the text of its file."""
    return json.dumps(schema, indent=2, ensure_ascii=True) + "\n"


def main() -> None:
    """Write every schema into the resources folder of a checkout."""
    folder = paths.resource_root() / "schema"
    folder.mkdir(exist_ok=True)
    for name, schema in schemas().items():
        (folder / name).write_text(rendered(schema), encoding="ascii")


if __name__ == "__main__":
    main()
