"""The self-test: invented values nobody else has are planted in a recorded machine and searched in everything that comes out."""

from __future__ import annotations

import copy
import io
import json
import logging
import pickle
import secrets
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from core import paths
from core.engine import scan_once
from core.errors import RevealRefusedError
from core.host.real import RealHost
from core.host.recorded import RecordedHost
from core.log import ValueFreeFormatter
from core.probes.result import Ok
from core.redact import MaskKind, RevealGate, Sensitive
from core.report.scan import scan_document
from core.selfaudit import SelfAudit, network_connections

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from core.catalogue import Catalogue
    from core.model import Reading

    Text = Callable[[tuple[Reading, ...], Catalogue, RecordedHost], Iterable[str]]


@dataclass(frozen=True, slots=True)
class Outcome:
    """One check of the self-test: what was tried, whether it held, and how much was looked at (never a value)."""

    name: str
    passed: bool
    detail: str


def canary(kind: str) -> str:
    """Return an invented word that appears nowhere else."""
    return f"zq{kind}{secrets.token_hex(5)}"


def canary_machine() -> tuple[RecordedHost, tuple[str, ...]]:
    """Return a recorded machine full of planted values, and those values; none of them may ever be shown."""
    words = {
        kind: canary(kind)
        for kind in "user name mail domain node proxyuser proxyword proxyhost token key city remote host comment mac org".split()
    }
    return RecordedHost(_machine(words), "self-test"), tuple(words.values())


def _machine(word: dict[str, str]) -> dict[str, Any]:
    home = f"/home/{word['user']}"
    proxy = f"http://{word['proxyuser']}:{word['proxyword']}@{word['proxyhost']}.example:3128"
    key = f"sk-{word['key']}{word['key']}"
    return {
        "system": "linux",
        "eyes": "self-test machine",
        "home": home,
        "cwd": f"{home}/work",
        "env": {
            "TZ": f"Europe/{word['city'].capitalize()}",
            "USER": word["user"],
            "LOGNAME": word["user"],
            "HOME": home,
            "HOSTNAME": word["node"],
            "HTTPS_PROXY": proxy,
            "http_proxy": proxy,
            "OPENAI_API_KEY": key,
            "ANTHROPIC_API_KEY": key,
            "GITHUB_TOKEN": word["token"],
            "AWS_SECRET_ACCESS_KEY": word["token"],
            "GIT_AUTHOR_EMAIL": f"{word['mail']}@{word['domain']}.example",
            "EMAIL": f"{word['mail']}@{word['domain']}.example",
            "SSH_CONNECTION": f"{word['host']} 22 {word['host']} 22",
        },
        "files": _files(word, home, proxy),
        "links": {"/etc/localtime": f"/usr/share/zoneinfo/Europe/{word['city'].capitalize()}"},
        "folders": {f"{home}/.ssh": ["config", "known_hosts", "id_ed25519.pub"]},
        "uname": {"system": "Linux", "node": word["node"], "release": "6.1.0", "version": "#1", "machine": "x86_64"},
        "account": {"uid": 1000, "gid": 1000, "name": word["user"], "full_name": word["name"], "home": home, "shell": "/bin/bash"},
        "fqdn": f"{word['node']}.{word['domain']}.example",
    }


def _files(word: dict[str, str], home: str, proxy: str) -> dict[str, str]:
    return {
        f"{home}/.gitconfig": f"[user]\n\tname = {word['name']}\n\temail = {word['mail']}@{word['domain']}.example\n",
        f"{home}/.git-credentials": f"https://{word['user']}:{word['token']}@{word['host']}.example\n",
        f"{home}/.netrc": f"machine {word['host']}.example login {word['user']} password {word['token']}\n",
        f"{home}/.ssh/config": f"Host {word['host']}\n  User {word['user']}\n",
        f"{home}/.ssh/known_hosts": f"{word['host']}.example ssh-ed25519 AAAA\n",
        f"{home}/.ssh/id_ed25519.pub": f"ssh-ed25519 AAAA {word['comment']}@{word['node']}\n",
        f"{home}/.npmrc": f"//{word['host']}.example/:_authToken={word['token']}\nproxy={proxy}\n",
        f"{home}/work/.git/config": f'[remote "origin"]\n\turl = git@{word["host"]}.example:{word["org"]}/{word["remote"]}.git\n',
        f"{home}/work/.env": f"SECRET_TOKEN={word['token']}\n",
        f"{home}/.config/gh/hosts.yml": f"{word['host']}.example:\n    user: {word['user']}\n    oauth_token: {word['token']}\n",
        "/etc/hostname": f"{word['node']}\n",
        "/etc/timezone": f"Europe/{word['city'].capitalize()}\n",
        "/etc/hosts": f"127.0.1.1 {word['node']}.{word['domain']}.example {word['node']}\n",
        "/etc/resolv.conf": f"search {word['domain']}.example\n",
        "/etc/machine-id": secrets.token_hex(16) + "\n",
    }


