"""Files in which programs keep passwords of servers, and the marks by which their entries are counted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from core.model import System
from core.probes._ask import count
from core.probes._secret_kinds import assignments, has_credentials, secrets_in
from core.probes.result import Absent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from core.probes.result import Result


class TokenFile(NamedTuple):
    """One kind of file: where it lies, the marks of an entry, the variable that moves it, and how entries are counted."""

    places: Sequence[str]
    marks: Sequence[str] = ()
    variable: str = ""
    windows: Sequence[str] | None = None
    how: str = "marks"

    def places_on(self, system: System) -> Sequence[str]:
        """Return the templates of this file's places on a system."""
        return self.windows if system is System.WINDOWS and self.windows is not None else self.places


TOKEN_FILES: Final = (
    TokenFile(("~/.npmrc",), ("_authtoken=", "_auth=", "_password="), "NPM_CONFIG_USERCONFIG"),
    TokenFile(("~/.yarnrc.yml",), ("npmauthtoken:", "npmauthident:")),
    TokenFile(("~/.pypirc",), ("password",), "TWINE_CONFIG_FILE"),
    TokenFile(("~/.netrc",), ("password ",), "NETRC", ("~/_netrc", "~/.netrc")),
    TokenFile(("~/.git-credentials", "{config}/git/credentials"), how="addresses", windows=("~/.git-credentials",)),
    TokenFile(("~/.docker/config.json",), ('"auth":', '"identitytoken":')),
    TokenFile(("~/.cargo/credentials.toml", "~/.cargo/credentials"), ("token",)),
    TokenFile(("~/.m2/settings.xml",), ("<password>", "<passphrase>")),
    TokenFile(("~/.gradle/gradle.properties",), how="assignments"),
    TokenFile(("~/.gem/credentials",), (":rubygems_api_key:", "_key:")),
    TokenFile(("{config}/pip/pip.conf", "~/.pip/pip.conf"), how="addresses", windows=("{roaming}/pip/pip.ini",)),
    TokenFile(("{config}/gh/hosts.yml",), ("oauth_token:",), windows=("{roaming}/GitHub CLI/hosts.yml",)),
    TokenFile(("{config}/glab-cli/config.yml",), ("token:",)),
    TokenFile(
        ("{config}/composer/auth.json", "~/.composer/auth.json"),
        ('"password":', '"token"', "oauth"),
        windows=("{roaming}/Composer/auth.json",),
    ),
    TokenFile(("~/.nuget/NuGet/NuGet.Config",), ("cleartextpassword", 'key="password"'), windows=("{roaming}/NuGet/NuGet.Config",)),
    TokenFile(("~/.terraform.d/credentials.tfrc.json",), ('"token":',), windows=("{roaming}/terraform.d/credentials.tfrc.json",)),
    TokenFile(("~/.vault-token",), how="whole"),
    TokenFile(
        ("{cache}/huggingface/token", "~/.huggingface/token"),
        how="whole",
        variable="HF_TOKEN_PATH",
        windows=("~/.cache/huggingface/token",),
    ),
)


_NONE_KNOWN: Final = Absent("The file is there and holds no stored password of a form that Telltale knows.")


def look_for(kind: TokenFile, text: str) -> str | Result:
    """Say how many entries with a stored password a file holds."""
    number = _entries(kind, text)
    return count(number, "stored password or token", "stored passwords or tokens") if number else _NONE_KNOWN


def _entries(kind: TokenFile, text: str) -> int:
    if kind.how == "whole":
        return 1
    if kind.how == "assignments":
        return len(secrets_in(assignments(text.replace(" = ", "="))))
    lines = [line.strip() for line in text.splitlines() if not line.lstrip().startswith(("#", ";", "<!--"))]
    if kind.how == "addresses":
        return sum(1 for line in lines if has_credentials(line))
    return sum(_marks_in(line, kind.marks) for line in lines)


def _marks_in(line: str, marks: Sequence[str]) -> int:
    """Count the entries of a line that hold a value of their own, not a reference to a variable."""
    lower = line.lower().replace(" =", "=").replace("= ", "=")
    values = [rest for mark in marks for rest in lower.split(mark)[1:]]
    return sum(1 for value in values if not value.lstrip("=: \"'").startswith(("$", "%")))
