from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from core.tools.detect import detect
from core.tools.model import Channel
from tests.fakes.tools import finder, tool

if TYPE_CHECKING:
    from tests.conftest import MakeHost

NAME = "@acme/agent"
AGENT = tool("agent", finder("npm-package", names=(NAME,)), commands=("agent",))


def manifest(name: str = NAME, version: object = "1.2.3", **more: object) -> str:
    return json.dumps({"name": name, "version": version, "bin": {"agent": "bin/agent.js"}, **more})


def package(root: str, text: str | None = None) -> dict[str, str]:
    return {f"{root}/{NAME}/package.json": manifest() if text is None else text, f"{root}/{NAME}/bin/agent.js": "#!/usr/bin/env node\n"}


@pytest.mark.parametrize(
    ("root", "channel"),
    [
        ("/usr/lib/node_modules", Channel.NPM),
        ("/home/mia/.nvm/versions/node/v22.1.0/lib/node_modules", Channel.NPM),
        ("/home/mia/.volta/tools/image/packages/@acme/agent/lib/node_modules", Channel.NPM),
        ("/home/mia/.local/share/pnpm/global/5/node_modules", Channel.PNPM),
        ("/home/mia/.config/yarn/global/node_modules", Channel.YARN),
        ("/home/mia/.bun/install/global/node_modules", Channel.BUN),
    ],
)
def test_a_package_is_found_wherever_its_manager_puts_global_packages(recorded_host: MakeHost, root: str, channel: Channel) -> None:
    (found,) = detect(recorded_host(files=package(root)), [AGENT]).installations
    assert (found.version, found.channel, found.path) == ("1.2.3", channel, f"{root}/{NAME}")


@pytest.mark.parametrize(
    "tables",
    [
        {"files": {"/home/mia/.npmrc": "registry=x\nprefix = ${HOME}/packages\n"}},
        {"env": {"npm_config_prefix": "/home/mia/packages"}},
        {"env": {"PREFIX": "/home/mia/packages"}},
        {"env": {"PATH": "/usr/bin:/home/mia/packages/bin"}},
    ],
    ids=["npmrc", "npm_config_prefix", "PREFIX", "beside PATH"],
)
def test_a_prefix_of_ones_own_is_looked_into(recorded_host: MakeHost, tables: dict[str, dict[str, str]]) -> None:
    files = {**tables.get("files", {}), **package("/home/mia/packages/lib/node_modules")}
    host = recorded_host(files=files, env=tables.get("env", {}))
    assert [item.version for item in detect(host, [AGENT]).installations] == ["1.2.3"]


def test_one_copy_reached_through_two_roots_is_one_row(recorded_host: MakeHost) -> None:
    host = recorded_host(
        files=package("/usr/lib/node_modules"), links={"/usr/local/lib/node_modules": "/usr/lib/node_modules"}, env={"PATH": "/usr/bin"}
    )
    assert len(detect(host, [AGENT]).installations) == 1


def test_two_copies_are_two_rows_and_the_one_path_starts_is_marked(recorded_host: MakeHost) -> None:
    nvm = "/home/mia/.nvm/versions/node/v20.0.0"
    host = recorded_host(
        files={**package("/usr/lib/node_modules"), **package(f"{nvm}/lib/node_modules", manifest(version="1.0.0"))},
        links={
            "/usr/bin/agent": f"../lib/node_modules/{NAME}/bin/agent.js",
            f"{nvm}/bin/agent": f"../lib/node_modules/{NAME}/bin/agent.js",
        },
        modes={f"{root}/lib/node_modules/{NAME}/bin/agent.js": 0o755 for root in ("/usr", nvm)},
        env={"PATH": f"{nvm}/bin:/usr/bin"},
    )
    found = detect(host, [AGENT]).installations
    assert [(item.version, item.starts_first) for item in found] == [("1.0.0", True), ("1.2.3", False)]


@pytest.mark.parametrize("name", ["agent", "@acme/agent-cli", "@other/agent", "@acme/Agent"])
def test_a_package_that_says_it_is_another_is_not_counted(recorded_host: MakeHost, name: str) -> None:
    host = recorded_host(files=package("/usr/lib/node_modules", manifest(name=name)))
    detection = detect(host, [AGENT])
    assert detection.installations == ()
    assert detection.problems == ()


