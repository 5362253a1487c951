from __future__ import annotations

import inspect
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import UnreadableError
from core.probes import _toolmirrors, _toolvalues
from core.redact import Sensitive

READERS = [
    function
    for module in (_toolvalues, _toolmirrors)
    for name, function in inspect.getmembers(module, inspect.isfunction)
    if function.__module__ == module.__name__ and list(inspect.signature(function).parameters) == ["text"] and not name.startswith("_")
]
PIECES = st.sampled_from(
    [
        "[global]\n",
        "proxy",
        " = ",
        "{",
        "}",
        '"',
        "\n",
        "<proxy>",
        "</proxy>",
        "http://u:p@h:1",
        "ProxyCommand ",
        "deb [",
        "URIs: ",
        "url(",
        "- ",
        ": ",
        "\x00",
        "[[index]]",
        "registry",
    ]
)


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: f"{reader.__module__.rpartition('.')[2]}.{reader.__name__}")
@given(text=st.one_of(st.text(max_size=200), st.lists(PIECES, max_size=25).map("".join)))
def test_every_reader_accepts_any_text(reader: object, text: str) -> None:
    assert callable(reader)
    # a document that is broken as a whole may be refused, and only in this way
    with suppress(UnreadableError):
        assert all(isinstance(value, Sensitive) for value in reader(text))


def test_all_readers_are_tried() -> None:
    assert len(READERS) >= 25
