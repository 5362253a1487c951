"""The kind `settings-key`: one key in one of the tool's settings files; also what all kinds that edit a file share."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core import VERSION
from core.errors import TelltaleError
from core.paths import home_relative
from core.toggles import edits, permissions
from core.toggles.edit_base import MISSING, UneditableError
from core.toggles.filechange import ConflictError, Edit, FileChanger, Purpose, no_step
from core.toggles.journal import new_id
from core.toggles.model import Change, ChangeState
from core.toggles.places import check_known, expand, format_of, full_place, project_of, roots
from core.toggles.preview import diff, ours_of, shown
from core.toggles.registry import Context, NotPossibleError
from core.toggles.secretlike import holds_secret
from core.toggles.target import RefusedError, read, resolve

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from core.host.base import Host
    from core.toggles.edit_base import Found, Value
    from core.toggles.journal import Journal
    from core.toggles.journal_entry import Entry
    from core.toggles.model import ChangeSpec, Toggle
    from core.tools.model import Tool

REMEMBERED: Final[tuple[str, ...]] = ("project", "reset")
RECORDED: Final = "This is a recorded machine, so nothing can be changed on it."


@dataclass(frozen=True, slots=True)
class FileTarget:
    """What a file kind wants: which file within which roots, which edit, and files of the tool that outrank this one."""

    path: str
    roots: tuple[Path, ...]
    edit: Edit
    higher: tuple[str, ...] = ()
    by_hand: str = ""
    remembered: Mapping[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class FileKind:
    """Applies, verifies, undoes and recovers keyed edits of files; subclasses say which file and which edit."""

    name: str = ""
    step: Callable[[str], None] = field(default=no_step)

    def possible(self, host: Host, spec: ChangeSpec) -> str | None:
        """Return why this cannot be done here, if it cannot."""
        if host.is_synthetic:
            return RECORDED
        return None if host.system in spec.systems else f"This setting is not known on {host.system.value}, so it is not offered there."

    def plan_file(self, target: FileTarget, toggle: Toggle, tool: str) -> tuple[Change, bytes, bytes]:
        """Return the change, the file's bytes now, and those it would have; nothing is written."""
        edit = target.edit
        try:
            real = resolve(Path(target.path), target.roots)
            old = read(real)
            before = edits.get(edit.format, old or b"", edit.key)
            new = edit.make(old or b"")
        except (RefusedError, UneditableError) as error:
            raise NotPossibleError(f"{error} {target.by_hand}".strip()) from error
        if old != new and not (edit.operation == "drop" and before is MISSING):
            _check_writable(real, target)
            if edit.operation != "append" and holds_secret(edit.key, before):
                raise NotPossibleError(
                    f"The present value looks like a key or password, which Telltale never stores. {target.by_hand}".strip()
                )
        is_same = old == new or (edit.operation == "drop" and before is MISSING)
        after = edits.get(edit.format, new, edit.key)
        change = Change(
            id=new_id(),
            toggle=toggle.id,
            tool=tool,
            kind=self.name,
            target=target.path,
            key=".".join(edit.key),
            before=shown(before),
            after=shown(after) if edit.operation == "append" else _plain(after),
            state=ChangeState.VERIFIED if is_same else ChangeState.PLANNED,
            diff="" if is_same else diff(home_relative(target.path), old, new, ours_of(edit)),
            parameters={**_parameters(target, before), "real": str(real)},
        )
        return change, old or b"", new

    def apply(self, change: Change, journal: Journal) -> Entry:
        """Make the edit, unless the setting is no longer what the preview showed."""
        edit, where = edit_of(change.parameters), _roots_of(change.parameters)
        changer = FileChanger(journal, where, VERSION, self.step)
        path = Path(change.target)
        with journal.locked():
            real = resolve(path, where)
            data = read(real) or b""
            before = edits.get(edit.format, data, edit.key)
            if str(real) != change.parameters.get("real", str(real)):
                raise ConflictError("The settings file leads to another file since the preview, so nothing was changed; look again.")
            self.check(change, edit, data)
            if _mark(edit, before) != change.parameters["seen"]:
                raise ConflictError("The setting was changed by another program since the preview, so nothing was changed; look again.")
            remembered = {name: change.parameters[name] for name in REMEMBERED if name in change.parameters}
            return changer.apply(path, edit, Purpose(change.toggle, change.tool, self.name, change.id, remembered))

    def verify(self, change: Change) -> bool | None:
        """Read the file again, and the tool's files that outrank it; None if one of them cannot be read."""
        edit = edit_of(change.parameters)
        try:
            found = edits.get(edit.format, _bytes(change.target), edit.key)
        except (TelltaleError, OSError):
            return None
        if not is_made(edit, found):
            return False
        outranked = [self._outranks(place, edit, found) for place in json.loads(change.parameters.get("higher", "[]"))]
        return False if True in outranked else None if None in outranked else True

    def _outranks(self, place: str, edit: Edit, wanted: Found) -> bool | None:
        kind = format_of(place)
        if not kind or not os.path.lexists(place):
            return False
        if not Path(place).is_file() or Path(place).stat().st_size > edits.LIMIT:  # a pipe would never end
            return None
        try:
            data = Path(place).read_bytes()
            found = edits.get(kind, data, edit.key)
        except (TelltaleError, OSError):
            return None
        return edit.operation != "append" and found is not MISSING and found != wanted

    def seen_now(self, change: Change) -> Change | None:
        """Return the change for what the file holds now, None if it does not hold the setting (for a reset)."""
        edit = edit_of(change.parameters)
        found = edits.get(edit.format, read(resolve(Path(change.target), _roots_of(change.parameters))) or b"", edit.key)
        return None if found is MISSING else replace(change, parameters={**change.parameters, "seen": _mark(edit, found)})

    def check(self, change: Change, edit: Edit, data: bytes) -> None:
        """Raise where the edit may not be made in what the file holds now; a kind without rules of its own allows it."""

    def undo(self, change: Change, journal: Journal) -> Entry:
        """Take the edit back by its journal entry."""
        return FileChanger(journal, (), VERSION, self.step).undo(journal.entry(change.id))

    def recover(self, journal: Journal) -> tuple[Entry, ...]:
        """Settle what a crash left open (for all kinds that edit files)."""
        return FileChanger(journal, (), VERSION, self.step).recover()


