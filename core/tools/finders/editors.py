"""Editors built on VS Code: recognised by the `product.json` each carries, whether the catalogue knows the product or not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from core.model import System
from core.tools.finders import npm
from core.tools.finders.search import Rule
from core.tools.model import Basis, Channel, Finder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from core.tools.finders.search import Found, Search

UNKNOWN_EDITOR: Final = "unknown-vscode-family"
_KIND: Final = "vscode-family"
_PRODUCT_LIMIT: Final = 8 << 20
_MOST_PRODUCTS: Final = 80
_APP: Final = "resources/app/product.json"
_LINUX: Final = (
    f"/usr/share/*/{_APP}",
    f"/usr/lib/*/{_APP}",
    "/usr/lib/*/product.json",
    f"/opt/*/{_APP}",
    f"/opt/*/*/{_APP}",
    f"~/.local/share/*/{_APP}",
    f"~/.local/opt/*/{_APP}",
    f"~/Applications/*/{_APP}",
    f"~/apps/*/{_APP}",
    f"/snap/*/current/usr/share/*/{_APP}",
    f"/var/lib/flatpak/app/*/current/active/files/extra/*/{_APP}",
    f"/var/lib/flatpak/app/*/current/active/files/share/*/{_APP}",
    f"{{data}}/flatpak/app/*/current/active/files/extra/*/{_APP}",
    "/usr/lib/code-server/lib/vscode/product.json",
    "~/.local/lib/code-server-*/lib/vscode/product.json",
)
_MACOS: Final = (
    "/Applications/*.app/Contents/Resources/app/product.json",
    "~/Applications/*.app/Contents/Resources/app/product.json",
    "/opt/homebrew/lib/node_modules/code-server/lib/vscode/product.json",
)
_WINDOWS: Final = tuple(
    f"{place}\\{middle}resources\\app\\product.json"
    for place in ("%LOCALAPPDATA%\\Programs\\*", "%ProgramFiles%\\*", "%USERPROFILE%\\scoop\\apps\\*\\current")
    for middle in ("", "*\\")
)
_SERVERS: Final = (
    "~/.*-server/bin/*/product.json",
    "~/.*-server/cli/servers/*/server/product.json",
)
_ANY_SYSTEM: Final = Rule(UNKNOWN_EDITOR, Finder(_KIND, {}, (), Basis.SHIPPED_CODE))


@dataclass(frozen=True, slots=True)
class Product:
    """One editor found by its `product.json`: the folder of the application, what the file states, and whether it is a server part."""

    folder: str
    manifest: str
    content: dict[str, Any]
    is_server: bool

    def says(self, key: str) -> str:
        """Return a text of `product.json`, empty where it states none."""
        value = self.content.get(key)
        return value if isinstance(value, str) and len(value) <= 200 else ""


def find(search: Search, rules: Sequence[Rule]) -> Iterator[Found]:
    """Yield every editor of the family; one that no rule names is listed as unknown, with the name it gives itself."""
    for product in products(search):
        rule = next((rule for rule in rules if _is_meant(rule, product)), _ANY_SYSTEM)
        notes = [f"unknown VS Code-family editor, calls itself {_own_name(product)}"] if rule is _ANY_SYSTEM else _other_name(rule, product)
        notes += ["the part that runs on this machine for a remote editor"] if product.is_server else []
        version = product.says("codeServerVersion") or product.says("version") or _package_version(search, product)
        note = "; ".join(notes)
        channel = _channel(search, product)
        folder = _outer(product)
        yield search.found(
            rule,
            channel,
            folder,
            version,
            note=note,
            dated_by=product.manifest,
            covers=(folder,),
            executables=_programs(search, product, folder),
        )


def products(search: Search) -> tuple[Product, ...]:
    """Return the editors of the family on this machine, each folder once."""
    known: tuple[Product, ...] | None = search.memory.get("products")
    if known is None:
        found: dict[str, Product] = {}
        for is_server, template in _templates(search):
            for manifest in search.glob(template):
                folder = search.path.dirname(manifest)
                if len(found) < _MOST_PRODUCTS and search.real(folder) not in found:
                    product = _product(search, folder, manifest, is_server=is_server)
                    if product is not None:
                        found[search.real(folder)] = product
        known = search.memory["products"] = tuple(found.values())
    return known


def _templates(search: Search) -> Iterator[tuple[bool, str]]:
    own = {System.LINUX: _LINUX, System.MACOS: _MACOS, System.WINDOWS: _WINDOWS}[search.system]
    yield from ((False, template) for template in own)
    yield from ((False, search.join(root, "code-server/lib/vscode/product.json")) for _, root in npm.roots(search))
    yield from ((True, template) for template in _SERVERS)


def _product(search: Search, folder: str, manifest: str, *, is_server: bool) -> Product | None:
    content = search.json(manifest, finder=_KIND, limit=_PRODUCT_LIMIT)
    if not isinstance(content, dict) or not isinstance(content.get("dataFolderName"), str) or not content.get("applicationName"):
        return None
    return Product(folder, manifest, content, is_server)


def _is_meant(rule: Rule, product: Product) -> bool:
    """Whether the product states exactly one of the rule's names; the folders' names count only where the rule gives no other."""
    short, command = rule.wants("name_short"), rule.wants("application_name")
    if short or command:
        return product.says("nameShort") in short or product.says("applicationName") in command
    names = {product.says("nameShort"), product.says("nameLong")} - {""}
    return bool(names & set(rule.wants("app"))) or product.says("serverDataFolderName") in rule.wants("server")


def _channel(search: Search, product: Product) -> Channel:
    """Return how the editor came here as far as its place tells."""
    flat = product.folder.replace("\\", "/")
    if "/node_modules/" in flat:
        return Channel.NPM
    for part, channel in (("/flatpak/app/", Channel.FLATPAK), ("/snap/", Channel.SNAP)):
        if part in flat and search.system is System.LINUX:
            return channel
    return Channel.BUNDLE if search.system is System.MACOS and ".app/" in flat else Channel.UNKNOWN


def _own_name(product: Product) -> str:
    name = product.says("nameLong") or product.says("nameShort") or product.says("applicationName")
    return name if name.isascii() and name.isprintable() and len(name) <= 60 else "by a name that cannot be shown"


def _other_name(rule: Rule, product: Product) -> list[str]:
    """Say by which name a build goes that the catalogue lists under another product's name (code-server, VSCodium)."""
    usual = rule.wants("app")[:1]
    is_usual = not usual or usual[0] in {product.says("nameShort"), product.says("nameLong")}
    return [] if is_usual else [f"a build that calls itself {_own_name(product)}"]


def _package_version(search: Search, product: Product) -> object:
    content = search.json(search.join(product.folder, "package.json"), finder=_KIND)
    return content.get("version") if isinstance(content, dict) else ""


def _outer(product: Product) -> str:
    """Return the folder of the whole application: what holds `resources/app`, the `.app`, or the server's folder."""
    flat = product.folder.replace("\\", "/")
    for ending in ("/Contents/Resources/app", "/resources/app", "/lib/vscode"):
        if flat.endswith(ending):
            return product.folder[: -len(ending)]
    return product.folder


def _programs(search: Search, product: Product, folder: str) -> tuple[str, ...]:
    name = product.says("applicationName")
    if not name or "/" in name or "\\" in name:
        return ()
    wanted = (search.join(folder, name), search.join(folder, "bin", name), search.join(folder, "out/node/entry.js"))
    return tuple(path for path in wanted if search.is_there(path))
