from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from core.toggles.launch import LaunchProfile
from core.toggles.registry import SANDBOX_PARTS
from core.toggles.sandbox_etc import MACHINE_ID, without_search
from core.toggles.sandbox_home import Folders, dotenv_files, without_remotes

if TYPE_CHECKING:
    from pathlib import Path

    from tests.fakes.starts import Desk

ALL = tuple(sorted(set(SANDBOX_PARTS) - {"network"}))


def test_the_zone_is_a_relative_link_to_utc_and_the_files_agree(desk: Desk) -> None:
    assert desk.says("readlink /etc/localtime; cat /etc/timezone; echo $TZ; date +%Z", parts=("zone",)).split() == [
        "../usr/share/zoneinfo/Etc/UTC", "Etc/UTC", "UTC", "UTC",
    ]  # fmt: skip


def test_both_files_of_the_machine_id_hold_the_shared_value(desk: Desk) -> None:
    said = desk.says("cat /etc/machine-id /var/lib/dbus/machine-id", parts=ALL)
    assert said.split() == [MACHINE_ID, MACHINE_ID]


def test_the_host_name_is_the_same_everywhere(desk: Desk) -> None:
    said = desk.says(
        "hostname; uname -n; cat /etc/hostname; grep -cw host /etc/hosts; echo ${HOSTNAME-none}",
        parts=("hostname",),
        env={"HOSTNAME": "mias-pc"},
    )
    assert said.split() == ["host", "host", "host", "1", "none"]


def test_the_account_is_neutral_for_every_reader(desk: Desk) -> None:
    script = "id -un; id -u; id -G; echo $USER $LOGNAME $HOME; getent passwd $(id -u)"
    said = desk.says(script, parts=("accounts",)).split()
    assert said[:6] == ["user", "1000", "1000", "user", "user", "/home/user"]
    assert said[6].startswith("user:x:1000:1000::/home/user:")


def test_only_the_tools_own_folders_of_the_home_are_there_and_stay_writable(desk: Desk) -> None:
    for name in (".ssh/id", ".codex/auth.json", ".config/tool/x", ".config/other/y", ".bash_history"):
        (desk.home / name).parent.mkdir(parents=True, exist_ok=True)
        (desk.home / name).write_text("kept")
    places = ("~/.codex/auth.json", "~/.config/tool/x", "~/.not-there/z")
    said = desk.says(
        "cd; find . -type f | sort; echo more >> .codex/auth.json; echo new > .codex/new; echo own > .own", parts=("home",), places=places
    )
    assert said.split() == ["./.codex/auth.json", "./.config/tool/x"]
    assert (desk.home / ".codex/auth.json").read_text() == "keptmore\n"
    assert (desk.home / ".codex/new").read_text() == "new\n"
    assert not (desk.home / ".own").exists()
    assert desk.says("cat ~/.own", parts=("home",)) == "own"


def test_the_project_has_a_neutral_name_that_stays_the_same(desk: Desk) -> None:
    (desk.project / "sub").mkdir()
    first, second = (desk.says("pwd; echo x > made-inside; echo $PWD", parts=("project",)) for _ in range(2))
    assert first == second
    assert first.startswith("/project/")
    assert "secret-project" not in first
    assert (desk.project / "made-inside").exists()


def test_history_remotes_and_dotenv_files_are_covered(desk: Desk) -> None:
    (desk.project / ".git/config").write_text(
        '[core]\n\tbare = false\n[remote "origin"]\n\turl = git@example.org:mia/x\n[user]\n\tname = M\n'
    )
    (desk.project / ".env").write_text("KEY=secret")
    (desk.project / "a").mkdir()
    (desk.project / "a/.env.local").write_text("KEY=secret")
    (desk.project / ".env.example").write_text("KEY=")
    assert desk.says("ls -A .git", parts=("history",)) == ""
    assert "origin" not in desk.says("cat .git/config", parts=("remotes",))
    assert "name = M" in desk.says("cat .git/config", parts=("remotes",))
    assert desk.says("cat .env a/.env.local .env.example", parts=("dotenv",)) == "KEY="
    assert (desk.project / ".env").read_text() == "KEY=secret"


def test_processes_devices_and_mounts_of_the_machine_are_out_of_sight(desk: Desk) -> None:
    (desk.home / "private").write_text("x")
    said = desk.says(
        "ls /sys 2>/dev/null; ls /dev | grep -E '^(sd|vd|nvme|dri|video)'; echo $(ls /); ls /proc | grep -c '^[0-9]'", parts=ALL
    )
    names, count = said.splitlines()
    known = "bin dev etc home lib lib32 lib64 libx32 proc project run sbin tmp usr var".split()
    assert set(names.split()) <= set(known)
    assert int(count) < 10
    assert desk.start("/bin/cat", str(desk.home / "private"), parts=ALL).returncode == 1


def test_without_a_part_the_machine_is_as_it_is(desk: Desk) -> None:
    (desk.home / "private").write_text("x\n")
    here = os.uname().nodename
    said = desk.says(f"hostname; cat {desk.home}/private; id -u; pwd", parts=("zone",)).split()
    assert said == [here, "x", str(os.getuid()), str(desk.project)]