@dataclass(slots=True)
class SettingsKind(FileKind):
    """One key of a settings file; parameters: place, key (dotted), value (JSON), and if needed format and operation."""

    name: str = "settings-key"

    def plan(self, context: Context, toggle: Toggle, spec: ChangeSpec, tool: str) -> Change:
        """Return the edit with its exact diff; refuse what lies elsewhere, cannot be read, or would widen what the tool may do."""
        facts = self._facts(context, tool)
        return self._checked(self._target(context, spec, facts), toggle, facts)

    def plan_reset(self, context: Context, toggle: Toggle, spec: ChangeSpec, tool: str) -> Change:
        """Return the edit that takes the key away, whatever stands there; refused where that would widen what the tool may do."""
        facts = self._facts(context, tool)
        target = self._target(context, spec, facts)
        if target.edit.operation != "put":
            raise NotPossibleError("The vendor has no default for this; switching it off takes Telltale's part away.")
        by_hand = f"By hand: in {home_relative(target.path)}, remove {spec.parameters['key']}."
        edit = Edit(target.edit.format, "drop", target.edit.key)
        return self._checked(replace(target, edit=edit, by_hand=by_hand, remembered={**target.remembered, "reset": "1"}), toggle, facts)

    def check(self, change: Change, edit: Edit, data: bytes) -> None:
        """Refuse where the edit would widen what the tool may do, also with what was written beside it since the preview."""
        self._refuse_wider(change.tool, edit, data, edit.make(data), "The tool")

    def _refuse_wider(self, tool: str, edit: Edit, old: bytes, new: bytes, name: str) -> None:
        wider = permissions.widened(permissions.rules_for(tool), _tree(edit, old), _tree(edit, new))
        if wider:
            raise NotPossibleError(f"This would change what {name} is allowed to do ({', '.join(wider)}), which Telltale never widens.")

    def _facts(self, context: Context, tool: str) -> Tool:
        facts = context.tools.get(tool)
        if facts is None:
            raise NotPossibleError("This setting belongs to one tool's file, so nothing was changed; choose the tool.")
        return facts

    def _checked(self, target: FileTarget, toggle: Toggle, facts: Tool) -> Change:
        change, old, new = self.plan_file(target, toggle, facts.id)
        self._refuse_wider(facts.id, target.edit, old, new, facts.name)
        return change

    def _target(self, context: Context, spec: ChangeSpec, tool: Tool) -> FileTarget:
        parameters = spec.parameters
        path = full_place(parameters["place"], context, tool)
        check_known(path, context, tool)
        kind = parameters.get("format") or format_of(path)
        if not kind:
            raise NotPossibleError("Telltale cannot edit files of this format one setting at a time; change it by hand.")
        try:
            key = permissions.parse_key(parameters["key"])
        except ValueError as error:
            raise NotPossibleError("The catalogue names this setting in a way this version cannot read; update Telltale.") from error
        value = json_value(parameters["value"])
        edit = Edit(kind, parameters.get("operation", "put"), key, value)
        by_hand = f"By hand: in {home_relative(path)}, set {parameters['key']} to {parameters['value']}."
        remembered = project_of(parameters["place"], context)
        return FileTarget(path, roots(context), edit, _higher(path, context, tool.id), by_hand, remembered)


