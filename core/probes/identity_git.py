"""Who git says you are, how you sign, where your code lives and who worked on it; only the working folder's repository is looked at."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import Agreement, Origin
from core.probes._ask import LARGE, NOT_SET, NOTHING_FOUND, asked, count, found, joined, quiet_text, summarised, wrap
from core.probes._gitconfig import Entry, parse
from core.probes._gitrepo import find_repository, load_config, paths_of
from core.probes._parse import people
from core.probes.registry import probe
from core.probes.result import Absent, Answer, Ok, separate_values, source
from core.redact import MaskKind, Sensitive, open_text, raw

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.host.base import Host
    from core.model import SourceReading
    from core.probes._gitrepo import GitConfig, Repository
    from core.probes.result import Result

_NAME_KEYS: Final = ("author.name", "user.name", "committer.name")
_EMAIL_KEYS: Final = ("author.email", "user.email", "committer.email")
_NAME_VARIABLES: Final = ("GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME")
_EMAIL_VARIABLES: Final = ("GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL", "EMAIL")
_LAST_STEPS: Final = 50
_TAIL: Final = 100_000
_NO_REPOSITORY: Final = Absent("The working folder is not inside a git repository.")
_USERINFO: Final = re.compile(r"^([A-Za-z][A-Za-z0-9+.-]{0,20}://)([^/@\s]*)@")
_MAILMAPS: Final = (".mailmap", "CODEOWNERS", ".github/CODEOWNERS", "docs/CODEOWNERS", "AUTHORS")


_NO_GIT_SIGNING: Final = "Git is not set up to sign here."


def _from_variables(host: Host, names: Iterable[str], kind: MaskKind) -> list[SourceReading]:
    out = []
    for name in names:
        value = host.env(name)
        result: Result = NOT_SET if value is None else found(wrap((value.strip(),), kind))
        out.append(source(name, Origin.ENVIRONMENT, result))
    return out


def _pick(config: GitConfig, part: str, keys: tuple[str, ...], kind: MaskKind) -> tuple[Sensitive, ...]:
    """Return the winning value of each key within one file."""
    last = {entry.key: entry.value for entry in config.entries if entry.part == part and entry.key in keys}
    return wrap((last[key] for key in keys if key in last), kind)


@probe("git-identity")
def git_identity(host: Host) -> Answer:
    """Ask variables and every configuration file for name and address; the result is what a commit here would carry."""
    config = load_config(host, find_repository(host))
    sources = _from_variables(host, _NAME_VARIABLES, MaskKind.FULL) + _from_variables(host, _EMAIL_VARIABLES, MaskKind.EMAIL)
    for part, (origin, problem) in reversed(config.parts.items()):
        values = _pick(config, part, _NAME_KEYS, MaskKind.FULL) + _pick(config, part, _EMAIL_KEYS, MaskKind.EMAIL)
        sources.append(source(part, origin, problem or found(values)))
    name = host.env("GIT_AUTHOR_NAME") or config.value(*_NAME_KEYS[:2])
    email = host.env("GIT_AUTHOR_EMAIL") or config.value(*_EMAIL_KEYS[:2]) or host.env("EMAIL") or ""
    used = wrap((name.strip(),), MaskKind.FULL) + wrap((email.strip(),), MaskKind.EMAIL)
    if not used:
        problem = next((item.result for item in sources if not isinstance(item.result, (Ok, Absent))), None)
        return Answer(problem or Absent("Git has no name and no e-mail address here."), tuple(sources))
    agreement, verdict = _judge(sources)
    return Answer(Ok(used), tuple(sources), agreement, verdict)


def _judge(sources: list[SourceReading]) -> tuple[Agreement, str]:
    """Compare names with names and addresses with addresses over all places that have some."""
    good = [item.result for item in sources if isinstance(item.result, Ok)]
    names = {raw(value) for result in good for value in result.values if value.kind is MaskKind.FULL}
    emails = {raw(value).lower() for result in good for value in result.values if value.kind is MaskKind.EMAIL}
    differing = [word for word, values in (("names", names), ("e-mail addresses", emails)) if len(values) > 1]
    if differing:
        return (
            Agreement.DIFFER,
            f"{count(len(good), 'place')} give different {' and '.join(differing)}; commits here carry the one shown first.",
        )
    if len(good) < 2:
        return Agreement.SINGLE, ""
    return Agreement.AGREE, f"All {len(good)} places that say something agree."


@probe("git-signing")
def git_signing(host: Host) -> Answer:
    """Ask every configuration file for the signing key's name and form; no key is read."""
    config = load_config(host, find_repository(host))
    sources = []
    for part, (origin, problem) in reversed(config.parts.items()):
        last = {entry.key: entry.value for entry in config.entries if entry.part == part}
        values = [_signing_key(last["user.signingkey"])] if last.get("user.signingkey") else []
        values += [
            open_text(f"{label} {last[key][:40]}")
            for key, label in (("gpg.format", "format"), ("commit.gpgsign", "sign commits:"))
            if last.get(key)
        ]
        sources.append(source(part, origin, problem or found(values)))
    return joined(_NO_GIT_SIGNING, sources) if sources else Answer(Absent("Git has no configuration here."))


