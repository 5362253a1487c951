"""HTTP/2 for tests, run with the inspector's own Python (which has `h2`): `serve CERTIFICATE` or `ask PROXY HOST PORT TRUSTED`.

The server says its port, then for each request the digest of its body and its headers; the client sends two requests at
once on one connection and says what came back.
"""

from __future__ import annotations

import hashlib
import json
import socket
import ssl
import sys
from typing import Any
from urllib.parse import urlsplit

import h2.config
import h2.connection
import h2.events

BODIES = {1: b'{"user":"canaryuser"}' * 10_000, 3: b"small"}


def serve(certificate: str) -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    context.set_alpn_protocols(["h2"])
    with socket.create_server(("127.0.0.1", 0)) as listener:
        print(listener.getsockname()[1], flush=True)  # noqa: T201  the test reads it
        plain, _ = listener.accept()
        with context.wrap_socket(plain, server_side=True) as connection:
            talk = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False, header_encoding="utf-8"))
            talk.initiate_connection()
            connection.sendall(talk.data_to_send())
            _answer(connection, talk)


def _answer(connection: ssl.SSLSocket, talk: Any) -> None:
    heads: dict[int, Any] = {}
    bodies: dict[int, bytes] = {}
    done = 0
    while done < 2 and (data := connection.recv(65_536)):
        for event in talk.receive_data(data):
            if isinstance(event, h2.events.RequestReceived):
                heads[event.stream_id], bodies[event.stream_id] = event.headers, b""
            elif isinstance(event, h2.events.DataReceived):
                bodies[event.stream_id] += event.data
                talk.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
            elif isinstance(event, h2.events.StreamEnded):
                done += 1
                line = {"headers": [list(pair) for pair in heads[event.stream_id]], "digest": digest(bodies[event.stream_id])}
                print(json.dumps(line), flush=True)  # noqa: T201  the test reads it
                talk.send_headers(event.stream_id, [(":status", "200"), ("x-answer", "1")])
                talk.send_data(event.stream_id, b"answer", end_stream=True)
        connection.sendall(talk.data_to_send())
    connection.recv(1)


def ask(proxy: str, host: str, port: str, trusted: str) -> None:
    parts = urlsplit(proxy)
    plain = socket.create_connection((parts.hostname or "", parts.port or 0), 20)
    plain.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}:{port}\r\n\r\n".encode())
    while not plain.recv(1, socket.MSG_PEEK):
        pass
    plain.recv(65_536)
    context = ssl.create_default_context(cafile=trusted)
    context.set_alpn_protocols(["h2", "http/1.1"])
    with context.wrap_socket(plain, server_hostname=host) as connection:
        talk = h2.connection.H2Connection(h2.config.H2Configuration(header_encoding="utf-8"))
        talk.initiate_connection()
        for stream in BODIES:
            head = [
                (":method", "POST"),
                (":scheme", "https"),
                (":authority", f"{host}:{port}"),
                (":path", f"/{stream}"),
                ("x-odd", " two  blanks".strip()),
            ]
            talk.send_headers(stream, head)
        _exchange(connection, talk)


def _exchange(connection: ssl.SSLSocket, talk: Any) -> None:
    left = dict(BODIES)
    answers: dict[int, bytes] = {}
    ended = 0
    while ended < len(BODIES):
        for stream in list(left):
            room = min(talk.local_flow_control_window(stream), talk.max_outbound_frame_size, len(left[stream]))
            if room or not left[stream]:
                piece, left[stream] = left[stream][:room], left[stream][room:]
                talk.send_data(stream, piece, end_stream=not left[stream])
                if not left[stream]:
                    del left[stream]
        connection.sendall(talk.data_to_send())
        if left and all(talk.local_flow_control_window(stream) for stream in left):
            continue
        for event in talk.receive_data(connection.recv(65_536)):
            if isinstance(event, h2.events.DataReceived):
                answers[event.stream_id] = answers.get(event.stream_id, b"") + event.data
            ended += isinstance(event, h2.events.StreamEnded)
    result = {"protocol": connection.selected_alpn_protocol(), "answers": {key: value.decode() for key, value in answers.items()}}
    print(json.dumps(result), flush=True)  # noqa: T201  the test reads it


def digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


if __name__ == "__main__":
    if sys.argv[1] == "serve":
        serve(sys.argv[2])
    else:
        ask(*sys.argv[2:])
