"""Ordinary requests, made of text that is installed on this machine: manuals, licences, read-mes, source files and their docstrings.

The texts are split by the hash of the package they belong to: one half may be used to tune a rule (`.ci/ordinary_words.py`
counts its words), the other half is held out and only measured. A text that stands in both halves counts as tuning.
"""

from __future__ import annotations

import ast
import gzip
import hashlib
import json
import math
import re
import sysconfig
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from core.watch.bodies import Request

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

ALL: Final = frozenset({"library", "package", "doc", "man", "licence", "tool"})
REQUEST_SIZE: Final = 60_000
_LARGEST_FILE: Final = 400_000
_SMALLEST: Final = 300
_TEXTS: Final = {".md", ".rst", ".txt", ".py", ".ts", ".gz", ".html", ".toml", ".json", ".css", ".sh", ""}
_NOT_ORDINARY: Final = re.compile(
    r"unicod|emoji|encoding|confusab|idna|wcwidth|homoglyph|charset|hyphen|cldr|locale|codec|entities|test", re.IGNORECASE
)
_ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True, slots=True)
class Text:
    """One text: the package it belongs to, its name, and its content."""

    group: str
    name: str
    content: str

    @property
    def is_held_out(self) -> bool:
        """Whether it is kept away from tuning; the same for all texts of a package."""
        return hashlib.sha256(self.group.encode()).digest()[0] % 2 == 1


def folders(kinds: frozenset[str] = ALL) -> dict[str, Path]:
    """Return where texts are looked for, by the name of the kind of source."""
    named = {
        "library": Path(sysconfig.get_paths()["stdlib"]),
        "package": Path(sysconfig.get_paths()["purelib"]),
        "doc": Path("/usr/share/doc"),
        "man": Path("/usr/share/man"),
        "licence": Path("/usr/share/common-licenses"),
        "tool": _ROOT / ".launch_cache",
    }
    return {kind: folder for kind, folder in named.items() if kind in kinds and folder.is_dir()}


def files(every: int = 1, kinds: frozenset[str] = ALL) -> Iterator[tuple[str, Path]]:
    """Yield one in `every` of the files, with the package each belongs to, the same ones each time."""
    for kind, folder in folders(kinds).items():
        found = sorted(
            path for path in folder.rglob("*") if path.suffix in _TEXTS and not _NOT_ORDINARY.search(str(path.relative_to(folder)))
        )
        for path in found:
            inside = path.relative_to(folder).parts
            if kind == "library" and "site-packages" in inside:
                continue
            key = f"{kind}/{_group(kind, inside)}"
            if int.from_bytes(hashlib.sha256(str(path.relative_to(folder)).encode()).digest()[8:12], "big") % every == 0:
                yield key, path


def _group(kind: str, inside: tuple[str, ...]) -> str:
    """Return the package: a folder of Python or Node packages, a manual's first word."""
    if kind == "man":
        return re.split(r"[-_.:]", inside[-1])[0]
    if "node_modules" in inside:
        at = len(inside) - 1 - inside[::-1].index("node_modules")
        return "/".join(inside[at + 1 : at + 3])
    return re.split(r"[-.]", inside[0])[0].lower()


def read(group: str, path: Path) -> Text | None:
    """Read one text; manuals without their layout commands. None for what is no readable text of an ordinary size."""
    try:
        data = path.read_bytes() if path.is_file() and path.stat().st_size <= _LARGEST_FILE else b""
        content = (gzip.decompress(data) if path.suffix == ".gz" else data).decode()
    except (OSError, UnicodeDecodeError, EOFError):
        return None
    if group.startswith("man/"):
        content = "\n".join(re.sub(r"\\f[A-Z]|\\", "", line) for line in content.splitlines() if not line.startswith((".", "'")))
    return Text(group, path.name, content) if len(content) >= _SMALLEST and "\0" not in content else None


def texts(every: int = 1, kinds: frozenset[str] = ALL) -> Iterator[Text]:
    """Yield the texts of both halves; of several that begin alike only the first, and one that is in both halves counts as tuning."""
    seen: set[bytes] = set()
    read_ones = [text for group, path in files(every, kinds) if (text := read(group, path))]
    for text in sorted(read_ones, key=lambda text: (text.is_held_out, text.group, text.name)):
        start = hashlib.sha256(re.sub(r"\W+", " ", text.content[:1200]).encode()).digest()
        if start not in seen:
            seen.add(start)
            yield text


