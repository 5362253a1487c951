"""Readers that take package sources out of tools' settings files; a document that is broken as a whole raises `UnreadableError`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from core.probes import _address
from core.probes._formats import between, json_settings, texts_at, toml_settings, unquote, without_comments, xml_text, yaml_pairs
from core.probes._parse import ini, member

if TYPE_CHECKING:
    from collections.abc import Iterable

    from core.redact import Sensitive

_GRADLE_URL: Final = re.compile(r"""url\s{0,5}[=(]?\s{0,5}(?:uri\()?\s{0,5}["']([^"'\n]{1,300})["']""")
_APT_OPTIONS: Final = re.compile(r"\[[^\]]{0,300}\]")


def _urls(values: Iterable[str]) -> list[Sensitive]:
    return _address.urls(value for value in values if "$" not in value)


def pip(text: str) -> list[Sensitive]:
    """`index-url`, `extra-index-url`, `find-links` of pip.conf; several addresses stand on one line or on following ones."""
    keys = {"index-url", "extra-index-url", "find-links", "index_url", "extra_index_url"}
    return _urls(word for key, value in _continued(text) if key in keys for word in value.split())


def _continued(text: str) -> list[tuple[str, str]]:
    """Read INI lines whose values go on in indented lines."""
    rows: list[tuple[str, str]] = []
    for line in text.splitlines():
        bare = line.strip()
        if line[:1].isspace() and bare and rows and not re.match(r"[\w-]{1,40}\s*=", bare):
            rows[-1] = (rows[-1][0], f"{rows[-1][1]} {bare}"[:4000])
        elif "=" in bare and not bare.startswith(("#", ";")):
            key, _, value = bare.partition("=")
            rows.append((key.strip(), value.strip()))
    return rows


def npm(text: str) -> list[Sensitive]:
    """`registry` and `@scope:registry` of .npmrc; lines with tokens have other keys and are left out."""
    return _urls(
        unquote(row.value) for row in ini(text) if row.key == "registry" or (row.key.startswith("@") and row.key.endswith(":registry"))
    )


def yarn(text: str) -> list[Sensitive]:
    """`npmRegistryServer` at the top and under `npmScopes` of .yarnrc.yml."""
    return _urls(value for key, value in yaml_pairs(text) if key.endswith("npmRegistryServer"))


def uv(text: str) -> list[Sensitive]:
    """`[[index]] url`, `index-url` and `extra-index-url` of uv.toml."""
    data = toml_settings(text)
    tables = [data, member(data, "pip")]
    plain = [value for table in tables for key in ("index-url", "extra-index-url", "default-index") for value in texts_at(table, key)]
    indexes = member(data, "index")
    return _urls([*plain, *(value for item in (indexes if isinstance(indexes, list) else ()) for value in texts_at(item, "url"))])


def cargo(text: str) -> list[Sensitive]:
    """`source.*.registry` and `registries.*.index` of Cargo's config.toml."""
    data = toml_settings(text)
    values: list[str] = []
    for section, keys in (("source", ("registry", "git")), ("registries", ("index",))):
        table = member(data, section)
        for entry in table.values() if isinstance(table, dict) else ():
            values += [value.removeprefix("sparse+") for key in keys for value in texts_at(entry, key)]
    return _urls(values)


def go(text: str) -> list[Sensitive]:
    """`GOPROXY`, `GOPRIVATE`, `GONOSUMDB` and `GOSUMDB` of Go's own environment file."""
    return [value for row in ini(text) for value in go_values(row.key, row.value)]


def go_values(name: str, value: str) -> list[Sensitive]:
    """Wrap the value of one of Go's variables: addresses of proxies, or patterns of private hosts."""
    parts = [part for part in re.split(r"[,|]", value[:2000]) if part not in {"", "direct", "off"}]
    if name in {"GOPROXY", "GOSUMDB"}:
        return _urls(parts)
    return _address.host_names(",".join(parts)) if name in {"GOPRIVATE", "GONOSUMDB", "GONOPROXY"} else []


def maven(text: str) -> list[Sensitive]:
    """The address of each `<mirror>` and `<repository>` of settings.xml."""
    plain = without_comments(text)
    blocks = [block for tag in ("mirror", "repository", "pluginRepository") for block in between(plain, f"<{tag}>", f"</{tag}>")]
    # Maven ships with a "mirror" that only blocks plain HTTP; it says nothing about a person.
    return _urls(xml_text(block, "url") for block in blocks if xml_text(block, "blocked") != "true")


def gradle(text: str) -> list[Sensitive]:
    """Every `url` of an init script."""
    return _urls(match[1] for line in text.splitlines() for match in _GRADLE_URL.finditer(line[:2000]))


def apt(text: str) -> list[Sensitive]:
    """One-line entries (`deb [options] address suite`) and entries of several lines (`URIs: address`)."""
    values: list[str] = []
    for line in text.splitlines():
        words = _APT_OPTIONS.sub(" ", line[:2000].partition("#")[0]).split()
        if len(words) > 1 and words[0] in {"deb", "deb-src"}:
            values.append(words[1])
        elif len(words) > 1 and words[0].lower() == "uris:":
            values += words[1:]
    return _address.host_urls(values)


def docker(text: str) -> list[Sensitive]:
    """`registry-mirrors` and `insecure-registries` of Docker's daemon.json."""
    data = json_settings(text)
    return _urls([*texts_at(data, "registry-mirrors"), *texts_at(data, "insecure-registries")])


def conda(text: str) -> list[Sensitive]:
    """Channels of .condarc that are addresses, and the address before channel names."""
    return _urls(value for key, value in yaml_pairs(text) if "channel" in key and "://" in value)
