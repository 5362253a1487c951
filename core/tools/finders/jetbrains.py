"""Plugins of JetBrains editors, by the id in the `plugin.xml` inside their jars; only that one small member is unpacked."""

from __future__ import annotations

import io
import re
import zipfile
from typing import TYPE_CHECKING, Final

from core.errors import HostError
from core.model import System
from core.tools.model import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.tools.finders.search import Found, Rule, Search

_JAR_LIMIT: Final = 24 << 20
_XML_LIMIT: Final = 1 << 20
_MOST_JARS: Final = 6
_MOST_PLUGINS: Final = 400
_MEMBER: Final = "META-INF/plugin.xml"
_ID: Final = re.compile(r"<id>\s*([^<>\s]{1,120})\s*</id>")
_VERSION: Final = re.compile(r"<version>\s*([^<>\s]{1,60})\s*</version>")
_NOISE: Final = re.compile(r"[^a-z0-9]+")
_OWN: Final = {
    System.LINUX: ("{data}/JetBrains/*",),
    System.MACOS: ("~/Library/Application Support/JetBrains/*/plugins",),
    System.WINDOWS: ("%APPDATA%\\JetBrains\\*\\plugins",),
}
_BUNDLED: Final = {
    System.LINUX: (
        "{data}/JetBrains/Toolbox/apps/*/plugins",
        "{data}/JetBrains/Toolbox/apps/*/*/*/plugins",
        "/opt/*/plugins",
        "/opt/jetbrains/*/plugins",
        "/snap/*/current/plugins",
    ),
    System.MACOS: ("/Applications/*.app/Contents/plugins", "~/Applications/*.app/Contents/plugins"),
    System.WINDOWS: ("%ProgramFiles%\\JetBrains\\*\\plugins", "%LOCALAPPDATA%\\Programs\\*\\plugins"),
}
_CONFIG: Final = {
    System.LINUX: "{config}/JetBrains",
    System.MACOS: "~/Library/Application Support/JetBrains",
    System.WINDOWS: "%APPDATA%\\JetBrains",
}


def find(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the named plugins of every JetBrains editor, with a remark where the person switched one off."""
    wanted: dict[str, list[Rule]] = {}
    for rule in rules:
        for name in rule.wants("ids"):
            wanted.setdefault(name, []).append(rule)
    for is_bundled, folder in _plugin_folders(search):
        for plugin in search.names(folder)[:_MOST_PLUGINS]:
            path = search.join(folder, plugin)
            name, version = _identity(search, path, plugin)
            for rule in wanted.get(name, ()):
                note = "switched off in this editor" if name in _disabled(search, folder) else ""
                yield search.found(rule, Channel.BUILT_IN if is_bundled else Channel.PLUGIN, path, version, note=note)


def _plugin_folders(search: Search) -> Iterator[tuple[bool, str]]:
    for templates, is_bundled in ((_OWN[search.system], False), (_BUNDLED[search.system], True)):
        for template in templates:
            for folder in search.glob(template):
                if search.path.basename(folder) not in {"Toolbox", "consentOptions"}:
                    yield is_bundled, folder


def _identity(search: Search, path: str, plugin: str) -> tuple[str, str]:
    """Return id and version of a plugin: a single jar, or a folder with jars in `lib`, looked at in order of likeness."""
    if plugin.endswith(".jar"):
        return _in_jar(search, path)
    library = search.join(path, "lib")
    jars = [name for name in search.names(library) if name.endswith(".jar")]
    for name in sorted(jars, key=lambda jar: (not _alike(jar, plugin), len(jar)))[:_MOST_JARS]:
        identity = _in_jar(search, search.join(library, name))
        if identity[0]:
            return identity
    return "", ""


def _alike(jar: str, plugin: str) -> bool:
    one, other = _NOISE.sub("", jar.removesuffix(".jar").lower()), _NOISE.sub("", plugin.lower())
    return one.startswith(other) or other.startswith(one)


def _in_jar(search: Search, path: str) -> tuple[str, str]:
    facts = search.facts(path)
    if facts is None or facts.size > _JAR_LIMIT:
        if facts is not None:
            search.note(f"{search.called(path)} is too large to be looked into.", finder="jetbrains-plugin")
        return "", ""
    try:
        with zipfile.ZipFile(io.BytesIO(search.data(path, finder="jetbrains-plugin", limit=_JAR_LIMIT))) as jar:
            member = jar.getinfo(_MEMBER)
            with jar.open(member) as opened:
                text = opened.read(_XML_LIMIT).decode("utf-8", "replace")
    except KeyError:
        return "", ""
    except (HostError, zipfile.BadZipFile, zipfile.LargeZipFile, RuntimeError, EOFError, OSError, ValueError):
        search.note(f"{search.called(path)} is no readable jar.", finder="jetbrains-plugin")
        return "", ""
    name, version = _ID.search(text), _VERSION.search(text)
    return (name[1] if name else ""), (version[1] if version else "")


def _disabled(search: Search, folder: str) -> frozenset[str]:
    """Return the plugins a person switched off in the editor this folder of plugins belongs to."""
    editor = search.path.basename(search.path.dirname(folder) if search.path.basename(folder) == "plugins" else folder)
    text = search.text(search.join(search.expand(_CONFIG[search.system]), editor, "disabled_plugins.txt"))
    return frozenset(line.strip() for line in text.splitlines())
