"""The files, links and folders of a recorded machine, in its own path notation."""

from __future__ import annotations

import base64
import posixpath
from typing import TYPE_CHECKING, Any, Final

from core.errors import NotAllowedError, NotThereError, UnreadableError
from core.host.base import FileFacts
from core.host.text import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_MAX_LINKS: Final = 40
_MODES: Final = {"file": 0o644, "folder": 0o755, "link": 0o777}


class RecordedFiles:
    """Files by path; folders exist wherever something lies in them. `modes` may record permissions, `kinds` FIFOs and devices."""

    def __init__(self, data: Mapping[str, Any], home: str, cwd: str, *, is_windows: bool) -> None:
        """Take the tables `files`, `bytes`, `links`, `folders`, `denied`, `modes` and `kinds` of a recording."""
        self._windows = is_windows
        self._home = self._flat(home)
        self._cwd = self._flat(cwd) or self._home
        self._files: dict[str, bytes] = {self._norm(path): str(text).encode() for path, text in data.get("files", {}).items()}
        self._files |= {self._norm(path): base64.b64decode(text, validate=True) for path, text in data.get("bytes", {}).items()}
        self._links = {self._norm(path): str(target) for path, target in data.get("links", {}).items()}
        self._denied = {self._norm(path) for path in data.get("denied", ())}
        self._modes = {self._norm(path): int(mode) for path, mode in data.get("modes", {}).items()}
        self._kinds = {self._norm(path): str(kind) for path, kind in data.get("kinds", {}).items()}
        self._times = {self._norm(path): float(when) for path, when in data.get("times", {}).items()}
        self._folders: dict[str, dict[str, str]] = {}
        for path, names in data.get("folders", {}).items():
            self._plant_folder(path, names)
        for table in ("files", "bytes", "links", "kinds"):
            for path in data.get(table, {}):
                self._plant(self._absolute(path))

    def _plant_folder(self, path: str, names: list[str]) -> None:
        full = self._absolute(path)
        self._plant(full)
        listed = self._folders.setdefault(self._key(full), {})
        for name in names:
            listed.setdefault(self._key(name), name)

    def _plant(self, path: str) -> None:
        """Make every folder above `path` list it."""
        while (above := posixpath.dirname(path)) != path and path:
            name = posixpath.basename(path)
            self._folders.setdefault(self._key(above), {}).setdefault(self._key(name), name)
            path = above

    def _flat(self, path: str) -> str:
        return path.replace("\\", "/") if self._windows else path

    def _key(self, path: str) -> str:
        return path.casefold() if self._windows else path

    def _absolute(self, path: str) -> str:
        flat = self._flat(path)
        if flat == "~" or flat.startswith("~/"):
            if not self._home:
                raise NotThereError("This user has no home folder.")
            flat = self._home + flat[1:]
        elif not (flat.startswith("/") or (self._windows and flat[1:2] == ":")):
            flat = posixpath.join(self._cwd or "/", flat)
        return posixpath.normpath(flat)

    def _norm(self, path: str) -> str:
        return self._key(self._absolute(path))

    def _shown(self, path: str) -> str:
        return shown(self._absolute(path), self._home)

    def _resolve(self, path: str, *, follow_last: bool = True) -> str:
        """Return the key of a path with its links followed; raise for refused places and link loops."""
        todo, done, hops = list(_pieces(self._absolute(path))), "", 0
        while todo:
            piece = todo.pop(0)
            done = self._step(done, piece)
            target = self._links.get(self._key(done))
            if target is not None and (todo or follow_last):
                hops += 1
                if hops > _MAX_LINKS:
                    raise UnreadableError(f"{self._shown(path)} is a link that leads back to itself.")
                todo = [*_pieces(self._target(done, target)), *todo]
                done = ""
            if self._key(done) in self._denied and (todo or follow_last):
                raise NotAllowedError(f"{self._shown(path)} may not be read by this user.")
        return self._key(done)

    @staticmethod
    def _step(done: str, piece: str) -> str:
        if piece == "..":
            return posixpath.dirname(done)
        return piece if not done else posixpath.join(done, piece)

    def _target(self, link: str, target: str) -> str:
        flat = self._flat(target)
        is_absolute = flat.startswith("/") or (self._windows and flat[1:2] == ":")
        return posixpath.normpath(flat if is_absolute else posixpath.join(posixpath.dirname(link), flat))

    def read(self, path: str, limit: int) -> bytes:
        """Return a file's bytes."""
        key = self._resolve(path)
        data = self._files.get(key)
        if data is None:
            if key in self._folders or key in self._kinds:
                raise UnreadableError(f"{self._shown(path)} is a {self._kinds.get(key, 'folder')}, not a file.")
            raise NotThereError(f"{self._shown(path)} is not there.")
        if len(data) > limit:
            raise UnreadableError(f"{self._shown(path)} is too large to be read.")
        return data

    def link(self, path: str) -> str:
        """Return a link's target as recorded."""
        key = self._resolve(path, follow_last=False)
        if key in self._links:
            return self._links[key]
        if self._kind(key):
            raise UnreadableError(f"{self._shown(path)} is not a link.")
        raise NotThereError(f"{self._shown(path)} is not there.")

    def entries(self, path: str, limit: int) -> tuple[str, ...]:
        """Return the names in a folder."""
        key = self._resolve(path)
        if key in self._folders:
            return tuple(sorted(self._folders[key].values())[:limit])
        raise NotThereError(f"{self._shown(path)} is not there.")

    def facts(self, path: str) -> FileFacts:
        """Return facts about a path."""
        key = self._resolve(path, follow_last=False)
        kind = self._kind(key)
        if not kind:
            raise NotThereError(f"{self._shown(path)} is not there.")
        mode = self._modes.get(key, _MODES.get(kind, 0o600))
        return FileFacts(kind, len(self._files.get(key, b"")), mode, 0, self._times.get(key, 0.0))

    def exists(self, path: str) -> bool:
        """Return whether a path leads to something."""
        try:
            key = self._resolve(path)
            return bool(self._kind(key))
        except (NotThereError, NotAllowedError, UnreadableError):
            return False

    def _kind(self, key: str) -> str:
        """Return the kind of what lies at a key; a name that only its folder lists counts as a file."""
        if key in self._kinds:
            return self._kinds[key]
        if key in self._links:
            return "link"
        if key in self._folders:
            return "folder"
        listed = self._folders.get(posixpath.dirname(key), {})
        return "file" if key in self._files or posixpath.basename(key) in listed or key in self._denied else ""


def _pieces(path: str) -> Iterator[str]:
    if path.startswith("/"):
        yield "/"
    yield from (piece for piece in path.split("/") if piece)
