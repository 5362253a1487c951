from __future__ import annotations

from core.model import Agreement
from core.probes.result import Absent, Denied, Ok, display
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.probe_runs import ask as run
from tests.fakes.probe_runs import every_text, linux, macos, windows

DCONF = {"~/.config/dconf/user": "GVariant system/ proxy/ mode"}
INTERNET = r"HKCU\Software\Microsoft\Windows\CurrentVersion\Internet Settings"
KIOSLAVERC = "[Proxy Settings][$e]\nignored=1\n[Proxy Settings]\nNoProxyFor=localhost,.corp.example\nProxyType={kind}\nProxy Config Script[$e]=http://wpad.corp.example/proxy.pac\nhttpProxy=http://proxy.corp.example 3128\n"


def gnome(mode: str) -> dict[str, object]:
    """In the form of `gsettings list-recursively org.gnome.system.proxy`, which was looked at on a real machine."""
    out = f"""org.gnome.system.proxy autoconfig-url 'http://wpad.corp.example/proxy.pac'
org.gnome.system.proxy ignore-hosts ['localhost', '10.0.0.0/8']
org.gnome.system.proxy mode '{mode}'
org.gnome.system.proxy.http authentication-password 'canary'
org.gnome.system.proxy.http host 'proxy.corp.example'
org.gnome.system.proxy.http port 3128
org.gnome.system.proxy.socks host ''
org.gnome.system.proxy.socks port 0
"""
    return {"gsettings list-recursively org.gnome.system.proxy": {"code": 0, "out": out}}


def connection_settings(flags: int, *texts: str) -> str:
    """The binary value as commonly documented: version, counter, flags, then texts after their lengths."""
    data = b"\x46\0\0\0" + b"\x05\0\0\0" + bytes([flags, 0, 0, 0])
    for text in texts:
        data += len(text).to_bytes(4, "little") + text.encode()
    return (data + bytes(32)).hex()


def test_lower_and_upper_case_are_sources_of_their_own_and_their_difference_is_said() -> None:
    reading = run("proxy-env", linux(env={"http_proxy": "http://mia:canary@a.example:3128", "HTTP_PROXY": "http://b.example:80"}))
    assert reading.agreement is Agreement.DIFFER
    assert "http_proxy and HTTP_PROXY" in reading.verdict
    assert "canary" not in every_text(reading)
    assert "mia" not in every_text(reading)


def test_a_proxy_and_its_exceptions_are_no_contradiction() -> None:
    answer = ask("proxy-env", linux(env={"http_proxy": "http://a.example:1", "no_proxy": "localhost,.corp.example"}))
    assert answer.agreement is Agreement.SEPARATE


def test_equal_pairs_agree() -> None:
    env = {"http_proxy": "http://a.example:1", "HTTP_PROXY": "http://a.example:1", "https_proxy": "http://b.example:1"}
    assert ask("proxy-env", linux(env=env)).agreement is Agreement.AGREE


def test_files_that_set_the_variables_are_compared_with_them() -> None:
    files = {
        "/etc/environment": 'http_proxy="http://old.example:1"\n',
        "/etc/profile.d/proxy.sh": "export https_proxy=$http_proxy\nexport no_proxy=localhost\n",
        "/home/mia/.config/environment.d/60.conf": "ALL_PROXY=socks5://s.example:1080\n",
    }
    answer = ask("proxy-env", linux(env={"http_proxy": "http://new.example:1"}, files=files))
    assert answer.agreement is Agreement.DIFFER
    names = {item.name for item in answer.sources if isinstance(item.result, Ok)}
    assert names == {
        "http_proxy",
        "/etc/environment http_proxy",
        "/etc/profile.d/proxy.sh no_proxy",
        "~/.config/environment.d/60.conf ALL_PROXY",
    }


def test_a_refused_start_file_is_a_row_and_hides_nothing_else() -> None:
    answer = ask("proxy-env", linux(env={"http_proxy": "http://a.example:1"}, files={"~/.bashrc": ""}, denied=["~/.bashrc"]))
    assert isinstance(source_of(answer, "~/.bashrc"), Denied)
    assert isinstance(answer.result, Ok)


def test_names_of_own_folders_do_not_become_names_of_sources() -> None:
    env = {"XDG_CONFIG_HOME": "/srv/canary/conf"}
    files = {"/srv/canary/conf/environment.d/p.conf": "http_proxy=http://a.example:1\n"}
    assert "canary" not in every_text(run("proxy-env", linux(env=env, files=files)))


