from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

if not sys.platform.startswith("linux"):
    pytest.skip("asks Linux", allow_module_level=True)

from core.host import netdev, portable

TABLE = "20010db8000000420000000000000044 03 40 00 00 wlan0\nfe8000000000000002005efffe00534f 03 40 20 80 wlan0\nbroken\nzz 1 2 3 4 x\n"


def test_ipv6_addresses_are_listed_by_interface() -> None:
    assert netdev.ipv6_table(TABLE) == {"wlan0": ["2001:db8:0:42::44", "fe80::200:5eff:fe00:534f"]}


@given(st.text(max_size=200))
def test_any_table_is_read_without_failing(text: str) -> None:
    assert isinstance(netdev.ipv6_table(text), dict)


def test_the_kernel_and_psutil_name_the_same_interfaces_and_addresses() -> None:
    psutil = pytest.importorskip("psutil")
    theirs = {item.name: item for item in portable.interfaces()}
    for item in netdev.interfaces():
        if item.name in psutil.net_if_addrs():
            assert set(item.addresses) == set(theirs[item.name].addresses)
            assert item.mac == theirs[item.name].mac
    assert {"127.0.0.1"} <= {address for item in netdev.interfaces() for address in item.addresses}
