"""Which lines of strace's output cannot tell anything, as one expression: most of a tool's calls are passed over without a look at each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

_NAME: Final = rb'[^"\\/<>\n]'  # one character of a name that strace printed as it is
_FIRST: Final = rb'[^"\\/<>\n.]'  # rules about homes and projects are all about names that begin with a dot
_REST: Final = rb"(?:/" + _FIRST + _NAME + rb"*+)*+/?+"  # nothing is given back: a line that does not fit is left at once
_RELATIVE: Final = _FIRST + _NAME + rb"*+" + _REST
_FOLDER: Final = rb"(?:AT_FDCWD|\d++)<"


def useless_lines(tops: Collection[bytes], home: bytes, opens: Iterable[bytes], looks: Iterable[bytes]) -> bytes:
    """Return an expression for whole lines (one or more) of calls about places that no rule is about.

    `tops` are the folders that rules are about, `home` is one more place. Anything unusual in a line (escapes, a call cut in two,
    names with a dot in front, a link that leads elsewhere) keeps it out, so that it is read in the ordinary way.
    """
    known = sorted(top for top in tops if top and not top.startswith(b"."))
    usr = rb'usr(?:/[^/"<>]*)?'  # too short a place below /usr could still become one with what follows it
    homes = (home[1:], home[1:].rpartition(b"/")[0])  # the home itself, also as a name in the folder above it
    ends = (*(re.escape(text) + rb"/?" for text in homes if text), usr)
    excluded = rb"(?:" + rb"|".join(map(re.escape, known)) + rb')[/">]|(?:' + rb"|".join(ends) + rb')[">]'
    absolute = rb"/(?!" + excluded + rb")" + _FIRST + _NAME + rb"*+" + _REST
    place = (
        rb"(?:(?:"
        + _FOLDER
        + rb'[^"\\<>\n]*+>, )?"'
        + absolute
        + rb'"|'
        + _FOLDER
        + absolute
        + rb'>, "'
        + _RELATIVE
        + rb'"|'
        + _FOLDER
        + rb'[^"\\<>\n]*+>, "")'
    )
    called = rb"(?:\d++ ++)?+\d++\.\d++ "
    look = rb"(?:" + rb"|".join(sorted(looks)) + rb")\(" + place + rb"[^\n<]*+\n"
    opened = rb"(?:" + rb"|".join(sorted(opens)) + rb")\(" + place + rb"[^\n<]*+(?:<" + absolute + rb">)?\n"
    return rb"(?:" + called + rb"(?:" + look + rb"|" + opened + rb"))++"
