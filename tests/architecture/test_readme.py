from __future__ import annotations

import re
import subprocess
import sys

from tests.architecture.sources import ROOT

README = (ROOT / "README.md").read_text(encoding="utf-8")
FORBIDDEN = re.compile(r"\b(leak\w*|spying|spies|backdoor\w*|anonym\w+|protected)\b", re.IGNORECASE)


def test_the_table_of_signals_is_the_catalogue() -> None:
    done = subprocess.run([sys.executable, str(ROOT / ".ci" / "signal_table.py"), "--check"], check=False)
    assert done.returncode == 0, "README's table is not what the catalogue says; write it anew: python3 .ci/signal_table.py"


def test_the_table_of_tools_is_what_catalogue_and_tests_say() -> None:
    done = subprocess.run([sys.executable, str(ROOT / ".ci" / "tool_table.py"), "--check"], check=False)
    assert done.returncode == 0, "README's table of tools is not what catalogue and tests say; write it anew: python3 .ci/tool_table.py"


def test_the_two_commands_come_first() -> None:
    head = README.split("\n## ")[0] + README.split("\n## ")[1]
    assert "python3 gui" in head
    assert "python3 tests" in head


def test_every_file_that_readme_points_to_is_there() -> None:
    local = re.findall(r"\]\((?!https?:|#)([^)#]+)\)", README)
    assert local
    assert [target for target in local if not (ROOT / target).exists()] == []


def test_the_papers_use_no_word_that_promises_or_accuses() -> None:
    for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        assert FORBIDDEN.findall((ROOT / name).read_text(encoding="utf-8").split("Words that we do not use")[0]) == [], name
