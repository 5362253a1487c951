"""Errors a person may see.

Every message is one clear sentence: what happened, what was not changed, what to do next. Expected absence is a
`core.probes.result.Result`, never one of these.
"""

from __future__ import annotations


class TelltaleError(Exception):
    """The base of every error Telltale raises on purpose; `str(error)` is fit for a person and holds no raw value."""


class CatalogueError(TelltaleError):
    """A catalogue file is wrong; the message names the file and the key path."""


class HostError(TelltaleError):
    """A host could not answer a question; the subclasses say which kind of answer the probe should give."""


class NotThereError(HostError):
    """The file, command, key or process does not exist (or no longer exists)."""


class NotAllowedError(HostError):
    """The system refused the question for this user."""


class NotSupportedError(HostError):
    """This host has no way to answer this kind of question."""


class UnreadableError(HostError):
    """The thing exists but is not what was expected: too large, not a regular file, a link loop, or broken."""


class TooSlowError(HostError):
    """The answer did not come within the time limit."""


class RevealRefusedError(TelltaleError):
    """A raw value was asked for while revealing is locked (presentation mode)."""
