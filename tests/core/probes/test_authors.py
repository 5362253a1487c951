from __future__ import annotations

import pytest

import core.probes.authors  # noqa: F401  registers its probes
from core.model import Agreement
from core.probes.result import Absent, Unsupported, display
from tests.fakes.looking import look, values

PREFS = 'user_pref("mail.identity.id1.useremail", "mia@example.org");\nuser_pref("mail.identity.id2.useremail", "m@corp.example");\n'


def test_author_names_come_from_variables_and_each_tools_own_file() -> None:
    reading = look(
        "author-names",
        env={"DEBEMAIL": "mia@example.org", "HGUSER": "Mia <mia@example.org>"},
        files={
            "/home/mia/.npmrc": "init-author-name=Mia Example\n//registry.example/:_authToken=zzz\n",
            "/home/mia/.config/jj/config.toml": '[user]\nname = "Mia Example"\nemail = "mia@jj.example"\n[ui]\neditor = "vi"\n',
            "/home/mia/.hgrc": "[ui]\nusername = Mia E <mia@hg.example>\n[auth]\nx.password = secret\n",
        },
    )

    assert values(reading) == ["mia@example.org", "Mia <mia@example.org>", "Mia Example", "Mia E <mia@hg.example>", "mia@jj.example"]
    assert reading.agreement is Agreement.SEPARATE


def test_author_names_are_masked_and_secrets_beside_them_are_not_taken() -> None:
    reading = look("author-names", files={"/home/mia/.npmrc": "init-author-email=mia@example.org\n//registry.example/:_authToken=zzz\n"})

    assert "mia" not in display(reading.result)
    assert "zzz" not in values(reading)


def test_windows_has_its_own_places_for_author_names() -> None:
    reading = look(
        "author-names", system="windows", home="C:\\Users\\mia", files={"C:\\Users\\mia\\mercurial.ini": "[ui]\nusername = Mia\n"}
    )

    assert values(reading) == ["Mia"]


def test_without_any_author_the_answer_is_absent() -> None:
    assert isinstance(look("author-names").result, Absent)


def test_mail_addresses_come_from_the_profiles_that_are_named() -> None:
    reading = look(
        "mail-accounts",
        files={
            "/home/mia/.thunderbird/profiles.ini": "[Profile0]\nIsRelative=1\nPath=ab12.default\n[Profile1]\nPath=/srv/mail/p2\n",
            "/home/mia/.thunderbird/ab12.default/prefs.js": PREFS,
            "/srv/mail/p2/prefs.js": PREFS.replace("corp", "club"),
        },
    )

    assert values(reading) == ["mia@example.org", "m@corp.example", "m@club.example"]
    assert display(reading.result) == "3 addresses"


@pytest.mark.parametrize(
    ("system", "folder"), [("macos", "/Users/mia/Library/Thunderbird"), ("windows", "C:\\Users\\mia\\AppData\\Roaming\\Thunderbird")]
)
def test_mail_addresses_are_found_on_the_other_systems(system: str, folder: str) -> None:
    slash = "\\" if system == "windows" else "/"
    home = folder.split(f"{slash}Library", maxsplit=1)[0].split(f"{slash}AppData", maxsplit=1)[0]
    files = {
        f"{folder}{slash}profiles.ini": "[Profile0]\nPath=Profiles/ab.default\n",
        f"{folder}{slash}Profiles{slash}ab.default{slash}prefs.js": PREFS,
    }

    assert values(look("mail-accounts", system=system, home=home, files=files)) == ["mia@example.org", "m@corp.example"]


def test_evolution_identities_are_found_and_other_sources_skipped() -> None:
    reading = look(
        "mail-accounts",
        files={
            "/home/mia/.config/evolution/sources/a.source": "[Mail Identity]\nName=Mia\nAddress=mia@example.net\n",
            "/home/mia/.config/evolution/sources/b.source": "[Calendar]\nAddress=nobody@example.net\n",
        },
    )

    assert values(reading) == ["mia@example.net"]


def test_an_unknown_system_answer_is_never_a_value() -> None:
    reading = look("container-socket", system="windows", home="C:\\Users\\mia")

    assert isinstance(reading.result, Unsupported)
