from __future__ import annotations

from core.probes.result import Absent
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.probe_runs import linux, macos, windows

# output in gsettings' GVariant text form
GNOME = {"gsettings get org.gnome.desktop.input-sources sources": {"code": 0, "out": "[('xkb', 'de+nodeadkeys'), ('ibus', 'libpinyin')]\n"}}
DCONF = {"~/.config/dconf/user": "GVariant sources"}
# `defaults read` prints lists of dictionaries like this (documented form, not taken from a real Mac)
HITOOLBOX = """(
        {
        InputSourceKind = "Keyboard Layout";
        "KeyboardLayout ID" = 3;
        "KeyboardLayout Name" = German;
    },
        {
        "Bundle ID" = "com.apple.inputmethod.SCIM";
        "Input Mode" = "com.apple.inputmethod.SCIM.ITABC";
        InputSourceKind = "Input Mode";
    }
)
"""


def test_layouts_of_desktop_console_and_x_server_are_shown_apart() -> None:
    files = {
        **DCONF,
        "~/.config/kxkbrc": "[Layout]\nLayoutList=de,us\n",
        "/etc/default/keyboard": 'XKBMODEL="pc105"\nXKBLAYOUT="us"\n',
        "/etc/vconsole.conf": "KEYMAP=de-latin1\n",
        "/etc/X11/xorg.conf.d/00-keyboard.conf": 'Section "InputClass"\n  Option "XkbLayout" "fr"\nEndSection\n',
    }
    commands = {**GNOME, "setxkbmap -query": {"code": 0, "out": "rules:      evdev\nlayout:     de,ru\n"}}
    answer = ask("keyboard-layouts", linux(env={"DISPLAY": ":0"}, files=files, commands=commands))
    expected = [["de+nodeadkeys"], ["de", "us"], ["us"], ["de-latin1"], ["fr"], [], ["de", "ru"]]
    assert [raws(item.result) for item in answer.sources] == expected


def test_the_x_server_is_not_asked_without_a_display() -> None:
    answer = ask("keyboard-layouts", linux(commands={"setxkbmap -query": {"code": 0, "out": "layout: de\n"}}))
    assert isinstance(answer.result, Absent)


def test_input_methods_are_told_by_variables_settings_and_programs() -> None:
    profile = "[Groups/0]\nName=Default\n[Groups/0/Items/0]\nName=keyboard-us\n[Groups/0/Items/1]\nName=pinyin\n"
    host = linux(
        env={"GTK_IM_MODULE": "fcitx", "XMODIFIERS": "@im=fcitx"},
        files={**DCONF, "~/.config/fcitx5/profile": profile},
        commands=GNOME,
        processes=[{"pid": 7, "ppid": 1, "name": "fcitx5"}, {"pid": 8, "ppid": 1, "name": "bash"}],
    )
    answer = ask("input-methods", host)
    assert raws(source_of(answer, "GTK_IM_MODULE")) == ["fcitx"]
    assert raws(source_of(answer, "GNOME input-sources sources")) == ["libpinyin"]
    assert raws(source_of(answer, "~/.config/fcitx5/profile")) == ["pinyin"]
    assert raws(source_of(answer, "running programs")) == ["fcitx5"]


def test_the_list_of_programs_is_left_alone_where_no_input_method_is_set_up() -> None:
    answer = ask("input-methods", linux(processes=[{"pid": 7, "ppid": 1, "name": "ibus-daemon"}]))
    assert isinstance(source_of(answer, "running programs"), Absent)


def test_macos_layouts_and_methods_are_told_apart() -> None:
    host = macos(commands={"defaults read com.apple.HIToolbox AppleEnabledInputSources": {"code": 0, "out": HITOOLBOX}})
    assert raws(ask("keyboard-layouts", host).result) == ["German"]
    assert raws(ask("input-methods", host).result) == ["com.apple.inputmethod.SCIM.ITABC"]


def test_windows_layout_codes_become_languages() -> None:
    # codes as Microsoft lists them; E0... marks an input method of the old kind
    registry = {
        r"HKCU\Keyboard Layout\Preload": {"1": "00000407", "2": "e0010804", "3": "0000ffee"},
        r"HKCU\Software\Microsoft\CTF\TIP\{81D4E9C9-1D3B-41BC-9E6C-4B40BF79E35E}\LanguageProfile\0x00000804\{0}": {"Enable": 1},
    }
    host = windows(registry=registry)
    assert raws(ask("keyboard-layouts", host).result) == ["de-DE (00000407)", "zh-CN (e0010804)", "0000ffee"]
    assert raws(source_of(ask("input-methods", host), "Keyboard Layout Preload")) == ["zh-CN (e0010804)"]
    assert raws(source_of(ask("input-methods", host), "text services")) == ["zh-CN"]
