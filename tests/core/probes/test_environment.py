from __future__ import annotations

from core.model import Agreement
from core.probes.result import Absent, Ok
from core.redact import raw
from tests.fakes.probe_runs import ask, every_text, linux, macos, shown, summary, windows


def test_everyday_names_are_open_and_own_names_masked() -> None:
    reading = ask("env-names", linux(env={"HOME": "/home/mia", "ACME_CORP_MODE": "x", "LC_TIME": "C", "GH_TOKEN": "t"}))
    assert summary(reading) == "4 variables, 2 beyond the everyday ones"
    assert isinstance(reading.result, Ok)
    masked = {value.masked for value in reading.result.values}
    assert masked >= {"HOME", "LC_TIME", "GH_TOKEN"}
    assert not any("ACME" in text for text in masked)


def test_names_set_for_later_sessions_are_a_source_of_their_own() -> None:
    host = linux(
        env={"HOME": "/home/mia"}, files={"/etc/environment": 'PATH="/usr/bin"\n', "~/.config/environment.d/50-x.conf": "A=1\nB=2\n"}
    )
    reading = ask("env-names", host)
    assert shown(reading) == {
        "environment": "1 variable, 0 beyond the everyday ones",
        "/etc/environment": "1 variable, 0 beyond the everyday ones",
        "~/.config/environment.d": "2 variables, 2 beyond the everyday ones",
    }


def test_secrets_are_kept_apart_by_where_they_lie() -> None:
    host = linux(
        env={"OPENAI_API_KEY": "sk-proj-" + "a" * 50, "EDITOR": "vi"},
        files={"~/.bashrc": "alias l=ls\nexport ACME_TOKEN=abcdefghijklmnop\nexport X_TOKEN=$(pass show x)\n", "~/.zshrc": "PS1=x\n"},
    )
    reading = ask("env-secrets", host)
    assert summary(reading) == "2 found"
    assert reading.agreement is Agreement.SEPARATE
    assert shown(reading)["environment"] == "1 secret"
    assert shown(reading)["~/.bashrc"] == "1 secret"
    assert shown(reading)["~/.zshrc"] == "absent"
    assert isinstance(reading.result, Ok)
    assert [raw(value) for value in reading.result.values] == ["OPENAI_API_KEY: OpenAI key, long", "*_TOKEN: token, medium"]


def test_a_start_file_that_is_a_pipe_or_refused_costs_its_own_source_only() -> None:
    host = linux(env={"GH_TOKEN": "ghp_" + "b" * 30}, kinds={"~/.profile": "fifo"}, files={"~/.bashrc": "A=b"}, denied=["~/.bashrc"])
    reading = ask("env-secrets", host)
    assert summary(reading) == "1 found"
    assert (shown(reading)["~/.profile"], shown(reading)["~/.bashrc"]) == ("failed", "denied")


def test_the_windows_registry_is_searched_for_names_and_secrets() -> None:
    # Written from the documented form: values of HKCU\Environment are the variables of the account.
    host = windows(env={"Path": "C:\\Windows"}, registry={"HKCU\\Environment": {"ACME_SECRET": "abcdefghijklmnopq", "TEMP": "C:\\Temp"}})
    assert shown(ask("env-secrets", host))["HKCU\\Environment"] == "1 secret"
    assert shown(ask("env-names", host))["HKCU\\Environment"] == "2 variables, 1 beyond the everyday ones"


def test_markers_of_automation_and_assistants_are_named_without_their_values() -> None:
    host = linux(env={"CI": "true", "GITHUB_ACTIONS": "1", "CLAUDECODE": "1", "CODEX_THREAD_ID": "0190-canary-thread"})
    assert shown(ask("ci-markers", host)) == {"CI": "on", "GITHUB_ACTIONS": "on"}
    agents = ask("agent-markers", host)
    assert shown(agents) == {"CLAUDECODE": "on", "CODEX_THREAD_ID": "set"}
    assert summary(agents) == "2 markers"
    assert "canary" not in every_text(agents)


def test_switches_against_telemetry_tell_how_they_stand() -> None:
    reading = ask(
        "opt-out-flags", macos(env={"DO_NOT_TRACK": "1", "SAM_CLI_TELEMETRY": "0", "GOTELEMETRY": "local", "DISABLE_TELEMETRY": " "})
    )
    assert shown(reading) == {"DO_NOT_TRACK": "on", "DISABLE_TELEMETRY": "absent", "SAM_CLI_TELEMETRY": "off", "GOTELEMETRY": "set"}


def test_no_marker_is_an_answer_too() -> None:
    for name in ("ci-markers", "agent-markers", "opt-out-flags", "otel-env", "runtime-injection"):
        assert isinstance(ask(name, linux()).result, Absent)


def test_telemetry_addresses_lose_their_password_and_headers_are_only_counted() -> None:
    env = {
        "OTEL_EXPORTER_OTLP_ENDPOINT": "https://mia:canary-password@collect.example.test:4318/v1",
        "OTEL_EXPORTER_OTLP_HEADERS": "authorization=Bearer canary-header,x=canary-two",
        "OTEL_RESOURCE_ATTRIBUTES": "user=canary-user",
        "OTEL_TRACES_EXPORTER": "otlp",
        "OTEL_ODD": "canary-odd",
    }
    reading = ask("otel-env", linux(env=env))
    assert shown(reading)["OTEL_EXPORTER_OTLP_HEADERS"] == "2 entries"
    assert shown(reading)["OTEL_TRACES_EXPORTER"] == "otlp"
    assert summary(reading) == "5 settings"
    assert "canary" not in every_text(reading)
    assert "collect" not in repr(reading)


def test_injected_code_is_counted_per_variable_and_system_file() -> None:
    host = linux(
        env={"LD_PRELOAD": "/x/a.so /x/b.so", "NODE_OPTIONS": "--require=/home/mia/canary.js"}, files={"/etc/ld.so.preload": "/lib/c.so\n"}
    )
    reading = ask("runtime-injection", host)
    assert shown(reading) == {"LD_PRELOAD": "2 entries", "NODE_OPTIONS": "1 entry", "/etc/ld.so.preload": "1 entry"}
    assert "canary" not in every_text(reading)


def test_each_system_has_its_own_ways_to_inject_code() -> None:
    assert shown(ask("runtime-injection", macos(env={"DYLD_INSERT_LIBRARIES": "/x.dylib", "LD_PRELOAD": "/x"}))) == {
        "DYLD_INSERT_LIBRARIES": "1 entry"
    }
    key = "HKLM\\SOFTWARE\\Microsoft\\Windows NT\\CurrentVersion\\Windows"
    reading = ask("runtime-injection", windows(env={"COR_PROFILER": "{x}"}, registry={key: {"AppInit_DLLs": ""}}))
    assert shown(reading) == {"COR_PROFILER": "1 entry", f"{key}\\AppInit_DLLs": "absent"}
