from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.host.recorded import RecordedHost
from core.tools.detect import detect
from core.tools.finders.python import spelling
from core.tools.model import Channel
from tests.fakes.tools import finder, tool

if TYPE_CHECKING:
    from tests.conftest import MakeHost

HELPER = tool("helper", finder("python-package", names=("Helper_Chat",)), commands=("helper",))
METADATA = "Metadata-Version: 2.4\nName: helper-chat\nVersion: 0.86.1\nSummary: x\n\nName: other\nVersion: 9\n"
RECORD = "../../../bin/helper,sha256=x,1\nhelper/__init__.py,,\n"


def distribution(packages: str, metadata: str = METADATA) -> dict[str, str]:
    info = f"{packages}/helper_chat-0.86.1.dist-info"
    return {f"{info}/METADATA": metadata, f"{info}/RECORD": RECORD}


@pytest.mark.parametrize(
    ("packages", "channel", "place"),
    [
        (
            "/home/mia/.local/share/pipx/venvs/helper-chat/lib/python3.12/site-packages",
            Channel.PIPX,
            "/home/mia/.local/share/pipx/venvs/helper-chat",
        ),
        (
            "/home/mia/.local/share/uv/tools/helper-chat/lib/python3.12/site-packages",
            Channel.UV,
            "/home/mia/.local/share/uv/tools/helper-chat",
        ),
        ("/home/mia/.local/lib/python3.11/site-packages", Channel.PIP, "/home/mia/.local/lib/python3.11/site-packages"),
        ("/usr/lib/python3/dist-packages", Channel.PIP, "/usr/lib/python3/dist-packages"),
        (
            "/home/mia/miniconda3/envs/ai/lib/python3.12/site-packages",
            Channel.PIP,
            "/home/mia/miniconda3/envs/ai/lib/python3.12/site-packages",
        ),
    ],
)
def test_a_distribution_is_found_by_its_own_metadata(recorded_host: MakeHost, packages: str, channel: Channel, place: str) -> None:
    (found,) = detect(recorded_host(files=distribution(packages)), [HELPER]).installations
    assert (found.version, found.channel, found.path) == ("0.86.1", channel, place)


def test_the_command_of_a_pipx_tool_is_recognised_on_path(recorded_host: MakeHost) -> None:
    venv = "/home/mia/.local/share/pipx/venvs/helper-chat"
    host = recorded_host(
        files={**distribution(f"{venv}/lib/python3.12/site-packages"), f"{venv}/bin/helper": "#!/x/python\n"},
        links={"/home/mia/.local/bin/helper": f"{venv}/bin/helper"},
        modes={f"{venv}/bin/helper": 0o755},
        env={"PATH": "/home/mia/.local/bin"},
    )
    detection = detect(host, [HELPER])
    assert [item.starts_first for item in detection.installations] == [True]
    assert [path for path, _ in detection.executables] == [f"{venv}/bin/helper"]


@pytest.mark.parametrize("metadata", ["Name: helper\nVersion: 1\n", "Name: helper-chat-extras\nVersion: 1\n"])
def test_a_distribution_with_another_name_inside_is_not_counted(recorded_host: MakeHost, metadata: str) -> None:
    assert detect(recorded_host(files=distribution("/usr/lib/python3/dist-packages", metadata)), [HELPER]).installations == ()


@pytest.mark.parametrize("metadata", ["", "\n\nName: helper-chat\n", "\x00" * 50])
def test_metadata_without_a_name_is_a_row_that_says_so(recorded_host: MakeHost, metadata: str) -> None:
    detection = detect(recorded_host(files=distribution("/usr/lib/python3/dist-packages", metadata)), [HELPER])
    assert detection.installations == ()
    assert "states no name" in detection.problems[0].message


def test_variables_move_the_environments(recorded_host: MakeHost) -> None:
    files = distribution("/srv/pipx/venvs/x/lib/python3.12/site-packages")
    (found,) = detect(recorded_host(files=files, env={"PIPX_HOME": "/srv/pipx"}), [HELPER]).installations
    assert found.channel is Channel.PIPX


def test_windows_keeps_its_distributions_elsewhere(recorded_host: MakeHost) -> None:
    info = "C:\\Users\\mia\\AppData\\Roaming\\uv\\tools\\helper-chat\\Lib\\site-packages\\helper_chat-0.86.1.dist-info"
    (found,) = detect(recorded_host("windows", files={f"{info}\\METADATA": METADATA}), [HELPER]).installations
    assert (found.channel, found.path) == (Channel.UV, "C:\\Users\\mia\\AppData\\Roaming\\uv\\tools\\helper-chat")


@given(st.text(alphabet="aB-_.9", min_size=1, max_size=20))
def test_spelling_is_stable(name: str) -> None:
    assert spelling(spelling(name)) == spelling(name)


@given(st.binary(max_size=200))
def test_no_metadata_breaks_the_detection(data: bytes) -> None:
    info = "/usr/lib/python3/dist-packages/helper_chat-1.dist-info"
    host = RecordedHost({"system": "linux", "home": "/home/mia", "files": {f"{info}/METADATA": data.decode("latin-1")}}, "test")
    assert len(detect(host, [HELPER]).installations) <= 1
