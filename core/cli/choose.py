"""What commands share: which signals and through whose eyes; a wrong choice is one sentence and the usage status."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from core.cli.output import USAGE, complain

if TYPE_CHECKING:
    from core.catalogue import Catalogue
    from core.host.base import Host


def choose_signals(catalogue: Catalogue, only: list[str], group: str | None) -> frozenset[str] | None:
    """Return the wanted ids, None for all; ends the program for an unknown id."""
    for name in only:
        if name not in catalogue.signals:
            refuse(f"There is no signal {name!r}{_similar(name, catalogue)}; `telltale signals` lists them all.")
    if not only and group is None:
        return None
    wanted = only or list(catalogue.signals)
    return frozenset(name for name in wanted if group is None or catalogue.signals[name].group == group)


def choose_host(persona: str | None = None, pid: int | None = None) -> Host:
    """Return the eyes to look through; ends the program for a persona or a process that does not exist."""
    from core.errors import HostError, TelltaleError

    if persona is not None:
        from core.host.recorded import load_persona

        try:
            return load_persona(persona)
        except TelltaleError as error:
            refuse(str(error))
    if pid is not None:
        from core.host.process import ProcessHost

        try:
            host = ProcessHost(pid)
            host.environ()
        except HostError as error:
            refuse(f"Process {pid} cannot be looked through: {error} Nothing was read.")
        return host
    from core.host.real import RealHost

    return RealHost()


def refuse(sentence: str) -> NoReturn:
    """Say what is wrong with the command and end with the usage status."""
    complain(sentence)
    raise SystemExit(USAGE)


def _similar(name: str, catalogue: Catalogue) -> str:
    import difflib

    close = difflib.get_close_matches(name, catalogue.signals, 1)
    return f" (did you mean {close[0]}?)" if close else ""
