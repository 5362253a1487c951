"""Accessibility and fonts."""

from __future__ import annotations

from core.probes.result import Absent, Denied, display
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.recorded_machines import linux, macos, plist, windows

LIST = "gsettings list-recursively org.gnome.desktop.a11y.applications"
OUT = "org.gnome.desktop.a11y.applications screen-reader-enabled true\norg.gnome.desktop.a11y.applications screen-magnifier-enabled false\n"


def test_aids_are_masked_in_full_on_each_system() -> None:
    gnome = linux(files={"~/.config/dconf/user": "GVariant screen-reader-enabled"}, commands={LIST: {"out": OUT}})
    mac = macos(bytes={"~/Library/Preferences/com.apple.universalaccess.plist": plist({"reduceMotion": True, "whiteOnBlack": False})})
    pc = windows(registry={r"HKCU\Software\Microsoft\Windows NT\CurrentVersion\Accessibility": {"Configuration": "narrator"}})
    for host, aid in ((gnome, "screen-reader-enabled"), (mac, "reduceMotion"), (pc, "narrator")):
        answer = ask("accessibility", host)
        assert raws(answer.result) == [aid]
        assert aid not in display(answer.result)


def test_no_aid_switched_on_is_told_as_such() -> None:
    contrast = windows(registry={r"HKCU\Control Panel\Accessibility\HighContrast": {"Flags": "126"}})
    assert isinstance(ask("accessibility", contrast).result, Absent)
    assert isinstance(ask("accessibility", linux(commands={LIST: {"out": OUT}})).result, Absent)


def test_high_contrast_of_windows_is_a_flag() -> None:
    host = windows(registry={r"HKCU\Control Panel\Accessibility\HighContrast": {"Flags": "127"}})
    assert raws(ask("accessibility", host).result) == ["high contrast"]


def test_fonts_are_counted_per_place() -> None:
    files = {f"/usr/share/fonts/truetype/a/F{number}.ttf": "" for number in range(3)} | {
        "~/.local/share/fonts/Corporate.otf": "",
        "/usr/share/fonts/x.txt": "",
    }
    answer = ask("fonts", linux(files=files))
    assert display(answer.result) == "3 font files, 1 font file; some installed by you"
    assert "Corporate" not in "".join(raws(answer.result))


def test_a_denied_font_folder_is_its_own_result() -> None:
    answer = ask("fonts", linux(files={"/usr/share/fonts/a.ttf": ""}, denied=["/home/mia/.fonts"]))
    assert isinstance(source_of(answer, "~/.fonts"), Denied)
    assert display(answer.result).startswith("1 font file;")


def test_the_count_of_fonts_is_bounded() -> None:
    files = {f"/usr/share/fonts/d{number}/F.ttf": "" for number in range(300)}
    assert display(ask("fonts", linux(files=files)).result).startswith("at least ")


def test_windows_fonts_are_registered() -> None:
    registry = {r"HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Fonts": {"Arial": "a.ttf", "Times": "t.ttf"}}
    assert display(ask("fonts", windows(registry=registry)).result) == "2 registered fonts; none installed by you"
