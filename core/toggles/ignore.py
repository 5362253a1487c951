"""The kind `ignore-entry`: one line in a file that keeps content from a tool, or one rule in its list of forbidden reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from core.paths import home_relative
from core.toggles import edits, permissions
from core.toggles.filechange import Edit
from core.toggles.places import check_known, format_of, full_place, project_of, roots
from core.toggles.registry import Context, NotPossibleError
from core.toggles.settings import FileKind, FileTarget

if TYPE_CHECKING:
    from core.toggles.model import Change, ChangeSpec, Toggle


@dataclass(slots=True)
class IgnoreKind(FileKind):
    """Parameters: place (`<project>/.cursorignore`), entry, and key where the entries are a list in a settings file."""

    name: str = "ignore-entry"

    def plan(self, context: Context, toggle: Toggle, spec: ChangeSpec, tool: str) -> Change:
        """Return the added entry with its diff; an entry that lets something through again is refused."""
        facts = context.tools.get(tool)
        if facts is None:
            raise NotPossibleError("This entry belongs to one tool's file, so nothing was changed; choose the tool.")
        entry, key = spec.parameters["entry"], spec.parameters.get("key", "")
        if entry.startswith("!"):
            raise NotPossibleError(
                "This entry would let a tool read what was kept from it, which Telltale never does; nothing was changed."
            )
        path = full_place(spec.parameters["place"], context, facts)
        check_known(path, context, facts)
        edit = Edit(format_of(path), "append", permissions.parse_key(key), entry) if key else Edit("lines", "put", (entry,), 1)
        by_hand = f"By hand: in {home_relative(path)}, add {entry}{f' to {key}' if key else ' as a line'}."
        remembered = project_of(spec.parameters["place"], context)
        change, old, new = self.plan_file(FileTarget(path, roots(context), edit, (), by_hand, remembered), toggle, tool)
        rules = permissions.rules_for(tool)
        if key and permissions.widened(rules, edits.tree(edit.format, old), edits.tree(edit.format, new)):
            raise NotPossibleError(f"Adding to {key} may widen what {facts.name} is allowed to do, so nothing was changed.")
        return change
