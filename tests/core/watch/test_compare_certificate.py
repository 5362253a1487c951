"""The throw-away certificate of a comparison: a client that is given the authority talks to the answerer, any other refuses."""

from __future__ import annotations

import http.client
import ssl
from typing import TYPE_CHECKING

import pytest

from core.watch.answerer import Answerer
from core.watch.compare_certificate import AUTHORITY, SERVER, make

if TYPE_CHECKING:
    from pathlib import Path


def answering(folder: Path) -> Answerer:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / SERVER)
    return Answerer(tls=context)


def ask(port: int, trusted: ssl.SSLContext) -> int:
    connection = http.client.HTTPSConnection("localhost", port, timeout=10, context=trusted)
    try:
        connection.request("POST", "/v1/messages", "{}")
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def test_a_client_that_is_given_the_authority_is_answered_and_the_request_is_read(tmp_path: Path) -> None:
    make(tmp_path, ["localhost", "api.example.com"])
    assert (tmp_path / SERVER).stat().st_mode & 0o777 == 0o600
    with answering(tmp_path) as answerer:
        assert ask(answerer.port, ssl.create_default_context(cafile=str(tmp_path / AUTHORITY))) == 200
        assert [request.url for request in answerer.requests] == [f"https://localhost:{answerer.port}/v1/messages"]


def test_a_strict_client_takes_it_too(tmp_path: Path) -> None:
    make(tmp_path, ["localhost"])
    trusted = ssl.create_default_context(cafile=str(tmp_path / AUTHORITY))
    trusted.verify_flags |= ssl.VERIFY_X509_STRICT  # as Python asks for from 3.13 on
    with answering(tmp_path) as answerer:
        assert ask(answerer.port, trusted) == 200


def test_any_other_client_refuses_and_nothing_is_read(tmp_path: Path) -> None:
    make(tmp_path, ["localhost"])
    with answering(tmp_path) as answerer:
        with pytest.raises(ssl.SSLError):
            ask(answerer.port, ssl.create_default_context())
        assert not answerer.requests


def through_proxy(port: int, target: str, trusted: ssl.SSLContext | None) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    if trusted:
        connection = http.client.HTTPSConnection("127.0.0.1", port, timeout=10, context=trusted)
    host, _, number = target.partition(":")
    connection.set_tunnel(host, int(number))
    try:
        connection.request("POST", "/v1/messages", "{}")
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def test_the_answerer_stands_in_for_a_proxy_of_plain_and_encrypted_requests(tmp_path: Path) -> None:
    make(tmp_path, ["api.example.com"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / SERVER)
    trusted = ssl.create_default_context(cafile=str(tmp_path / AUTHORITY))
    with Answerer() as answerer:
        answerer.tunnels = context
        assert through_proxy(answerer.port, "gateway.example.com:8399", None) == 200
        assert through_proxy(answerer.port, "api.example.com:443", trusted) == 200
        urls = [request.url for request in answerer.requests]
    assert urls == ["http://gateway.example.com:8399/v1/messages", "https://api.example.com/v1/messages"]


def test_an_encrypted_request_without_a_certificate_is_refused_by_the_proxy(tmp_path: Path) -> None:
    make(tmp_path, ["api.example.com"])
    trusted = ssl.create_default_context(cafile=str(tmp_path / AUTHORITY))
    with Answerer() as answerer:
        with pytest.raises(OSError, match="502"):
            through_proxy(answerer.port, "api.example.com:443", trusted)
        assert not answerer.requests
