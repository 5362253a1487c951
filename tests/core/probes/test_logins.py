from __future__ import annotations

import pytest

from core.probes.logins import server_of
from core.probes.result import Absent, Failed, Ok, display
from tests.fakes.looking import look, values

DOCKER = '{"auths": {"https://images.corp.example/v1/": {"auth": "c2VjcmV0"}}, "credHelpers": {"eu.images.example": "helper"}}'


def test_servers_are_named_and_tokens_are_not() -> None:
    reading = look(
        "registry-logins",
        files={
            "/home/mia/.docker/config.json": DOCKER,
            "/home/mia/.npmrc": "@corp:registry=https://npm.corp.example/path\n//npm.corp.example/:_authToken=tok3n\n",
            "/home/mia/.pypirc": "[distutils]\nindex-servers = own\n[own]\nrepository = https://pip.corp.example/\npassword = s3cret\n",
        },
    )

    assert values(reading) == ["images.corp.example", "eu.images.example", "npm.corp.example", "pip.corp.example"]
    assert "corp" not in display(reading.result)


def test_a_variable_can_point_to_the_file() -> None:
    reading = look("registry-logins", env={"DOCKER_CONFIG": "/srv/d"}, files={"/srv/d/config.json": DOCKER})

    assert values(reading) == ["images.corp.example", "eu.images.example"]


@pytest.mark.parametrize("text", ["5", "[]", "not json", '{"auths": 5}', '{"auths": {"http://[": {}}}'])
def test_a_strange_file_gives_no_server_and_no_crash(text: str) -> None:
    reading = look("registry-logins", files={"/home/mia/.docker/config.json": text})

    assert isinstance(reading.result, Absent | Failed)
    assert "stopped" not in getattr(reading.result, "reason", "")


def test_a_server_is_taken_out_of_any_address() -> None:
    assert server_of("https://user:pw@a.example:5000/x") == "a.example"
    assert server_of("a.example:5000/x") == "a.example"
    assert server_of("") == ""


def test_the_door_to_containers_is_reported_without_opening_it() -> None:
    reading = look("container-socket", env={"DOCKER_HOST": "tcp://build.corp.example:2375"})

    assert isinstance(reading.result, Ok)
    assert display(reading.result) == "1 door"
    assert "corp" not in str(reading.sources)


def test_without_a_door_the_answer_is_absent() -> None:
    assert isinstance(look("container-socket", account={"uid": 1000, "gid": 1000, "name": "mia"}).result, Absent)
