from __future__ import annotations

import pytest

from core.probes.result import Absent, display
from tests.fakes.answers import ask, raws
from tests.fakes.probe_runs import ask as run
from tests.fakes.probe_runs import every_text, linux, windows

MIRROR = "https://mia:canary@m.example/simple"
KEPT = "https://credentials-removed@m.example/simple"
FILES = {
    "pip": ("~/.config/pip/pip.conf", f"[global]\nindex-url =\n    {MIRROR}\n"),
    "uv": ("~/.config/uv/uv.toml", f'[[index]]\nurl = "{MIRROR}"\n'),
    "npm": ("~/.npmrc", f"@work:registry={MIRROR}\n//m.example/:_authToken=canary\n"),
    "Yarn": ("~/.yarnrc.yml", f"npmScopes:\n  work:\n    npmRegistryServer: {MIRROR}\n    npmAuthToken: canary\n"),
    "Go": ("~/.config/go/env", f"GOPROXY={MIRROR},direct\n"),
    "Cargo": ("~/.cargo/config.toml", f'[source.work]\nregistry = "sparse+{MIRROR}"\n'),
    "Maven": (
        "~/.m2/settings.xml",
        f"<mirrors><mirror><url>{MIRROR}</url></mirror></mirrors><servers><server><password>canary</password></server></servers>",
    ),
    "Gradle": ("~/.gradle/init.gradle", f'maven {{ url "{MIRROR}" }}\n'),
    "conda": ("~/.condarc", f"channels:\n  - {MIRROR}\n  - defaults\n"),
    "Docker": ("/etc/docker/daemon.json", f'{{"registry-mirrors": ["{MIRROR}"]}}'),
}


@pytest.mark.parametrize("tool", FILES)
def test_each_tools_mirror_is_found_without_its_credentials(tool: str) -> None:
    path, text = FILES[tool]
    reading = run("package-mirrors", linux(files={path: text}))
    assert display(reading.result) == tool
    assert raws(reading.result) == [KEPT]
    assert "canary" not in every_text(reading)


def test_both_notations_of_apt_are_read() -> None:
    files = {
        "/etc/apt/sources.list": "# deb http://old.example/ x main\ndeb [arch=amd64] http://a.example/debian x main\n",
        "/etc/apt/sources.list.d/b.sources": "Types: deb\nURIs: http://b.example/debian\n",
    }
    assert raws(ask("package-mirrors", linux(files=files)).result) == ["http://a.example", "http://b.example"]


def test_variables_name_mirrors_too() -> None:
    env = {
        "PIP_INDEX_URL": MIRROR,
        "UV_INDEX": f"work={MIRROR}",
        "GOPRIVATE": "git.corp.example,*.corp.example",
        "HF_ENDPOINT": "https://hf.example",
    }
    reading = run("package-mirrors", linux(env=env))
    assert display(reading.result) == "pip, uv, Go, Hugging Face"
    assert "canary" not in every_text(reading)


def test_the_mirror_that_maven_ships_to_block_plain_http_says_nothing() -> None:
    text = "<mirror><id>blocker</id><url>http://0.0.0.0/</url><blocked>true</blocked></mirror>"
    assert isinstance(ask("package-mirrors", linux(files={"/etc/maven/settings.xml": text})).result, Absent)


def test_windows_keeps_pips_settings_in_the_roaming_folder() -> None:
    host = windows(files={r"C:\Users\mia\AppData\Roaming\pip\pip.ini": "[global]\nindex-url=https://m.example/simple\n"})
    assert raws(ask("package-mirrors", host).result) == ["https://m.example/simple"]