def run_self_test(catalogue: Catalogue, text: Text) -> tuple[Outcome, ...]:
    """Run every check; takes about a second and changes nothing. `text` is how the command line prints a scan."""
    host, words = canary_machine()
    with _own_log() as log_text:
        readings = scan_once(host, catalogue)
        logger = logging.getLogger("core")
        logger.warning("self-test readings %s %r", readings, readings)
        _log_an_error(logger, words[0])
    return (
        _found_them(readings, words),
        _search("text", text(readings, catalogue, host), words),
        _search("JSON", [json.dumps(scan_document(readings, catalogue, host))], words),
        _search("every form of a value", _forms(readings), words),
        _search("log", [log_text.getvalue()], words),
        _refuses(readings),
        *_quiet_scan(catalogue),
        _file_modes(),
    )


@contextmanager
def _own_log() -> Iterator[io.StringIO]:
    """Send everything core logs, at every level, to a text of our own and nowhere else."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.setFormatter(ValueFreeFormatter())
    logger = logging.getLogger("core")
    saved = (logger.handlers, logger.level, logger.propagate)
    logger.handlers, logger.propagate = [handler], False
    logger.setLevel(logging.DEBUG)
    try:
        yield text
    finally:
        logger.handlers, logger.propagate = saved[0], saved[2]
        logger.setLevel(saved[1])


def _log_an_error(logger: logging.Logger, word: str) -> None:
    try:
        raise ValueError(word)
    except ValueError:
        logger.exception("self-test of an error's text")


def _values(readings: Iterable[Reading]) -> list[Sensitive]:
    results = [result for item in readings for result in (item.result, *(source.result for source in item.sources))]
    return [value for result in results if isinstance(result, Ok) for value in result.values]


def _found_them(readings: tuple[Reading, ...], words: tuple[str, ...]) -> Outcome:
    """A search that never meets the planted values proves nothing, so first make sure that the probes met them."""
    gate = RevealGate()
    met = "\n".join(value.reveal(gate) for value in _values(readings)).lower()
    count = sum(word in met for word in words)
    return Outcome("probes met planted values", count > 0, f"{count} of {len(words)} kinds of planted value were met")


def _forms(readings: tuple[Reading, ...]) -> list[str]:
    """Return every text a value can turn into without being asked for."""
    forms = [f"{value} {value!r} {value:>10} {value.masked}" for value in _values(readings)]
    return [*forms, repr(readings), str(readings)]


def _search(where: str, texts: Iterable[str], words: tuple[str, ...]) -> Outcome:
    joined = "\n".join(texts).lower()
    count = sum(word.lower() in joined for word in words)
    return Outcome(f"no planted value in {where}", count == 0, f"{len(joined)} characters searched, {count} of {len(words)} values found")


def _refuses(readings: tuple[Reading, ...]) -> Outcome:
    values = [value for value in _values(readings) if value.kind is not MaskKind.OPEN] or [Sensitive("x")]
    gate = RevealGate()
    gate.lock()
    refused = 0
    for value in values:
        for attempt in (
            lambda value=value: pickle.dumps(value),
            lambda value=value: copy.deepcopy(value),
            lambda value=value: value.reveal(gate),
        ):
            try:
                attempt()
            except (TypeError, RevealRefusedError):
                refused += 1
    return Outcome("values refuse copying to disk and locked revealing", refused == 3 * len(values), f"{len(values)} values tried")


def _quiet_scan(catalogue: Catalogue) -> tuple[Outcome, ...]:
    audit = SelfAudit()
    audit.start()
    readings = scan_once(RealHost(), catalogue)
    open_now = network_connections(with_children=True)
    audit.stop()
    tries = audit.count("connects")
    deeds = {deed: audit.count(deed) for deed in ("reads", "writes", "runs")}
    return (
        Outcome(
            "nothing written while scanning this computer",
            deeds["writes"] == 0,
            f"{deeds['reads']} reads, {deeds['writes']} writes, {deeds['runs']} programs run",
        ),
        Outcome("no network connection while scanning this computer", tries == 0, f"{tries} tried during {len(readings)} signals"),
        Outcome("no network socket open now", open_now == 0, f"{open_now} open"),
    )


def _file_modes() -> Outcome:
    """Telltale's own files are readable by their owner only."""
    wrong = count = 0
    for folder in (paths.config_dir(), paths.state_dir(), paths.cache_dir()):
        for path in folder.rglob("*") if folder.is_dir() else ():
            count += 1
            wrong += bool(stat.S_IMODE(path.lstat().st_mode) & 0o077) and not path.is_symlink()
    return Outcome("own files are readable by you only", wrong == 0, f"{count} files and folders looked at, {wrong} too open")