def _signing_key(text: str) -> Sensitive:
    is_path = text.startswith(("/", "~", "./", "../")) or "\\" in text
    return Sensitive(text[:400], MaskKind.PATH if is_path else MaskKind.ID)


def without_password(address: str) -> tuple[str, bool]:
    """Return an address without the password or token written into it, and whether there was one."""
    match = _USERINFO.match(address)
    if not match:
        return address, False
    user, colon, password = match[2].partition(":")
    is_secret = bool(colon and password) or len(user) >= 20
    shown = f"{user}@" if len(user) < 20 else ""
    return (f"{match[1]}{shown}{address[match.end() :]}" if is_secret else address), is_secret


@probe("git-remotes")
def git_remotes(host: Host) -> Answer:
    """Ask the repository of the working folder for the addresses of its remotes and submodules, and the user's replacements."""
    repository = find_repository(host)
    config = load_config(host, repository)
    secrets = 0
    parts: dict[str, list[str]] = {}
    for entry in (*config.entries, *_submodules(host, repository)):
        address = _address(entry.key, entry.value)
        if address:
            shown, has_secret = without_password(address)
            secrets += has_secret
            parts.setdefault(entry.part, []).append(shown)
    sources = [
        source(part, config.parts.get(part, (Origin.PROGRAM, None))[0], found(wrap(values, MaskKind.URL))) for part, values in parts.items()
    ]
    if repository is None:
        sources.append(source("working folder", Origin.PROGRAM, _NO_REPOSITORY))
    elif not sources:
        sources.append(source(".git/config", Origin.PROGRAM, Absent("This repository has no remote.")))
    answer = separate_values((*sources, *config.problems(set(parts))))
    total = len(set().union(*parts.values())) if parts else 0
    tail = f", {secrets} with a password inside" if secrets else ""
    return summarised(answer, f"{count(total, 'address', 'addresses')}{tail}" if total > 1 or secrets else "")


def _address(key: str, value: str) -> str:
    """Return the address a setting holds, an empty text for any other setting."""
    if key.startswith(("remote.", "submodule.")) and key.endswith((".url", ".pushurl")):
        return value
    if key.startswith("url.") and key.endswith((".insteadof", ".pushinsteadof")):
        return key[4 : key.rfind(".")]
    return ""


def _submodules(host: Host, repository: Repository | None) -> list[Entry]:
    if repository is None:
        return []
    text = quiet_text(host, paths_of(host).join(repository.top, ".gitmodules"), LARGE)
    return [Entry(key, value, ".gitmodules") for key, value in parse(text).pairs]


@probe("repo-history")
def repo_history(host: Host) -> Answer:
    """Ask the newest local steps (reflog) and the lists of people in the working folder's repository; commits are not opened."""
    repository = find_repository(host)
    if repository is None:
        return Answer(_NO_REPOSITORY)
    path = paths_of(host)

    def steps() -> Result:
        text = host.read_text(path.join(repository.folder, "logs", "HEAD"), LARGE)
        return _people("\n".join(text[-_TAIL:].splitlines()[-_LAST_STEPS:]))

    sources = [asked(f"last {_LAST_STEPS} local steps (.git/logs/HEAD)", Origin.PROGRAM, steps)]
    for name in _MAILMAPS:
        file = path.join(repository.top, *name.split("/"))
        try:
            if host.exists(file):
                sources.append(asked(name, Origin.PROGRAM, partial(_people_in, host, file)))
        except HostError:
            continue
    answer = separate_values(sources)
    return summarised(answer, _history_summary(answer.result))


def _people_in(host: Host, path: str) -> Result:
    return _people(host.read_text(path))


def _people(text: str) -> Result:
    values: list[Sensitive] = []
    for person in people(text):
        values += wrap((person.name,), MaskKind.FULL) + wrap((person.email,), MaskKind.EMAIL)
    values += wrap((f"{owner}" for owner in re.findall(r"(?:^|\s)(@[A-Za-z0-9_./-]{1,80})", text)), MaskKind.FULL)
    return found(values) if values else NOTHING_FOUND


def _history_summary(result: Result) -> str:
    if not isinstance(result, Ok):
        return ""
    emails = {raw(value).lower() for value in result.values if value.kind is MaskKind.EMAIL}
    domains = {email.rpartition("@")[2] for email in emails}
    others = sum(1 for value in result.values if raw(value).startswith("@"))
    teams = f", {count(others, 'code owner')}" if others else ""
    return f"{count(len(emails), 'e-mail address', 'e-mail addresses')} in {count(len(domains), 'mail domain')}{teams}"
