"""What a signal file holds, and how its checked content becomes a `core.model.Signal`."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, Final

from core.model import Changes, Group, Neutral, Reach, Sensitivity, Signal, Source, Support, System, SystemSupport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from core.catalogue.problem import Report

_GROUPS: Final = {str(item): index for index, item in enumerate(Group)}


def check_signal(document: dict[str, Any], report: Report) -> dict[str, Any]:
    """Check one parsed file; note problems; give back the plain content with defaults filled in."""
    from core.catalogue.signal_schema import SIGNAL, check_whole  # the cache makes this import unnecessary

    content = SIGNAL.read(document, "", report)
    if not isinstance(content, dict):
        return {}
    if not report.problems:
        check_whole(content, report)
    content.setdefault("probe", content.get("id", ""))
    return content


def signal_from(content: Mapping[str, Any]) -> Signal:
    """Build a signal from checked content; raises KeyError, TypeError or ValueError if it was never checked."""
    neutral = content.get("neutral")
    return Signal(
        id=content["id"],
        group=Group(content["group"]),
        title=content["title"],
        plain=content["plain"],
        technical=content["technical"],
        sensitivity=Sensitivity(content["sensitivity"]),
        probe=content["probe"],
        order=content["order"],
        icon=content["icon"],
        systems={System(name): SystemSupport(Support(entry["state"]), entry["reason"]) for name, entry in content["systems"].items()},
        changes={
            System(name): Changes(tuple(entry["watch"]), tuple(entry["notify"]), entry["poll_s"])
            for name, entry in content["changes"].items()
        },
        neutral=Neutral(neutral["value"], Reach(neutral["reach"]), neutral["how"]) if neutral else None,
        caveats=tuple(content["caveats"]),
        evidence=tuple(
            Source(entry["source"], date.fromisoformat(entry["date"]), entry["note"], entry["verified"]) for entry in content["evidence"]
        ),
        restless=content["restless"],
    )


def display_order(content: Mapping[str, Any]) -> tuple[int, int, str]:
    """Sort key: group as the window shows it, then the signal's own order, then its id."""
    return (_GROUPS[content["group"]], content["order"], content["id"])
