"""What captures say for the matrix of tools and signals: each fact that was seen leaving, once per tool, version and host."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from core.model import Grade
from core.tools.model import Evidence

if TYPE_CHECKING:
    from core.watch.store import Store

LIMITS: Final = (
    "Seen in one capture on this computer. What was not seen may still be sent: at another time, in a form nobody can read, "
    "or past the inspector."
)


def evidence(store: Store, tool: str = "") -> tuple[Evidence, ...]:
    """Return the evidence of all captures (of one tool), newest first; a fact that several captures show comes once."""
    found: dict[tuple[str, str, str, str], Evidence] = {}
    for session in store.sessions():
        if tool and session.tool != tool:
            continue
        for host, fact, count in store.facts(session.id):
            for signal in (fact.signal, *fact.also):
                key = (session.tool, session.version, signal, host)
                detail = f"{fact.masked} ({fact.encoding}), to {host}, in {count} request{'s' * (count > 1)}"
                at = datetime.fromtimestamp(session.started, UTC)
                item = Evidence(
                    session.tool, signal, Grade.SAW_SENT, "inspector", at, session.version, session.id, detail, fact.place, LIMITS
                )
                found.setdefault(key, item)
    return tuple(found.values())
