"""Reading policies: the system's and the user's file, faults named by line and key, the last good one kept in force."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from core import paths
from core.catalogue.policy_schema import check_policy
from core.catalogue.problem import Report
from core.catalogue.resources import CatalogueFile, parse
from core.model import System
from core.policy import Policy, PolicyScope, policy_from

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from core.model import Signal
    from core.tools.model import Tool

_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.-]+)\s*\]\]?")
_KEY: Final = re.compile(r"\s*([A-Za-z0-9_-]+)\s*=")
_LINE: Final = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class PolicyProblem:
    """One fault of a policy file: its line (0: the file as a whole), the key, and what is wrong."""

    place: str
    line: int
    key: str
    message: str

    def __str__(self) -> str:
        """Return file, line, key and fault in one line."""
        where = ", ".join(part for part in (self.place, f"line {self.line}" if self.line else "", self.key) if part)
        return f"{where}: {self.message}"


@dataclass(frozen=True, slots=True)
class PolicyState:
    """The policies in force (the deciding one first), what is wrong in their files, and what a person should be told."""

    policies: tuple[Policy, ...] = ()
    problems: tuple[PolicyProblem, ...] = ()
    messages: tuple[str, ...] = ()


def recorded_place(system: System) -> str:
    """Return where an invented machine has its policy."""
    return "C:\\ProgramData\\Telltale\\policy.toml" if system is System.WINDOWS else "/etc/telltale/policy.toml"


def read_policy(path: Path, scope: PolicyScope = PolicyScope.FILE) -> tuple[Policy | None, tuple[PolicyProblem, ...]]:
    """Read and check one policy file; every fault is named, and a faulty policy is not used at all."""
    shown = paths.home_relative(str(path))
    report = Report(shown)
    file = CatalogueFile(shown, str(path), 0, (0, 0))
    document = parse(file, report, ascii_only=False)
    content: dict[str, Any] = check_policy(document, report) if not report.problems else {}
    if report.problems:
        source = paths.read_private(path).decode("utf-8", "replace")
        return None, tuple(_problem(shown, item.key, item.message, source) for item in report.problems)
    return policy_from(content, scope, shown), ()


def _problem(place: str, key: str, message: str, source: str) -> PolicyProblem:
    found = _LINE.search(message)
    return PolicyProblem(place, int(found[1]) if found else line_of(source, key), key, message)


def line_of(source: str, key: str) -> int:
    """Return the line of a key path such as `rule[1].status`: its own, else that of the table it belongs to; 0 if there is none."""
    table, best = "", 0
    counts: dict[str, int] = {}
    wanted = re.sub(r"\[\d+\]$", "", key) if "." in key else key
    for number, line in _code_lines(source):
        if header := _HEADER.match(line):
            table = header[2]
            if table == key:
                return number
            if header[1] == "[[":
                counts[table] = counts.get(table, -1) + 1
                table = f"{table}[{counts[table]}]"
            best = number if key == table or key.startswith(f"{table}.") else best
        elif found := _KEY.match(line):
            name = f"{table}.{found[1]}" if table else found[1]
            if name == wanted:
                return number
            best = number if key.startswith((f"{name}.", f"{name}[")) else best
    return best


def _code_lines(source: str) -> Iterator[tuple[int, str]]:
    """Yield the lines outside texts that span several lines."""
    quote = ""
    for number, line in enumerate(source.splitlines(), 1):
        if not quote:
            yield number, line
        for mark in ('"""', "'''"):
            if quote in {"", mark} and line.count(mark) % 2:
                quote = "" if quote else mark


class PolicyFiles:
    """The two places a policy can be, with a copy of the last good one of each."""

    def __init__(self, system: Path | None = None, user: Path | None = None, state: Path | None = None) -> None:
        """Use Telltale's own places unless others are given."""
        self._files = {PolicyScope.SYSTEM: system or paths.system_policy_file(), PolicyScope.USER: user or paths.user_policy_file()}
        self._state = state or paths.state_dir()

    @property
    def places(self) -> Mapping[PolicyScope, Path]:
        """Where each policy is looked for."""
        return self._files

    def signature(self) -> tuple[tuple[int, int, int] | None, ...]:
        """Return something that differs when a file was written, made or removed."""
        return tuple(_signature(path) for path in self._files.values())

    def load(self, tools: Mapping[str, Tool] | None = None, signals: Mapping[str, Signal] | None = None) -> PolicyState:
        """Return what is in force: the system's policy before the user's; a bad file leaves its last good version in force."""
        state = PolicyState()
        for scope, path in self._files.items():
            state = self._add(state, scope, path)
        unknown = tuple(_unknown(state.policies, tools or {}, signals or {})) if tools is not None else ()
        return replace(state, messages=(*state.messages, *unknown))

    def _add(self, state: PolicyState, scope: PolicyScope, path: Path) -> PolicyState:
        kept = self._state / f"policy-last-good-{scope.value}.toml"
        if _signature(path) is None and not _is_hidden(path):
            kept.unlink(missing_ok=True)  # removed on purpose: nothing is in force any more
            return state
        policy, problems = read_policy(path, scope)
        messages = list(state.messages)
        if policy is not None:
            content = paths.read_private(path)
            if paths.read_private(kept) != content and not paths.write_private(kept, content):
                messages.append("No copy of the policy could be kept, so a later fault in it would leave no policy in force.")
            if scope is PolicyScope.SYSTEM and not paths.only_administrators_change(path):
                messages.append(
                    "The system's policy can be changed by others than the administrator; check the rights of its file and folder."
                )
        else:
            policy = read_policy(kept, scope)[0] if kept.exists() else None
            which = "the last good one stays in force" if policy is not None else "there is no earlier one, so none is in force"
            messages.append(f"The {scope.value} policy {problems[0].place} has a fault ({_where(problems[0])}); {which}.")
            policy = replace(policy, place=f"{problems[0].place} (last good copy)") if policy is not None else None
        policies = (*state.policies, policy) if policy is not None else state.policies
        return PolicyState(policies, (*state.problems, *problems), tuple(messages))


def _where(problem: PolicyProblem) -> str:
    parts = (f"line {problem.line}" if problem.line else "", problem.key)
    return f"{', '.join(part for part in parts if part) or 'whole file'}: {problem.message}"


def _signature(path: Path) -> tuple[int, int, int] | None:
    try:
        facts = path.stat()
    except OSError:
        return None
    return facts.st_mtime_ns, facts.st_size, facts.st_ino


def _is_hidden(path: Path) -> bool:
    """Whether a file may be there although we cannot see it: its folder refuses us, or it is a link that leads nowhere."""
    try:
        path.lstat()
    except FileNotFoundError:
        return False
    except OSError:
        return True
    return True


def _unknown(policies: tuple[Policy, ...], tools: Mapping[str, Tool], signals: Mapping[str, Signal]) -> Iterator[str]:
    """Name what a policy speaks of and the catalogue does not know: not a fault, but the rule never applies."""
    vendors = {tool.vendor.casefold() for tool in tools.values()}
    for policy in policies:
        for rule in policy.rules:
            names = [name for name in (rule.tool, *rule.alternatives) if name and name not in tools]
            names += [rule.vendor] if rule.vendor and rule.vendor.casefold() not in vendors else []
            for name in names:
                yield f"Rule {rule.number} of {policy.place} names {name!r}, which Telltale's catalogue does not know."
        for hide in policy.hides:
            if signals and hide.signal not in signals:
                yield f"{policy.place} wants {hide.signal!r} hidden, which is no signal of Telltale's catalogue."
