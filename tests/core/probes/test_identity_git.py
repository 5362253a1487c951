"""Git's identity, signing, addresses and people, and the reading of its configuration files."""

from __future__ import annotations

from core.model import Agreement
from core.probes.identity_git import without_password
from core.probes.result import Absent, Failed, display
from tests.fakes.answers import ask, raws, source_of
from tests.fakes.recorded_machines import linux, windows

REPO = {"/home/mia/shop/.git/HEAD": "ref: refs/heads/main\n"}
GLOBAL = {"~/.gitconfig": "[user]\n\tname = Mia Example\n\temail = mia@home.example\n"}


def test_without_any_configuration_git_has_no_identity() -> None:
    assert isinstance(ask("git-identity", linux()).result, Absent)


def test_a_project_address_wins_over_the_global_one_and_the_difference_is_told() -> None:
    files = {**REPO, **GLOBAL, "/home/mia/shop/.git/config": "[user]\nemail = mia@work.example\n"}
    answer = ask("git-identity", linux(files=files))
    assert raws(answer.result) == ["Mia Example", "mia@work.example"]
    assert answer.agreement is Agreement.DIFFER
    assert "e-mail addresses" in answer.verdict
    assert "names" not in answer.verdict


def test_a_project_that_repeats_only_the_address_does_not_differ() -> None:
    files = {**REPO, **GLOBAL, "/home/mia/shop/.git/config": "[user]\nemail = mia@home.example\n"}
    assert ask("git-identity", linux(files=files)).agreement is Agreement.AGREE


def test_variables_win_over_files() -> None:
    answer = ask("git-identity", linux(files=GLOBAL, env={"GIT_AUTHOR_NAME": "Other", "GIT_CONFIG_NOSYSTEM": "1"}))
    assert raws(answer.result) == ["Other", "mia@home.example"]


def test_the_global_file_can_be_switched_off_by_an_empty_variable() -> None:
    assert isinstance(ask("git-identity", linux(files=GLOBAL, env={"GIT_CONFIG_GLOBAL": ""})).result, Absent)


def test_settings_in_the_environment_count() -> None:
    env = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "User.Email", "GIT_CONFIG_VALUE_0": "env@example.com"}
    assert raws(ask("git-identity", linux(env=env)).result) == ["env@example.com"]


def test_conditional_includes_hold_only_in_their_folder() -> None:
    files = {
        **REPO,
        "~/.gitconfig": '[user]\nemail=a@x.example\n[includeIf "gitdir:~/shop/"]\npath=work.inc\n[includeIf "gitdir:~/elsewhere/"]\npath=other.inc\n',
        "~/work.inc": "[user]\nemail=work@x.example\n",
        "~/other.inc": "[user]\nemail=wrong@x.example\n",
    }
    answer = ask("git-identity", linux(files=files))
    assert raws(answer.result) == ["work@x.example"]
    assert raws(source_of(answer, "~/.gitconfig, included file 1")) == ["work@x.example"]


def test_files_that_include_each_other_come_to_an_end() -> None:
    files = {"~/.gitconfig": "[include]\npath=b\n[user]\nname=Mia\n", "~/b": "[include]\npath=.gitconfig\n"}
    assert raws(ask("git-identity", linux(files=files)).result) == ["Mia"]


def test_a_broken_or_denied_file_is_a_result_of_its_own() -> None:
    answer = ask("git-identity", linux(files={**GLOBAL, "/etc/gitconfig": "[user\nname = x\n"}, denied=["~/.config/git/config"]))
    assert isinstance(source_of(answer, "/etc/gitconfig"), Failed)
    assert raws(answer.result) == ["Mia Example", "mia@home.example"]


def test_a_huge_configuration_is_not_read() -> None:
    answer = ask("git-identity", linux(files={"~/.gitconfig": "#" * (2 << 20)}))
    assert isinstance(answer.result, Failed)


def test_git_files_of_windows_are_found() -> None:
    answer = ask("git-identity", windows(files={r"C:\Users\mia\.gitconfig": "[user]\nname = Mia\n"}))
    assert raws(answer.result) == ["Mia"]


def test_signing_key_and_form_are_told_without_reading_a_key() -> None:
    files = {"~/.gitconfig": "[user]\nsigningkey = ABCDEF0123456789ABCD\n[gpg]\nformat = ssh\n[commit]\ngpgsign = true\n"}
    shown = display(ask("git-signing", linux(files=files)).result)
    assert "ABCDEF" not in shown
    assert "format ssh" in shown


def test_addresses_are_listed_without_the_password_in_them() -> None:
    config = '[remote "origin"]\nurl = https://mia:s3cr3t-token@forge.example/client/app.git\n[remote "up"]\nurl = git@forge.example:up/app.git\n'
    modules = '[submodule "lib"]\npath = lib\nurl = https://forge.example/client/lib.git\n'
    answer = ask("git-remotes", linux(files={**REPO, "/home/mia/shop/.git/config": config, "/home/mia/shop/.gitmodules": modules}))
    assert "https://mia@forge.example/client/app.git" in raws(answer.result)
    assert not any("s3cr3t" in text for item in answer.sources for text in raws(item.result))
    assert display(answer.result) == "3 addresses, 1 with a password inside"


def test_a_long_user_part_counts_as_a_token() -> None:
    assert without_password("https://abcdefghijklmnopqrstuvwxyz@forge.example/a") == ("https://forge.example/a", True)
    assert without_password("https://mia@forge.example/a") == ("https://mia@forge.example/a", False)


def test_outside_a_repository_there_are_no_addresses_and_no_people() -> None:
    assert isinstance(ask("git-remotes", linux()).result, Absent)
    assert isinstance(ask("repo-history", linux()).result, Absent)


def test_only_the_last_fifty_steps_name_people() -> None:
    zero = "0" * 40
    lines = [f"{zero} {zero} Person {number} <p{number}@example.com> 1700000000 +0000\tcommit: x" for number in range(60)]
    answer = ask("repo-history", linux(files={**REPO, "/home/mia/shop/.git/logs/HEAD": "\n".join(lines) + "\n"}))
    assert display(answer.result) == "50 e-mail addresses in 1 mail domain"
    assert "p9@example.com" not in raws(answer.result)


def test_lists_of_people_in_the_project_count_too() -> None:
    files = {
        **REPO,
        "/home/mia/shop/.mailmap": "Ann <ann@a.example> <ann@b.example>\n",
        "/home/mia/shop/.github/CODEOWNERS": "* @shop/team bo@c.example\n",
    }
    answer = ask("repo-history", linux(files=files))
    assert display(answer.result) == "2 e-mail addresses in 2 mail domains, 1 code owner"
