"""`telltale policy check|explain`: what the organisation's policy says of the tools here; exit statuses for fleets."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.catalogue import load_catalogue
from core.cli.choose import refuse
from core.cli.looking import look
from core.cli.main import add_command
from core.cli.output import INCOMPLETE, OK, columns_of, complain, fold, paint, say, say_json, wants_colour, width
from core.model import Grade
from core.policy import Demand, Judgement, PolicyScope, Status, demands, judge, recommended
from core.policy_file import PolicyFiles, PolicyState, read_policy
from core.policy_words import badge, banner
from core.tools.recording import Recorder

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Iterator, Mapping, Sequence

    from core.cli.looking import Looked
    from core.policy import Policy
    from core.tools.model import Tool

FAULTY: Final = 4
NOT_ALLOWED: Final = 5
NOT_HIDDEN: Final = 6
HIGH_RISK: Final = 7
NO_POLICY: Final = 8
_HIDDEN: Final = {
    Grade.HIDDEN: "is hidden",
    Grade.ABSENT: "has no value here",
    Grade.DENIED: "is refused by the system",
    Grade.NOT_MEASURED: "was not measured, which does not count as hidden",
    Grade.NOT_POSSIBLE: "cannot be measured here, which does not count as hidden",
}
_EXITS: Final = (
    "Exit status of check, the first that fits: 2 wrong usage; 4 the policy has a fault (the last good one may still be in force); "
    "8 there is no policy; 5 a tool is installed that is not allowed; 6 a signal that must be hidden is not, or was not measured; "
    "7 a high-risk tool is installed; 3 something could not be looked at; 0 everything fits the policy."
)


def register(subparsers: Any) -> None:
    """Add the command with its two actions."""
    parser = add_command(subparsers, "policy", "check this computer against the organisation's policy, or explain the policy", run)
    parser.epilog = _EXITS
    parser.add_argument("action", choices=("check", "explain"), help="check: does this computer fit it; explain: what it says, and why")
    parser.add_argument("tool", nargs="*", default=[], metavar="TOOL", help="only these tools")
    parser.add_argument("--file", metavar="FILE", help="use this policy instead of the ones in force")
    parser.add_argument("--syntax", action="store_true", help="check only the policy itself, not this computer")
    parser.add_argument("--on", metavar="DAY", help="as of another day (2026-07-12)")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--persona", metavar="NAME", help="look at an invented computer instead of this one")


def run(options: Namespace) -> int:
    """Load the policy, look at the computer, print, and tell by the exit status."""
    catalogue = load_catalogue()
    state = _load(options.file, catalogue.tools, catalogue)
    today = _day(options.on)
    for problem in state.problems:
        if not any(problem.message in message for message in state.messages):  # the first one of a file stands in its message
            complain(str(problem))
    for message in state.messages:
        complain(message)
    if options.syntax or not state.policies:
        return _without_looking(state, as_json=options.json)
    names = options.tool if options.action == "check" else _with_alternatives(state.policies, options.tool)
    looked = look(catalogue, names, options.persona, _needed(state.policies, options.action, today))
    judgements = {name: judge(state.policies, catalogue.tools[name], looked.book.known(name).versions, today) for name in looked.tools}
    strangers = _strangers(looked, state.policies, today) if not options.tool else {}
    found = demands(
        state.policies, [cell for name in looked.book.installed if name in looked.tools for cell in looked.book.row(name)], today
    )
    if options.json:
        say_json(_document(state, looked, {**judgements, **strangers}, found, today))
    else:
        lines = _explained if options.action == "explain" else _checked
        for line in lines(state, looked, {**judgements, **strangers}, found, today):
            say(line)
    for fault in looked.faults:
        complain(fault)
    if looked.history is not None:
        if options.file is None:
            Recorder(looked.history, catalogue).policies(state)
        looked.history.close()
    if options.action == "explain":
        return FAULTY if state.problems else OK
    here = [judgements[name] for name in looked.tools if name in looked.book.installed]
    return exit_status(state, [*here, *strangers.values()], found, is_incomplete=bool(looked.faults))


def _strangers(looked: Looked, policies: Sequence[Policy], today: date) -> dict[str, Judgement]:
    """Judge what detection found without knowing it (an editor of the VS Code family), which a rule for unknown tools covers."""
    found: dict[str, list[str]] = {}
    for item in looked.detection.installations:
        if item.tool not in looked.catalogue.tools:
            found.setdefault(item.tool, []).append(item.version)
    return {name: judge(policies, name, versions, today) for name, versions in found.items()}


def _name(looked: Looked, tool: str) -> str:
    known = looked.catalogue.tools.get(tool)
    return known.name if known is not None else tool.replace("-", " ").capitalize()


def exit_status(state: PolicyState, judgements: Sequence[Judgement], found: Sequence[Demand], *, is_incomplete: bool) -> int:
    """Return the exit status of a check; the gravest fact decides."""
    statuses = {item.status for item in judgements}
    facts = (
        (bool(state.problems), FAULTY),
        (not state.policies, NO_POLICY),
        (Status.NOT_ALLOWED in statuses, NOT_ALLOWED),
        (any(item.is_met is not True for item in found), NOT_HIDDEN),
        (Status.HIGH_RISK in statuses, HIGH_RISK),
        (is_incomplete, INCOMPLETE),
    )
    return next((status for is_so, status in facts if is_so), OK)


def _load(file: str | None, tools: Mapping[str, Tool], catalogue: Any) -> PolicyState:
    if file is None:
        return PolicyFiles().load(tools, catalogue.signals)
    path = Path(file)
    if not path.exists():
        refuse(f"There is no file {file!r}; nothing was checked.")
    policy, problems = read_policy(path, PolicyScope.FILE)
    return PolicyState((policy,) if policy is not None else (), problems)


def _day(text: str | None) -> date:
    if text is None:
        return datetime.now(UTC).astimezone().date()
    try:
        return date.fromisoformat(text)
    except ValueError:
        refuse(f"{text!r} is no day; write it as 2026-07-12.")


def _without_looking(state: PolicyState, *, as_json: bool) -> int:
    if as_json:
        problems = [{"place": item.place, "line": item.line, "key": item.key, "message": item.message} for item in state.problems]
        say_json({"schema": "telltale.policy/1", "problems": problems, "policies": [_policy_data(item) for item in state.policies]})
    elif state.policies:
        for policy in state.policies:
            say(f"{policy.place}: {len(policy.rules)} rules, {len(policy.hides)} signals to hide, by {policy.organisation}.")
    elif not state.problems:
        files = PolicyFiles().places
        say(f"There is no policy here; looked for {' and '.join(str(path) for path in files.values())}.")
    return exit_status(state, (), (), is_incomplete=False)


def _with_alternatives(policies: Sequence[Policy], names: Sequence[str]) -> list[str]:
    """To explain a tool is also to look at what is recommended instead, so that the comparison is honest."""
    if not names:
        return []
    rules = [rule for policy in policies for rule in policy.rules if rule.tool in names]
    return list(dict.fromkeys((*names, *(name for rule in rules for name in rule.alternatives))))


def _needed(policies: Sequence[Policy], action: str, today: date) -> frozenset[str] | None:
    """A check measures only what must be hidden; an explanation compares everything."""
    if action == "explain":
        return None
    return frozenset(hide.signal for policy in policies for hide in policy.hides if hide.since is None or hide.since <= today)


def _checked(
    state: PolicyState, looked: Looked, judgements: Mapping[str, Judgement], found: Sequence[Demand], today: date
) -> Iterator[str]:
    chosen = recommended(state.policies)
    for policy in state.policies:
        yield fold(f"What {policy.organisation} says ({policy.scope.value}: {policy.place}):", width())
    rows = []
    for name, judgement in judgements.items():
        words = badge(judgement, today, is_recommended=name in chosen) or "The policy says nothing"
        rows.append((_name(looked, name), words))
    yield from columns_of(rows, width(), "") or ["No AI tool was found here."]
    yield from _hidden(looked, found)


def _hidden(looked: Looked, found: Sequence[Demand]) -> Iterator[str]:
    for item in found:
        how = _HIDDEN.get(item.exposure.here, "is not hidden")
        title = looked.catalogue.signals[item.hide.signal].title
        why = f' Their reason: "{item.hide.reason}"' if item.hide.reason else ""
        yield fold(f"{title} must be hidden from {looked.catalogue.tools[item.tool].name}: it {how}.{why}", width())


def _explained(
    state: PolicyState, looked: Looked, judgements: Mapping[str, Judgement], found: Sequence[Demand], today: date
) -> Iterator[str]:
    for policy in state.policies:
        yield paint(f"{policy.organisation} ({policy.scope.value}: {policy.place})", "bold", on=wants_colour())
        yield from (fold(text, width(), "  ") for text in (policy.note, *policy.sources) if text)
    for name, judgement in judgements.items():
        yield ""
        yield paint(_name(looked, name), "bold", "cyan", on=wants_colour())
        lines = banner(judgement, _name(looked, name), looked.catalogue.tools, today) or (_silent(state.policies, looked, name),)
        yield from (fold(line, width(), "  ") for line in lines)
        yield from (fold(line, width(), "  ") for line in _beside(looked, judgement))
    yield ""
    yield from _hidden(looked, found)


def _silent(policies: Sequence[Policy], looked: Looked, tool: str) -> str:
    """Say that no rule is about a tool, and whether it is recommended instead of another one."""
    instead_of = dict.fromkeys(rule.tool or rule.vendor for policy in policies for rule in policy.rules if tool in rule.alternatives)
    names = [_name(looked, name) for name in instead_of if name]
    return f"No rule is about it; it is recommended instead of {' and '.join(names)}." if names else "The policy says nothing about it."


def _beside(looked: Looked, judgement: Judgement) -> Iterator[str]:
    """Put the exposure of what is recommended beside, in the same words and measured the same way; no ranking."""
    others = [name for name in judgement.alternatives if name in looked.tools]
    if not others or judgement.tool not in looked.catalogue.tools:
        return
    for name in (judgement.tool, *others):
        tool = looked.catalogue.tools[name]
        sees, measured = looked.book.sees(name)
        row = looked.book.row(name)
        said = sum(cell.said is not None for cell in row)
        seen = sum(cell.here in {Grade.SAW_READ, Grade.SAW_SENT} for cell in row)
        here = "" if looked.book.known(name).versions else " (not installed here; as if started in this session)"
        counts = f"could see {sees} of {measured} measured signals, {seen} seen read or sent here, {said} said or reported of this version"
        yield f"{tool.name}{here}: {counts}."
    yield "The last number says how closely others and Telltale's makers looked at each tool; it ranks nothing."


def _policy_data(policy: Policy) -> dict[str, Any]:
    return {"organisation": policy.organisation, "scope": policy.scope.value, "place": policy.place, "rules": len(policy.rules)}


def _document(
    state: PolicyState, looked: Looked, judgements: Mapping[str, Judgement], found: Sequence[Demand], today: date
) -> dict[str, Any]:
    chosen = recommended(state.policies)
    return {
        "schema": "telltale.policy/1",
        "on": today.isoformat(),
        "problems": [{"place": item.place, "line": item.line, "key": item.key, "message": item.message} for item in state.problems],
        "policies": [_policy_data(policy) for policy in state.policies],
        "tools": [_judged(looked, item, today, is_recommended=name in chosen) for name, item in judgements.items()],
        "hide": [
            {"signal": item.hide.signal, "tool": item.tool, "hidden": item.is_met, "grade": item.exposure.here.value} for item in found
        ],
    }


def _judged(looked: Looked, judgement: Judgement, today: date, *, is_recommended: bool) -> dict[str, Any]:
    rule, coming = judgement.rule, judgement.coming
    return {
        "id": judgement.tool,
        "versions": [item.version for item in looked.detection.installations if item.tool == judgement.tool],
        "status": judgement.status.value,
        "since": rule.since.isoformat() if rule is not None and rule.since else None,
        "coming": {"status": coming.status.value, "from": coming.since.isoformat()} if coming is not None and coming.since else None,
        "uncertain": judgement.uncertain,
        "badge": badge(judgement, today, is_recommended=is_recommended),
        "banner": list(banner(judgement, _name(looked, judgement.tool), looked.catalogue.tools, today)),
        "alternative": judgement.alternative,
        "alternatives": list(judgement.alternatives),
        "recommended": is_recommended,
        "contact": judgement.contact,
    }
