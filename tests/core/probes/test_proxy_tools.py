from __future__ import annotations

from typing import Any

import pytest

from core.probes.result import Absent, Denied, Failed, Ok, display
from tests.fakes.answers import ask, raws
from tests.fakes.probe_runs import ask as run
from tests.fakes.probe_runs import every_text, linux, macos, windows

PROXY = "http://mia:canary@p.example:3128"
FILES = {
    "git": ("~/.gitconfig", f"[http]\n\tproxy = {PROXY}\n"),
    "npm": ("~/.npmrc", f"proxy={PROXY}\n//mirror.example/:_authToken=canary\n"),
    "Yarn": ("~/.yarnrc.yml", f'httpProxy: "{PROXY}"\n'),
    "pip": ("~/.config/pip/pip.conf", f"[global]\nproxy = {PROXY}\n"),
    "apt": (
        "/etc/apt/apt.conf.d/80proxy",
        f'Acquire {{\n  http {{ Proxy "{PROXY}"; }};\n}}\n// Acquire::http::Proxy "http://old.example";\n',
    ),
    "Docker": (
        "~/.docker/config.json",
        f'{{"auths": {{"r.example": {{"auth": "canary"}}}}, "proxies": {{"default": {{"httpProxy": "{PROXY}"}}}}}}',
    ),
    "Docker service": ("/etc/docker/daemon.json", f'{{"proxies": {{"http-proxy": "{PROXY}"}}}}'),
    "curl": ("~/.curlrc", f'# proxy = http://old.example\nproxy = "{PROXY}"\nproxy-user = mia:canary\n'),
    "wget": ("~/.wgetrc", f"http_proxy = {PROXY}\nproxy_password = canary\n"),
    "Gradle": (
        "~/.gradle/gradle.properties",
        "systemProp.http.proxyHost=p.example\nsystemProp.http.proxyPort=3128\nsystemProp.http.proxyPassword=canary\n",
    ),
    "Maven": (
        "~/.m2/settings.xml",
        (
            "<settings><proxies><!-- <proxy><host>old.example</host></proxy> --><proxy><active>true</active><protocol>http</protocol><username>mia</username>"
            "<password>canary</password><host>p.example</host><port>3128</port></proxy></proxies></settings>"
        ),
    ),
    "Cargo": ("~/.cargo/config.toml", f'[http]\nproxy = "{PROXY}"\n'),
    "ssh": ("~/.ssh/config", "Host *\n  ProxyCommand /usr/bin/ncat --proxy-auth mia:canary --proxy p.example:3128 %h %p\n"),
    "conda": ("~/.condarc", f"proxy_servers:\n  http: {PROXY}\n"),
    "VS Code": ("~/.config/Code/User/settings.json", f'{{\n  // office\n  "http.proxy": "{PROXY}",\n}}'),
}


@pytest.mark.parametrize("tool", FILES)
def test_each_tools_own_file_is_read_without_its_password(tool: str) -> None:
    path, text = FILES[tool]
    reading = run("proxy-tools", linux(files={path: text}))
    assert display(reading.result) == tool
    assert any("p.example:3128" in value for value in raws(reading.result))
    assert "old.example" not in every_text(reading)
    assert "canary" not in every_text(reading)
    assert "mia:" not in every_text(reading)


def test_all_tools_together_are_listed_by_name() -> None:
    reading = run("proxy-tools", linux(files=dict(FILES.values())))
    assert set(display(reading.result).split(", ")) == set(FILES)


def test_the_same_files_are_found_on_macos_and_windows() -> None:
    settings = '{"http.proxy": "http://p.example:1"}'
    mac = macos(files={"~/Library/Application Support/Code/User/settings.json": settings, "~/.npmrc": "https-proxy=http://q.example:2"})
    assert raws(ask("proxy-tools", mac).result) == ["http://q.example:2", "http://p.example:1"]
    pc = windows(files={r"C:\Users\mia\AppData\Roaming\pip\pip.ini": "[global]\nproxy=http://p.example:1\n"})
    assert raws(ask("proxy-tools", pc).result) == ["http://p.example:1"]


@pytest.mark.parametrize("tool", [tool for tool in FILES if tool != "git"])
def test_a_broken_file_of_one_tool_costs_only_its_row(tool: str) -> None:
    path = FILES[tool][0]
    broken: tuple[dict[str, Any], ...] = (
        {"denied": [path]},
        {"kinds": {path: "fifo"}},
        {"files": {path: "\x00\x1b[31m{<" * 50}},
        {"files": {path: "canary" * 1_000_000}},
    )
    for tables in broken:
        files = {
            **tables.get("files", {}),
            "~/.curlrc" if tool != "curl" else "~/.wgetrc": "proxy = http://ok.example:1\nhttp_proxy = http://ok.example:1\n",
        }
        reading = run("proxy-tools", linux(**{**tables, "files": files}))
        assert raws(reading.result) == ["http://ok.example:1"]
        assert "canary" not in every_text(reading)


def test_a_refused_and_a_huge_file_are_told_apart() -> None:
    answer = ask("proxy-tools", linux(files={"~/.npmrc": "", "~/.curlrc": "x" * (5 << 20)}, denied=["~/.npmrc"]))
    kinds = {item.name: type(item.result) for item in answer.sources}
    assert kinds["npm (~/.npmrc)"] is Denied
    assert kinds["curl (~/.curlrc)"] is Failed
    assert Ok not in kinds.values()


def test_projects_and_chosen_folders_are_not_named() -> None:
    host = linux(
        cwd="/home/mia/canary",
        env={"CARGO_HOME": "/srv/canary"},
        files={"/home/mia/canary/.npmrc": "proxy=http://a.example:1", "/srv/canary/config.toml": '[http]\nproxy="http://b.example:1"'},
    )
    reading = run("proxy-tools", host)
    assert len(raws(reading.result)) == 2
    assert "canary" not in every_text(reading)


def test_without_settings_every_tool_says_so() -> None:
    answer = ask("proxy-tools", linux())
    assert isinstance(answer.result, Absent)
    assert {item.name for item in answer.sources} == set(FILES)


@pytest.mark.parametrize("tool", ["Docker", "Docker service", "Cargo", "VS Code"])
def test_a_document_that_is_broken_as_a_whole_is_not_called_empty(tool: str) -> None:
    path = FILES[tool][0]
    answer = ask("proxy-tools", linux(files={path: "{ canary ["}))
    (row,) = [item.result for item in answer.sources if path in item.name]
    assert isinstance(row, Failed)
    assert "canary" not in row.reason


def test_a_git_file_that_cannot_be_read_is_a_row() -> None:
    answer = ask("proxy-tools", linux(files={"~/.gitconfig": ""}, denied=["~/.gitconfig"]))
    assert Denied in {type(item.result) for item in answer.sources}


def test_in_the_home_folder_no_file_is_asked_twice() -> None:
    answer = ask("proxy-tools", linux(cwd="/home/mia", files={"~/.npmrc": "proxy=http://a.example:1"}))
    assert len([item for item in answer.sources if item.name.startswith("npm")]) == 1
