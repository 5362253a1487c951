from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from core.toggles.program import below, find, hops, install_roots, interpreter

if TYPE_CHECKING:
    from pathlib import Path


def executable(path: Path, text: str = "#!/bin/sh\n") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)
    return path


def test_below_goes_by_whole_names() -> None:
    assert below("/home/mia/x", "/home/mia")
    assert below("/home/mia", "/home/mia")
    assert not below("/home/mia2", "/home/mia")
    assert below("/x", "/")


def test_a_command_is_found_behind_the_shims_even_through_a_link(tmp_path: Path) -> None:
    executable(tmp_path / "shims" / "tool")
    real = executable(tmp_path / "bin" / "tool")
    (tmp_path / "again").symlink_to(tmp_path / "shims")
    path = os.pathsep.join(str(tmp_path / name) for name in ("again", "shims", "", "bin"))
    assert find("tool", path, but_not=(str(tmp_path / "shims"),)) == str(real)
    assert find("tool", str(tmp_path / "again"), but_not=(str(tmp_path / "shims"),)) == ""
    assert find("other", path) == ""


def test_a_path_is_taken_as_it_is(tmp_path: Path) -> None:
    real = executable(tmp_path / "tool")
    assert find(str(real), "") == str(real)
    real.chmod(0o644)
    assert find(str(tmp_path), "") == ""


def test_every_hop_of_a_link_is_named(tmp_path: Path) -> None:
    real = executable(tmp_path / "lib" / "tool")
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "a").symlink_to("b")
    (tmp_path / "bin" / "b").symlink_to("../lib/tool")
    assert hops(str(tmp_path / "bin" / "a")) == [str(tmp_path / "bin" / "a"), str(tmp_path / "bin" / "b"), str(real)]


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    (tmp_path / "a").symlink_to("b")
    (tmp_path / "b").symlink_to("a")
    assert len(hops(str(tmp_path / "a"))) < 50


def test_interpreters_are_read_from_the_first_line(tmp_path: Path) -> None:
    node = executable(tmp_path / "node" / "bin" / "node")
    assert interpreter(str(executable(tmp_path / "a", "#!/bin/sh -e\n")), "") == "/bin/sh"
    assert interpreter(str(executable(tmp_path / "b", "#!/usr/bin/env -S A=1 node --flag\n")), str(node.parent)) == str(node)
    assert interpreter(str(executable(tmp_path / "c", "\x7fELF")), "") == ""
    assert interpreter(str(tmp_path / "gone"), "") == ""
    assert interpreter(str(executable(tmp_path / "d", "#!\n")), "") == ""


def test_a_package_of_npm_needs_its_prefix_and_its_node(tmp_path: Path) -> None:
    home = tmp_path / "home"
    node = executable(home / ".nvm/versions/node/v20/bin/node")
    executable(home / ".npm-global/lib/node_modules/@x/tool/cli.js", "#!/usr/bin/env node\n")
    (home / ".npm-global/bin").mkdir()
    (home / ".npm-global/bin/tool").symlink_to("../lib/node_modules/@x/tool/cli.js")
    roots = install_roots(str(home / ".npm-global/bin/tool"), str(node.parent), str(home))
    assert set(roots) == {str(home / ".npm-global"), str(home / ".nvm/versions/node/v20")}


def test_a_python_environment_needs_the_python_it_was_made_from(tmp_path: Path) -> None:
    home = tmp_path / "home"
    base = executable(home / ".pyenv/versions/3.11/bin/python3")
    venv = home / ".local/share/uv/tools/x"
    executable(venv / "bin/tool", f"#!{venv}/bin/python\n")
    (venv / "bin/python").symlink_to(base)
    (venv / "pyvenv.cfg").write_text(f"home = {base.parent}\n")
    (home / ".local/bin").mkdir(parents=True)
    (home / ".local/bin/tool").symlink_to(venv / "bin/tool")
    roots = install_roots(str(home / ".local/bin/tool"), "", str(home))
    assert set(roots) == {str(home / ".local/bin"), str(venv), str(home / ".pyenv/versions/3.11")}


@pytest.mark.parametrize("place", ["tool", ".local/tool", ".config/tool"])
def test_a_shared_folder_of_the_home_is_never_shown_whole(place: str, tmp_path: Path) -> None:
    program = executable(tmp_path / "home" / place)
    assert install_roots(str(program), "", str(tmp_path / "home")) == (str(program),)


def test_what_the_system_holds_needs_nothing(tmp_path: Path) -> None:
    assert install_roots("/bin/sh", "/usr/bin", str(tmp_path)) == ()