def test_windows_compares_the_process_with_the_registry() -> None:
    host = windows(env={"HTTP_PROXY": "http://a.example:1"}, registry={r"HKCU\Environment": {"HTTP_PROXY": "http://b.example:1"}})
    assert ask("proxy-env", host).agreement is Agreement.DIFFER


def test_gnomes_manual_proxy_comes_without_its_password() -> None:
    reading = run("proxy-desktop", linux(files=DCONF, commands=gnome("manual")))
    assert raws(reading.result) == ["http://proxy.corp.example:3128", "localhost", "10.0.0.0/8"]
    assert "canary" not in every_text(reading)


def test_a_proxy_that_is_switched_off_is_no_value_even_if_its_address_is_still_there() -> None:
    assert isinstance(ask("proxy-desktop", linux(files=DCONF, commands=gnome("none"))).result, Absent)
    assert isinstance(ask("proxy-auto", linux(files=DCONF, commands=gnome("manual"))).result, Absent)


def test_a_script_is_named_and_only_its_mask_is_shown() -> None:
    answer = ask("proxy-auto", linux(files=DCONF, commands=gnome("auto")))
    assert raws(answer.result) == ["http://wpad.corp.example/proxy.pac"]
    assert "corp" not in display(answer.result)


def test_kde_writes_host_and_port_apart() -> None:
    host = linux(files={"~/.config/kioslaverc": KIOSLAVERC.format(kind=1)})
    assert raws(ask("proxy-desktop", host).result) == ["http://proxy.corp.example:3128", "localhost", ".corp.example"]
    assert isinstance(ask("proxy-auto", host).result, Absent)


def test_kdes_script_and_search_are_told_apart() -> None:
    script = linux(files={"~/.config/kioslaverc": KIOSLAVERC.format(kind=2)})
    assert raws(ask("proxy-auto", script).result) == ["http://wpad.corp.example/proxy.pac"]
    search = linux(files={"~/.config/kioslaverc": KIOSLAVERC.format(kind=3)})
    assert raws(ask("proxy-auto", search).result) == ["searched on the network (WPAD)"]


def test_macos_tells_proxies_that_are_switched_on() -> None:
    # in the documented form of `scutil --proxy`; not taken from a real Mac
    out = "<dictionary> {\n  ExceptionsList : <array> {\n    0 : *.local\n  }\n  HTTPEnable : 1\n  HTTPPort : 3128\n  HTTPProxy : p.example\n  SOCKSEnable : 0\n  SOCKSProxy : old.example\n  ProxyAutoConfigEnable : 1\n  ProxyAutoConfigURLString : http://wpad.example/p.pac\n}\n"
    host = macos(commands={"scutil --proxy": {"code": 0, "out": out}})
    assert raws(ask("proxy-desktop", host).result) == ["http://p.example:3128", "*.local"]
    assert raws(ask("proxy-auto", host).result) == ["http://wpad.example/p.pac"]


def test_windows_settings_of_user_policy_and_services_stay_apart() -> None:
    # value names and the binary layout as commonly documented; not taken from a real computer
    registry = {
        INTERNET: {
            "ProxyEnable": 1,
            "ProxyServer": "http=a.example:80;https=b.example:443",
            "ProxyOverride": "<local>;*.corp.example",
            "AutoConfigURL": "http://w.example/p.pac",
        },
        rf"{INTERNET}\Connections": {"DefaultConnectionSettings": {"hex": connection_settings(0x0B, "a.example:80", "", "")}},
        r"HKLM\Software\Microsoft\Windows\CurrentVersion\Internet Settings\Connections": {
            "WinHttpSettings": {"hex": connection_settings(3, "svc.example:8080", "<local>")}
        },
    }
    host = windows(registry=registry)
    desktop = ask("proxy-desktop", host)
    assert raws(source_of(desktop, "Internet Settings (user)")) == [
        "http://a.example:80",
        "https://b.example:443",
        "<local>",
        "*.corp.example",
    ]
    assert raws(source_of(desktop, "WinHTTP (machine)")) == ["svc.example:8080", "<local>"]
    auto = ask("proxy-auto", host)
    assert raws(source_of(auto, "AutoConfigURL")) == ["http://w.example/p.pac"]
    assert raws(source_of(auto, "DefaultConnectionSettings")) == ["searched on the network (WPAD)"]
