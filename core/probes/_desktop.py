"""Desktop settings of GNOME and its relatives; the command is started only where somebody has ever changed a setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from core.probes._ask import command_text
from core.probes._places import place_of

if TYPE_CHECKING:
    from core.host.base import Host

_USER_DATABASE: Final = "{config}/dconf/user"


def has_dconf(host: Host) -> bool:
    """Return whether this user has a settings database (without one every setting has its default)."""
    return host.exists(place_of(host, _USER_DATABASE))


def gsetting(host: Host, schema: str, key: str) -> str:
    """Return one setting as text without quotes."""
    return command_text(host, ("gsettings", "get", schema, key)).strip().strip("'")
