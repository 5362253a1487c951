"""Where the organisation's policy of a machine is read from: its own files, or those recorded with an invented machine."""

from __future__ import annotations

import tomllib
from typing import TYPE_CHECKING

from core.catalogue.policy_schema import check_policy
from core.catalogue.problem import Report
from core.errors import HostError
from core.policy import PolicyScope, policy_from
from core.policy_file import PolicyFiles, PolicyState, recorded_place

if TYPE_CHECKING:
    from collections.abc import Callable

    from core.catalogue import Catalogue
    from core.host.base import Host


def policies_of(host: Host, catalogue: Catalogue) -> Callable[[], PolicyState]:
    """Return the question to ask again and again; unchanged files are not read twice."""
    if host.is_synthetic:
        return lambda: recorded_policy(host)
    files = PolicyFiles()
    known: dict[object, PolicyState] = {}

    def ask() -> PolicyState:
        signature = files.signature()
        if signature not in known:
            known.clear()
            known[signature] = files.load(catalogue.tools, catalogue.signals)
        return known[signature]

    return ask


def recorded_policy(host: Host) -> PolicyState:
    """Return the policy that an invented machine carries; none if it has none."""
    place = recorded_place(host.system)
    try:
        document = tomllib.loads(host.read_text(place))
    except (HostError, tomllib.TOMLDecodeError):
        return PolicyState()
    report = Report(place)
    content = check_policy(document, report)
    if report.problems:
        return PolicyState(messages=tuple(f"{item.file}, {item.key}: {item.message}" for item in report.problems))
    return PolicyState((policy_from(content, PolicyScope.SYSTEM, place),))