@pytest.mark.parametrize("text", ["{", "", "[1]", '"agent"', "[" * 100_000, "\x00\x01"])
def test_a_broken_package_json_is_a_row_that_says_so(recorded_host: MakeHost, text: str) -> None:
    detection = detect(recorded_host(files=package("/usr/lib/node_modules", text)), [AGENT])
    assert detection.installations == ()
    (problem,) = detection.problems
    assert problem.tool == "agent"
    assert "agent/package.json" in problem.message


@pytest.mark.parametrize("version", ["1." * 5_000, 7, None, {"a": 1}, "1.0\n\x1b[2J", "1.0 (beta)", "\u0661.\u0662"])
def test_a_version_that_is_none_is_never_shown(recorded_host: MakeHost, version: object) -> None:
    (found,) = detect(recorded_host(files=package("/usr/lib/node_modules", manifest(version=version))), [AGENT]).installations
    assert found.version == ""
    assert found.note == ("the version it states is none, so it is not shown" if version is not None else "")


def test_a_link_loop_and_a_refused_folder_cost_only_their_own_rows(recorded_host: MakeHost) -> None:
    host = recorded_host(
        files=package("/usr/lib/node_modules"),
        links={
            "/usr/local/lib/node_modules": "/usr/local/lib/node_modules/x",
            "/home/mia/n/lib/node_modules": "/home/mia/n/lib/node_modules",
        },
        denied=["/opt/homebrew/lib/node_modules"],
    )
    detection = detect(host, [AGENT])
    assert [item.version for item in detection.installations] == ["1.2.3"]
    assert any("may not be read" in item.message for item in detection.problems)


def test_windows_keeps_its_global_packages_elsewhere(recorded_host: MakeHost) -> None:
    root = "C:\\Users\\mia\\AppData\\Roaming\\npm\\node_modules"
    text = manifest()
    host = recorded_host(
        "windows",
        files={
            f"{root}\\@acme\\agent\\package.json": text,
            f"{root}\\@acme\\agent\\bin\\agent.js": "x",
            "C:\\Users\\mia\\AppData\\Roaming\\npm\\agent.cmd": '@"%~dp0\\node_modules\\@acme\\agent\\bin\\agent.js" %*',
        },
        env={"PATH": "C:\\Windows;C:\\Users\\mia\\AppData\\Roaming\\npm", "APPDATA": "C:\\Users\\mia\\AppData\\Roaming"},
    )
    (found,) = detect(host, [AGENT]).installations
    assert (found.version, found.starts_first) == ("1.2.3", True)


def test_a_program_outside_the_package_is_not_taken_for_its_own(recorded_host: MakeHost) -> None:
    text = json.dumps(
        {"name": NAME, "version": "1", "bin": {"a": "../../../../../etc/passwd", "b": 7, "c": "/etc/passwd", "d": "bin/agent.js"}}
    )
    host = recorded_host(files={**package("/usr/lib/node_modules", text), "/etc/passwd": ""})
    assert [path for path, _ in detect(host, [AGENT]).executables] == [f"/usr/lib/node_modules/{NAME}/bin/agent.js"]


def test_voltas_starter_is_followed_to_the_package(recorded_host: MakeHost) -> None:
    volta = "/home/mia/.volta"
    host = recorded_host(
        files={
            **package(f"{volta}/tools/image/packages/@acme/agent/lib/node_modules"),
            f"{volta}/bin/volta-shim": "binary",
            f"{volta}/tools/user/bins/agent.json": json.dumps({"name": "agent", "package": NAME}),
        },
        links={f"{volta}/bin/agent": "volta-shim"},
        modes={f"{volta}/bin/volta-shim": 0o755},
        env={"PATH": f"{volta}/bin"},
    )
    (found,) = detect(host, [AGENT]).installations
    assert found.starts_first


def test_pnpms_starter_script_is_followed_to_the_package(recorded_host: MakeHost) -> None:
    home = "/home/mia/.local/share/pnpm"
    script = f'#!/bin/sh\nbasedir=$(dirname "$0")\nexec node  "$basedir/global/5/node_modules/{NAME}/bin/agent.js" "$@"\n'
    host = recorded_host(
        files={**package(f"{home}/global/5/node_modules"), f"{home}/agent": script},
        modes={f"{home}/agent": 0o755},
        env={"PATH": home},
    )
    (found,) = detect(host, [AGENT]).installations
    assert found.starts_first