def json_value(text: str) -> Value:
    """Return a value written as JSON; a text that is not JSON stands for itself."""
    try:
        value: Value = json.loads(text)
    except ValueError:
        return text
    return value


def edit_of(parameters: Mapping[str, str]) -> Edit:
    """Return the edit that a change's parameters describe."""
    return Edit(parameters["format"], parameters["operation"], tuple(json.loads(parameters["key"])), json.loads(parameters["value"]))


def parameters_of(entry: Entry) -> dict[str, str]:
    """Return the parameters of a change that was made, from its journal entry."""
    edit: dict[str, Any] = entry.edit
    plain = {"format": str(edit.get("format", "")), "operation": str(edit.get("operation", ""))}
    kept = {name: str(edit[name]) for name in REMEMBERED if name in edit}
    return {**plain, **kept, "key": json.dumps(edit.get("key", [])), "value": json.dumps(edit.get("value"))}


def is_made(edit: Edit, found: Found) -> bool:
    """Return whether what was found is what the edit wants."""
    if edit.operation == "append":
        return isinstance(found, list) and edit.value in found
    if edit.operation == "drop":
        return found is MISSING
    wanted: Any = edit.value
    is_text_only = edit.format in {"ini", "gitconfig", "env", "npmrc"}
    return found == (_plain(wanted) if is_text_only else wanted) and (is_text_only or type(found) is type(wanted))


def _plain(value: Found) -> str | None:
    if value is MISSING:
        return None
    return value if isinstance(value, str) else json.dumps(value)


def _parameters(target: FileTarget, before: Found) -> dict[str, str]:
    edit = target.edit
    return {
        "format": edit.format,
        "operation": edit.operation,
        "key": json.dumps(edit.key),
        "value": json.dumps(edit.value),
        "roots": "\n".join(map(str, target.roots)),
        "higher": json.dumps(target.higher),
        "seen": _mark(edit, before),
        **target.remembered,
    }


def _roots_of(parameters: Mapping[str, str]) -> tuple[Path, ...]:
    return tuple(Path(item) for item in parameters["roots"].split("\n"))


def _mark(edit: Edit, value: Found) -> str:
    """Return a digest of a value, to tell later whether it is still the same without keeping it; of a list, only our item counts."""
    if edit.operation == "append":
        value = is_made(edit, value)
    if value is MISSING:
        return "missing"
    import hashlib  # brings libcrypto along: four megabytes

    return hashlib.sha256(json.dumps(value, sort_keys=True, default=str).encode()).hexdigest()[:16]


def _bytes(path: str) -> bytes:
    return read(Path(path).resolve()) or b""


def _tree(edit: Edit, data: bytes) -> Value:
    return edits.tree(edit.format, data)


def _check_writable(real: Path, target: FileTarget) -> None:
    nearest = next((folder for folder in real.parents if folder.exists()), real.parent)
    is_closed = real.exists() and not os.access(real, os.W_OK)
    if is_closed or not os.access(nearest, os.W_OK | os.X_OK):
        raise NotPossibleError(f"The settings file or its folder is read-only, so nothing was changed. {target.by_hand}".strip())


def _higher(path: str, context: Context, tool: str) -> tuple[str, ...]:
    """Return the tool's settings files that win over `path`, as far as their places can be named."""
    found: list[str] = []
    for place in permissions.rules_for(tool).precedence:
        try:
            full = expand(place, context.host, context.project)
        except NotPossibleError:
            continue
        if Path(full) == Path(path):
            return tuple(found)
        found.append(full)
    return ()
