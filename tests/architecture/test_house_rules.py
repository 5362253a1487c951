from __future__ import annotations

import ast
import re
import unicodedata

from tests.architecture.sources import ROOT, place, python_files, runtime_nodes, tell, text_files, tree

ASKS_THE_SYSTEM = frozenset(
    "os subprocess socket platform psutil pwd grp getpass shutil glob winreg fcntl ctypes tempfile locale multiprocessing pty signal".split()
)
CONVERTS_ONLY = frozenset({"AF_INET", "AF_INET6", "inet_aton", "inet_ntoa", "inet_ntop", "inet_pton", "ntohl", "htonl", "ntohs", "htons"})
MAY_ASK = {
    "core/host/": "the eyes: the only door from core to the operating system",
    "core/watch/": "starts and traces tools",
    "core/live/": "file watches and notifications need the kernel's handles",
    "core/toggles/": "changes files, through the journal",
    "core/cli/": "the process's own beginning: arguments, terminal, exit status, set-up",
    "core/catalogue/": "reads Telltale's own data",
    "core/paths.py": "names Telltale's own places",
    "core/policy_file.py": "reads the organisation's policy and keeps a copy of the last good one",
    "core/selfaudit.py": "tells what Telltale itself reads and writes",
    "core/history_file.py": "keeps Telltale's own history: makes it private, sets a broken one aside",
    "core/report/": "writes the export a person asked for",
}
MAY_COMPARE_RAW = {
    "core/redact.py": "defines it",
    "core/probes/": "compares the sources of one value",
    "core/watch/": "looks for values in captures",
    "core/toggles/": "compares before and after",
    "core/tools/": "compares a stand-in's reading with the real one",
    "core/inference.py": "compares the readings of different signals",
    "core/engine.py": "tells whether a reading changed",
}
VISIBLE = frozenset("LMNPS")
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 40


def allowed(path: str, rooms: dict[str, str]) -> bool:
    return any(path.startswith(room) if room.endswith("/") else path == room for room in rooms)


def test_only_the_rooms_made_for_it_ask_the_operating_system() -> None:
    breaches = [
        f"{place(path)}:{line} imports {name}"
        for path in python_files("core", "gui")
        if not allowed(place(path), MAY_ASK)
        for name, line in imported(tree(path))
        if name.split(".")[0] in ASKS_THE_SYSTEM and not only_converts(tree(path), name)
    ]
    assert not breaches, tell(
        "A probe asks its host, so that one probe serves this computer, a tool's view, a persona and a test:", breaches
    )


def only_converts(module: ast.Module, name: str) -> bool:
    """Return whether all that is used of `socket` are functions that turn addresses into text and back."""
    used = {node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute) and getattr(node.value, "id", "") == name}
    return name == "socket" and used <= CONVERTS_ONLY


