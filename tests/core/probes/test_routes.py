from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from core.probes import _routes

CELLS = st.one_of(
    st.sampled_from(
        [
            "eth0",
            "00000000",
            "0101A8C0",
            "0" * 32,
            "fe80" + "0" * 28,
            "zz",
            "lladdr",
            "dev",
            "(10.0.0.1) at 1:2:3:4:5:6",
            "3c:a6:2f:00:11:22",
            "999.1.1.1",
        ]
    ),
    st.text(max_size=20),
)
TABLES = st.lists(st.lists(CELLS, max_size=13).map(" ".join), max_size=8).map("\n".join)


@given(TABLES)
def test_every_reader_accepts_any_text(text: str) -> None:
    table = f"heading\n{text}"
    routes = [*_routes.ipv4_routes(table), *_routes.ipv6_routes(text)]
    assert all(0 <= route.prefix <= 255 for route in routes)
    assert _routes.has_split_default(routes) in {True, False}
    assert all(isinstance(gateway, str) for gateway in _routes.gateways(routes))
    for row in [*_routes.proc_arp(table), *_routes.ip_neighbours(text), *_routes.arp_listing(text)]:
        assert len(row.mac) == 17
    assert all(
        isinstance(item, str)
        for item in [*_routes.ssids(text), *_routes.connected_vpns(text), _routes.value_after(text, "x"), _routes.tunnel_kind(text)]
    )
