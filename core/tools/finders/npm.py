"""npm, pnpm, Yarn and Bun: the folders of global packages, and in them exactly the packages the catalogue names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from core.errors import HostError
from core.model import System
from core.tools.model import Channel

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.tools.finders.search import Found, Rule, Search

_MOST_ROOTS: Final = 120
_UNIX: Final = (
    "/usr/lib/node_modules",
    "/usr/local/lib/node_modules",
    "/opt/homebrew/lib/node_modules",
    "/home/linuxbrew/.linuxbrew/lib/node_modules",
    "~/.npm-global/lib/node_modules",
    "~/.npm-packages/lib/node_modules",
    "~/.local/lib/node_modules",
    "~/.nvm/versions/node/*/lib/node_modules",
    "~/.volta/tools/image/packages/*/lib/node_modules",
    "~/.volta/tools/image/packages/@*/*/lib/node_modules",
    "{data}/fnm/node-versions/*/installation/lib/node_modules",
    "~/.fnm/node-versions/*/installation/lib/node_modules",
    "{data}/mise/installs/node/*/lib/node_modules",
    "{data}/mise/installs/npm-*/*/lib/node_modules",
    "~/.asdf/installs/nodejs/*/lib/node_modules",
    "~/n/lib/node_modules",
)
_WINDOWS: Final = (
    "%APPDATA%\\npm\\node_modules",
    "%ProgramFiles%\\nodejs\\node_modules",
    "%APPDATA%\\nvm\\v*\\node_modules",
    "%NVM_HOME%\\v*\\node_modules",
    "%LOCALAPPDATA%\\Volta\\tools\\image\\packages\\*\\node_modules",
    "%LOCALAPPDATA%\\Volta\\tools\\image\\packages\\@*\\*\\node_modules",
)
_PNPM: Final = {
    System.LINUX: "{data}/pnpm",
    System.MACOS: "~/Library/pnpm",
    System.WINDOWS: "%LOCALAPPDATA%\\pnpm",
}
_YARN: Final = {
    System.LINUX: ("{config}/yarn/global/node_modules", "{data}/yarn/global/node_modules"),
    System.MACOS: ("~/.config/yarn/global/node_modules",),
    System.WINDOWS: ("%LOCALAPPDATA%\\Yarn\\Data\\global\\node_modules",),
}


def find(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield the named packages in every folder of global packages; the name in `package.json` must be exactly the one wanted."""
    for channel, root in roots(search):
        listed = frozenset(search.names(root))
        for rule in rules:
            for name in rule.wants("names"):
                if name.partition("/")[0] in listed:
                    yield from _package(search, rule, channel, root, name)


def roots(search: Search) -> tuple[tuple[Channel, str], ...]:
    """Return every folder of global packages that exists, each once, whatever links lead to it."""
    known = search.memory.get("npm")
    if known is None:
        by_real: dict[str, tuple[Channel, str]] = {}
        for channel, template in _templates(search):
            for root in search.glob(template):
                by_real.setdefault(search.real(root), (channel, root))
        known = search.memory["npm"] = tuple(by_real.values())[:_MOST_ROOTS]
    return tuple(known)


def _templates(search: Search) -> Iterator[tuple[Channel, str]]:
    is_windows = search.system is System.WINDOWS
    pnpm = search.env_folder("PNPM_HOME") or _PNPM[search.system]
    for depth in ("*", "*/*"):
        yield Channel.PNPM, f"{pnpm}/global/{depth}/node_modules"
    for template in _YARN[search.system]:
        yield Channel.YARN, template
    yield Channel.BUN, f"{search.env_folder('BUN_INSTALL') or '~/.bun'}/install/global/node_modules"
    for prefix in _prefixes(search):
        yield Channel.NPM, f"{prefix}/node_modules" if is_windows else f"{prefix}/lib/node_modules"
    for template in _WINDOWS if is_windows else _UNIX:
        yield Channel.NPM, template


def _prefixes(search: Search) -> Iterator[str]:
    """Yield where npm was told to put packages, and what lies beside the folders of PATH."""
    for name in ("npm_config_prefix", "NPM_CONFIG_PREFIX", "PREFIX", "N_PREFIX"):
        yield search.env_folder(name)
    nvm = search.env_folder("NVM_DIR")
    if nvm:
        yield f"{nvm}/versions/node/*"
    yield _prefix_in_npmrc(search)
    for folder in search.path_folders():
        above, name = search.path.split(folder.rstrip("/\\"))
        if search.system is System.WINDOWS:
            yield folder
        elif name == "bin":
            yield above


def _prefix_in_npmrc(search: Search) -> str:
    for line in search.text(search.expand("~/.npmrc"), finder="npm-package").splitlines() if search.home else ():
        key, equals, value = line.partition("=")
        if equals and key.strip() == "prefix":
            text = value.strip().strip("\"'")
            return search.expand(text.replace("${HOME}", "~").replace("$HOME", "~"))
    return ""


def _package(search: Search, rule: Rule, channel: Channel, root: str, name: str) -> Iterator[Found]:
    folder = search.join(root, name)
    if not search.is_there(folder):
        return
    manifest = search.join(folder, "package.json")
    content = search.json(manifest, rule.tool, "npm-package")
    if not isinstance(content, dict):
        if content is not None:
            search.note(f"{search.called(manifest)} describes no package, so it was not counted.", rule.tool, "npm-package")
        return
    if content.get("name") != name:
        return
    note = "linked from another folder" if channel is Channel.NPM and _is_link(search, folder) else ""
    yield search.found(
        rule, channel, folder, content.get("version"), note=note, dated_by=manifest, executables=_programs(search, folder, content)
    )


def _is_link(search: Search, folder: str) -> bool:
    facts = search.facts(folder)
    return facts is not None and facts.kind == "link"


def _programs(search: Search, folder: str, content: dict[str, Any]) -> tuple[str, ...]:
    """Return the files behind the package's commands, only inside its folder."""
    stated = content.get("bin")
    values = [stated] if isinstance(stated, str) else list(stated.values()) if isinstance(stated, dict) else []
    programs = [search.join(folder, value) for value in values[:20] if isinstance(value, str) and value]
    return tuple(path for path in programs if _is_inside(search, path, folder))


def _is_inside(search: Search, path: str, folder: str) -> bool:
    try:
        return search.is_within(search.path.normpath(path), folder) and search.is_there(path)
    except (HostError, ValueError):
        return False