def test_only_the_rooms_made_for_it_touch_files() -> None:
    breaches = [
        f"{place(path)}:{node.lineno} calls open()"
        for path in python_files("core", "gui")
        if not allowed(place(path), MAY_ASK)
        for node in runtime_nodes(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "open"
    ] + [
        f"{place(path)}:{line} imports pathlib"
        for path in python_files("core")
        if not allowed(place(path), MAY_ASK)
        for name, line in imported(tree(path))
        if name == "pathlib.Path"
    ]
    assert not breaches, tell("Files are read by the host and written through the journal (PurePath is fine):", breaches)


def test_only_the_rooms_made_for_it_ask_which_system_this_is() -> None:
    breaches = [
        f"{place(path)}:{node.lineno}"
        for path in python_files("core")
        if not allowed(place(path), MAY_ASK)
        for node in runtime_nodes(tree(path))
        if isinstance(node, ast.Attribute) and node.attr == "platform" and getattr(node.value, "id", "") == "sys"
    ]
    assert not breaches, tell("Which system it is, the host says (host.system); a persona of another system must work here too:", breaches)


def imported(module: ast.Module) -> list[tuple[str, int]]:
    found: list[tuple[str, int]] = []
    for node in runtime_nodes(module):
        if isinstance(node, ast.Import):
            found += [(alias.name, node.lineno) for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            found += [(f"{node.module}.{alias.name}", node.lineno) for alias in node.names]
    return found


def test_only_the_command_line_prints() -> None:
    breaches = [
        f"{place(path)}:{node.lineno}"
        for path in python_files("core", "gui")
        if not place(path).startswith("core/cli/")
        for node in runtime_nodes(tree(path))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert not breaches, tell("What is printed cannot be masked, translated or tested; core returns values and logs:", breaches)


def test_raw_values_are_asked_for_only_where_they_are_compared() -> None:
    breaches = [
        f"{place(path)}:{node.lineno}"
        for path in python_files("core", "gui")
        if not allowed(place(path), MAY_COMPARE_RAW)
        for node in runtime_nodes(tree(path))
        if isinstance(node, ast.Call) and "raw" in {getattr(node.func, "id", ""), getattr(node.func, "attr", "")}
    ]
    assert not breaches, tell(
        "raw() hands out a value without its mask; a person's way to it is Sensitive.reveal() through a gate:", breaches
    )


def test_every_permission_in_these_rules_is_used_or_names_a_room_that_exists() -> None:
    gone = [room for room in (*MAY_ASK, *MAY_COMPARE_RAW) if (ROOT / room.split("/")[0] / "__init__.py").is_file() and not exists(room)]
    assert not gone, tell("A permission for a room that is not there would be taken by the next file of that name:", gone)


def exists(room: str) -> bool:
    return (ROOT / room).exists()


def test_sources_and_data_are_plain_ascii() -> None:
    breaches = [
        f"{place(path)}:{number} has U+{ord(ch):04X} {unicodedata.name(ch, 'without a name')}"
        for path in text_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").split("\n"), 1)
        for ch in line
        if not (ch.isascii() and (ch.isprintable() or ch == "\t")) and not translation(place(path), ch)
    ]
    assert not breaches, tell("A program that finds hidden and look-alike characters carries none; write them as escapes:", breaches[:40])


def translation(path: str, ch: str) -> bool:
    return path.startswith("resources/i18n/") and unicodedata.category(ch)[0] in VISIBLE


def test_nothing_is_left_for_later() -> None:
    marks = re.compile(r"\b(" + "|".join(("TO" + "DO", "FIX" + "ME", "XX" + "X", "NotImplemented" + "Error")) + r")\b")
    breaches = [
        f"{place(path)}:{number}"
        for path in python_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if marks.search(line)
    ]
    assert not breaches, tell("An unfinished place is an open issue, not a comment:", breaches)


def test_every_silenced_check_says_why() -> None:
    bare = re.compile(r"#\s*(noqa|type:\s*ignore|pragma: no cover)(:\s*[A-Z0-9, ]+)?(\[[a-z\-, ]+\])?\s*$")
    breaches = [
        f"{place(path)}:{number} {line.strip()[-60:]}"
        for path in python_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if bare.search(line)
    ]
    assert not breaches, tell("A check that is switched off needs its reason on the same line:", breaches)


def test_files_can_be_read_in_one_sitting() -> None:
    breaches = [
        f"{place(path)} has {count} lines"
        for path in python_files()
        if (count := len(path.read_text(encoding="utf-8").splitlines())) > MOST_LINES_OF_A_FILE
    ]
    assert not breaches, tell(f"A file over {MOST_LINES_OF_A_FILE} lines does two things:", breaches)


def test_functions_fit_on_a_screen() -> None:
    breaches = [
        f"{place(path)}:{node.lineno} {node.name} has {length} lines"
        for path in python_files()
        for node in ast.walk(tree(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        if (length := (node.end_lineno or node.lineno) - node.lineno + 1) > MOST_LINES_OF_A_FUNCTION
    ]
    assert not breaches, tell(f"A function over {MOST_LINES_OF_A_FUNCTION} lines hides a second one:", breaches)


def test_tests_are_named_after_what_they_test() -> None:
    breaches = [place(path) for path in python_files("tests") if place(path).split("/")[1] in {"core", "gui"} and not mirrored(place(path))]
    assert not breaches, tell("tests/core/a/test_b.py (or test_b_more.py) tests core/a/b.py, so that everybody finds it:", breaches)


def mirrored(path: str) -> bool:
    folder, _, name = path.removeprefix("tests/").rpartition("/")
    words = name.removeprefix("test_").removesuffix(".py").split("_")
    tested = ["_".join(words[:count]) for count in range(1, len(words) + 1)]
    found = any((ROOT / folder / f"{lead}{word}{end}").exists() for word in tested for lead in ("", "_") for end in (".py", ""))
    return found or not name.startswith("test_") or words[0] in {"init", "main"}


def test_no_registry_or_download_address_is_written_down() -> None:
    hosts = [".".join(parts) for parts in (("pypi", "org"), ("pythonhosted", "org"), ("npm" + "js", "org"), ("npm" + "js", "com"))]
    breaches = [f"{place(path)} names {host}" for path in text_files() for host in hosts if host in path.read_text(encoding="utf-8")]
    breaches += [f"{place(path)} has an address" for path in ROOT.glob("*.lock") if "://" in path.read_text(encoding="utf-8")]
    assert not breaches, tell("Where packages come from is each machine's own setting; locks pin versions and hashes:", breaches)
