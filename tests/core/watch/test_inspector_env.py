from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from core.catalogue import load_catalogue
from core.watch.inspector_env import NO_KEY, Proxy, WayError, additions, choose, left_out, stand_in_keys, trusted

if TYPE_CHECKING:
    from pathlib import Path

    from core.tools.model import Tool

PEM = "-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n"


@pytest.fixture(scope="module")
def claude() -> Tool:
    return load_catalogue().tools["claude-code"]


@pytest.fixture
def proxy(tmp_path: Path) -> Proxy:
    return Proxy(4711, PEM.format("ours").encode(), tmp_path)


def test_the_catalogue_chooses_the_way_and_a_wish_overrides_it(claude: Tool) -> None:
    assert choose(claude, {}).mode == "regular"
    way = choose(claude, {}, "base-url")
    assert (way.mode, way.base_url_env) == ("reverse:https://api.anthropic.com", "ANTHROPIC_BASE_URL")


def test_a_base_url_of_ones_own_stays_the_target_with_its_path(claude: Tool, proxy: Proxy) -> None:
    env = {"ANTHROPIC_BASE_URL": "https://gateway.example:8443/llm/"}
    way = choose(claude, env, "base-url")
    assert way.mode == "reverse:https://gateway.example:8443"
    assert additions(way, claude, env, proxy).environment == {"ANTHROPIC_BASE_URL": "http://127.0.0.1:4711/llm"}


def test_the_users_own_proxy_is_passed_through_with_its_password_apart(claude: Tool) -> None:
    way = choose(claude, {"https_proxy": "http://mia:pass@proxy.example:3128"})
    assert (way.mode, way.upstream_auth) == ("upstream:http://proxy.example:3128", "mia:pass")
    assert choose(claude, {"ALL_PROXY": "proxy.example:1"}).mode == "upstream:http://proxy.example:1"
    assert choose(claude, {"HTTPS_PROXY": "http://[2001:db8::1]:1"}).mode == "upstream:http://[2001:db8::1]:1"
    assert choose(claude, {"HTTPS_PROXY": "http://p:1"}, is_answered=True).mode == "regular"


def test_what_cannot_be_passed_through_is_refused_without_naming_it(claude: Tool) -> None:
    with pytest.raises(WayError, match="of the kind 'socks5'") as caught:
        choose(claude, {"ALL_PROXY": "socks5://mia:pass@proxy.example:1080"})
    assert "proxy.example" not in str(caught.value)
    with pytest.raises(WayError, match="cannot be led through"):
        choose(replace(claude, inspect={"way": "none"}), {})
    with pytest.raises(WayError, match="knows no base-URL variable"):
        choose(replace(claude, inspect={"way": "proxy"}), {}, "base-url")


@pytest.mark.parametrize("kind", ["socks5", "socks5h", "socks4"])
@pytest.mark.parametrize("name", ["ALL_PROXY", "all_proxy", "HTTPS_PROXY", "http_proxy"])
def test_a_socks_proxy_is_never_gone_around_silently(claude: Tool, name: str, kind: str) -> None:
    for others in ({}, {"HTTPS_PROXY": "http://proxy.example:3128"}):
        env = {**others, name: f"{kind}://127.0.0.1:1080"}
        with pytest.raises(WayError, match=rf"of the kind '{kind}', through which the inspector cannot pass anything on"):
            choose(claude, env)
        assert choose(claude, env, is_answered=True).mode == "regular"  # nothing leaves this computer


def test_a_proxy_for_plain_requests_only_is_refused_with_a_sentence(claude: Tool) -> None:
    with pytest.raises(WayError, match="for plain HTTP only"):
        choose(claude, {"HTTP_PROXY": "http://proxy.example:3128"})


@pytest.mark.parametrize("proxy", ["http://proxy.example:3128", "socks5://127.0.0.1:1080"])
def test_a_base_url_cannot_lead_on_through_the_users_proxy_so_it_is_refused(claude: Tool, proxy: str) -> None:
    with pytest.raises(WayError, match="nothing can go on through your own proxy"):
        choose(claude, {"ALL_PROXY": proxy}, "base-url")
    assert choose(claude, {"ALL_PROXY": proxy, "NO_PROXY": "x,.anthropic.com"}, "base-url").name == "base-url"
    assert choose(claude, {"ALL_PROXY": proxy, "ANTHROPIC_BASE_URL": "http://127.0.0.1:8080"}, "base-url").name == "base-url"
    assert choose(claude, {"ALL_PROXY": proxy}, "base-url", is_answered=True).name == "base-url"


def test_every_kind_of_program_is_told_of_proxy_and_certificate(claude: Tool, proxy: Proxy) -> None:
    given = additions(choose(claude, {}), claude, {}, proxy)
    names = "HTTPS_PROXY https_proxy HTTP_PROXY http_proxy NO_PROXY no_proxy NODE_EXTRA_CA_CERTS SSL_CERT_FILE REQUESTS_CA_BUNDLE GIT_SSL_CAINFO"
    assert set(names.split()) <= given.environment.keys()
    assert given.environment["HTTPS_PROXY"] == "http://127.0.0.1:4711"
    assert given.environment["NO_PROXY"] == "localhost,127.0.0.1,::1"
    assert "ALL_PROXY" not in given.environment  # only where the user has one
    assert given.local_ports == (4711,)


def test_codex_is_told_by_its_own_variable_too(proxy: Proxy) -> None:
    codex = load_catalogue().tools["codex-cli"]
    assert additions(choose(codex, {}), codex, {}, proxy).environment["CODEX_CA_CERTIFICATE"].endswith("trusted.pem")


def test_the_bundle_replaces_the_store_so_it_holds_all_of_it_and_what_the_user_added(claude: Tool, proxy: Proxy, tmp_path: Path) -> None:
    (tmp_path / "own.pem").write_text(PEM.format("company"))
    (tmp_path / "node.pem").write_text(PEM.format("node"))
    env = {"SSL_CERT_FILE": str(tmp_path / "own.pem"), "NODE_EXTRA_CA_CERTS": str(tmp_path / "node.pem"), "NO_PROXY": "intranet, localhost"}
    given = additions(choose(claude, env), claude, env, proxy).environment
    bundle = (tmp_path / "trusted.pem").read_text()
    assert [name in bundle for name in ("company", "node", "ours")] == [True, True, True]
    assert (tmp_path / "extra.pem").read_text().count("BEGIN") == 2
    assert given["NO_PROXY"] == "localhost,127.0.0.1,::1,intranet"
    assert left_out(env) == "Your own NO_PROXY names 1 other place; requests there were not seen."
    assert left_out({}) == ""


def test_the_systems_store_is_the_base_where_the_user_names_none() -> None:
    assert b"BEGIN CERTIFICATE" in trusted({}) or trusted({}) == b""


def test_a_key_that_is_none_is_given_only_to_who_has_none(claude: Tool) -> None:
    assert stand_in_keys(claude, {}) == {"ANTHROPIC_API_KEY": NO_KEY}
    assert stand_in_keys(claude, {"ANTHROPIC_AUTH_TOKEN": "x"}) == {}
    assert stand_in_keys(None, {}) == {}
