from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from core.tools.detect import detect
from core.tools.model import Channel
from tests.fakes.tools import finder, tool

if TYPE_CHECKING:
    from tests.conftest import MakeHost

RUNNER = tool("runner", finder("local-port", port=("11434",)), process={"exe": ("/llama-runner$",)})
SOCKET = {"kind": "tcp", "local": "127.0.0.1:11434", "state": "LISTEN", "pid": 7}
PROCESS = {"pid": 7, "ppid": 1, "name": "x", "exe": "/opt/0.4.1/llama-runner"}


def test_the_program_behind_a_port_is_named_by_its_file(recorded_host: MakeHost) -> None:
    (found,) = detect(recorded_host(connections=[SOCKET], processes=[PROCESS]), [RUNNER]).installations
    assert (found.path, found.version, found.channel, found.note) == (PROCESS["exe"], "0.4.1", Channel.PORT, "listens on 127.0.0.1:11434")


@pytest.mark.parametrize(
    "socket", [{**SOCKET, "local": "127.0.0.1:1143"}, {**SOCKET, "state": "ESTABLISHED"}, {**SOCKET, "kind": "udp", "state": ""}]
)
def test_other_sockets_say_nothing(recorded_host: MakeHost, socket: dict[str, Any]) -> None:
    detection = detect(recorded_host(connections=[socket], processes=[PROCESS]), [RUNNER])
    assert (detection.installations, detection.problems) == ((), ())


def test_another_program_on_the_port_is_not_the_tool(recorded_host: MakeHost) -> None:
    host = recorded_host(connections=[SOCKET], processes=[{**PROCESS, "exe": "/usr/bin/python3"}])
    assert detect(host, [RUNNER]).installations == ()


def test_a_listener_of_an_unknown_program_is_said_but_not_counted(recorded_host: MakeHost) -> None:
    detection = detect(recorded_host(connections=[{**SOCKET, "pid": 0}], processes=[PROCESS]), [RUNNER])
    assert detection.installations == ()
    assert "port 11434" in detection.problems[0].message
