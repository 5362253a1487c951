"""No change may widen what a tool is allowed to do: the tool's permissions before and after are compared, not the intention.

`resources/catalogue/permissions.toml` says per tool which settings carry permissions and in which direction they widen. For
whatever it does not list, a name that sounds like a permission is enough to refuse the change.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from core import paths
from core.toggles.edit_base import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from core.toggles.edit_base import Found, Key, Value

_SOUNDS: Final = re.compile(
    r"allow|permi|sandbox|trust|approv|yolo|bypass|danger|grant|unsafe|insecure|sudo|(?<![a-z])(root|admin|hooks?|mcp_?servers?)(?![a-z])",
    re.IGNORECASE,
)

_NARROWS: Final = re.compile(r"deny|disallow|restrict|forbid|sandbox|permi|scrub|readonly|read_only", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Rules:
    """One tool's settings that carry permissions.

    `grows`: every item added widens; `shrinks`: every item taken away widens; `frozen`: never changed by Telltale; `levels`:
    values from narrowest to widest, the first entry of each being the value that counts when the key is missing;
    `environment_narrows`: assignments that sound like a permission and only take one away.
    `precedence` names the tool's settings files, the one that wins first.
    """

    grows: tuple[Key, ...] = ()
    shrinks: tuple[Key, ...] = ()
    frozen: tuple[Key, ...] = ()
    levels: Mapping[Key, tuple[Value, tuple[Value, ...]]] | None = None
    environment: tuple[str, ...] = ()
    environment_narrows: tuple[str, ...] = ()
    precedence: tuple[str, ...] = ()


def parse_key(text: str) -> Key:
    """Return a dotted key as its parts; a part in double quotes may hold dots."""
    parts = re.findall(r'"([^"]+)"|([^."]+)', text)
    key = tuple(quoted or plain for quoted, plain in parts)
    if not key or ".".join(f'"{q}"' if q else p for q, p in parts) != text:
        raise ValueError(f"not a key: {text!r}")
    return key


def rules_from(document: Mapping[str, Any]) -> dict[str, Rules]:
    """Return the rules of a parsed file by tool."""
    return {
        tool: Rules(
            **{name: tuple(parse_key(key) for key in table.get(name, ())) for name in ("grows", "shrinks", "frozen")},
            levels={parse_key(key): (entry["missing"], tuple(entry["order"])) for key, entry in table.get("levels", {}).items()},
            environment=tuple(table.get("environment", ())),
            environment_narrows=tuple(table.get("environment_narrows", ())),
            precedence=tuple(table.get("precedence", ())),
        )
        for tool, table in document.items()
    }


@cache
def all_rules() -> dict[str, Rules]:
    """Return the rules shipped with Telltale."""
    return rules_from(tomllib.loads(paths.read_resource("catalogue", "permissions.toml").decode()))


def rules_for(tool: str) -> Rules:
    """Return a tool's rules; a tool without any is judged by the names of its settings alone."""
    return all_rules().get(tool, Rules())


def widened(rules: Rules, before: Value, after: Value) -> tuple[str, ...]:
    """Return the keys through which `after` allows what `before` did not, or may do so; none if the change only narrows."""
    found = [_name(key) for key in rules.grows if _items(_at(after, key)) - _items(_at(before, key))]
    found += [_name(key) for key in rules.grows if _is_shapeless(_at(before, key), _at(after, key))]
    found += [_name(key) for key in rules.shrinks if _items(_at(before, key)) - _items(_at(after, key))]
    found += [_name(key) for key in rules.shrinks if _is_shapeless(_at(before, key), _at(after, key))]
    found += [_name(key) for key in rules.frozen if _at(before, key) != _at(after, key)]
    found += [_name(key) for key, level in (rules.levels or {}).items() if _rises(level, _at(before, key), _at(after, key))]
    known = {*rules.grows, *rules.shrinks, *rules.frozen, *(rules.levels or {})}
    found += [_name(key) for key in _changed(before, after) if _SOUNDS.search(_name(key)) and not _is_under(key, known)]
    return tuple(dict.fromkeys(found))


def refuses_variable(rules: Rules, name: str, value: str = "") -> bool:
    """Return whether setting an environment variable to a value may widen what the tool is allowed to do."""
    if f"{name}={value}" in rules.environment_narrows:
        return False
    general = all_rules().get("every-tool", Rules())
    return name in rules.environment or name in general.environment or bool(_SOUNDS.search(name))


def narrows_by_presence(rules: Rules, name: str) -> bool:
    """Return whether leaving out a variable may widen what the tool is allowed to do."""
    return name in rules.environment or bool(_NARROWS.search(name))


def _name(key: Key) -> str:
    return ".".join(f'"{part}"' if "." in part else part for part in key)


def _at(tree: Found, key: Key) -> Found:
    for name in key:
        if not isinstance(tree, dict) or name not in tree:
            return MISSING
        tree = tree[name]
    return tree


def _items(value: Found) -> frozenset[str]:
    if isinstance(value, list):
        return frozenset(repr(item) for item in value)
    return frozenset(f"{name}={inner!r}" for name, inner in value.items()) if isinstance(value, dict) else frozenset()


def _is_shapeless(before: Found, after: Found) -> bool:
    """Return whether a list of permissions became, or stopped being, something else than a list: nobody knows what that allows."""
    odd = [value for value in (before, after) if value is not MISSING and not isinstance(value, list | dict)]
    return bool(odd) and before != after


def _rises(level: tuple[Value, tuple[Value, ...]], before: Found, after: Found) -> bool:
    missing, order = level
    old, new = (missing if value is MISSING else value for value in (before, after))
    if _same(old, new):
        return False
    places = [next((at for at, item in enumerate(order) if _same(item, value)), None) for value in (old, new)]
    return places[0] is None or places[1] is None or places[1] > places[0]


def _same(left: Found, right: Found) -> bool:
    return type(left) is type(right) and left == right


def _changed(before: Found, after: Found, key: Key = ()) -> Iterator[Key]:
    """Yield the keys of all single values that differ."""
    if isinstance(before, dict) or isinstance(after, dict):
        left, right = (tree if isinstance(tree, dict) else {} for tree in (before, after))
        for name in sorted({*left, *right}):
            yield from _changed(left.get(name, MISSING), right.get(name, MISSING), (*key, str(name)))
    elif before is not after and not _same(before, after):
        yield key


def _is_under(key: Key, known: set[Key]) -> bool:
    return any(key[: len(other)] == other for other in known)