def requests(chosen: Iterable[Text]) -> Iterator[Request]:
    """Yield requests as tools send them: some 60 kB each, in the shapes of four interfaces in turn, docstrings as tools."""
    gathered: list[Text] = []
    size = number = 0
    for text in chosen:
        gathered.append(text)
        size += len(text.content)
        if size >= REQUEST_SIZE:
            yield shaped(gathered, number)
            gathered, size, number = [], 0, number + 1
    if gathered:
        yield shaped(gathered, number)


def shaped(parts: list[Text], number: int) -> Request:
    """Put texts into one request: 0 Anthropic, 1 OpenAI responses, 2 OpenAI chat, 3 Gemini."""
    tools = [tool for part in parts for tool in described(part)][:40]
    said = [part.content for part in parts]
    path, body = (_anthropic, _responses, _chat, _gemini)[number % 4](said, tools)
    headers = (
        ("Host", "api.example"),
        ("User-Agent", f"some-cli/1.{number % 60}.0 (external, cli) node/v22.11.0 linux x64"),
        ("Accept", "application/json, text/event-stream"),
        ("Accept-Encoding", "gzip, deflate, br, zstd"),
        ("Content-Type", "application/json"),
    )
    return Request(
        "POST", f"https://api.example{path}", headers, json.dumps(body, ensure_ascii=number % 3 == 0).encode("utf-8", "surrogatepass")
    )


def described(text: Text) -> list[tuple[str, str, list[str]]]:
    """Return the functions of a Python file as tools: name, description, names of parameters."""
    if not text.name.endswith(".py"):
        return []
    try:
        nodes = list(ast.walk(ast.parse(text.content)))
    except (SyntaxError, ValueError, RecursionError):
        return []
    functions = [node for node in nodes if isinstance(node, ast.FunctionDef) and ast.get_docstring(node)]
    return [(node.name, ast.get_docstring(node) or "", [item.arg for item in node.args.args]) for node in functions]


def _schema(names: list[str]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "string", "description": f"The {name}"} for name in names},
        "required": names[:1],
    }


def _anthropic(said: list[str], tools: list[tuple[str, str, list[str]]]) -> tuple[str, dict[str, Any]]:
    system = [{"type": "text", "text": said[0], "cache_control": {"type": "ephemeral"}}]
    messages = [
        {"role": ("user", "assistant")[index % 2], "content": [{"type": "text", "text": item}]} for index, item in enumerate(said[1:])
    ]
    listed = [{"name": name, "description": about, "input_schema": _schema(names)} for name, about, names in tools]
    return "/v1/messages?beta=true", {"model": "m-4-20260514", "max_tokens": 32000, "system": system, "messages": messages, "tools": listed}


def _responses(said: list[str], tools: list[tuple[str, str, list[str]]]) -> tuple[str, dict[str, Any]]:
    items: list[dict[str, Any]] = [
        {"type": "message", "role": "user", "content": [{"type": "input_text", "text": item}]} for item in said[1:]
    ]
    items.append({"type": "function_call_output", "call_id": "call_1", "output": json.dumps({"output": said[0], "exit_code": 0})})
    listed = [
        {"type": "function", "name": name, "description": about, "parameters": _schema(names), "strict": False}
        for name, about, names in tools
    ]
    return "/v1/responses", {"model": "g-5", "instructions": said[0], "input": items, "tools": listed, "store": False, "stream": True}


def _chat(said: list[str], tools: list[tuple[str, str, list[str]]]) -> tuple[str, dict[str, Any]]:
    messages = [{"role": "system" if not index else "user", "content": item} for index, item in enumerate(said)]
    listed = [
        {"type": "function", "function": {"name": name, "description": about, "parameters": _schema(names)}} for name, about, names in tools
    ]
    return "/v1/chat/completions", {"model": "g-4o", "messages": messages, "tools": listed, "temperature": 0.2, "stream": True}


def _gemini(said: list[str], tools: list[tuple[str, str, list[str]]]) -> tuple[str, dict[str, Any]]:
    contents = [{"role": "user", "parts": [{"text": item}]} for item in said[1:]]
    listed = [
        {
            "functionDeclarations": [
                {"name": name, "description": about, "parametersJsonSchema": _schema(names)} for name, about, names in tools
            ]
        }
    ]
    body = {"contents": contents, "systemInstruction": {"parts": [{"text": said[0]}]}, "tools": listed, "generationConfig": {"topP": 1}}
    return "/v1beta/models/m-2.5-pro:streamGenerateContent?alt=sse", body


def bounds(hits: int, of: int) -> tuple[float, float]:
    """Return the 95 % confidence bounds of a share (Wilson's)."""
    if not of:
        return 0.0, 1.0
    z, share = 1.96, hits / of
    middle = (share + z * z / (2 * of)) / (1 + z * z / of)
    half = z / (1 + z * z / of) * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    return max(0.0, middle - half), min(1.0, middle + half)