def test_a_secret_stands_in_no_command_line_and_not_at_process_one(desk: Desk) -> None:
    script = "cat /proc/1/environ /proc/1/cmdline | tr '\\0' '\\n'; echo; echo $CANARY"
    said = desk.says(script, parts=ALL, env={"CANARY": "sk-secret"})
    assert said.endswith("sk-secret")
    assert said.count("sk-secret") == 1
    assert str(desk.home) not in said
    assert "CANARY=" not in said


def test_capabilities_are_dropped(desk: Desk) -> None:
    assert desk.says("grep CapEff /proc/self/status", parts=("zone",)).split() == ["CapEff:", "0" * 16]


def test_paths_in_variables_have_the_names_they_have_inside(desk: Desk) -> None:
    env = {"NVM_DIR": f"{desk.home}/.nvm", "BOTH": f"{desk.home}/a:{desk.home}", "OTHER": f"{desk.home}-not", "OLDPWD": str(desk.home)}
    said = desk.says("echo $NVM_DIR $BOTH $OTHER ${OLDPWD-none}", parts=("home", "accounts"), env=env)
    assert said == f"/home/user/.nvm /home/user/a:/home/user {desk.home}-not none"


def test_sockets_are_named_by_no_variable(desk: Desk) -> None:
    names = ("DBUS_SESSION_BUS_ADDRESS", "SSH_AUTH_SOCK", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY")
    said = desk.says("env; ls -A /run /run/user/$(id -u)", parts=ALL, env=dict.fromkeys(names, "/run/x"))
    assert not [name for name in names if name in said]
    assert said.splitlines()[-1] == "/run/user/1000:"


@pytest.mark.parametrize("part", ["home", "project", "mounts"])
def test_working_in_the_home_itself_is_refused_where_it_would_be_hidden(part: str, desk: Desk) -> None:
    done = subprocess.run(desk.argv("/bin/true", parts=(part,)), env=desk.env, cwd=desk.home, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "go to a project folder first" in done.stderr


def test_a_tool_in_the_home_still_starts_when_the_home_is_hidden(desk: Desk) -> None:
    tool = desk.home / ".npm-global/lib/node_modules/tool/cli.sh"
    tool.parent.mkdir(parents=True)
    tool.write_text("#!/bin/sh\necho started $0\n")
    tool.chmod(0o755)
    (desk.home / ".npm-global/bin").mkdir()
    (desk.home / ".npm-global/bin/tool").symlink_to("../lib/node_modules/tool/cli.sh")
    done = desk.start(str(desk.home / ".npm-global/bin/tool"), parts=ALL)
    assert done.stdout == b"started /home/user/.npm-global/bin/tool\n", done.stderr


def test_a_tool_may_update_itself(desk: Desk) -> None:
    tool = desk.home / ".local/share/tool/versions/1/tool"
    tool.parent.mkdir(parents=True)
    tool.write_text('#!/bin/sh\ncp "$0" "$0.new" && mv "$0.new" "$0" && echo "# newer" >> "$0"\n')
    tool.chmod(0o755)
    assert desk.start(str(tool), parts=ALL).returncode == 0
    assert tool.read_text().endswith("# newer\n")


def test_an_organisations_rules_for_the_tool_stay_in_force() -> None:
    from core.toggles.sandbox_etc import private_etc

    said = [item for item in private_etc(frozenset({"mounts"}), ["hostname", "ssl", "fonts"]) if isinstance(item, str)]
    assert said.count("/etc/hostname") == 1
    assert "/etc/ssl" in said


def test_the_sandbox_can_be_nested(desk: Desk) -> None:
    inner = "bwrap --ro-bind / / --unshare-user --unshare-pid --proc /proc --dev /dev echo nested"
    done = desk.as_ordinary_user("/bin/sh", "-c", inner, parts=ALL)
    assert (done.stdout, done.stderr) == (b"nested\n", b"")


def test_a_resolver_file_loses_the_organisations_domain_only() -> None:
    assert (
        without_search(b"nameserver 1.2.3.4\nsearch corp.example\n domain x\noptions rotate\n") == b"nameserver 1.2.3.4\noptions rotate\n"
    )


def test_a_git_configuration_loses_remotes_only() -> None:
    config = (
        b'[core]\n\ta = b\n[remote "o"]\n\turl = x\n[branch "main"]\n\tremote = o\n[url "y"]\n\tinsteadOf = z\n[credential]\n\thelper = c\n'
    )
    assert without_remotes(config) == b'[core]\n\ta = b\n[branch "main"]\n\tremote = o\n'


def test_dotenv_files_are_found_within_bounds_and_links_are_left_alone(tmp_path: Path) -> None:
    for name in ("b/.envrc", ".env", "node_modules/x/.env", "1/2/3/4/.env", "1/2/3/4/5/.env"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    (tmp_path / "c").mkdir()
    (tmp_path / "c/.env").symlink_to("../.env")
    assert dotenv_files(str(tmp_path)) == (".env", "1/2/3/4/.env", "b/.envrc")


def test_names_inside_go_by_whole_folders() -> None:
    folders = Folders("/home/mia", "/home/mia/p", "/home/mia/p/sub", "/own")
    names = folders.names(LaunchProfile("t", parts=frozenset({"accounts"})))
    assert names.inside("/home/mia/p/sub") == "/home/user/p/sub"
    assert names.inside("/home/mia2") == "/home/mia2"
    assert folders.names(LaunchProfile("t")).inside("/home/mia") == "/home/mia"
