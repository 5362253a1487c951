"""What Telltale cannot switch for a person: a page of an account at the vendor, a flag or command typed by hand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, NoReturn

from core.toggles.registry import Context, NotPossibleError

if TYPE_CHECKING:
    from core.host.base import Host
    from core.toggles.journal import Journal
    from core.toggles.journal_entry import Entry
    from core.toggles.model import Change, ChangeSpec, Toggle

_ACCOUNT: Final = "This is switched in your account at the vendor, where Telltale does nothing; open {link} and look for: {say}"
_BY_HAND: Final = "Telltale does not do this for you; type it yourself: {say}"


@dataclass(slots=True)
class _Advice:
    """A kind that is never possible and says what to do instead; parameters: say, and link for an account."""

    name: str = ""
    sentence: str = ""

    def possible(self, host: Host, spec: ChangeSpec) -> str | None:
        """Return what the person can do."""
        del host
        return self.sentence.format(link=spec.parameters.get("link", "its page"), say=spec.parameters.get("say", ""))

    def plan(self, context: Context, toggle: Toggle, spec: ChangeSpec, tool: str) -> Change:
        """Refuse with what the person can do."""
        del toggle, tool
        raise NotPossibleError(self.possible(context.host, spec) or "")

    def apply(self, change: Change, journal: Journal) -> Entry:
        """Refuse."""
        del journal
        self._refuse(change)

    def verify(self, change: Change) -> bool | None:
        """Nothing on this machine tells how an account is set."""
        del change
        return None

    def undo(self, change: Change, journal: Journal) -> Entry:
        """Refuse."""
        del journal
        self._refuse(change)

    def recover(self, journal: Journal) -> tuple[Entry, ...]:
        """Nothing is ever left open."""
        del journal
        return ()

    def _refuse(self, change: Change) -> NoReturn:
        raise NotPossibleError(f"{change.toggle} is not something Telltale can switch, so nothing was changed.")


@dataclass(slots=True)
class VendorAccountKind(_Advice):
    """A switch in the person's account at the vendor."""

    name: str = "vendor-account"
    sentence: str = _ACCOUNT


@dataclass(slots=True)
class ByHandKind(_Advice):
    """A flag or a command of the tool itself."""

    name: str = "by-hand"
    sentence: str = _BY_HAND
